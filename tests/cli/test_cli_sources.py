"""`crawl sources add` as it is used: a site, a web archive, a list of addresses, an OPML file."""

import asyncio
import json
import sys
import threading
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from crawler.cli.root import crawl
from crawler.store import Archive

sys.path.append(str(Path(__file__).parents[1] / "fetch"))

PARAGRAPH = "会议强调，要坚持把调查研究作为做好工作的基本功，深入基层了解实际情况，掌握第一手材料。"
HEAD = '[network]\ncontact = "me@example.org"\nallow = ["127.0.0.0/8"]\n# my remark\n'
POSTS = [f"/post-{n}/" for n in range(7)]
OLD = "/old/c_1234567890.htm"


def article(title: str) -> str:
    body = f"<h1>{title}</h1>" + f"<p>{PARAGRAPH}</p>" * 4
    return (
        f'<html><head><meta charset="utf-8"><title>{title}</title></head><body>{body}</body></html>'
    )


def feed(base: str) -> str:
    items = "".join(f"<item><title>t</title><link>{base}{path}</link></item>" for path in POSTS)
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>f</title>{items}</channel></rss>'
    )


def fill(server: Any) -> None:
    """A blog, and a web archive that keeps one of its vanished pages twice."""
    from faulty_server import response

    from crawler.discover.wayback import query

    base, original = server.url(""), server.url(OLD)
    named = ["timestamp", "original", "mimetype", "statuscode", "digest"]
    stamps = ("20180201000000", "20190201000000")
    rows = [named, *([stamp, original, "text/html", "200", stamp] for stamp in stamps)]
    home = (
        '<html><head><title>My blog</title><meta name="generator" content="WordPress 6.5">'
        '<link rel="alternate" type="application/rss+xml" href="/feed/"></head></html>'
    )
    rss = response(feed(base), content_type="application/rss+xml")
    kept = response(json.dumps(rows), content_type="application/json")
    server.routes = {path: response(article(f"标题{path}")) for path in POSTS}
    server.routes |= {"/": response(home), "/feed": rss, "/feed/": rss}
    server.routes[query(f"{base}/cdx?url=x", backfill=False).removeprefix(base)] = kept
    server.routes |= {f"/web/{s}id_/{original}": response(article("旧文")) for s in stamps}
    server.routes["/robots.txt"] = response(
        "User-agent: *\nDisallow: /secret\n", content_type="text/plain"
    )


