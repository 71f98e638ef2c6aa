"""Exports are read by the programs that they are meant for."""

import base64
import csv
import gzip
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from crawler.cli.root import crawl
from crawler.errors import UnknownName
from crawler.evidence.exporting import cell, export
from crawler.evidence.state import State
from crawler.evidence.wacz import surt
from crawler.model import Failure, Hop, Outcome

MADE = "2026-03-02T00:00:00.000Z"
PACKED = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Content-Encoding", "gzip"),
    ("Transfer-Encoding", "chunked"),
    ("Content-Length", "12"),
    ("ETag", '"v"'),
)


@pytest.fixture
def busy(world: Any) -> Any:
    """Every kind of look: compressed, redirected, again the same, 304, gone, failed."""
    world.listing("a", "b", "c")
    url = "http://news.test/a"
    world.look("a", "第一版", attempt=world.attempt(url, "<p>第一版</p>".encode(), headers=PACKED))
    world.pass_time(hours=1)
    world.look("a", "第一版")
    world.pass_time(hours=1)
    first = world.archive.conn.execute(
        "SELECT l.hash FROM log l JOIN observations o ON o.sequence = l.sequence "
        "WHERE o.request_url = ? ORDER BY o.id LIMIT 1",
        (url,),
    ).fetchone()[0]
    unchanged = world.attempt(url, None, status=304, conditional_on=first)
    world.look("a", outcome=Outcome.NOT_MODIFIED, attempt=unchanged)
    moved = world.attempt("http://news.test/b", "<p>另一篇</p>".encode(), final_url=url + "?n=1")
    hop = Hop(
        "http://news.test/b", 302, "Found", "HTTP/1.1", (("Location", "/a?n=1"),), "127.0.0.1:80"
    )
    moved = replace(moved, hops=(hop, replace(moved.hops[0], url=url + "?n=1")))
    world.look("b", "另一篇", attempt=moved)
    failed = world.attempt("http://news.test/c", None, status=None)
    failed = replace(failed, failure=Failure(Outcome.FAILED, "timeout", "c: nothing came"))
    world.look("c", outcome=Outcome.FAILED, attempt=failed, reason="timeout")
    world.pass_time(hours=1)
    world.look("a", "=第二版")
    return world


def records(path: Path) -> list[Any]:
    found = []
    with path.open("rb") as file:
        for record in ArchiveIterator(file):
            record.content = record.content_stream().read()
            found.append(record)
    return found


def made(world: Any, tmp_path: Path, form: str, **more: Any) -> Path:
    target = tmp_path / f"out.{form}{'.gz' if form == 'warc' else ''}"
    export(world.archive, form, target, MADE, **more)
    return target


def test_a_warc_holds_every_attempt_as_it_is_kept(busy: Any, tmp_path: Path) -> None:
    path = made(busy, tmp_path, "warc")
    found = records(path)
    kinds = [record.rec_type for record in found]
    assert kinds[0] == "warcinfo"
    assert (kinds.count("metadata"), kinds.count("revisit")) == (1, 2)
    article = next(r for r in found if r.rec_type == "response" and "第一版".encode() in r.content)
    headers = article.http_headers
    assert headers.get_header("Content-Encoding") is None
    assert headers.get_header("Transfer-Encoding") is None
    assert headers.get_header("X-Orig-Content-Encoding") == "gzip"
    assert headers.get_header("Content-Length") == str(len(article.content))
    profiles = [r.rec_headers.get_header("WARC-Profile") for r in found if r.rec_type == "revisit"]
    assert [profile.rpartition("/")[2] for profile in profiles] == [
        "identical-payload-digest",
        "server-not-modified",
    ]
    ids = {r.rec_headers.get_header("WARC-Record-ID") for r in found}
    assert len(ids) == len(found)
    for revisit in (r for r in found if r.rec_type == "revisit"):
        assert revisit.rec_headers.get_header("WARC-Refers-To") in ids
    redirect = next(
        r for r in found if r.http_headers and r.http_headers.get_header("Location") == "/a?n=1"
    )
    assert redirect.http_headers.get_statuscode() == "302"
    assert sum(r.rec_type == "request" for r in found) == kinds.count("response") + 2


def test_warcio_checks_the_warc(busy: Any, tmp_path: Path, capsys: Any) -> None:
    path = made(busy, tmp_path, "warc")

    class Command:
        inputs = (str(path),)
        verbose = True

    checker = Checker(Command())
    checker.process_all()
    assert checker.exit_value == 0, capsys.readouterr().out
    assert "digest pass" in capsys.readouterr().out


def test_the_same_archive_gives_the_same_warc(busy: Any, tmp_path: Path) -> None:
    once = records(made(busy, tmp_path, "warc"))
    again = records(made(busy, tmp_path, "warc"))
    for one, other in zip(once[1:], again[1:], strict=True):
        assert one.rec_headers.headers == other.rec_headers.headers


