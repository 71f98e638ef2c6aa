"""Articles in parts: the way to the next one, read in order; and what stands on their lines."""

# ruff: noqa: E501 - pages' markup stands as it is served, and Chinese counts double

from collections.abc import Callable

import pytest

from crawler.extract import agree, extract, overlooks
from crawler.model import Assessment, Capture, Extraction, Profile

Read = Callable[..., Extraction]

LINES = (
    "各级党组织要把全面从严治党的要求落到实处，坚持问题导向，抓住关键环节。",
    "会议指出，要健全制度，完善机制，推动各项工作取得新的进展和成效。",
    "会议强调，要加强督促检查，确保各项部署落地见效，不断开创工作新局面。",
)
BODY = "".join(f"<p>{line}</p>" for line in LINES)
XINHUA = "http://chinaneast.xinhuanet.com/jizhe/2005-08/16/content_4894059{}.htm"


def old_xinhua(body: str, number: int, parts: int) -> str:
    """The agency's page of 2005: parts counted from nothing, the way on a picture."""
    urls = [XINHUA.format(f"_{n}" if n else "") for n in range(parts)]
    numbers = "".join(f'<a href="{url}">[{n + 1}]</a> ' for n, url in enumerate(urls))
    on = (
        f'<a href="{urls[number + 1]}" class="nextpage"><img src=xy.gif></a>'
        if urls[number + 1 :]
        else ""
    )
    return (
        f"<table><tr><td id=Title>访谈</td></tr><tr><td id=Content>{body}"
        f"<p align=center class=pagelink>{numbers}</p><center>{on}</center></td></tr></table>"
    )


def test_the_agencys_old_pager_counts_from_nothing(read: Read) -> None:
    first = read(old_xinhua(BODY, 0, 3), XINHUA.format(""))
    assert (first.rule, first.next_url) == ("xinhua/2005", XINHUA.format("_1"))
    assert read(old_xinhua(BODY, 1, 3), XINHUA.format("_1")).next_url == XINHUA.format("_2")
    assert read(old_xinhua(BODY, 2, 3), XINHUA.format("_2")).next_url is None
    assert (first.text, first.links) == ("\n".join(LINES), ())


@pytest.mark.parametrize(
    ("here", "there", "shown", "leads"),
    [
        ("a-1.html", "a-2.html", "2", True),
        ("a.html", "a_2.html", "下一页", True),
        ("a.html", "a_1.html", "2", True),
        ("a.html", "a_1.html", "1", False),
        ("a_1.html", "a_2.html", "3", True),
        ("a_1.html", "a_2.html", "2", True),
        ("a.html", "a_2.html", "3", False),
        ("a.html", "a_3.html", "3", False),
        ("a.html", "b_2.html", "下一页", False),
        ("a.html", "a_2.html", "下一篇：另一条新闻", False),
        ("a.html", "../x/a_2.html", "2", False),
    ],
)
def test_the_way_on_by_the_articles_own_numbering(
    here: str, there: str, shown: str, leads: bool, read: Read
) -> None:
    page = f"<title>t</title><div>{BODY}</div><div class=pager><a href='{there}'>{shown}</a></div>"
    found = read(page, f"https://example.org/n/{here}")
    assert (found.next_url is not None) == leads


def test_parts_are_one_text_in_order_with_the_addresses_of_all() -> None:
    bodies = tuple(
        old_xinhua(f"<p>{line}<img src=/{n}.jpg></p>", n, 3).encode()
        for n, line in enumerate(LINES)
    )
    url = XINHUA.format("")
    found = extract(Capture(bodies, url, url))
    assert found.text == "\n".join(LINES)
    assert [image.rsplit("/", 1)[-1] for image in found.images] == ["0.jpg", "1.jpg", "2.jpg"]
    assert found.assessment is Assessment.ARTICLE
    assert found.next_url is None


def test_a_part_that_is_no_article_is_told() -> None:
    url = XINHUA.format("")
    good = old_xinhua(f"<p>{LINES[0]}</p>", 0, 2).encode()
    found = extract(Capture((good, "<title>稿件详情</title>".encode()), url, url))
    assert found.assessment is Assessment.STUB


