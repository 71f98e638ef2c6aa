"""Metadata: each field from the most trusted place that has it, none invented."""

from collections.abc import Callable
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.dates import find_date, from_epoch, parse_date
from crawler.extract.lines import kind_of, read_author, read_editor, read_source
from crawler.extract.metadata import date_of_url
from crawler.model import Extraction, Link

Read = Callable[..., Extraction]

ARTICLE = "".join(
    f"<p>第{n}段：会议指出，要健全制度，完善机制，推动各项工作取得新的成效。</p>"
    for n in "一二三四五"
)
LINKED = (
    '<script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":'
    '"NewsArticle","headline":"From JSON-LD","datePublished":"2020-01-02T03:04:05+08:00",'
    '"dateModified":"2020-01-03","author":[{"name":"A. One"},{"name":"B. Two"}]}]}</script>'
)
META = (
    '<meta property="article:published_time" content="2020-02-02T00:00:00Z">'
    '<meta name="author" content="Meta Author"><meta property="og:title" content="From OG">'
)
VISIBLE = "<h1>可见标题在这里</h1><div>2020年03月03日 10:00 来源：新华社</div>"
URL = "https://example.org/2020/04/04/x.html"
ENTRY = Link(URL, "From the feed", "2020-05-05T00:00:00Z", author="Feed Author")


def test_the_order_of_trust_is_fixed(read: Read) -> None:
    def told(head: str, visible: str, url: str) -> str | None:
        found = read(f"<head>{head}</head>{visible}<div>{ARTICLE}</div>", url, listing=ENTRY)
        return found.published

    assert told(LINKED + META, VISIBLE, URL) == "2020-01-02T03:04:05+08:00"
    assert told(META, VISIBLE, URL) == "2020-02-02T00:00:00+00:00"
    assert told("", VISIBLE, URL) == "2020-03-03T10:00"
    assert told("", "", URL) == "2020-04-04"
    assert told("", "", "https://example.org/x.html") == "2020-05-05T00:00:00Z"


def test_every_field_says_where_it_was_found(read: Read) -> None:
    found = read(f"<head>{LINKED}</head>{VISIBLE}<div>{ARTICLE}</div>", URL)
    assert found.author == "A. One, B. Two"
    assert found.updated == "2020-01-03"
    assert found.found_in["published"] == "json-ld:datePublished"
    assert found.found_in["author"] == "json-ld:author"
    assert found.found_in["source_name"] == "template"


@pytest.mark.parametrize(
    "linked",
    ["{not json", '{"@type":[],"author":3}', "[" * 5_000, '{"@type":"NewsArticle"}', "null"],
)
def test_json_ld_that_cannot_be_read_is_passed_over(linked: str, read: Read) -> None:
    head = f'<script type="application/ld+json">{linked}</script>{META}'
    assert read(f"<head>{head}</head><div>{ARTICLE}</div>").author == "Meta Author"


def test_no_date_is_invented(read: Read) -> None:
    html = (
        f"<title>t</title><div>{ARTICLE}<p>1949年10月1日，开国大典在北京举行，万众欢腾。</p></div>"
    )
    footer = "<div class=footer>Copyright 2003-2024</div><div>建站于2003年5月1日</div>"
    found = read(html + footer, "https://example.org/a.html")
    assert found.published is None
    assert "published" not in found.found_in


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("会议在京召开_某某网", "会议在京召开"),
        ("会议在京召开-新华网", "会议在京召开"),
        ("会议在京召开--时政--人民网", "会议在京召开"),
        ("会议在京召开 | 时政频道 | 某某新闻", "会议在京召开"),
        ("The plan | The Town News", "The plan"),
        ("Obama - Clinton talks go on - example.org", "Obama - Clinton talks go on"),
        ("“一带一路”：五年回顾", "“一带一路”：五年回顾"),
        ("A &amp; B &lt;b&gt;now&lt;/b&gt;", "A & B now"),
    ],
)
def test_titles_stand_without_the_sites_name(title: str, expected: str, read: Read) -> None:
    assert read(f"<title>{title}</title><div>{ARTICLE}</div>").title == expected


