"""The lists that sites have of their own: Xinhua, chinanews, 人民网, 12371, and a web archive."""

import json
from datetime import date

import pytest

from crawler.discover import Step, ends_at, next_urls, read, start_urls
from crawler.discover.chinanews import FIRST_DAY
from crawler.discover.wayback import query
from crawler.model import Document, Listing, PageKey, Source

HEX = "c8b766e961a44312a3ea2e17c9464330"


def listing(kind: str, url: str, body: str | bytes, **more: object) -> Listing:
    source = Source(id="s", kind=kind, **{"urls": (url,), **more})  # type: ignore[arg-type]
    return read(kind, Document(url, body.encode() if isinstance(body, str) else body), source)


# ── Xinhua ───────────────────────────────────────────────────────────────────────────────────

HUB = f"""<html><head><title>新华网_时政</title></head><body>
<div data="datasource:{HEX}" class="column"></div>
<ul class="wz-list" data="datasource:{HEX[::-1]}"></ul>
<script>var other = "datasource:{HEX}";</script>
<a href="20261002/{HEX}/c.html">习近平会见外宾</a> <a href="/politics/leaders/">高层</a>
<a href="https://bj.news.cn/20261001/{HEX}/c.html">北京</a></body></html>"""
ROWS = {
    "datasource": [
        {
            "title": "<b>强基固本</b>筑堡垒",
            "publishUrl": f"../20261002/{HEX}/c.html",
            "publishTime": "2026-10-02 11:13:30",
            "author": "新华社记者",
            "contentId": "20261002x",
        },
        {
            "title": "旧闻",
            "publishUrl": "http://www.xinhuanet.com/politics/2021-06/30/c_1127611111.htm",
        },
        {"title": "无址"},
        "nonsense",
    ]
}


def test_a_xinhua_hub_leads_to_its_data_beside_it() -> None:
    url = "https://www.news.cn/politics/index.htm"
    found = listing("xinhua", url, HUB)
    assert found.follow == (
        f"https://www.news.cn/politics/ds_{HEX}.json",
        f"https://www.news.cn/politics/ds_{HEX[::-1]}.json",
    )
    assert [link.key for link in found.links] == [
        PageKey("news.cn", f"20261002/{HEX}"),
        PageKey("news.cn", f"20261001/{HEX}"),
    ]
    source = Source(id="s", kind="xinhua", urls=(url,))
    steps = next_urls(found, source, backfill=False, depth=0)
    assert [step.depth for step in steps] == [1, 1], "data files are parts of the hub"


def test_xinhua_rows_carry_title_time_and_key() -> None:
    found = listing("xinhua", f"https://www.news.cn/politics/ds_{HEX}.json", json.dumps(ROWS))
    assert [link.title for link in found.links] == ["强基固本筑堡垒", "旧闻"]
    assert found.links[0].url == f"https://www.news.cn/20261002/{HEX}/c.html"
    assert found.links[0].published == "2026-10-02T11:13:30+08:00"
    assert found.links[0].author == "新华社记者"
    assert found.links[1].key == PageKey("news.cn", "c_1127611111")


def test_a_page_of_links_in_gb2312_of_2005() -> None:
    body = """<meta charset="gb2312"><a href="http://news.xinhuanet.com/politics/2005-11/18/
content_3799453.htm">新华社评论员</a>"""
    found = listing("xinhua", "http://www.xinhuanet.com/politics/", body.encode("gb18030"))
    assert found.links[0].key == PageKey("news.cn", "2005-11-18/content_3799453")
    assert found.links[0].title == "新华社评论员"


# ── chinanews ────────────────────────────────────────────────────────────────────────────────