def test_what_a_profile_leaves_out_brings_no_addresses(read: Read) -> None:
    url = "http://politics.people.com.cn/n1/2024/0424/c1001-40223222.html"
    page = (
        "<div class=rm_txt><h1 id=newstit>会议召开</h1><div class=rm_txt_con>"
        f"{BODY}<p><img src=/photo.jpg></p><p>点击进入<a href=/zt>专题</a>&gt;&gt;</p>"
        "<div class=ad><a href=/buy><img src=/ad.jpg></a></div><p>见<a href=/f.pdf>附件</a>。</p></div></div>"
    )
    found = read(page, url)
    assert found.links == ("https://politics.people.com.cn/f.pdf",)
    assert found.images == ("https://politics.people.com.cn/photo.jpg",)


def test_a_second_copy_for_narrow_screens_is_no_second_text(read: Read) -> None:
    url = "https://www.nmg.gov.cn/zwyw/jrgz/202202/t20220211_2004628.html"
    copy = f"<div class=TRS_UEDITOR>{BODY}</div>"
    page = f"<div class=pc><h1>会议召开</h1>{copy}</div><div class=wap>{copy}</div>"
    assert read(page, url).text == "\n".join(LINES)
    two = page.replace("各级", "各地", 1)
    assert len(read(two, url).text.split("\n")) == 6


def test_a_photograph_taken_away_is_a_change_of_images_alone(read: Read) -> None:
    photo, rest = (
        "<p><img src=/photo.jpg></p>",
        f"<div class=content>{BODY}<p>责任编辑：王五</p></div>",
    )
    for before, after in (
        (rest.replace("<p>", f"{photo}<p>", 1), rest),
        (rest.replace("<p>责", f"{photo}<p>责"), rest),
        (rest.replace(LINES[1], f"{LINES[1]}<img src=/photo.jpg>"), rest),
    ):
        one, other = (read(f"<title>t</title><h1>标题在这里</h1>{x}") for x in (before, after))
        assert one.text == other.text == "\n".join(LINES)
        assert (one.images, other.images) == (("https://example.org/photo.jpg",), ())


def test_pictures_of_an_advertisement_or_of_related_things_are_none_of_the_articles(
    read: Read,
) -> None:
    related = (
        "<div class=related><h3>相关新闻</h3><a href=/1><img src=/r.jpg>另一条新闻的标题</a></div>"
    )
    advert = "<div class=ad-box><a href=/buy><img src=/ad.jpg></a></div>"
    inside = BODY.replace("</p>", f"</p>{advert}", 1)
    found = read(f"<title>t</title><div class=content>{inside}</div>{related}")
    assert found.images == ()
    assert found.links == ()


def test_two_readings_agree_when_nearly_all_paragraphs_are_both_ones() -> None:
    text = "\n".join(LINES * 5)
    assert agree(text, text)
    assert agree(text, f"{text}\n阅读 12")
    assert not agree(text, "\n".join(LINES))
    assert not agree(text, "")
    assert agree("", "")


def test_a_users_caption_selector_labels_its_paragraphs(read: Read) -> None:
    mine = Profile("mine", ("a.org",), select={"body": "#b", "caption": ".pic p, .note"})
    page = f"<div id=b>{BODY}<div class=pic><p>大会会场。</p></div><p class=NOTE>主席台。</p><p>完。</p></div>"
    found = read(page, "http://a.org/1", profiles=(mine,))
    labelled = [found.text[start:end] for start, end, kind in found.marked if kind == "caption"]
    assert labelled == ["大会会场。", "主席台。"]


def test_an_edit_that_a_common_rule_does_not_read_is_overlooked_by_it() -> None:
    caption, edited = "图为大会会场。新华社记者张三摄", "图为大会会场。新华社记者李四摄"
    text = "\n".join(LINES)
    own = (f"{text}\n{caption}", f"{text}\n{edited}")
    assert overlooks(own, (text, text))
    assert not overlooks(own, own)
    assert not overlooks((f"{text}\n{caption}", text), (text, text))
    assert not overlooks(
        (text, text.replace("新的", "一定的")), (text, text.replace("新的", "一定的"))
    )


def test_a_rule_that_is_named_reads_whatever_the_page_is() -> None:
    page = f"<title>t</title><h1>标题</h1><div class=rm_txt_con>{BODY}</div>".encode()
    for rule, read_by in (
        ("people/2020", "people/2020"),
        ("general", "general"),
        ("people/2014", "general"),
        ("nobody/1", "general"),
    ):
        found = extract(Capture((page,), "http://a.org/1", "http://a.org/1", rule=rule))
        assert found.rule == read_by
        assert bool(found.text) == (rule == read_by)
        assert found.flags == ()
