"""The reader processes: what a run is told when they die, and that none leaves it waiting."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from crawler.workers import ReadingFailed, Workers

DYING = """
import asyncio, os
if __name__ == "__mp_main__":
    os._exit(3)
from crawler.workers import ReadingFailed, Workers

async def main():
    async with Workers(print, ("x" * 1_000_000,), count=1) as workers:
        try:
            await workers.run("a page", len, "abc")
        except ReadingFailed as failed:
            print(failed.failure.reason)

if __name__ == "__main__":
    asyncio.run(main())
"""


def nothing(*settings: object) -> None:
    """What a process needs nothing laid out for."""


def gone(*settings: object) -> None:
    """A process that is killed while it starts."""
    os._exit(9)


def test_large_settings_reach_the_processes_and_leave_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    async def main() -> int:
        async with Workers(nothing, ("x" * 1_000_000,), count=1) as workers:
            workers.start()
            assert list(tmp_path.iterdir()) == []
            return int(await workers.run("a page", len, "abc"))

    assert asyncio.run(main()) == 3
    assert not list(tmp_path.iterdir())


def test_processes_that_end_as_they_start_fail_the_page_in_words() -> None:
    async def main() -> None:
        async with Workers(gone, (), count=1) as workers:
            with pytest.raises(ReadingFailed, match="end as they start") as caught:
                await workers.run("http://example.org/a", len, "abc")
        assert caught.value.failure.reason == "internal"
        assert caught.value.failure.message.startswith("http://example.org/a: ")

    asyncio.run(main())


def test_a_process_that_dies_before_it_reads_its_settings_does_not_hold_up_the_run(
    tmp_path: Path,
) -> None:
    script = tmp_path / "dying.py"
    script.write_text(DYING)
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.split() == ["internal"]


KILLED = """
import asyncio, time
from crawler.workers import Workers

async def main():
    async with Workers(len, ("x" * 1_000_000,), count=2, time_s=1.0) as workers:
        print(await workers.run("a page", len, "abc"), flush=True)
        await workers.run("a page", time.sleep, 60)

if __name__ == "__main__":
    asyncio.run(main())
"""


def children_of(folder: Path) -> list[str]:
    """The processes that have this temporary folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"TMPDIR={folder}\0".encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_text().replace("\0", " "))
    return found


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="no /proc here")
def test_a_run_that_is_killed_leaves_no_file_and_no_process(tmp_path: Path) -> None:
    script, temporary = tmp_path / "killed.py", tmp_path / "temporary"
    script.write_text(KILLED)
    temporary.mkdir()
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(temporary)},
    ) as run:  # fmt: skip
        assert run.stdout is not None
        assert run.stdout.readline().strip() == b"3"  # its readers have been given what they need
        assert children_of(temporary)
        run.kill()
    assert list(temporary.iterdir()) == []
    until = time.monotonic() + 20
    while (left := children_of(temporary)) and time.monotonic() < until:
        time.sleep(0.05)
    assert left == []


def its_process() -> int:
    """The process that does this job."""
    return os.getpid()


def test_an_idle_process_that_is_killed_costs_no_page() -> None:
    async def main() -> list[int]:
        async with Workers(nothing, (), count=1) as workers:
            first = await workers.run("a page", its_process)
            os.kill(first, signal.SIGKILL)
            await asyncio.sleep(0.5)
            # More than a pipe holds: nobody reads it any more.
            jobs = [workers.run("a page", len, "x" * 200_000) for _ in range(5)]
            return list(await asyncio.gather(*jobs))

    assert asyncio.run(asyncio.wait_for(main(), 60)) == [200_000] * 5


INTERRUPTED = """
import asyncio, os, signal, time
from crawler.workers import Workers

async def main():
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    loop.add_signal_handler(signal.SIGINT, stopped.set)
    async with Workers(len, ("",), count=2) as workers:
        jobs = [asyncio.create_task(workers.run("a page", time.sleep, 0.2)) for _ in range(6)]
        print("begun", flush=True)
        await stopped.wait()
        print(await asyncio.gather(*jobs), await workers.run("a page", len, "abc"))

if __name__ == "__main__":
    asyncio.run(main())
"""


@pytest.mark.parametrize("after_s", [0.0, 0.4])
def test_ctrl_c_in_a_terminal_ends_no_reader(tmp_path: Path, after_s: float) -> None:
    """It is sent to every process that the terminal has; the run alone ends its readers."""
    script = tmp_path / "interrupted.py"
    script.write_text(INTERRUPTED)
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        start_new_session=True, text=True,
    ) as run:  # fmt: skip
        assert run.stdout is not None
        run.stdout.readline()
        time.sleep(after_s)
        os.killpg(run.pid, signal.SIGINT)
        said, complaint = run.communicate(timeout=60)
    assert (said.strip(), complaint) == (f"{[None] * 6} 3", "")
