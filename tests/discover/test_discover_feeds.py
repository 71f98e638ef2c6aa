"""Feeds of every dialect, blogs at Blogger and with WordPress, sitemaps."""

import gzip
import json

import pytest

from crawler.discover import read, start_urls
from crawler.model import Document, Link, Listing, PageKey, Source

ATOM = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns='http://www.w3.org/2005/Atom' xmlns:openSearch='http://a9.com/-/spec/opensearchrss/1.0/'>
<id>tag:blogger.com,1999:blog-42</id><title type='text'>Law at the End of the Day</title>
<link rel='self' href='https://www.blogger.com/feeds/42/posts/default'/>
<link rel='next' href='https://www.blogger.com/feeds/42/posts/default?start-index={next}&amp;max-results=25'/>
<openSearch:totalResults>60</openSearch:totalResults>
<entry><id>tag:blogger.com,1999:blog-42.post-777</id>
<published>2018-02-11T21:14:00.003-05:00</published><updated>2018-02-12T08:00:00-05:00</updated>
<title type='html'>Elite &lt;i&gt;Engagement&lt;/i&gt; &amp;amp; Leadership</title>
<content type='html'>&lt;p&gt;text&lt;/p&gt;</content>
<link rel='replies' href='https://b.blogspot.com/feeds/777/comments/default'/>
<link rel='alternate' type='text/html' href='http://b.blogspot.com/2018/02/elite.html?m=1'/>
<author><name>Larry Catá Backer</name><uri>http://x.org</uri></author></entry>
<entry><id>tag:blogger.com,1999:blog-42.post-778</id><title>旗帜鲜明反对“伪忠诚”</title>
<link rel='alternate' href='http://b.blogspot.com/2018/02/second.html'/></entry>
</feed>"""


def listing(
    kind: str, body: str | bytes, url: str = "https://b.org/feed", **more: object
) -> Listing:
    given = {"urls": (url,), **more}
    source = Source(id="s", kind=kind, **given)  # type: ignore[arg-type]
    encoded = body.encode() if isinstance(body, str) else body
    return read(kind, Document(url, encoded), source)


def test_a_blog_gives_its_posts_with_their_own_numbers() -> None:
    url = "https://b.blogspot.com/feeds/posts/default?orderby=updated"
    found = listing("blogger", ATOM.replace("{next}", "26"), url)
    assert found.links[0] == Link(
        url="http://b.blogspot.com/2018/02/elite.html",
        title="Elite Engagement & Leadership",
        published="2018-02-11T21:14:00-05:00",
        updated="2018-02-12T08:00:00-05:00",
        author="Larry Catá Backer",
        key=PageKey("b.blogspot.com", "post:777"),
    )
    assert [link.title for link in found.links][1] == "旗帜鲜明反对“伪忠诚”"
    assert found.title == "Law at the End of the Day"
    assert found.flags == ()


def test_a_blogs_next_page_is_asked_of_the_blog_itself() -> None:
    url = "https://b.blogspot.com/feeds/posts/default?start-index=1&max-results=150"
    found = listing("blogger", ATOM.replace("{next}", "151"), url)
    assert found.next == (
        "https://b.blogspot.com/feeds/posts/default?max-results=150&start-index=151"
    )


def test_a_blog_that_moved_to_a_domain_of_its_own() -> None:
    home = "<link rel='alternate' type='text/html' href='https://www.law.org/'/><entry>"
    moved = ATOM.replace("http://b.blogspot.com/", "https://www.law.org/")
    url = "https://b.blogspot.com/feeds/posts/default"
    found = listing("blogger", moved.replace("<entry>", home, 1), url)
    assert found.links[0].key == PageKey("law.org", "post:777")
    assert listing("blogger", moved, url).flags == ("foreign_links_dropped",)


@pytest.mark.parametrize("after", ["1", "26", "", "x"])
def test_a_blogs_pages_only_go_forward(after: str) -> None:
    url = "https://b.blogspot.com/feeds/posts/default?start-index=26"
    assert listing("blogger", ATOM.replace("{next}", after), url).next is None


def test_a_blog_is_asked_for_edited_posts_first_and_for_all_on_a_backfill() -> None:
    source = Source(id="b", kind="blogger", urls=("https://b.blogspot.com/",))
    feed = "https://b.blogspot.com/feeds/posts/default"
    assert start_urls(source, backfill=False) == (f"{feed}?orderby=updated",)
    assert start_urls(source, backfill=True) == (f"{feed}?start-index=1&max-results=150",)


RSS_2 = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"
 xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>时政新闻</title><link>https://b.org/</link>
<atom:link rel="next" href="https://b.org/feed?page=2"/>
<item><title><![CDATA[A &amp; B]]></title><link>https://b.org/1.html?utm_source=rss</link>
<pubDate>Wed, 06 Apr 2022 21:07:47 +0800</pubDate><dc:creator>新华社</dc:creator></item>
<item><title>No link</title><guid isPermaLink="true">https://b.org/2.html</guid></item>
<item><title>Nothing</title><guid>17</guid></item>
</channel></rss>"""
RSS_1 = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://b.org/"><title>Old</title></channel>
<item rdf:about="https://b.org/1.html"><title>One</title><link>https://b.org/1.html</link>
<dc:date>2004-05-06T07:08:09Z</dc:date></item></rdf:RDF>"""
RSS_091 = """<rss version="0.91"><channel><title>Older</title>
<item><title>One</title><link> https://b.org/1.html </link></item></channel></rss>"""
ATOM_03 = """<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>x</title><entry>
<title>One</title><link rel="alternate" href="/1.html"/><issued>2004-05-06T07:08:09Z</issued>
<modified>2004-05-07T07:08:09Z</modified></entry></feed>"""


