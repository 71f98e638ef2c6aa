"""What the image's health check says of a daemon that answers, is not alive, or is not there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.daemon.http import HealthServer
from crawler.daemon.pulse import Pulse

CHECK = Path(__file__).resolve().parents[2] / "contrib" / "healthcheck"


@pytest.fixture
def served():
    pulse = Pulse()
    server = HealthServer("127.0.0.1", 0, pulse)
    server.start()
    yield pulse, server.port
    server.stop()


def check(place: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "CRAWL_HTTP": place}
    return subprocess.run(
        [sys.executable, str(CHECK)], env=env, capture_output=True, text=True, timeout=20
    )


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", ""])
def test_a_daemon_that_ticks_is_healthy_wherever_it_listens(served, host):
    pulse, port = served
    pulse.ticked()
    found = check(f"{host}:{port}")
    assert found.returncode == 0, found.stderr
    assert '"alive": true' in found.stdout


def test_one_without_a_tick_and_one_that_is_not_there_are_not(served):
    _, port = served
    assert "503" in check(f"127.0.0.1:{port}").stderr
    assert check("127.0.0.1:1").returncode == 1
