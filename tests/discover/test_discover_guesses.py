"""What an address most likely is, OPML lists, and the plan of a pass."""

import pytest

from crawler.discover import Step, ends_at, next_urls, page_links, start_urls
from crawler.discover.autodetect import Guess, Outline, guesses, read_opml, suggested_id
from crawler.discover.gather import NotAListing
from crawler.model import Document, Link, Listing, Source


def best(url: str, body: str) -> Guess:
    return guesses(Document(url, body.encode()))[0]


BLOGGER = """<html><head><title>My blog</title><meta content='blogger' name='generator'/>
<link rel="alternate" type="application/atom+xml" href="https://b.org/feeds/posts/default"/>
<link rel="alternate" type="application/rss+xml" href="/feeds/posts/default?alt=rss"/>
<link rel="alternate" type="application/atom+xml" href="/feeds/7/comments/default"/>
</head></html>"""
WORDPRESS = """<html><head><title>W</title><link rel="https://api.w.org/" href="/wp-json/"/>
<link rel="alternate" type="application/rss+xml" title="Feed" href="https://b.org/feed/"/>
<link rel="alternate" type="application/rss+xml" title="Comments" href="https://b.org/comments/feed/"/>
</head></html>"""
PLAIN_FEED = """<html><head><link rel="alternate" type="application/rss+xml" href="news.xml">
</head></html>"""
LIST = "<title>L</title>" + "".join(
    f'<a href="/news/{n}.html">一个足够长的标题第{n}号</a>' for n in range(1_000, 1_010)
)


@pytest.mark.parametrize(
    ("url", "body", "kind", "address", "profile"),
    [
        ("https://b.org/", BLOGGER, "blogger", "https://b.org/", "blogger"),
        ("https://b.org/x/", WORDPRESS, "wordpress", "https://b.org/feed/", "wordpress"),
        ("https://b.org/x/", PLAIN_FEED, "feed", "https://b.org/x/news.xml", None),
        ("https://b.org/list", LIST, "index", "https://b.org/list", None),
        ("https://b.org/p", "<p>text</p>", "page", "https://b.org/p", None),
        (
            "https://www.qstheory.cn/qs/mulu.htm",
            "<div class='booktitle'></div>",
            "index",
            "https://www.qstheory.cn/qs/mulu.htm",
            None,
        ),
        (
            "https://www.news.cn/politics/",
            "<p></p>",
            "xinhua",
            "https://www.news.cn/politics/",
            None,
        ),
        (
            "https://www.news.cn/2021-06/30/c_1127611111.htm",
            "<p></p>",
            "page",
            "https://www.news.cn/2021-06/30/c_1127611111.htm",
            None,
        ),
        (
            "https://b.org/map.xml",
            "<?xml version='1.0'?><urlset></urlset>",
            "sitemap",
            "https://b.org/map.xml",
            None,
        ),
        ("https://b.org/f", "<rss><channel></channel></rss>", "feed", "https://b.org/f", None),
        (
            "http://www.people.com.cn/rss/politics.xml",
            "<rss><channel></channel></rss>",
            "people",
            "http://www.people.com.cn/rss/politics.xml",
            None,
        ),
    ],
)
def test_the_likeliest_way_to_watch_an_address(
    url: str, body: str, kind: str, address: str, profile: str | None
) -> None:
    guess = best(url, body)
    assert (guess.kind, guess.url, guess.profile) == (kind, address, profile)
    assert guess.reason


def test_comments_and_doubles_are_no_ways() -> None:
    found = guesses(Document("https://b.org/", BLOGGER.encode()))
    assert [(guess.kind, guess.url) for guess in found] == [
        ("blogger", "https://b.org/"),
        ("page", "https://b.org/"),
    ]
    assert found[0].title == "My blog"


def test_an_article_comes_before_the_feed_that_it_names() -> None:
    body = '<meta property="og:type" content="article">' + WORDPRESS
    kinds = [guess.kind for guess in guesses(Document("https://b.org/post/", body.encode()))]
    assert kinds == ["page", "wordpress"]


@pytest.mark.parametrize("body", [b"", b'{"a": 1}', b"%PDF-1.7", b"\x89PNG", b"<div>" * 200_000])
def test_what_is_neither_page_nor_feed_gives_no_guess(body: bytes) -> None:
    assert guesses(Document("https://b.org/", body)) == ()


OPML = """<?xml version="1.0"?><opml version="2.0"><head><title>Mine</title></head><body>
<outline text="China"><outline text="Law"><outline type="rss" text="CMP &amp; Co"
 xmlUrl="https://cmp.org/feed/" htmlUrl="https://cmp.org/"/></outline></outline>
<outline text="" xmlurl="//b.org/feed"/><outline xmlUrl="javascript:alert(1)"/>
<outline text="again" xmlUrl="https://cmp.org/feed/"/></body></opml>"""


def test_an_opml_list_with_its_folders() -> None:
    assert read_opml(Document("https://x.org/list.opml", OPML.encode())) == (
        Outline("https://cmp.org/feed/", "CMP & Co", ("China", "Law")),
        Outline("https://b.org/feed", None, ()),
    )
    with pytest.raises(NotAListing, match="where OPML was promised"):
        read_opml(Document("https://x.org/", b"<rss></rss>"))


def test_ids_are_short_and_new() -> None:
    assert suggested_id("https://www.qstheory.cn/qs/mulu.htm") == "qstheory"
    assert suggested_id("https://lcbackerblog.blogspot.co.uk/") == "lcbackerblog"
    assert suggested_id("https://b.org/", frozenset({"b", "b-2"})) == "b-3"
    assert suggested_id("http://127.0.0.1:8000/") == "127"


def test_pages_have_no_listing_and_name_themselves() -> None:
    source = Source(id="p", kind="page", urls=("https://b.org/1", "http://b.org:80/2"))
    assert start_urls(source, backfill=True) == ()
    assert page_links(source) == (Link("https://b.org/1"), Link("http://b.org/2"))
    assert page_links(Source(id="f", kind="feed", urls=("https://b.org/",))) == ()


FEED = Source(id="f", kind="feed", urls=("https://b.org/feed",))


def test_pages_of_a_list_are_turned_on_a_backfill_or_to_close_a_gap() -> None:
    listing = Listing(next="https://b.org/feed?page=2")
    step = (Step("https://b.org/feed?page=2", 0),)
    assert next_urls(listing, FEED, backfill=False) == ()
    assert next_urls(listing, FEED, backfill=True) == step
    assert next_urls(listing, FEED, backfill=False, catch_up=True) == step


def test_a_tree_without_end_ends() -> None:
    source = Source(id="m", kind="sitemap", urls=("https://b.org/map.xml",))
    endless = Listing(follow=("https://b.org/map.xml?deeper",))
    depth, steps = 0, next_urls(endless, source, backfill=True)
    while steps:
        depth = steps[0].depth
        steps = next_urls(endless, source, backfill=True, depth=depth)
    assert depth == 8


def test_only_pages_that_we_count_may_be_missing() -> None:
    blog = Source(id="w", kind="wordpress", urls=("https://b.org/feed/",))
    assert ends_at(blog, 404, "https://b.org/feed/?paged=9")
    assert not ends_at(blog, 404, "https://b.org/feed/")
    assert not ends_at(blog, 503, "https://b.org/feed/?paged=9")
    assert not ends_at(FEED, 404, "https://b.org/feed?page=2")


def test_each_address_is_asked_once() -> None:
    double = Source(id="d", kind="blogger", urls=("https://b.org/", "https://b.org/x"))
    assert len(start_urls(double, backfill=False)) == 1
