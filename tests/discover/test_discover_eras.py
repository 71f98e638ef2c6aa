"""Every site whose lists have a kind of their own, in every era that its documents have had: a
document shaped like the real one, what stands in it, and what the kind must make of it.

The shapes are those that were seen in public material: addresses, tags, classes, codings. The texts
are made up.
"""

# ruff: noqa: E501 - documents on as few lines as they can be read in

from dataclasses import dataclass

import pytest

from crawler.discover import pages_of, read
from crawler.model import Document, Listing, PageKey, Source

HEX = "c8b766e961a44312a3ea2e17c9464330"
NEXT = "11ddf212afec465699ae06eed4fcdc3f"


@dataclass(frozen=True)
class Era:
    """One listing: its site and era, the kind that reads it, its address and text, and the keys
    that its articles have; `follow` and `next` where it leads on."""

    name: str
    kind: str
    url: str
    text: str
    keys: tuple[str, ...] = ()
    site: str = ""
    follow: tuple[str, ...] = ()
    next: str | None = None
    coding: str = "utf-8"
    depth: int = 0
    #: the source's own address, where it is another one
    source: str | None = None
    #: the first article's date, as the listing says it
    published: str | None = None


def columns(*links: str) -> str:
    return "".join(f'<li><a href="{link}">一个足够长的标题</a></li>' for link in links)


QIUSHI = "http://www.qstheory.cn"
QSTHEORY = (
    Era(
        "journal to 2024: years in the fixed folder",
        "index",
        "https://www.qstheory.cn/qs/mulu.htm",
        '<div class="booktitle"><a href="/dukan/qs/2014/2020-01/01/c_1125402833.htm">2020年</a></div>'
        '<div class="booktitle"><a href="/dukan/qs/2014/2019-01/01/c_1123924154.htm">2019年</a></div>',
        follow=(
            "https://www.qstheory.cn/dukan/qs/2014/2020-01/01/c_1125402833.htm",
            "https://www.qstheory.cn/dukan/qs/2014/2019-01/01/c_1123924154.htm",
        ),
    ),
    Era(
        "journal to 2024: a year's issues",
        "index",
        f"{QIUSHI}/dukan/qs/2014/2019-01/01/c_1123924154.htm",
        '<div class="inner"><h1>《求是》2019年</h1><div class="text"><div class="clipboard_text">'
        '<div class="highlight"><p>'
        '<a href="http://www.qstheory.cn/dukan/qs/2014/2019-01/01/c_1123924172.htm">2019年第1期</a>'
        '<a href="http://www.qstheory.cn/dukan/qs/2014/2019-12/16/c_1125346310.htm">2019年第24期</a>'
        "</p></div></div></div></div>",
        follow=(
            f"{QIUSHI}/dukan/qs/2014/2019-12/16/c_1125346310.htm",
            f"{QIUSHI}/dukan/qs/2014/2019-01/01/c_1123924172.htm",
        ),
        depth=1,
        source="https://www.qstheory.cn/qs/mulu.htm",
    ),
    Era(
        "journal to 2024: an issue's contents",
        "index",
        f"{QIUSHI}/dukan/qs/2014/2019-01/01/c_1123924172.htm",
        '<div class="inner"><h1>《求是》2019年第1期目录</h1><div class="highlight">'
        '<p><a href="http://www.qstheory.cn/dukan/qs/2018-12/31/c_1123923896.htm">一篇文章</a></p>'
        '<p><a href="http://www.qstheory.cn/dukan/qs/2018-12/31/c_1123923852.htm">又一篇</a></p>'
        '<p><a href="/dukan/qs/2018-12/31/c_1123923896.htm">同一篇</a></p></div></div>',
        ("c_1123923896", "c_1123923852"),
        "qstheory.cn",
        depth=2,
        source="https://www.qstheory.cn/qs/mulu.htm",
    ),
    Era(
        "journal since 2025: years and issues by day and hex",
        "index",
        "https://www.qstheory.cn/hqwglist/mulu.htm",
        f'<div class="booktitle"><a href="../20260113/{NEXT}/c.html">2026年</a></div>'
        f'<div class="booktitle"><a href="../20250113/{HEX}/c.html">2025年</a></div>',
        follow=(
            f"https://www.qstheory.cn/20260113/{NEXT}/c.html",
            f"https://www.qstheory.cn/20250113/{HEX}/c.html",
        ),
    ),
    Era(
        "journal since 2025: an issue's contents",
        "index",
        f"https://www.qstheory.cn/20260930/{HEX}/c.html",
        f'<h1>红旗文稿2026年第18期</h1><div class="content"><p><a href="/20260929/{NEXT}/c.html">一篇'
        "</a></p></div>",
        (f"20260929/{NEXT}",),
        "qstheory.cn",
        depth=2,
        source="https://www.qstheory.cn/hqwglist/mulu.htm",
    ),
    Era(
        "columns: lists, headlines, and both numberings",
        "index",
        f"{QIUSHI}/v9zhuanqu/toutiao/index.htm",
        '<div class="text"><h2><a href="http://www.qstheory.cn/dukan/qs/2024-10/31/c_1130214661.htm">'
        f'头条</a></h2></div><div class="no-pic"><ul><li><a href="../../20250215/{HEX}/c.html">要闻</a>'
        '</li></ul></div><div class="list-style1"><ul><li>'
        '<a href="/laigao/ycjx/2024-05/01/c_1130121111.htm">来稿</a></li></ul></div>',
        ("c_1130214661", f"20250215/{HEX}", "c_1130121111"),
        "qstheory.cn",
    ),
    Era(
        "column whose links are relative days",
        "index",
        f"{QIUSHI}/qswp.htm",
        f'<div class="list-style1"><ul><li><a href="20260102/{HEX}/c.html">网评</a></li></ul></div>',
        (f"20260102/{HEX}",),
        "qstheory.cn",
    ),
    Era(
        "English edition: the latest issue",
        "index",
        "https://en.qstheory.cn/latestissue.html",
        '<div class="list"><ul><li><a href="2026-08/14/c_1130121111.htm">On culture</a></li>'
        '<li><a href="https://en.qstheory.cn/2026-08/14/c_1130121112.htm">On science</a></li></ul>'
        '<a href="aboutus.html">About</a></div>',
        ("c_1130121111", "c_1130121112"),
        "qstheory.cn",
    ),
    Era(
        "English edition: past issues",
        "index",
        "https://en.qstheory.cn/pastissues.html",
        '<a href="n_1130.htm">2026 Issue 4</a><a href="n_1129.htm">2026 Issue 3</a>',
        follow=("https://en.qstheory.cn/n_1130.htm", "https://en.qstheory.cn/n_1129.htm"),
    ),
)

