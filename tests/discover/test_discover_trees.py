"""Trees of lists: 求是网 in its eras, its English edition, and any other site by selectors."""

import pytest

from crawler.discover import Step, next_urls, read
from crawler.model import Document, Listing, PageKey, Source

HEX = "{:032x}".format
MULU = f"""<html><head><title>求是杂志目录</title></head><body>
<div class="menu"><a href="http://www.qstheory.cn">求是网首页</a></div>
<div class="booktitle"><a href="../20260113/{HEX(26)}/c.html">2026年</a></div>
<div class="booktitle"><a href="http://www.qstheory.cn/20250113/{HEX(25)}/c.html">2025年</a></div>
<div class="booktitle"><a href="/dukan/qs/2014/2019-01/01/c_1123924172.htm">2019年</a></div>
</body></html>"""
YEAR = f"""<div class="inner"><h1>《求是》2026年</h1><div class="text"><div class="highlight">
<p><a href="../../20260101/{HEX(1)}/c.html">2026年第1期</a>
<a href="../../20260116/{HEX(2)}/c.html">2026年第2期</a></p>
<p><a href="../../20260930/{HEX(19)}/c.html"><strong>2026年第 19 期</strong></a></p>
</div></div></div>"""
ISSUE = """<div class="inner"><h1>《求是》2026年第19期</h1><div class="highlight">
<p>　　<a href="http://www.qstheory.cn/20260930/{a}/c.html"><strong>健全全面从严治党体系</strong></a>
<font face="楷体">/习近平</font></p>
<p><a href="//www.qstheory.cn/20260930/{b}/c.html">社论</a></p>
<p><a href="https://www.qstheory.cn/20260930/{a}/c.html">又见</a></p>
<p><a href="http://www.qstheory.cn/dukan/qs/2018-12/31/c_1123923896.htm">重温</a></p>
<p><a href="http://www.xinhuanet.com/politics/2026-09/30/c_1123923897.htm">新华社</a></p></div></div>
<div class="fs-text"><a href="http://www.qstheory.cn/qssyggw/2014-08/12/c_1112042256.htm">声明</a></div>
""".format(a=HEX(7), b=HEX(8))
QIUSHI = Source(id="q", kind="index", urls=("https://www.qstheory.cn/qs/mulu.htm",))


def qiushi(body: str, url: str, depth: int) -> Listing:
    return read(
        "index", Document(f"https://www.qstheory.cn{url}", body.encode(), None, depth), QIUSHI
    )


def test_a_journals_list_leads_to_its_years_newest_first() -> None:
    found = qiushi(MULU, "/qs/mulu.htm", 0)
    assert found.links == ()
    assert found.follow == (
        f"https://www.qstheory.cn/20260113/{HEX(26)}/c.html",
        f"http://www.qstheory.cn/20250113/{HEX(25)}/c.html",
        "https://www.qstheory.cn/dukan/qs/2014/2019-01/01/c_1123924172.htm",
    )


def test_a_year_leads_to_its_issues_newest_first() -> None:
    found = qiushi(YEAR, f"/20260113/{HEX(26)}/c.html", 1)
    assert [url.split("/")[3] for url in found.follow] == ["20260930", "20260116", "20260101"]
    assert found.links == ()


def test_an_issue_gives_each_article_once_and_nothing_of_its_frame() -> None:
    found = qiushi(ISSUE, f"/20260930/{HEX(19)}/c.html", 2)
    assert [link.key for link in found.links] == [
        PageKey("qstheory.cn", f"20260930/{HEX(7)}"),
        PageKey("qstheory.cn", f"20260930/{HEX(8)}"),
        PageKey("qstheory.cn", "c_1123923896"),
    ]
    assert found.links[0].title == "健全全面从严治党体系"
    assert "foreign_links_dropped" in found.flags
    assert found.follow == ()


def test_a_first_pass_takes_the_newest_issue_alone_and_a_backfill_all() -> None:
    years = qiushi(MULU, "/qs/mulu.htm", 0)
    newest = next_urls(years, QIUSHI, backfill=False, depth=0)
    assert newest == (Step(f"https://www.qstheory.cn/20260113/{HEX(26)}/c.html", 1),)
    assert len(next_urls(years, QIUSHI, backfill=True, depth=0)) == 3
    issues = qiushi(YEAR, f"/20260113/{HEX(26)}/c.html", 1)
    (issue,) = next_urls(issues, QIUSHI, backfill=False, depth=1)
    assert issue == Step(f"https://www.qstheory.cn/20260930/{HEX(19)}/c.html", 2)


COLUMN = f"""<div class="list-style1"><ul>
<li><a href="20261002/{HEX(3)}/c.html">评论一：坚持党的领导</a><span>2026-10-02</span></li>
<li><a href="http://www.qstheory.cn/laigao/ycjx/2024-05/01/c_1130121111.htm">来稿</a></li></ul></div>
<div class="foot"><a href="http://www.qstheory.cn/qssyggw/2014-08/12/c_1112042256.htm">声明</a></div>
"""