def test_the_feed_gives_title_and_author_where_the_page_has_none(read: Read) -> None:
    found = read(f"<div>{ARTICLE}</div>", "https://example.org/x.html", listing=ENTRY)
    assert (found.title, found.author) == ("From the feed", "Feed Author")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2018年01月25日 11:13:30 来源: 红旗文稿", "2018-01-25T11:13:30+08:00"),
        ("2023 11 / 17 20:52:15", "2023-11-17T20:52:15+08:00"),
        ("2024年04月24日23:52 | 来源：", "2024-04-24T23:52+08:00"),
        ("2007-08-20-23:59:59", "2007-08-20T23:59:59+08:00"),
        ("2012-12-12T08:30:00.000-05:00", "2012-12-12T08:30:00-05:00"),
        ("2012-12-12T08:30:00+0800", "2012-12-12T08:30:00+08:00"),
        ("Sun, 11 Feb 2018 08:30:00 GMT", "2018-02-11T08:30:00+00:00"),
        ("Sunday, February 11, 2018", "2018-02-11"),
        ("Feb. 11, 2018 at 3:05 p.m.", "2018-02-11T15:05+08:00"),
        ("5th March 2021", "2021-03-05"),
        ("20240424", "2024-04-24"),
        ("2022-01-28 00:00:00", "2022-01-28"),
        ("2018-02-30", None),
        ("2018年", None),
        ("12-25", None),
        ("", None),
    ],
)
def test_dates_as_pages_write_them(text: str, expected: str | None) -> None:
    if expected is not None and expected.endswith("T00:00:00+08:00"):
        expected = expected[:10]
    zone = "" if text.endswith("00:00:00") else "+08:00"
    assert parse_date(text, zone) == expected


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)), st.times())
def test_a_moment_written_in_chinese_comes_back(day: date, clock: time) -> None:
    moment = datetime.combine(day, clock)
    written = f"{moment.year}年{moment.month}月{moment.day}日 {moment:%H:%M:%S}"
    found = find_date(f"发布时间：{written} 来源：新华社", "+08:00")
    assert found is not None
    assert found[:2] == (moment.strftime("%Y-%m-%dT%H:%M:%S+08:00"), 5)
    assert 5 + len(written) <= found[2] <= 6 + len(written)


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)))
def test_a_day_in_an_address_is_read(day: date) -> None:
    for path in (
        f"/{day:%Y-%m/%d}/c_1.htm",
        f"/{day:%Y/%m%d}/c1-2.html",
        f"/{day:%Y%m%d}/ab/c.html",
    ):
        assert date_of_url(f"http://a.cn{path}") == day.isoformat()


def test_an_address_without_a_whole_day_has_no_date() -> None:
    assert date_of_url("https://a.blogspot.com/2018/02/x.html") is None
    assert date_of_url("https://a.cn/12345678/20991399.html") is None


def test_an_epoch_is_a_moment_in_its_zone() -> None:
    assert from_epoch(1581517074) == "2020-02-12T22:17:54+08:00"


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("（责任编辑：尹世杰）", "尹世杰"),
        ("责任编辑:尹 霞", "尹 霞"),
        ("【编辑:陈海峰】", "陈海峰"),
        ("(责编：牛镛、岳弘彬)", "牛镛、岳弘彬"),
        ("网站编辑 - 乔雪", "乔雪"),
        ("标签 -", None),
    ],
)
def test_editors(line: str, name: str | None) -> None:
    assert read_editor(line) == name


def test_sources_and_authors_are_told_apart() -> None:
    line = "2018年01月25日 11:13:30 来源: 红旗文稿 作者：中共湖北省委党校课题组"
    assert read_source(line) == "红旗文稿"
    assert read_author(line) == "中共湖北省委党校课题组"
    assert read_source("作者：李四") is None
    assert read_source("图片来源：某某网。") is None
    assert read_source("Photo Source: M. S. from Pexels.") is None
    assert read_author("来源：新华社") is None
    assert read_author("105092") is None
    assert read_author("name@example.org") is None


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("1月1日，会议在北京召开。新华社记者 李四 摄", "caption"),
        ("图为会议现场。", "caption"),
        ("（图片来源：新华网）", "caption"),
        ("文/张三", "byline"),
        ("本报记者 王五", "byline"),
        ("会议指出，要健全制度，完善机制。", ""),
        ("他说，这张照片是我爷爷拍摄的，很珍贵。", ""),
    ],
)
def test_kinds_of_lines(line: str, kind: str) -> None:
    assert kind_of(line) == kind