XINHUA = (
    Era(
        "2005: channels, GB2312",
        "xinhua",
        "http://news.xinhuanet.com/politics/",
        '<meta http-equiv="Content-Type" content="text/html; charset=gb2312">'
        '<a href="2005-11/18/content_3799453.htm">新华社评论员：一篇评论</a>'
        '<a href="http://chinaneast.xinhuanet.com/jizhe/2005-08/16/content_4894059.htm">记者来信</a>',
        ("2005-11-18/content_3799453", "chinaneast/2005-08-16/content_4894059"),
        "news.cn",
        coding="gb18030",
    ),
    Era(
        "to 2022: numbers, both hosts and the phone's",
        "xinhua",
        "http://www.xinhuanet.com/politics/",
        columns(
            "http://www.xinhuanet.com/politics/2019-12/10/c_1125327450.htm",
            "http://www.news.cn/politics/2022-03/01/c_1128424242.htm",
            "http://m.xinhuanet.com/2019-12/10/c_1125327450.htm",
        ),
        ("c_1125327450", "c_1128424242"),
        "news.cn",
    ),
    Era(
        "to 2022: pages of a column wrapped in a call",
        "xinhua",
        "http://qc.wa.news.cn/nodeart/list?nid=113352&pgnum=2&cnt=2&tp=1&orderby=1",
        'jQuery1124({"status":0,"data":{"list":[{"DocID":1125327450,"Title":"一篇 &quot;报道&quot;",'
        '"PubTime":"2019-12-10 08:31:26","Author":"记者",'
        '"LinkUrl":"http://www.xinhuanet.com/politics/2019-12/10/c_1125327450.htm"},'
        '{"Title":"又一篇","LinkUrl":"http://www.xinhuanet.com/2019-12/09/c_1125323333.htm"}]},'
        '"totalnum":1000});',
        ("c_1125327450", "c_1125323333"),
        "news.cn",
        next="http://qc.wa.news.cn/nodeart/list?nid=113352&cnt=2&tp=1&orderby=1&pgnum=3",
        published="2019-12-10T08:31:26+08:00",
    ),
    Era(
        "since 2022: a hub names its data",
        "xinhua",
        "https://www.news.cn/politics/",
        f'<div data="datasource:{HEX}"></div><a href="/politics/20260102/{NEXT}/c.html">要闻</a>'
        f'<a href="https://english.news.cn/20260102/{HEX}/c.html">English</a>',
        (f"20260102/{NEXT}", f"20260102/{HEX}"),
        "news.cn",
        follow=(f"https://www.news.cn/politics/ds_{HEX}.json",),
    ),
    Era(
        "since 2022: the newest list by its attribute",
        "xinhua",
        "http://www.news.cn/xhsxw.htm",
        f'<ul class="wz-list" data="datasource:{HEX}"></ul>',
        follow=(f"http://www.news.cn/ds_{HEX}.json",),
    ),
    Era(
        "since 2022: the data",
        "xinhua",
        f"https://www.news.cn/politics/ds_{HEX}.json",
        '{"datasource":[{"title":"会见","publishUrl":"../20261002/' + HEX + '/c.html",'
        '"publishTime":"2026-10-02 11:13:30","summary":"","author":"","keywords":"","contentId":"x"}]}',
        (f"20261002/{HEX}",),
        "news.cn",
        source="https://www.news.cn/politics/",
        published="2026-10-02T11:13:30+08:00",
    ),
)

