"""Listings from strangers: rows X1 to X5, A13 and A14 of the table of faults."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.discover import KINDS, next_urls, read, start_urls
from crawler.discover.gather import MAX_LINKS
from crawler.model import Document, Listing, Source

LISTED = sorted(KINDS - {"page"})
URL = "https://b.org/feed"


def listing(kind: str, body: bytes, **more: object) -> Listing:
    source = Source(id="s", kind=kind, **{"urls": (URL,), **more})  # type: ignore[arg-type]
    return read(kind, Document(URL, body), source)


@contextmanager
def within(limit_s: float) -> Iterator[None]:
    """Fails when the block takes more of the processor's time than the table allows; the wall's
    clock would also count what else the machine does."""
    began = time.process_time()
    yield
    assert time.process_time() - began < limit_s


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">
<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;">]>
<rss><channel><item><title>&e;</title><link>https://b.org/1</link></item></channel></rss>"""
QUADRATIC = (
    b'<!DOCTYPE rss [<!ENTITY a "' + b"x" * 100_000 + b'">]><rss><channel><title>'
    + b"&a;" * 1_000 + b"</title></channel></rss>"
)  # fmt: skip
EXTERNAL = b"""<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<rss><channel><item><title>&x;</title><link>https://b.org/1</link></item></channel></rss>"""


@pytest.mark.parametrize("body", [LAUGHS, QUADRATIC, EXTERNAL], ids=["laughs", "blow-up", "file"])
@pytest.mark.parametrize("kind", ["feed", "blogger", "wordpress", "sitemap"])
def test_x1_entities_are_refused(kind: str, body: bytes) -> None:
    with within(5):
        found = listing(kind, body)
    assert found.problem is not None
    assert "entities" in found.problem
    assert found.links == ()


@pytest.mark.parametrize("kind", ["feed", "sitemap"])
def test_x2_deep_nesting_is_refused(kind: str) -> None:
    with within(5):
        found = listing(kind, b"<rss>" + b"<a>" * 200_000)
    assert found.problem is not None
    assert "nested" in found.problem


@pytest.mark.parametrize("kind", ["feed", "sitemap"])
def test_x2_attributes_by_the_thousand_are_refused(kind: str) -> None:
    many = b" ".join(b"a%d='x'" % n for n in range(50_000))
    with within(5):
        found = listing(kind, b"<rss><channel><item " + many + b"/></channel></rss>")
    assert found.problem is not None
    assert "attributes" in found.problem


@pytest.mark.parametrize("kind", ["index", "xinhua", "chinanews", "people", "12371"])
def test_x2_html_that_no_parser_should_see_is_refused(kind: str) -> None:
    with within(5):
        found = listing(kind, b"<html><body>" + b"<div>" * 200_000)
    assert found.problem is not None
    assert "complex" in found.problem


BROKEN = b"""\xef\xbb\xbf<rss version="2.0"><channel><title>A & B &nbsp; \x0b</title>
<item><title>Fish & Chips &hellip;</title><link>https://b.org/1?a=1&b=2</link></item>
<item><title><![CDATA[A & B]]></title><link>https://b.org/2</link></item>
<item><title>unclosed<link>https://b.org/3</link></item></channel></rss>"""


def test_x3_what_is_not_well_formed_is_read_as_far_as_it_goes() -> None:
    found = listing("feed", BROKEN)
    assert "not_well_formed" in found.flags
    assert found.problem is None
    assert [link.url for link in found.links][:2] == ["https://b.org/1?a=1&b=2", "https://b.org/2"]
    assert found.links[0].title == "Fish & Chips …"
    assert found.links[1].title == "A & B"


def test_x3_a_feed_behind_a_servers_own_words() -> None:
    body = b"Warning: mysql_connect() <br />\n" + BROKEN[3:]
    found = listing("feed", body)
    assert "not_well_formed" in found.flags
    assert found.links[0].url == "https://b.org/1?a=1&b=2"


def test_x3_a_sources_own_encoding_comes_before_what_a_feed_says() -> None:
    body = (
        "<?xml version='1.0' encoding='iso-8859-1'?><rss><channel><item><title>朱镕基论学习与实践"
    )
    body += "</title><link>https://b.org/1</link></item></channel></rss>"
    (link,) = listing("feed", body.encode("gb18030"), encoding="gb18030").links
    assert link.title == "朱镕基论学习与实践"