ROLL = """<div class="content_list"><ul>
<li><div class="dd_lm">[<a href="/gn.shtml">国内</a>]</div><div class="dd_bt">
<a href="/gn/2026/10-02/10491234.shtml">中新网一号</a></div>
<div class="dd_time">10-2 12:10</div></li>
<li></li>
<li><div class="dd_lm">[视频]</div><div class="dd_bt">
<a href="//www.chinanews.com.cn/gn/shipin/2026/09-30/news1049.shtml">视频</a></div>
<div class="dd_time">9-30 23:59</div></li></ul></div><a href="/gn/2020/01-01/1.shtml">广告</a>"""
SCROLL = "https://www.chinanews.com.cn/scroll-news"


def test_a_rolling_list_gives_rows_and_leads_to_the_archive() -> None:
    found = listing("chinanews", f"{SCROLL}/news1.html", ROLL)
    assert [link.key for link in found.links] == [
        PageKey("chinanews.com", "2026-10-02/10491234"),
        PageKey("chinanews.com", "2026-09-30/news1049"),
    ]
    assert found.links[0].title == "中新网一号"
    assert found.links[0].published == "2026-10-02T12:10:00+08:00"
    assert found.next == f"{SCROLL}/news2.html"
    assert found.follow == (f"{SCROLL}/2026/1002/news.shtml",)
    assert listing("chinanews", f"{SCROLL}/news10.html", ROLL).next is None


def test_a_first_pass_leaves_the_archive_alone_only_on_a_backfill_it_goes_down() -> None:
    source = Source(id="s", kind="chinanews", urls=(f"{SCROLL}/news1.html",))
    found = listing("chinanews", f"{SCROLL}/news1.html", ROLL)
    assert next_urls(found, source, backfill=False) == ()
    assert next_urls(found, source, backfill=True) == (
        Step(f"{SCROLL}/2026/1002/news.shtml", 1),
        Step(f"{SCROLL}/news2.html", 0),
    )


def test_the_archive_goes_back_day_by_day_to_its_first() -> None:
    def before(day: str) -> str | None:
        return listing("chinanews", f"{SCROLL}/{day}/news.shtml", ROLL).next

    assert before("2020/0301") == f"{SCROLL}/2020/0229/news.shtml"
    assert before("2026/0101") == f"{SCROLL}/2025/1231/news.shtml"
    assert before(f"{date(2008, 8, 2):%Y/%m%d}") == f"{SCROLL}/{FIRST_DAY:%Y/%m%d}/news.shtml"
    assert before("2008/0801") is None
    assert before("2026/1399") is None


def test_a_day_that_has_no_page_does_not_fail_the_source() -> None:
    source = Source(id="s", kind="chinanews", urls=(f"{SCROLL}/news1.html",))
    assert ends_at(source, 404, f"{SCROLL}/2008/0801/news.shtml")
    assert not ends_at(source, 404, f"{SCROLL}/news1.html"), "the source's own address"
    assert not ends_at(source, 500, f"{SCROLL}/2008/0801/news.shtml")


def test_chinanews_rss_comes_through_the_same_source() -> None:
    rss = """<?xml version="1.0" encoding="gb2312"?><rss version="2.0"><channel><item>
<title>中新网</title><link>http://www.chinanews.com/gn/2021/06-30/9510541.shtml</link>
<pubDate>2021-06-30 12:10:00</pubDate></item></channel></rss>""".encode("gb18030")
    (link,) = listing("chinanews", "https://www.chinanews.com.cn/rss/china.xml", rss).links
    assert link.key == PageKey("chinanews.com", "2021-06-30/9510541")
    assert link.published == "2021-06-30T12:10:00+08:00"


# ── 人民网 ───────────────────────────────────────────────────────────────────────────────────

SPEECHES = """<ul class="list_14 p1_2 clearfix">
<li><a href="article/40223222" target="_blank">在某某会议上的讲话</a> (2024-04-24)</li>
<li><a href="article/40223221">另一篇</a> 2024年4月23日</li></ul>"""


