"""Two processes with one archive: neither takes the write-ahead log from under the other."""

import subprocess
import sys
from pathlib import Path

from crawler.store import Archive

SUBMIT = """
import sys
from crawler.store import Archive
with Archive.open(sys.argv[1]) as archive:
    print(archive.submit_request("once", {}))
"""


def submit(path: Path) -> None:
    subprocess.run([sys.executable, "-c", SUBMIT, str(path)], check=True, capture_output=True)


def test_opening_to_read_keeps_the_hold_of_the_writer_in_the_same_process(tmp_path):
    path = tmp_path / "archive.db"
    with Archive.open(path) as archive:
        archive.start_run("run")
        log = path.with_name("archive.db-wal")
        kept = log.stat().st_ino
        Archive.open(path, mode="read").close()
        submit(path)
        # Had the locks been dropped, the other process, the last to close, would have deleted it.
        assert log.stat().st_ino == kept
        assert archive.requests_waiting() == 1
        taken = archive.take_request()
        assert taken is not None
        assert taken.command == "once"