def test_x3_a_feed_cut_off_in_the_middle() -> None:
    body = b"<rss><channel>" + b"<item><link>https://b.org/1</link></item>" * 3 + b"<item><li"
    found = listing("feed", body)
    assert len(found.links) == 1
    assert found.flags == ("not_well_formed",)


def test_x4_a_million_entries_are_capped() -> None:
    entries = b"".join(b"<url><loc>https://b.org/%d</loc></url>" % n for n in range(100_000))
    found = listing("sitemap", b"<urlset>" + entries + b"</urlset>")
    assert len(found.links) == MAX_LINKS
    assert found.flags == ("capped",)


def test_x4_foreign_and_odd_links_are_dropped_and_said() -> None:
    addresses = [
        "https://b.org/1",
        "https://sub.b.org/2",
        "https://evil.org/3",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://b.org/" + "x" * 10_000,
        "http://[::1",
        "https://169.254.169.254/latest",
    ]
    items = "".join(f"<item><link>{address}</link></item>" for address in addresses)
    body = f"<rss><channel>{items}</channel></rss>".encode()
    found = listing("feed", body)
    assert [link.url for link in found.links] == addresses[:2]
    assert set(found.flags) == {"foreign_links_dropped", "bad_links_dropped"}
    allowed = listing("feed", body, article=r"^https://(b|evil)\.org/\d$")
    assert [link.url for link in allowed.links] == [addresses[0], addresses[2]]


def test_x4_a_feed_that_leads_elsewhere_is_not_followed() -> None:
    body = b"""<feed xmlns="http://www.w3.org/2005/Atom"><link rel="next" href="https://evil.org/2"/>
<entry><link href="https://b.org/1"/></entry></feed>"""
    assert listing("feed", body).next is None


def test_x4_a_feed_that_names_itself_as_its_next_page() -> None:
    body = f"""<feed xmlns="http://www.w3.org/2005/Atom"><link rel="next" href="{URL}"/></feed>"""
    assert listing("feed", body.encode()).next is None


JSON_BODIES = {
    "deep": b'{"datasource": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "never closed": b'{"datasource": [',
    "NaN": b'{"datasource": [{"title": NaN}]}',
    "infinite": b'{"datasource": [{"title": -Infinity}]}',
    "twice": b'{"datasource": [], "datasource": [{"publishUrl": "/a"}]}',
    "no rows": b'{"other": []}',
    "no list": b'{"datasource": {"a": 1}}',
    "a huge number": b'{"datasource": [' + b"9" * 10_000 + b"]}",
    "text": b"[not json]",
}


@pytest.mark.parametrize("body", JSON_BODIES.values(), ids=JSON_BODIES)
def test_x5_odd_json_is_no_listing(body: bytes) -> None:
    with within(5):
        found = listing("xinhua", body)
    assert found.problem is not None
    assert found.links == ()


def test_x5_huge_json_is_read_within_seconds() -> None:
    rows = [{"publishUrl": f"/2026/c_{n}.htm", "title": "标题" * 20} for n in range(20_000)]
    with within(5):
        found = listing("xinhua", json.dumps({"datasource": rows}).encode())
    assert len(found.links) == 20_000


HTML = b"<!doctype html><html><head><title>Just a moment...</title></head><body>x</body></html>"
FEED = (
    b"<?xml version='1.0'?><rss><channel><item><link>https://b.org/1</link></item></channel></rss>"
)
WRONG = [
    *[(kind, HTML) for kind in ("feed", "blogger", "wordpress", "sitemap", "wayback", "12371")],
    *[("index", body) for body in (FEED, b'{"a": 1}', b"%PDF-1.7", b"", b"\x89PNG\r\n\x1a\n")],
    ("12371", FEED),
    ("feed", b'{"datasource": []}'),
    ("feed", b""),
    ("wayback", FEED),
    ("feed", b"\x00" * 1_000),
]


@pytest.mark.parametrize(("kind", "body"), WRONG)
def test_a13_the_wrong_kind_of_document_is_said(kind: str, body: bytes) -> None:
    found = listing(kind, body)
    assert found.problem is not None
    assert found.problem.startswith(f"{URL} is no listing of kind {kind}: ")
    assert found.links == ()


def test_a14_an_empty_list_is_a_list() -> None:
    assert listing("feed", b"<rss><channel></channel></rss>").problem is None
    assert listing("index", HTML).problem is None
    assert listing("xinhua", b'{"datasource": []}').problem is None


def test_a_kind_that_does_not_exist_is_a_problem_not_a_crash() -> None:
    found = read("nonsense", Document(URL, b""), Source(id="s", kind="nonsense"))
    assert found.problem is not None
    assert start_urls(Source(id="s", kind="nonsense", urls=(URL,)), backfill=True) == ()
    assert next_urls(found, Source(id="s", kind="nonsense"), backfill=True) == ()


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(LISTED), st.binary(max_size=400))
def test_no_bytes_make_a_kind_raise(kind: str, body: bytes) -> None:
    assert isinstance(listing(kind, body), Listing)


PIECES = [
    *("<rss>", "<item>", "<link>", "</link>", "</item>", "<html>", "<urlset>", "<loc>", "</loc>"),
    *("https://b.org/1", "<a href='/x/12345.html'>a long title</a>", "<?xml version='1.0'?>"),
    *("item=[", "{'title': 'x'}", "];", "[", "]", "{", "}", '"a":', ",", "'", '"', "\\'"),
    *("<![CDATA[", "]]>", "<!--", "-->", "&", "&nbsp;", "datasource:" + "a" * 32),
]
TOKENS = st.lists(st.sampled_from(PIECES), max_size=30)


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(LISTED), TOKENS)
def test_no_mixture_of_markup_makes_a_kind_raise(kind: str, tokens: list[str]) -> None:
    found = listing(kind, "".join(tokens).encode())
    assert all(len(link.url) <= 2_048 for link in found.links)
    assert found.problem is None or found.links == ()