def test_the_database_of_speeches_page_by_page() -> None:
    url = "http://jhsjk.people.cn/result?keywords=&year=0"
    found = listing("people", url, SPEECHES)
    assert [(link.url, link.published) for link in found.links] == [
        ("http://jhsjk.people.cn/article/40223222", "2024-04-24"),
        ("http://jhsjk.people.cn/article/40223221", "2024-04-23"),
    ]
    assert found.links[0].key == PageKey("people.com.cn", "jhsjk/40223222")
    assert found.next == "http://jhsjk.people.cn/result/2?keywords=&year=0"
    third = listing("people", "http://jhsjk.people.cn/result/2?year=0", SPEECHES).next
    assert third == "http://jhsjk.people.cn/result/3?year=0"
    assert listing("people", url, "<ul class='list_14 p1_2'></ul>").next is None


def test_people_lists_feeds_and_sitemaps() -> None:
    page = """<meta charset=gb2312><ul class="list_16"><li>
<a href="/n1/2024/0424/c1001-40223222.html">时政新闻</a></li></ul>
<a href="/GB/1024/index2.html">下一页</a><a href="/GB/99/index.html">地方</a>""".encode("gbk")
    found = listing("people", "http://politics.people.com.cn/GB/1024/index.html", page)
    assert [link.key for link in found.links] == [
        PageKey("people.com.cn", "n1/2024-04-24/40223222")
    ]
    assert found.next == "http://politics.people.com.cn/GB/1024/index2.html"
    rss = """<?xml version="1.0" encoding="UTF-8"?><?xml-stylesheet type="text/xsl" href="/a.xsl"?>
<rss version="2.0"><channel><item><title>x</title>
<link>http://politics.people.com.cn/n1/2024/0424/c1001-40223222.html</link></item></channel></rss>"""
    assert len(listing("people", "http://www.people.com.cn/rss/politics.xml", rss).links) == 1
    index = """<?xml version="1.0"?><sitemapindex><sitemap>
<loc>http://www.people.cn/sitemap1.xml</loc></sitemap></sitemapindex>"""
    follow = listing("people", "http://www.people.cn/sitemap_index.xml", index).follow
    assert follow == ("http://www.people.cn/sitemap1.xml",)


# ── 12371 ────────────────────────────────────────────────────────────────────────────────────

PARTY = """<html><head><title>最新发布</title><script language="javascript">
var item=[{'title':'党的“基层”组织: it\\'s "quoted"]; {','brief':'2026-10-02 08:00:00',
'link_add':'https://www.12371.cn/2026/10/02/ARTI1790900000123456.shtml'},
{title:"第二",brief:'2026-10-01',link_add:'/2026/10/01/ARTI1790900000123457.shtml',},];
</script></head><body><div id="list"></div></body></html>"""


def test_the_list_that_12371_writes_into_a_script() -> None:
    found = listing("12371", "https://www.12371.cn/zxfb/", PARTY)
    assert [(link.title, link.published) for link in found.links] == [
        ('党的“基层”组织: it\'s "quoted"]; {', "2026-10-02T08:00:00+08:00"),
        ("第二", "2026-10-01"),
    ]
    assert found.links[1].key == PageKey("12371.cn", "ARTI1790900000123457")


@pytest.mark.parametrize(
    "body", ["<html><p>维护中</p></html>", "<script>item=[{'title': 'x</script>"]
)
def test_12371_without_its_list_is_no_listing(body: str) -> None:
    found = listing("12371", "https://www.12371.cn/zxfb/", body)
    assert found.problem is not None
    assert "item=" in found.problem


# ── a web archive ────────────────────────────────────────────────────────────────────────────

