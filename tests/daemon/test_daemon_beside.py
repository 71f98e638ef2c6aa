"""The daemon as a process, and the commands that people use beside it; a pass that is killed."""

import json
import os
import random
import signal
import socket
import time
from datetime import timedelta

import pytest

from crawler.evidence.verify import verify
from crawler.model import parse_iso


def test_commands_beside_the_daemon(place):
    place.only("xinhua", "mirror", "farm")
    daemon = place.process("run", CRAWL_LOG_FORMAT="json")
    place.wait_for(lambda: place.count("versions") > 4)
    # The users' main case: handed over, taken up within a second, same summary and exit code.
    asked = json.loads(place.run("once", "xinhua", "--json").stdout)
    assert [source["id"] for source in asked["sources"]] == ["xinhua"]
    assert asked["totals"]["checked"] >= 5
    submitted, taken, by = place.rows("SELECT submitted_at, taken_at, taken_by FROM requests")[0]
    assert parse_iso(taken) - parse_iso(submitted) < timedelta(seconds=2)
    assert by.startswith(f"{daemon.pid}@")
    assert "no-such-source" in place.run("once", "no-such-source", code=2).stderr
    before = place.count("observations")
    planned = json.loads(place.run("once", "mirror", "--dry-run", "--json").stdout)
    assert sum(host["requests"] for host in planned["plan"]) >= 1
    assert "Plan: " in place.run("once", "mirror", "--dry-run").stdout
    assert place.count("observations") == before
    # Short writers work, whoever needs the archive for itself is told who holds it.
    change = place.run("once", "-q", "farm")
    assert change.exit_code == 0
    copy = place.folder / "copy.db"
    place.run("backup", str(copy))
    assert verify(copy)["ok"]
    for words in (("run",), ("restore", str(copy))):
        told = place.run(*words, code=5).stderr
        assert f"pid {daemon.pid} on {os.uname().nodename}" in told
        assert "since 20" in told
    assert json.loads(place.run("reextract", "--json").stdout)["versions"] == 0
    # A copy from elsewhere is filed while the daemon lends the archive.
    url = place.rows("SELECT canonical_url FROM pages WHERE version_id IS NOT NULL")[0][0]
    held = place.folder / "copy.txt"
    held.write_text("党的建设的一份旧抄本，与今天的版本不同。\n" * 5, encoding="utf-8")
    lent = place.count("requests")
    filed = place.run("import", "text", str(held), "--url", url, "--as-of", "2020-01-01", "--json")
    assert json.loads(filed.stdout)["added"] == 1
    assert place.count("requests") == lent + 1
    assert json.loads(place.run("once", "farm", "--json").stdout)["totals"]["checked"] == 1
    daemon.send_signal(signal.SIGTERM)
    assert daemon.wait(60) == 0
    events = [json.loads(line)["event"] for line in place.log.splitlines()]
    assert events[0] == "started"
    assert "stopping" in events
    assert events[-1] == "ended"
    assert verify(place.db)["ok"]


def test_d2_a_second_signal_ends_at_once(place):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        place.only()
        place.write('timeout = "10s"', 'timeout = "60s"')
        place.append(
            f'\n[[source]]\nid = "silent"\nkind = "page"\nurls = ["http://127.0.0.1:{port}/a"]\n'
        )
        daemon = place.process("run")
        asked, _ = silent.accept()
        with asked:
            daemon.send_signal(signal.SIGTERM)
            place.wait_for(lambda: "stopping" in place.log)
            time.sleep(0.2)
            assert daemon.poll() is None
            began = time.monotonic()
            daemon.send_signal(signal.SIGTERM)
            assert daemon.wait(20) == 130
    assert time.monotonic() - began < 5
    assert verify(place.db)["ok"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_pass_that_is_stopped_keeps_what_it_read_and_does_not_read_as_done(place, number):
    place.only("xinhua")
    place.write('delay = "20ms"', 'delay = "300ms"')
    process = place.process("once", "--json", "--no-notify")
    place.wait_for(lambda: place.count("versions"))
    process.send_signal(number)
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 130
    summary = json.loads(said)
    assert summary["ended_early"] == "stopped"
    assert 1 <= summary["totals"]["checked"] < place.count("pages")
    assert place.count("versions") == summary["totals"]["new"]
    assert verify(place.db)["ok"]


def test_s1_a_killed_pass_leaves_an_archive_that_opens_verifies_and_goes_on(place):
    place.only("xinhua", "mirror")
    chance = random.Random(7)
    rows = 0
    for _ in range(2):
        run = place.process("once", "-q")
        before = rows
        place.wait_for(lambda before=before: place.count("observations") > before)
        time.sleep(chance.uniform(0.0, 0.2))
        run.send_signal(signal.SIGKILL)
        run.wait(30)
        rows = place.count("observations")
        report = verify(place.db)
        assert report["ok"], report["problems"]
        assert report["observations"] == rows > before
    place.run("once", "-q")
    assert place.count("versions") > 5