@pytest.mark.parametrize(
    ("line", "dateline"),
    [
        ("新华社北京1月1日电（记者 张三）各级党组织", "新华社北京1月1日电（记者 张三）"),
        ("中新网7月1日电 回顾当年", "中新网7月1日电"),
        ("据新华社拉萨电（记者 格桑边觉）记者近日获悉", "据新华社拉萨电（记者 格桑边觉）"),
        ("央广网北京2月13日消息 据中国之声报道", "央广网北京2月13日消息"),
        ("本报讯（实习记者 李四）昨日", "本报讯（实习记者 李四）"),
        ("HANOI, Vietnam (AP) — U.S. officials said", "HANOI, Vietnam (AP) —"),
        ("对于传呼机退出舞台的消息，有些日本民众表示怀念。", None),
        ("这家报社的电话一直打不通。", None),
        ("会议指出，要健全制度。", None),
    ],
)
def test_datelines(line: str, dateline: str | None, read: Read) -> None:
    found = read(f"<title>t</title><div><p>{line}</p>{ARTICLE}</div>")
    marked = {kind: found.text[start:end] for start, end, kind in found.marked}
    assert marked.get("dateline") == dateline


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("□ 本报记者 葛某某", "byline"),
        ("【文/观察者网专栏作者 王某】", "byline"),
        ("执笔/某某姐", "byline"),
        ("半月谈记者 史某某", "byline"),
        ("新华社的报道说，会议开得很成功。", ""),
        ("文章指出，要抓好落实。", ""),
    ],
)
def test_bylines_of_more_forms(line: str, kind: str) -> None:
    assert kind_of(line) == kind


def test_an_author_that_is_only_the_editor_is_none(read: Read) -> None:
    head = '<meta name="author" content="李楠">'
    page = f"<head>{head}</head><h1>可见标题在这里</h1><div>{ARTICLE}</div><p>责任编辑：{{}}</p>"
    assert read(page.format("李楠")).author is None
    assert read(page.format("李楠")).editor == "李楠"
    assert read(page.format("王五")).author == "李楠"


def test_what_a_system_writes_for_nobody_is_no_author(read: Read) -> None:
    assert (
        read(f'<head><meta name="author" content="Unknown"></head><div>{ARTICLE}</div>').author
        is None
    )


@pytest.mark.parametrize(
    ("title", "host", "expected"),
    [
        ("A Nice Place to Visit | The New Republic", "newrepublic.com", "A Nice Place to Visit"),
        ("山中一日 (2) @ 某人的家 :: 痞客邦 PIXNET ::", "a.pixnet.net", "山中一日 (2) @ 某人的家"),
    ],
)
def test_a_logo_is_no_headline(title: str, host: str, expected: str, read: Read) -> None:
    logo = title.split(" | ")[-1].split(" :: ")[-1].strip(": ")
    page = f"<title>{title}</title><h1>{logo}</h1><div>{ARTICLE}</div>"
    assert read(page, f"https://{host}/1").title == expected


def test_english_in_a_template_of_another_language_is_english(read: Read) -> None:
    text = "<p>The policy has been written to serve those who are concerned with the use of it.</p>"
    assert read(f"<html lang=fr><body><div>{text * 3}</div>").lang == "en"
    french = "<p>Le conseil a décidé de garder la bibliothèque ouverte pendant une année.</p>"
    assert read(f"<html lang=fr><body><div>{french * 3}</div>").lang == "fr"


def test_the_link_beside_a_source_is_a_step_up_the_reprints(read: Read) -> None:
    line = "2020年03月03日 10:00 来源：<a href='http://b.org/x.html?spm=1'>某某日报</a>"
    page = f"<h1>可见标题在这里</h1><div>{line}</div><div>{ARTICLE}</div>"
    found = read(page)
    assert (found.source_name, found.source_url) == ("某某日报", "https://b.org/x.html")
    assert found.found_in["source_url"] == "template"
    two = page.replace("来源：", "<a href=/c>评论</a> 来源：")
    assert read(two).source_url is None