def test_rss_2_with_its_quirks() -> None:
    found = listing("feed", RSS_2)
    assert [link.url for link in found.links] == ["https://b.org/1.html", "https://b.org/2.html"]
    assert found.links[0].title == "A & B"
    assert found.links[0].author == "新华社"
    assert found.links[0].published == "2022-04-06T21:07:47+08:00"
    assert found.next == "https://b.org/feed?page=2"


@pytest.mark.parametrize(
    ("body", "published"),
    [(RSS_1, "2004-05-06T07:08:09+00:00"), (RSS_091, None), (ATOM_03, "2004-05-06T07:08:09+00:00")],
)
def test_older_dialects(body: str, published: str | None) -> None:
    (link,) = listing("feed", body).links
    assert (link.url, link.title, link.published) == ("https://b.org/1.html", "One", published)


def test_a_feed_in_gb18030_that_calls_itself_gb2312() -> None:
    body = RSS_2.replace("utf-8", "gb2312").replace("新华社", "朱镕基、堃").encode("gb18030")
    assert listing("feed", body).links[0].author == "朱镕基、堃"


def test_wordpress_posts_carry_their_number_and_pages_are_counted() -> None:
    body = RSS_2.replace("<guid>17<", "<link>https://b.org/third/</link><guid>https://b.org/?p=17<")
    found = listing("wordpress", body, "https://b.org/feed/")
    assert found.links[2].key == PageKey("b.org", "p:17")
    assert found.links[0].key is None
    bare = body.replace('<atom:link rel="next" href="https://b.org/feed?page=2"/>', "")
    assert listing("wordpress", bare, "https://b.org/feed/").next == "https://b.org/feed/?paged=2"
    assert (
        listing("wordpress", bare, "https://b.org/feed/?paged=9").next
        == "https://b.org/feed/?paged=10"
    )
    empty = "<rss version='2.0'><channel><title>x</title></channel></rss>"
    assert listing("wordpress", empty, "https://b.org/feed/").next is None


