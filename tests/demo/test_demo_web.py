"""The small web over real sockets: what it serves, how it answers, what it writes down."""

import gzip
import http.client
import re
import socket
import tomllib
import urllib.error
import urllib.request
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler.demo import EDITS, DemoWeb, EditKind
from crawler.demo.edits import article_at
from crawler.demo.library import articles, named
from crawler.demo.seeds import SEEDS, seed_bytes

BLOG_FEED = "/feeds/posts/default?max-results=150"


def get(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """One GET; headers are given with underscores for hyphens."""
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=fields)) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read()


def test_every_article_is_served_at_its_tick(small_web: DemoWeb) -> None:
    small_web.advance(4)
    for (site, path), article in articles().items():
        status, _, body = get(small_web.url(site, path))
        stubbed = any(edit.kind is EditKind.STUBBED and edit.path == path for edit in EDITS)
        text = unescape(body.decode("gb18030" if site == "chinanews" else "utf-8"))
        assert status == 200
        assert (article.paragraphs[0].text[:12] in text) is not stubbed


def test_each_site_has_a_host_of_its_own(small_web: DemoWeb) -> None:
    hosts = {urlsplit(base).netloc for base in small_web.bases.values()}
    assert len(hosts) == len(small_web.bases) == 8


def test_noise_changes_every_answer_and_the_article_does_not(small_web: DemoWeb) -> None:
    for (site, path), article in articles().items():
        if article.since:
            continue
        first, second = (get(small_web.url(site, path))[2] for _ in range(2))
        assert first != second, path
        for body in (first, second):
            text = unescape(body.decode("gb18030" if site == "chinanews" else "utf-8"))
            places = [text.find(part.text) for part in article.paragraphs]
            assert -1 not in places
            assert places[0] < places[-1] or len(places) == 1


@pytest.mark.parametrize(
    ("site", "path", "header"),
    [
        ("blog", named()["elite_post"].path, "If_None_Match"),
        ("qiushi", named()["pseudo_loyalty"].path, "If_None_Match"),
        ("qiushi", named()["moved"].path, "If_None_Match"),
        ("blog", BLOG_FEED, "If_None_Match"),
        ("chinanews", named()["masked"].path, "If_Modified_Since"),
    ],
)
def test_validators_hold_until_the_edit(
    small_web: DemoWeb, site: str, path: str, header: str
) -> None:
    url = small_web.url(site, path)
    validator = get(url)[1]["ETag" if header == "If_None_Match" else "Last-Modified"]
    status, _, body = get(url, **{header: validator})
    assert (status, body) == (304, b"")
    edited = {edit.path: edit.tick for edit in EDITS if edit.changes_text}
    small_web.advance(1)
    expected = 200 if path == BLOG_FEED or edited.get(path) == 1 else 304
    assert get(url, **{header: validator})[0] == expected


def test_gzip_only_when_asked(small_web: DemoWeb) -> None:
    url = small_web.url("farm", named()["clean_style"].path)
    status, headers, body = get(url, Accept_Encoding="gzip")
    assert status == 200
    assert headers["Content-Encoding"] == "gzip"
    assert b"Sixth Plenary" in gzip.decompress(body)
    assert "Content-Encoding" not in get(url)[1]


def test_chinanews_bytes_are_gb18030_and_say_gb2312(small_web: DemoWeb) -> None:
    body = get(small_web.url("chinanews", named()["masked"].path))[2]
    assert b"charset=gb2312" in body
    assert "朱镕基" in body.decode("gb18030")
    with pytest.raises(UnicodeDecodeError):
        body.decode("gb2312")


def test_taken_down_then_restored(small_web: DemoWeb) -> None:
    edit = next(edit for edit in EDITS if edit.kind is EditKind.TAKEN_DOWN)
    statuses = []
    for _ in range(4):
        statuses.append(get(small_web.url(edit.site, edit.path))[0])
        small_web.advance()
    assert statuses == [200, 404, 404, 200]


def test_the_blog_feed_is_paged(small_web: DemoWeb) -> None:
    pages, url = [], small_web.url("blog", BLOG_FEED)
    while url:
        pages.append(get(url)[2].decode())
        following = re.search(r"rel='next'[^>]*href='([^']+)'", pages[-1])
        url = following.group(1).replace("&amp;", "&") if following else ""
    ids = re.findall(r"<id>tag:blogger.com,1999:blog-\d+\.post-(\d+)</id>", "".join(pages))
    assert len(pages) == 2
    assert len(ids) == len(set(ids)) == 5


def test_qiushi_tree_leads_to_every_listed_article(small_web: DemoWeb) -> None:
    base = small_web.bases["qiushi"]
    found, waiting = set(), ["/qs/mulu.htm", "/hqwglist/mulu.htm"]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.add(path)
        page = get(base + path)[2].decode()
        highlight = re.search(r'class="highlight">(.*?)</div>', page, re.DOTALL)
        waiting += re.findall(r'href="(/[^"]+\.html?)"', highlight.group(1) if highlight else "")
    wanted = {path for (site, path), it in articles().items() if site == "qiushi" and not it.since}
    assert wanted <= found


def test_keep_alive_and_log(small_web: DemoWeb) -> None:
    place = urlsplit(small_web.bases["magazine"])
    connection = http.client.HTTPConnection(place.hostname or "", place.port)
    for path in ("/robots.txt", "/nowhere"):
        connection.request("GET", path, headers={"User-Agent": "test"})
        connection.getresponse().read()
    connection.close()
    first, second = small_web.requests
    assert (first.path, first.status, second.status) == ("/robots.txt", 200, 404)
    assert first.headers["user-agent"] == "test"
    assert first.started_s <= first.finished_s <= second.started_s
    assert second.tick == 0


def test_a_broken_request_ends_its_connection_only(small_web: DemoWeb) -> None:
    place = urlsplit(small_web.bases["farm"])
    with socket.create_connection((place.hostname, place.port)) as raw:
        raw.sendall(b"nonsense\r\n\r\n")
        assert raw.recv(100).startswith(b"HTTP/1.1 400")
    assert get(small_web.url("farm", "/robots.txt"))[0] == 200


def test_sources_toml_names_everything_that_it_needs(small_web: DemoWeb, tmp_path: Path) -> None:
    written = tomllib.loads(small_web.sources_toml(tmp_path / "sources.toml").read_text("utf-8"))
    assert written["network"]["allow"] == ["127.0.0.0/8"]
    assert {source["id"] for source in written["source"]} == set(small_web.bases)
    assert len(written["seed"]) == 5
    for seed, copy in zip(written["seed"], SEEDS, strict=True):
        assert (tmp_path / seed["file"]).read_bytes() == seed_bytes(copy)
        for url in (seed["url"], *seed["originals"]):
            assert get(url)[0] == 200


def test_stopping_twice_is_safe() -> None:
    web = DemoWeb()
    web.start()
    url = web.url("farm", "/robots.txt")
    web.stop()
    web.stop()
    with pytest.raises(urllib.error.URLError, match="refused"):
        urllib.request.urlopen(url, timeout=2)


def test_an_unknown_page_is_no_article() -> None:
    assert article_at("blog", "/no/such/page.html", 0) is None
