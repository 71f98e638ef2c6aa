"""Who wrote it: declared, in the template, or named by the text; never what only looks like it."""

# ruff: noqa: E501 - pages' markup stands as it is served, and Chinese counts double

from collections.abc import Callable

import pytest

from crawler.model import Extraction

Read = Callable[..., Extraction]

ZH = (
    "各级党组织要把全面从严治党的要求落到实处，坚持问题导向，抓住关键环节。",
    "会议指出，要健全制度，完善机制，推动各项工作取得新的进展和成效。",
    "会议强调，要加强督促检查，确保各项部署落地见效，不断开创工作新局面。",
)
EN = (
    "The town council voted last night to keep the old library open for another year.",
    "Officials expect the repairs to begin in the spring, once the money has been found.",
)


def page(lines: tuple[str, ...], head: str = "", above: str = "", below: str = "") -> str:
    text = "".join(f"<p>{line}</p>" for line in lines)
    return (
        f"<html><head><meta charset=utf-8><title>标题就是这一句话</title>{head}</head><body>"
        f"<div class=a><h1>标题就是这一句话</h1>{above}<div class=b>{text}</div>{below}</div></body></html>"
    )


@pytest.mark.parametrize(
    ("lines", "author"),
    [
        (("光明日报记者 王建宏 张文攀", *ZH), "王建宏 张文攀"),
        (("顶端新闻·河南商报记者马俊峰/文受访者供图", *ZH), "马俊峰"),
        ((f"新华社北京1月1日电（记者张三、李四）{ZH[0]}", *ZH), "张三 李四"),
        ((f"据新华社拉萨电（记者 格桑边觉）{ZH[0]}", *ZH), "格桑边觉"),
        ((f"本报讯 （记者 王 毅）{ZH[0]}", *ZH), "王 毅"),
        ((*ZH, f"{ZH[0]}（总台记者 张倩）"), "张倩"),
        ((*ZH, f"{ZH[0]}（姚峰 上海报道）"), "姚峰"),
        ((*ZH, "□ 本报记者 葛灵丹"), "葛灵丹"),
        ((*ZH, "（本报记者 张三 通讯员 李四）"), "张三 李四"),
    ],
)
def test_reporters_whom_the_text_names(lines: tuple[str, ...], author: str, read: Read) -> None:
    found = read(page(lines))
    assert (found.author, found.found_in["author"]) == (author, "text")
    assert found.text.split("\n") == list(lines)


@pytest.mark.parametrize(
    "line",
    [
        "记者走基层", "我当记者三十年", "中国记者节", "记者手记", "答记者问", "记者 从会议上获悉",
        "1月1日，工人在车间内作业。新华社记者 张三 摄", "新华社记者 张三 摄",
        "他对记者表示，这次会议开得很好。", "记者会现场", "（记者站供稿）", "记者：请介绍一下有关情况。",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_reporter_is_none(line: str, read: Read) -> None:
    for lines in ((line, *ZH), (*ZH, line)):
        assert read(page(lines)).author is None


@pytest.mark.parametrize(
    ("markup", "author", "where"),
    [
        ("<div>By Jane Doe | May 4, 2023</div>", "Jane Doe", "template"),
        ("<p>By: John van Dyke and Mary Roe</p>", "John van Dyke and Mary Roe", "template"),
        ("<div>Posted by Jane Doe on Monday</div>", "Jane Doe", "template"),
        ("<span class=byline>by <a>Jane Doe</a></span>", "Jane Doe", "template"),
        ("<div><i><a rel=author href=/a/1>Jane Doe</a></i></div>", "Jane Doe", "markup"),
    ],
)
def test_bylines_above_a_text(markup: str, author: str, where: str, read: Read) -> None:
    found = read(page(EN * 3, above=markup))
    assert (found.author, found.found_in["author"]) == (author, where)


@pytest.mark.parametrize(
    "markup",
    [
        "<div class=comments><div itemprop=author>Jane Doe</div><p>What a fine text.</p></div>",
        "<div class=related><span class=byline>Jane Doe</span></div>",
        "<div><a rel=author>Jane Doe</a></div><div><a rel=author>Mary Roe</a></div>",
        "<div class=byline>Read More Stories</div><div>By the way, it is late.</div>",
    ],
)
def test_others_names_are_no_authors(markup: str, read: Read) -> None:
    assert read(page(EN * 3, below=markup)).author is None


@pytest.mark.parametrize(
    "declared", ["大汉网络", "www.yunnan.cn,云南日报报业集团,云南网", "某某科技有限公司", "人民网"]
)
def test_a_firm_or_a_site_is_declared_but_no_author(declared: str, read: Read) -> None:
    head = f"<meta name=author content='{declared}'>"
    assert read(page(ZH, head)).author is None
    assert read(page(("本报记者 张三", *ZH), head)).author == "张三"
    assert read(page(ZH, "<meta name=author content='张三'>")).author == "张三"


def test_labels_beside_each_other_end_each_other(read: Read) -> None:
    above = "<div>2024-04-24 来源： [ 某某报 ] 作者：宋某 杨某华</div>"
    below = "<div>编辑：金金 来源：某某报 作者：宋某</div>"
    found = read(page(ZH, above=above, below=below))
    assert (found.source_name, found.author, found.editor) == ("某某报", "宋某 杨某华", "金金")