def test_wordpress_by_its_rest_interface() -> None:
    source = Source(id="w", kind="wordpress", urls=("https://b.org/wp-json/wp/v2/posts",))
    (url,) = start_urls(source, backfill=False)
    assert "per_page=100" in url
    assert "orderby=modified" in url
    posts = [
        {
            "id": n,
            "link": f"https://b.org/post-{n}/",
            "title": {"rendered": "A &#8217; B"},
            "date_gmt": "2026-01-02T03:04:05",
            "modified_gmt": "2026-01-03T03:04:05",
        }
        for n in range(100)
    ]
    found = listing("wordpress", json.dumps(posts), url)
    assert found.links[7] == Link(
        url="https://b.org/post-7/",
        title="A ’ B",
        published="2026-01-02T03:04:05+00:00",
        updated="2026-01-03T03:04:05+00:00",
        key=PageKey("b.org", "p:7"),
    )
    assert found.next is not None
    assert "page=2" in found.next
    assert listing("wordpress", json.dumps(posts[:40]), url).next is None


def test_a_blogs_address_leads_to_its_feed() -> None:
    addresses = {
        "https://b.org/": "https://b.org/feed/",
        "https://b.org/zh": "https://b.org/zh/feed/",
        "https://b.org/feed": "https://b.org/feed",
        "https://b.org/?feed=rss2": "https://b.org/?feed=rss2",
    }
    for address, feed in addresses.items():
        source = Source(id="w", kind="wordpress", urls=(address,))
        assert start_urls(source, backfill=True) == (feed,)


SITEMAP = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://b.org/1.html</loc><lastmod>2026-01-02</lastmod><news:news>
<news:publication_date>2026-01-01T08:00:00+08:00</news:publication_date>
<news:title>一号文件</news:title></news:news></url>
<url><loc>https://b.org/2.html</loc></url></urlset>"""
INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://b.org/map-9.xml.gz</loc></sitemap>
<sitemap><loc>https://b.org/map-10.xml.gz</loc></sitemap>
<sitemap><loc>https://b.org/old.xml</loc><lastmod>2020-01-01</lastmod></sitemap>
<sitemap><loc>https://b.org/new.xml</loc><lastmod>2026-01-01</lastmod></sitemap>
</sitemapindex>"""


@pytest.mark.parametrize("packed", [False, True])
def test_a_sitemap_plain_and_gzipped(packed: bool) -> None:
    body = gzip.compress(SITEMAP.encode()) if packed else SITEMAP.encode()
    first, second = listing("sitemap", body, "https://b.org/map.xml").links
    assert (first.title, first.published, first.updated) == (
        "一号文件",
        "2026-01-01T08:00:00+08:00",
        "2026-01-02",
    )
    assert second.url == "https://b.org/2.html"


def test_a_sitemap_index_leads_on_newest_first() -> None:
    found = listing("sitemap", INDEX, "https://b.org/sitemap.xml")
    assert [url.rsplit("/", 1)[1] for url in found.follow] == [
        "new.xml",
        "old.xml",
        "map-10.xml.gz",
        "map-9.xml.gz",
    ]


def test_a_plain_text_sitemap_and_a_feed_in_its_place() -> None:
    text = "https://b.org/1.html\nhttps://b.org/2.html\n\nnot an address\n"
    assert len(listing("sitemap", text).links) == 2
    assert len(listing("sitemap", RSS_2).links) == 2


def test_a_gzip_bomb_in_a_sitemap_is_no_listing() -> None:
    bomb = gzip.compress(b"<urlset>" + b" " * 60_000_000)
    found = listing("sitemap", bomb)
    assert found.problem is not None
    assert "unpacks to more" in found.problem


def test_half_a_gzip_sitemap_is_no_listing() -> None:
    found = listing("sitemap", gzip.compress(SITEMAP.encode())[:-60])
    assert found.problem is not None
    assert "cut off" in found.problem


def test_atom_links_count_from_the_base_around_them() -> None:
    body = """<feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://b.org/blog/'>
    <link rel='next' href='?page=2'/>
    <entry xml:base='2018/'><link href='elite.html'/></entry>
    <entry><link href='/second.html'/></entry></feed>"""
    found = listing("feed", body, "https://b.org/feeds/all.atom")
    assert [link.url for link in found.links] == [
        "https://b.org/blog/2018/elite.html",
        "https://b.org/second.html",
    ]
    assert found.next == "https://b.org/blog/?page=2"