def test_a_column_gives_its_articles_at_once() -> None:
    source = Source(id="c", kind="index", urls=("http://www.qstheory.cn/qswp.htm",))
    found = read("index", Document("http://www.qstheory.cn/qswp.htm", COLUMN.encode()), source)
    assert [link.url for link in found.links] == [
        f"http://www.qstheory.cn/20261002/{HEX(3)}/c.html",
        "http://www.qstheory.cn/laigao/ycjx/2024-05/01/c_1130121111.htm",
    ]


def test_the_same_tree_on_another_host_by_its_profile() -> None:
    base = "http://127.0.0.1:8080"
    source = Source(id="t", kind="index", urls=(f"{base}/qs/mulu.htm",), profile="qstheory")
    body = ISSUE.replace("http://www.qstheory.cn", base).encode()
    found = read("index", Document(f"{base}/issue.htm", body, None, 2), source)
    assert [link.key and link.key.site for link in found.links] == ["127.0.0.1:8080"] * 2


ENGLISH = """<div class="list"><a href="n_1130.htm">2026 Issue 4</a>
<a href="http://en.qstheory.cn/n_1129.htm">2026 Issue 3</a></div>"""
ENGLISH_ISSUE = """<ul><li><a href="2026-08/14/c_1130121111.htm">Xi on culture</a></li>
<li><a href="aboutus.html">About us</a></li></ul>"""


def test_the_english_edition_leads_to_its_past_issues() -> None:
    article = r"en\.qstheory\.cn/\d{4}-\d{2}/\d{2}/c_\d+\.htm$"
    url = "https://en.qstheory.cn/pastissues.html"
    source = Source(id="e", kind="index", urls=(url,), profile="qstheory_en", article=article)
    past = read("index", Document(url, ENGLISH.encode()), source)
    assert past.follow == (
        "https://en.qstheory.cn/n_1130.htm",
        "http://en.qstheory.cn/n_1129.htm",
    )
    issue = read("index", Document(past.follow[0], ENGLISH_ISSUE.encode(), None, 1), source)
    assert [link.key for link in issue.links] == [PageKey("qstheory.cn", "c_1130121111")]


PLAIN = """<html><head><base href="https://example.org/data/"><title>Papers</title></head><body>
<ul class="years"><li><a href="y2024.html">2024</a></li><li><a href="y2025.html">2025</a></li></ul>
<a href="paper-0001.html">The first of the papers</a> <a href="/about.html">About</a>
<a href="https://elsewhere.net/paper-0002.html">The second paper, elsewhere</a>
<a href="javascript:void(0)">open</a> <a href="#top">up</a> <a href="?p=2">下一页 ></a>
</body></html>"""


def test_any_site_by_selectors_a_level() -> None:
    source = Source(
        id="p", kind="index", urls=("https://example.org/list.html",), follow=("ul.years a",)
    )
    top = read("index", Document("https://example.org/list.html", PLAIN.encode()), source)
    assert top.follow == (
        "https://example.org/data/y2025.html",
        "https://example.org/data/y2024.html",
    )
    year = read("index", Document(top.follow[0], PLAIN.encode(), None, 1), source)
    assert year.follow == ()
    assert "https://example.org/data/paper-0001.html" in [link.url for link in year.links]
    assert {"foreign_links_dropped", "bad_links_dropped"} <= set(year.flags)
    assert year.next == "https://example.org/data/?p=2"


def test_articles_and_exceptions_by_expression_may_be_elsewhere() -> None:
    source = Source(
        id="p",
        kind="index",
        urls=("https://example.org/list.html",),
        article=r"/paper-\d+\.html$",
        exclude=("0001",),
    )
    found = read("index", Document("https://example.org/list.html", PLAIN.encode()), source)
    assert [link.url for link in found.links] == ["https://elsewhere.net/paper-0002.html"]
    assert "foreign_links_dropped" not in found.flags


def test_a_base_elsewhere_does_not_make_its_links_our_own() -> None:
    body = '<base href="https://evil.org/"><a href="articles/12345.html">Click here please</a>'
    source = Source(id="p", kind="index", urls=("https://example.org/",))
    found = read("index", Document("https://example.org/", body.encode()), source)
    assert found.links == ()
    assert found.flags == ("foreign_links_dropped",)


@pytest.mark.parametrize(
    ("base", "leads_to"),
    [
        ("/news/", "https://b.org/news/2020/123456.html"),
        ("../news/", "https://b.org/news/2020/123456.html"),
        ("//b.org/x/", "https://b.org/x/2020/123456.html"),
        ("", "https://b.org/lists/2020/123456.html"),
    ],
)
def test_a_base_counts_from_the_pages_own_address(base: str, leads_to: str) -> None:
    body = f'<base href="{base}"><a href="2020/123456.html">a title that is long</a>'.encode()
    source = Source(id="s", kind="index", urls=("https://b.org/lists/new.html",))
    found = read("index", Document("https://b.org/lists/new.html", body), source)
    assert [link.url for link in found.links] == [leads_to]
