"""The reader processes: what a run is told when they die, and that none leaves it waiting."""

import asyncio
import os
import subprocess
import sys
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
            assert [path.stat().st_mode & 0o777 for path in tmp_path.iterdir()] == [0o600]
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