SCROLL = "scroll-news"
CHINANEWS = (
    Era(
        "2008: a day of the archive, GB2312, XHTML",
        "chinanews",
        f"http://www.chinanews.com/{SCROLL}/2008/0802/news.shtml",
        '<?xml version="1.0" encoding="gb2312"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0//EN" "x">'
        '<html xmlns="http://www.w3.org/1999/xhtml"><head><meta http-equiv="Content-Type" '
        'content="text/html; charset=gb2312" /></head><body><div class="content_list"><ul>'
        '<li><div class="dd_lm">[国内]</div><div class="dd_bt">'
        '<a href="/gn/news/2008/08-02/1332323.shtml">一条新闻</a></div>'
        '<div class="dd_time">8-2 23:59</div></li></ul></div></body></html>',
        ("2008-08-02/1332323",),
        "chinanews.com",
        next=f"http://www.chinanews.com/{SCROLL}/2008/0801/news.shtml",
        coding="gb18030",
        published="2008-08-02T23:59:00+08:00",
    ),
    Era(
        "2020: RSS, GB2312, the old host",
        "chinanews",
        "http://www.chinanews.com/rss/scroll-news.xml",
        '<?xml version="1.0" encoding="gb2312"?><rss version="2.0"><channel><item><title>中新网</title>'
        "<link>http://www.chinanews.com/gn/2020/07-04/9229034.shtml</link>"
        "<pubDate>2020-07-04 12:10:00</pubDate></item></channel></rss>",
        ("2020-07-04/9229034",),
        "chinanews.com",
        coding="gb18030",
        published="2020-07-04T12:10:00+08:00",
    ),
    Era(
        "2026: a rolling list, UTF-8, the new host, a video",
        "chinanews",
        f"https://www.chinanews.com.cn/{SCROLL}/news1.html",
        '<div class="content_list"><ul><li><div class="dd_lm">[国内]</div><div class="dd_bt">'
        '<a href="//www.chinanews.com.cn/gn/2026/10-02/10491234.shtml">一条</a></div>'
        '<div class="dd_time">10-2 12:10</div></li><li><div class="dd_bt">'
        '<a href="/gn/shipin/2026/10-02/news1049.shtml">视频</a></div>'
        '<div class="dd_time">10-2 12:00</div></li></ul></div>',
        ("2026-10-02/10491234", "2026-10-02/news1049"),
        "chinanews.com",
        follow=(f"https://www.chinanews.com.cn/{SCROLL}/2026/1002/news.shtml",),
        next=f"https://www.chinanews.com.cn/{SCROLL}/news2.html",
        published="2026-10-02T12:10:00+08:00",
    ),
)

