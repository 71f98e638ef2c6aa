"""The first process of a container: hands signals on, reaps, and ends as its child did."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

INIT = Path(__file__).resolve().parents[2] / "contrib" / "init"
CHILD = "import signal, sys, time\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(7))\n"


def start(code: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, str(INIT), sys.executable, "-c", code], stdout=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize(("code", "expected"), [("raise SystemExit(3)", 3), ("pass", 0)])
def test_it_ends_as_its_child_did(code, expected):
    with start(code) as process:
        assert process.wait(10) == expected


def test_it_hands_a_signal_on():
    with start(f"{CHILD}print('up', flush=True)\ntime.sleep(30)") as process:
        assert process.stdout.readline() == "up\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 7


def test_a_child_that_a_signal_ended_is_told_as_shells_do():
    with start("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)") as process:
        assert process.wait(10) == 128 + signal.SIGKILL


def test_it_does_not_end_before_its_child():
    began = time.monotonic()
    with start("import os, time\nos.fork() or os._exit(0)\ntime.sleep(0.5)") as process:
        assert process.wait(10) == 0
    assert time.monotonic() - began > 0.4