@pytest.fixture(scope="module")
def server() -> Iterator[Any]:
    """The blog's server, on a loop of its own."""
    from faulty_server import FaultyServer

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    made = FaultyServer(host="127.0.9.2")
    asyncio.run_coroutine_threadsafe(made.__aenter__(), loop).result(10)
    fill(made)
    yield made
    asyncio.run_coroutine_threadsafe(made.__aexit__(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


class Place:
    """A folder with a sources.toml, and commands over it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.file = folder, folder / "sources.toml"
        self.file.write_text(HEAD + '[defaults]\ndelay = "5ms"\n', encoding="utf-8")

    def add(self, *args: str) -> Result:
        options = ["--db", str(self.folder / "a.db"), "--sources", str(self.file)]
        return CliRunner().invoke(crawl, [*options, "sources", "add", *args])

    @property
    def sources(self) -> list[dict[str, Any]]:
        return tomllib.loads(self.file.read_text(encoding="utf-8")).get("source", [])


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_a_site_is_watched_by_the_feed_that_it_names(place: Place, server: Any) -> None:
    done = place.add(server.url("/"))
    assert done.exit_code == 0, done.output
    assert [f"标题/post-{n}/" in done.output for n in range(6)] == [True] * 5 + [False]
    (source,) = place.sources
    assert source | {"id": ""} == {
        "id": "", "name": "My blog", "kind": "wordpress", "url": server.url("/feed/"),
        "profile": "wordpress",
    }  # fmt: skip
    assert "# my remark" in place.file.read_text(encoding="utf-8")
    again = place.add(server.url("/"))
    assert (again.exit_code, len(place.sources)) == (0, 1)
    assert f"watched already, as {source['id']}" in again.output


def test_a_web_archive_is_asked_for_copies_and_the_site_for_nothing(
    place: Place, server: Any
) -> None:
    before = len(server.log)
    done = place.add("--kind", "wayback", server.url("/cdx?url=x"), "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert found["kind"] == "wayback"
    assert found["titles"] == [found["titles"][0]] * 2
    assert found["titles"][0].startswith("旧文")
    assert OLD not in [request.target for request in server.log[before:]]
    (source,) = place.sources
    assert (source["kind"], source["url"]) == ("wayback", server.url("/cdx?url=x"))


def test_a_listing_that_is_none_says_why(place: Place, server: Any) -> None:
    done = place.add("--kind", "sitemap", server.url("/post-1/"), "--dry-run")
    assert done.exit_code == 0, done.output
    assert "no listing of kind sitemap" in done.output
    assert place.sources == []


def test_a_kind_that_does_not_exist(place: Place, server: Any) -> None:
    done = place.add("--kind", "nope", server.url("/"))
    assert done.exit_code == 2
    assert "wayback" in done.output


def test_an_opml_list_with_its_names_and_folders(place: Place, server: Any) -> None:
    file = place.folder / "feeds.opml"
    file.write_text(
        '<?xml version="1.0"?><opml version="2.0"><body><outline text="中国">'
        f'<outline text="Law &amp; Party" xmlUrl="{server.url("/feed")}"/></outline>'
        f'<outline text="Gone" xmlUrl="{server.url("/no-feed")}"/></body></opml>',
        encoding="utf-8",
    )
    done = place.add("--from", str(file))
    assert done.exit_code == 3, "one of two does not answer"
    (source,) = place.sources
    assert (source["name"], source["tags"], source["kind"]) == ("Law & Party", ["中国"], "feed")
    file.write_text("<rss></rss>", encoding="utf-8")
    assert place.add("--from", str(file)).exit_code == 2


def test_a_list_of_addresses_as_an_editor_wrote_it(place: Place, server: Any) -> None:
    file = place.folder / "urls.txt"
    lines = (
        "# mine", server.url("/post-1/#top") + "   # a remark", "", server.url("/secret/x"),
        server.url("/post-2/"),
    )  # fmt: skip
    file.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode())
    done = place.add("--from", str(file))
    assert done.exit_code == 3
    assert "robots.txt" in done.output
    assert [source["kind"] for source in place.sources] == ["page", "page"]
    assert len({source["id"] for source in place.sources}) == 2


def test_where_it_may_not_write_the_block_is_printed(
    place: Place, server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only(self: Path, *_: object, **__: object) -> int:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "write_bytes", read_only)
    done = place.add(server.url("/"))
    assert done.exit_code == 2
    assert "[[source]]" in done.output
    assert 'kind = "wordpress"' in done.output
    assert place.sources == []


def source_block(name: str, url: str, kind: str = "page", more: str = "") -> str:
    return f'\n[[source]]\nid = "{name}"\nkind = "{kind}"\nurl = "{url}"\n{more}'


def check(place: Place, *blocks: str, json_too: bool = False) -> Result:
    written = place.file.read_text(encoding="utf-8") + "".join(blocks)
    place.file.write_text(written, encoding="utf-8")
    options = ["--db", str(place.folder / "a.db"), "--sources", str(place.file)]
    return CliRunner().invoke(crawl, [*options, "check", "--online", *["--json"][:json_too]])


def test_check_online_asks_each_source_for_its_listing_and_a_page(
    place: Place, server: Any
) -> None:
    result = check(
        place,
        source_block("blog", server.url("/feed/"), "feed"),
        source_block("gone", server.url("/none/"), "feed"),
        source_block("secret", server.url("/secret/a")),
        source_block("home", server.url("/")),
        source_block("off", server.url("/off"), more="enabled = false\n"),
        json_too=True,
    )
    assert result.exit_code == 3, result.output
    found = {one["source"]: one for one in json.loads(result.stdout)["online"]}
    assert list(found) == ["blog", "gone", "secret", "home"]
    blog = found["blog"]
    assert (blog["ok"], blog["problem"], blog["listed"]) == (True, None, len(POSTS))
    assert (blog["url"], blog["title"]) == (server.url(POSTS[0]), f"标题{POSTS[0]}")
    assert blog["chars"] >= 4 * len(PARAGRAPH)
    assert blog["rule"]
    assert "404" in found["gone"]["problem"]
    assert server.url("/none/") in found["gone"]["problem"]
    assert "robots" in found["secret"]["problem"]
    assert "not an article" in found["home"]["problem"]
    assert not (place.folder / "a.db").exists()


def test_check_online_says_each_source_in_a_line_and_keeps_nothing_but_the_pace(
    place: Place, server: Any
) -> None:
    with Archive.open(place.folder / "a.db", mode="write"):
        pass
    result = check(place, source_block("blog", server.url("/feed/"), "feed"))
    assert result.exit_code == 0, result.output
    assert f"  ok     blog: {len(POSTS)} listed; 标题{POSTS[0]}  [" in result.stdout
    with Archive.open(place.folder / "a.db", mode="read") as archive:
        assert len(archive.host_states()) == 1
        for table in ("pages", "observations", "bodies"):
            assert archive.conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 0


def test_check_online_ends_with_4_when_no_source_answers(place: Place, server: Any) -> None:
    result = check(place, source_block("gone", server.url("/none/"), "feed"))
    assert result.exit_code == 4, result.output
    assert "  fails  gone: " in result.stdout


def test_check_online_asks_no_stranger_without_a_contact(place: Place) -> None:
    nobody = place.file.read_text(encoding="utf-8").replace("me@example.org", "")
    place.file.write_text(nobody, encoding="utf-8")
    result = check(place, source_block("far", "https://example.org/"))
    assert result.exit_code == 2, result.output
    assert "contact" in result.output