PEOPLE = (
    Era(
        "2010s: a list, GBK, /n/",
        "people",
        "http://politics.people.com.cn/GB/1024/index1.html",
        '<meta http-equiv="content-type" content="text/html;charset=GB2312"/><ul class="list_14">'
        '<li><a href="/n/2013/0813/c1024-22541234.html">十八大以来</a></li></ul>'
        '<a href="/GB/1024/index2.html">下一页</a>',
        ("n1/2013-08-13/22541234",),
        "people.com.cn",
        next="http://politics.people.com.cn/GB/1024/index2.html",
        coding="gbk",
    ),
    Era(
        "since 2014: /n1/, regions by themselves",
        "people",
        "http://politics.people.com.cn/",
        columns(
            "/n1/2022/0213/c1001-32351234.html",
            "http://sc.people.com.cn/n2/2022/0213/c345167-35130000.html",
            "http://cpc.people.com.cn/n1/2022/0213/c64387-32351234.html",
        ),
        ("n1/2022-02-13/32351234", "n2/2022-02-13/35130000"),
        "people.com.cn",
    ),
    Era(
        "RSS without a declaration",
        "people",
        "http://www.people.com.cn/rss/politics.xml",
        '<rss version="2.0"><channel><item><title>时政</title>'
        "<link>http://politics.people.com.cn/n1/2024/0424/c1001-40223222.html</link>"
        "<pubDate>2024-04-24</pubDate></item></channel></rss>",
        ("n1/2024-04-24/40223222",),
        "people.com.cn",
        published="2024-04-24",
    ),
    Era(
        "sitemap",
        "people",
        "http://www.people.cn/sitemap_index.xml",
        '<?xml version="1.0" encoding="UTF-8"?><sitemapindex><sitemap>'
        "<loc>http://politics.people.com.cn/sitemap.xml</loc></sitemap></sitemapindex>",
        follow=("http://politics.people.com.cn/sitemap.xml",),
    ),
    Era(
        "paper to November 2024",
        "people",
        "http://paper.people.com.cn/rmrb/html/2024-11/30/nbs.D110000renmrb_01.htm",
        '<div id="titleList"><ul><li><a href="nw.D110000renmrb_20241130_1-01.htm">头版</a></li></ul>'
        "</div>",
        ("paper/D110000renmrb_20241130_1-01",),
        "people.com.cn",
    ),
    Era(
        "paper since December 2024",
        "people",
        "http://paper.people.com.cn/rmrb/pc/layout/202412/01/node_01.html",
        '<ul class="news-list"><li><a href="../../../content/202412/01/content_30043871.html">头版'
        "</a></li></ul>",
        ("paper/content_30043871",),
        "people.com.cn",
    ),
    Era(
        "database of speeches",
        "people",
        "http://jhsjk.people.cn/result?keywords=&year=213",
        '<ul class="list_14 p1_2 clearfix"><li><a href="article/40223222">讲话</a> (2024-04-24)</li>'
        "</ul>",
        ("jhsjk/40223222",),
        "people.com.cn",
        next="http://jhsjk.people.cn/result/2?keywords=&year=213",
        published="2024-04-24",
    ),
)