CDX = "https://web.archive.org/cdx/search/cdx"
CAPTURES = [
    ["timestamp", "original", "mimetype", "statuscode", "digest"],
    [
        "20180125031330",
        "http://www.qstheory.cn/dukan/hqwg/2018-01/25/c_1122310000.htm",
        "text/html",
        "200",
        "AAA",
    ],
    [
        "20190125031330",
        "http://www.qstheory.cn:80/dukan/hqwg/2018-01/25/c_1122310000.htm",
        "text/html",
        "200",
        "BBB",
    ],
    ["20180125031330", "http://www.qstheory.cn/logo.png", "image/png", "200", "CCC"],
    ["20180125031330", "http://www.qstheory.cn/gone.htm", "text/html", "404", "DDD"],
    ["2018", "http://www.qstheory.cn/odd.htm", "text/html", "200", "EEE"],
    ["20181332250000", "http://www.qstheory.cn/never.htm", "text/html", "200", "FFF"],
]


def test_captures_are_raw_copies_with_their_own_time_and_the_pages_key() -> None:
    found = listing(
        "wayback", f"{CDX}?url=x", json.dumps(CAPTURES), urls=("http://www.qstheory.cn/*",)
    )
    first, second = found.links
    original = "http://www.qstheory.cn/dukan/hqwg/2018-01/25/c_1122310000.htm"
    assert first.url == f"https://web.archive.org/web/20180125031330id_/{original}"
    assert (first.original, second.original) == (original, original)
    assert (first.as_of, second.as_of) == (
        "2018-01-25T03:13:30+00:00",
        "2019-01-25T03:13:30+00:00",
    )
    assert first.key == second.key == PageKey("qstheory.cn", "c_1122310000")
    assert found.next is None


def test_a_resume_key_leads_on() -> None:
    body = json.dumps([*CAPTURES, [], ["cn,qstheory)/ 2019+1"]])
    url = f"{CDX}?url=x&resumeKey=old&limit=3"
    found = listing("wayback", url, body, urls=("http://www.qstheory.cn/*",))
    assert found.next == f"{CDX}?url=x&limit=3&resumeKey=cn%2Cqstheory%29%2F%202019%2B1"
    assert len(found.links) == 2


def test_a_resume_key_that_is_printed_escaped_goes_back_as_it_is() -> None:
    # As the CDX server's own README shows it.
    body = json.dumps([*CAPTURES, [], ["org%2Carchive%29%2F+19980109140106%21"]])
    found = listing("wayback", f"{CDX}?url=x", body, urls=("http://www.qstheory.cn/*",))
    assert found.next == f"{CDX}?url=x&resumeKey=org%2Carchive%29%2F+19980109140106%21"


def test_a_query_keeps_its_own_choice_of_captures() -> None:
    own = "https://archive.example/cdx?url=x&filter=mimetype:text/html&filter=!statuscode:404"
    source = Source(id="w", kind="wayback", urls=(f"{own}&collapse=timestamp:8&fl=original",))
    (asked,) = start_urls(source, backfill=False)
    assert asked.startswith(f"{own}&collapse=timestamp:8&output=json&fl=timestamp")
    assert asked.count("filter=") == 2
    assert asked.count("collapse=") == 1


def test_what_is_asked_of_the_index() -> None:
    source = Source(id="w", kind="wayback", urls=("http://www.qstheory.cn/dukan/*",))
    (all_below,) = start_urls(source, backfill=True)
    assert all_below.startswith(
        f"{CDX}?url=http%3A%2F%2Fwww.qstheory.cn%2Fdukan%2F&matchType=prefix"
    )
    assert "showResumeKey=true" in all_below
    (newest,) = start_urls(source, backfill=False)
    assert "limit=-50" in newest
    own = query("http://127.0.0.1:80/cdx?url=a%2Fb")
    assert own.startswith("http://127.0.0.1:80/cdx?url=a%2Fb&output=json")


def test_a_web_archive_that_holds_nothing() -> None:
    assert listing("wayback", f"{CDX}?url=x", "[]") == Listing()
    assert listing("wayback", f"{CDX}?url=x", '{"error": 1}').problem is not None
    assert listing("wayback", f"{CDX}?url=x", '[["a"], ["b"]]').problem is not None