def test_a_wacz_is_valid_and_its_index_finds_every_record(
    busy: Any, tmp_path: Path, state: State
) -> None:
    path = made(busy, tmp_path, "wacz", state=state)
    done = subprocess.run(
        [sys.executable, "-m", "wacz.main", "validate", "-f", str(path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Validation succeeded" in done.stdout, done.stdout
    with zipfile.ZipFile(path) as packed:
        assert packed.getinfo("archive/data.warc.gz").compress_type == zipfile.ZIP_STORED
        warc = packed.read("archive/data.warc.gz")
        lines = packed.read("indexes/index.cdxj").decode().splitlines()
        pages = [
            json.loads(line) for line in packed.read("pages/pages.jsonl").decode().splitlines()
        ]
    assert lines == sorted(lines)
    for line in lines:
        _, _, said = line.split(" ", 2)
        place = json.loads(said)
        member = warc[int(place["offset"]) : int(place["offset"]) + int(place["length"])]
        assert place["url"].encode() in gzip.decompress(member)
    assert {page["title"] for page in pages[1:]} == {"题目"}
    assert "第一版" in {page["text"] for page in pages[1:]}


def test_a_wacz_is_signed(busy: Any, tmp_path: Path, state: State) -> None:
    with zipfile.ZipFile(made(busy, tmp_path, "wacz", state=state)) as packed:
        digest = json.loads(packed.read("datapackage-digest.json"))
        package = packed.read("datapackage.json")
    signed = digest["signedData"]
    assert signed["hash"] == f"sha256:{sha256(package).hexdigest()}" == digest["hash"]
    assert signed["created"] == json.loads(package)["created"]
    raw = base64.b64decode(signed["signature"])
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    key: Any = load_der_public_key(base64.b64decode(signed["publicKey"]))
    assert key.curve.name == "secp256r1"
    key.verify(encode_dss_signature(r, s), signed["hash"].encode(), ECDSA(SHA256()))


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://www.Example.com/A/b?z=1&A=2", "com,example)/a/b?a=2&z=1"),
        ("https://news.test:8443", "test,news:8443)/"),
        ("http://127.0.0.1:80/x", "127.0.0.1)/x"),
    ],
)
def test_keys_of_the_index(url: str, key: str) -> None:
    assert surt(url) == key


@pytest.mark.slow
def test_pywb_replays_the_bytes(busy: Any, tmp_path: Path) -> None:
    """PYWB names a folder with pywb's programs (it has needs of its own, and a venv)."""
    programs = os.environ.get("PYWB")
    if not programs:
        pytest.skip("set PYWB to the folder of pywb's programs")
    path = made(busy, tmp_path, "warc")
    for arguments in (["init", "c"], ["add", "c", str(path)]):
        done = subprocess.run(
            [Path(programs, "wb-manager"), *arguments],
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [Path(programs, "wayback"), "-p", str(port), "-b", "127.0.0.1"],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        looks = busy.archive.conn.execute(
            "SELECT final_url, started_at, body_sha256 FROM observations "
            "WHERE body_sha256 IS NOT NULL"
        ).fetchall()
        for url, at, digest in looks:
            moment = "".join(filter(str.isdigit, at))[:14]
            address = f"http://127.0.0.1:{port}/c/{moment}id_/{url}"
            assert replayed(address) == busy.archive.body(digest)
    finally:
        server.terminate()
        server.wait(10)


def replayed(address: str) -> bytes:
    for _ in range(60):
        try:
            with urllib.request.urlopen(address, timeout=10) as reply:
                return bytes(reply.read())
        except urllib.error.HTTPError:
            raise
        except OSError:
            time.sleep(0.5)
    raise AssertionError("pywb does not answer")


def test_jsonl_holds_texts_and_operations(busy: Any, tmp_path: Path) -> None:
    lines = [
        json.loads(line) for line in made(busy, tmp_path, "jsonl").read_text("utf-8").splitlines()
    ]
    versions = [line for line in lines if line["type"] == "version"]
    changes = [line for line in lines if line["type"] == "change"]
    assert [row["text"] for row in versions] == ["第一版", "另一篇", "=第二版"]
    assert changes[0]["ops"]


def test_csv_is_for_excel_and_runs_nothing(busy: Any, tmp_path: Path) -> None:
    path = made(busy, tmp_path, "csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["url"] == "http://news.test/a"
    assert row["new_words"].startswith("'=")
    assert cell("@x") == "'@x"
    assert cell(-1) == -1
    assert len(cell("长" * 40_000)) == 32_767


def test_an_export_is_of_a_source_and_from_a_time_on(busy: Any, tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="news"):
        made(busy, tmp_path, "jsonl", source="nobody")
    late = made(busy, tmp_path, "jsonl", source="news", since="2026-03-01T10:30:00.000Z")
    assert len(late.read_text("utf-8").splitlines()) == 2


def test_what_was_withheld_is_left_out(busy: Any, tmp_path: Path) -> None:
    busy.archive.conn.execute("UPDATE bodies SET data = NULL")
    found = records(made(busy, tmp_path, "warc"))
    assert not any(record.content for record in found if record.rec_type == "response")


def test_the_command_writes_a_file(busy: Any, tmp_path: Path, state: State) -> None:
    busy.archive.close()
    for form in ("warc", "wacz", "jsonl", "csv"):
        target = tmp_path / f"x.{form}"
        done = CliRunner().invoke(crawl, ["--db", str(busy.path), "export", form, str(target)])
        assert done.exit_code == 0, done.output
        assert target.stat().st_size > 0
    done = CliRunner().invoke(crawl, ["--db", str(busy.path), "export", "csv", "/nowhere/x.csv"])
    assert done.exit_code == 2