DIGITS = b"9" * 5_000
ODD_LISTINGS = [
    ("sitemap", b"<sitemapindex><sitemap><loc>https://b.org/%d</loc></sitemap></sitemapindex>"),
    ("blogger", b"<feed><link rel='next' href='https://b.org/?start-index=%d'/></feed>"),
    ("blogger", b"<feed><link rel='next' href='http://[b.org/?start-index=2'/></feed>"),
    ("feed", b"<feed><link rel='next' href='http://[b.org/'/></feed>"),
    ("feed", b"<feed xml:base='http://[b.org/'><link rel='next' href='2'/></feed>"),
    ("index", b"<base href='http://[b.org/'><a href='/a'>b</a>"),
]


@pytest.mark.parametrize(("kind", "body"), ODD_LISTINGS)
def test_x4_addresses_and_numbers_beyond_reason_make_no_kind_raise(kind: str, body: bytes) -> None:
    assert listing(kind, body.replace(b"%d", DIGITS)).problem is None


@pytest.mark.parametrize(
    ("kind", "parameter"), [("wordpress", "paged"), ("xinhua", "pgnum"), ("people", "page")]
)
def test_x4_a_list_whose_own_address_counts_beyond_reason(kind: str, parameter: str) -> None:
    body = b"<rss><item><link>https://b.org/1</link></item></rss>"
    if kind == "xinhua":
        body = b'{"datasource": [{"url": "https://b.org/1"}]}'
    for url in (f"{URL}?{parameter}={'9' * 5_000}", f"https://b.org/result/{'9' * 5_000}"):
        source = Source(id="s", kind=kind, urls=(URL,))
        assert read(kind, Document(url, body), source).problem is None


@pytest.mark.parametrize("kind", ["feed", "blogger", "wordpress"])
def test_x4_a_full_feed_is_not_read_on(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.discover.gather.MAX_LINKS", 50)
    entry = b"<entry><title>&lt;b&gt;%d</title><link href='https://b.org/%d'/></entry>"
    body = b"<feed>" + b"".join(entry % (n, n) for n in range(20_000)) + b"</feed>"
    with within(0.5):
        found = listing(kind, body)
    assert (len(found.links), found.flags) == (50, ("capped",))


@pytest.mark.parametrize(
    ("kind", "body"),
    [("12371", b"<html>" + b"item=[" * 50_000), ("feed", b"<rss>& " + b"<![CDATA[" * 50_000)],
    ids=["arrays", "sections"],
)
def test_x2_what_never_ends_is_not_searched_again_and_again(kind: str, body: bytes) -> None:
    with within(5):
        listing(kind, body)
