"""Saved documents of real sites, where they are at hand."""

import json
from pathlib import Path

import pytest

from crawler.discover import page_key, read
from crawler.discover.autodetect import guesses
from crawler.model import Document, PageKey, Source

CORPUS = Path(__file__).resolve().parents[2] / ".." / "shared" / "corpus" / "pages"


@pytest.fixture(autouse=True)
def _at_hand() -> None:
    if not CORPUS.is_dir():
        pytest.skip("the corpus of saved pages is not at hand")


def test_a_blogger_feed_of_2012() -> None:
    url = "http://blogsofnote.blogspot.com/feeds/posts/default?orderby=UPDATED"
    body = (CORPUS / "feeds" / "blogger_blogsofnote_atom.xml").read_bytes()
    source = Source(id="b", kind="blogger", urls=("http://blogsofnote.blogspot.com/",))
    found = read("blogger", Document(url, body, "application/atom+xml"), source)
    assert len(found.links) == 25
    assert found.links[0].key == PageKey("blogsofnote.blogspot.com", "post:4788976765093692545")
    assert found.links[0].published == "2012-08-22T14:56:00-07:00"
    assert found.next == f"{url}&start-index=26"
    assert found.flags == ()


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("feedjira_AmazonWebServicesBlog.xml", 10),
        ("feedjira_DuplicateContentAtomFeed.xml", 10),
        ("feedjira_InvalidDateFormat.xml", 2),
        ("feedjira_RSSWithComments.xml", 30),
        ("feedjira_TechCrunch.xml", 20),
    ],
)
def test_feeds_that_broke_other_readers(name: str, count: int) -> None:
    source = Source(id="f", kind="feed", urls=("http://x.org/",), article=".")
    found = read(
        "feed", Document("http://x.org/feed", (CORPUS / "feeds" / name).read_bytes()), source
    )
    assert len(found.links) == count
    assert all(link.title for link in found.links)


def test_the_contents_of_qiushi_2019_1() -> None:
    (path,) = (CORPUS / "qstheory.cn").glob("*.html")
    url = "http://www.qstheory.cn/dukan/qs/2014/2019-01/01/c_1123924172.htm"
    source = Source(id="q", kind="index", urls=("https://www.qstheory.cn/qs/mulu.htm",))
    found = read("index", Document(url, path.read_bytes(), None, 2), source)
    assert len(found.links) == 17
    assert found.links[1].title == "辩证唯物主义是中国共产党人的世界观和方法论"
    assert found.links[1].key == PageKey("qstheory.cn", "c_1123923896")


def saved_pages() -> list[dict[str, str]]:
    rows = [json.loads(line) for line in (CORPUS / "manifest.jsonl").open(encoding="utf-8")]
    return [row for row in rows if row.get("url") and row["file"].endswith(".html")]


def test_every_saved_page_has_a_key_and_a_way_to_watch_it() -> None:
    for row in saved_pages():
        path = CORPUS / row["file"].removeprefix("html/")
        if not path.exists():
            continue
        assert page_key(row["url"]).key
        found = guesses(Document(row["url"], path.read_bytes()))
        assert found, row["url"]
        if row["site"] == "blogspot.com":
            assert "blogger" in [guess.kind for guess in found], row["url"]
        elif row["site"] in ("xinhuanet.com", "people.com.cn", "chinanews.com"):
            assert found[0].kind == "page", row["url"]
            assert not page_key(row["url"]).key.startswith("url:"), row["url"]