OTHERS = (
    Era(
        "12371: the list in a script",
        "12371",
        "https://www.12371.cn/zxfb/",
        "<script>var item=[{'title':'要闻','brief':'2026-10-02','link_add':"
        "'https://www.12371.cn/2026/10/02/ARTI1790900000123456.shtml'}];</script>",
        ("ARTI1790900000123456",),
        "12371.cn",
        published="2026-10-02",
    ),
    Era(
        "Blogger 2012 and since: the feed of a country's domain",
        "blogger",
        "http://lcbackerblog.blogspot.de/feeds/posts/default?orderby=updated",
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>Law</title>"
        "<entry><id>tag:blogger.com,1999:blog-42.post-777</id><title>Elite</title>"
        "<published>2018-02-11T21:14:00.003-05:00</published><link rel='alternate' "
        "href='http://lcbackerblog.blogspot.com/2018/02/elite-engagement-with-leadership.html'/>"
        "</entry></feed>",
        ("post:777",),
        "lcbackerblog.blogspot.com",
        source="https://lcbackerblog.blogspot.com/",
        published="2018-02-11T21:14:00-05:00",
    ),
    Era(
        "WordPress: the feed's guid",
        "wordpress",
        "https://www.newsdirectory3.com/feed/",
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><item><title>Strengthen'
        "</title><link>https://www.newsdirectory3.com/strengthen-the-foundation/</link>"
        '<guid isPermaLink="false">https://www.newsdirectory3.com/?p=123456</guid>'
        "<pubDate>Wed, 30 Jun 2021 12:00:00 +0000</pubDate></item></channel></rss>",
        ("p:123456",),
        "newsdirectory3.com",
        next="https://www.newsdirectory3.com/feed/?paged=2",
        published="2021-06-30T12:00:00+00:00",
    ),
    Era(
        "a news sitemap",
        "sitemap",
        "https://newrepublic.com/sitemap/googlenews.xml",
        '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url>'
        "<loc>https://newrepublic.com/article/140245/obamas-lost-army</loc><news:news>"
        "<news:publication_date>2017-02-09</news:publication_date><news:title>Lost</news:title>"
        "</news:news></url></urlset>",
        ("url:newrepublic.com/article/140245/obamas-lost-army",),
        "newrepublic.com",
        published="2017-02-09",
    ),
    Era(
        "a web archive's index of a page of 2018",
        "wayback",
        "https://web.archive.org/cdx/search/cdx?url=http%3A%2F%2Fwww.qstheory.cn%2Fdukan%2F",
        '[["timestamp","original","mimetype","statuscode","digest"],["20180125031330",'
        '"http://www.qstheory.cn:80/dukan/hqwg/2018-01/25/c_1122310000.htm","text/html","200","A"]]',
        ("c_1122310000",),
        "qstheory.cn",
        source="http://www.qstheory.cn/dukan/hqwg/2018-01/25/*",
    ),
)
SITES = {
    "qstheory": QSTHEORY,
    "xinhua": XINHUA,
    "chinanews": CHINANEWS,
    "people": PEOPLE,
    "others": OTHERS,
}
ERAS = [pytest.param(era, id=f"{site}: {era.name}") for site, eras in SITES.items() for era in eras]


def read_era(era: Era) -> Listing:
    source = Source(id="s", kind=era.kind, urls=(era.source or era.url,))
    return read(era.kind, Document(era.url, era.text.encode(era.coding), None, era.depth), source)


@pytest.mark.parametrize("era", ERAS)
def test_a_listing_of_this_era_is_read(era: Era) -> None:
    found = read_era(era)
    assert found.problem is None
    keys = list(pages_of(found.links, Source(id="s", kind=era.kind)))
    assert keys == [PageKey(era.site, key) for key in era.keys]
    assert found.follow == era.follow
    assert found.next == era.next
    if era.kind != "wayback" and found.links:
        assert all(link.title for link in found.links)
        assert found.links[0].published == era.published
    assert "foreign_links_dropped" not in found.flags


def test_a_page_at_two_addresses_in_one_list_keeps_both_and_its_first_is_named_by_either() -> None:
    text = """<ul><li><a href="http://m.xinhuanet.com/2021-01/02/c_1126936789.htm"><img></a></li>
    <li><a href="http://www.xinhuanet.com/politics/2021-01/02/c_1126936789.htm">标题一</a></li>
    <li><a href="https://www.xinhuanet.com/politics/2021-01/02/c_1126936789.htm">标题二</a></li>
    </ul>"""
    url = "http://www.xinhuanet.com/politics/"
    source = Source(id="s", kind="xinhua", urls=(url,))
    found = read("xinhua", Document(url, text.encode(), None, 0), source)
    assert [(link.url, link.title) for link in found.links] == [
        ("http://m.xinhuanet.com/2021-01/02/c_1126936789.htm", "标题一"),
        ("http://www.xinhuanet.com/politics/2021-01/02/c_1126936789.htm", "标题一"),
    ]
    assert list(pages_of(found.links, source).values()) == [found.links[0]]
