"""Pages that no profile knows: every way of setting text, kept in order, one paragraph a line."""

# ruff: noqa: E501 - pages' markup stands as it is served, and Chinese counts double

from collections.abc import Callable

import pytest

from crawler.extract import EXTRACTOR
from crawler.model import Extraction

Read = Callable[..., Extraction]

CHINESE = (
    "各级党组织要把全面从严治党的要求落到实处，坚持问题导向，抓住关键环节。",
    "会议指出，要健全制度，完善机制，推动各项工作取得新的进展和成效。",
    "会议强调，要加强督促检查，确保各项部署落地见效，不断开创工作新局面。",
    "与会同志认为，这次会议为今后一个时期的工作指明了方向，提供了遵循。",
)
ENGLISH = (
    "The committee met on Monday to discuss the plan, which it had put off for more than a year.",
    "Its members said that the delay had cost the town a good deal of money, and some goodwill.",
    "A second reading is due in the autumn, when the new council will have taken its seats.",
    "Nobody expects the vote to be close, although three members have not made up their minds.",
)
AROUND = (
    "<html><head><title>会议召开-某某新闻网</title></head><body>"
    "<div class=nav><a href=/>首页</a><a href=/a>要闻</a><a href=/b>专题</a></div>"
    "<div class=crumb>您的位置：首页 > 要闻 > 正文</div><h1>会议召开</h1>"
    "<div class=info>2024年04月24日 23:52　来源：新华社　作者：李四</div>{}"
    "<div class=editor>（责任编辑：王五）</div>"
    "<div class=list><h3>相关新闻</h3><ul><li><a href=/1>另一条新闻的标题在这里</a></li>"
    "<li><a href=/2>又一条新闻的标题在这里</a></li></ul></div>"
    "<div id=footer>版权所有 某某新闻网 京ICP备12345678号</div></body></html>"
)


def paragraphs(lines: tuple[str, ...]) -> str:
    return "".join(f"<p>　　{line}</p>" for line in lines)


SETTINGS = {
    "paragraphs": f"<div>{paragraphs(CHINESE)}</div>",
    "br": f"<div>{'<br><br>　　'.join(CHINESE)}</div>",
    "one div": f"<div>{'<br>'.join(CHINESE)}</div>",
    "spans": f"<section>{''.join(f'<section><span>{x}</span></section>' for x in CHINESE)}</section>",
    "divs": f"<div>{''.join(f'<div>{line}</div>' for line in CHINESE)}</div>",
    "layout table": f"<table><tr><td>{paragraphs(CHINESE)}</td></tr></table>",
    "form": f"<form action=x><div>{paragraphs(CHINESE)}</div></form>",
    "quotation": f"<div>{paragraphs(CHINESE[:2])}<blockquote>{CHINESE[2]}</blockquote>"
    f"<p>{CHINESE[3]}</p></div>",
    "list": f"<div>{paragraphs(CHINESE[:1])}<ol>{''.join(f'<li>{x}</li>' for x in CHINESE[1:])}"
    "</ol></div>",
    "pre": "<pre>" + "\n".join(CHINESE) + "</pre>",
    "wrapped source": f"<div>{paragraphs(tuple(x[:9] + chr(10) + x[9:] for x in CHINESE))}</div>",
    "two bodies": f"<html><body><div>{paragraphs(CHINESE)}</div></body></html>",
    "unclosed link": f"<div><a href=x>{paragraphs(CHINESE * 3)}".replace("</p>", "</p>", 1),
}


@pytest.mark.parametrize("name", [n for n in SETTINGS if n != "unclosed link"])
def test_every_way_of_setting_paragraphs_gives_the_same_text(name: str, read: Read) -> None:
    found = read(AROUND.format(SETTINGS[name]))
    assert found.text == "\n".join(CHINESE)
    assert found.rule == "general"


def test_a_link_that_is_never_closed_is_text(read: Read) -> None:
    found = read(AROUND.format(SETTINGS["unclosed link"]))
    assert found.text.startswith("\n".join(CHINESE * 3))


def test_fields_are_read_around_the_headline(read: Read) -> None:
    found = read(AROUND.format(SETTINGS["paragraphs"]))
    assert (found.title, found.author, found.source_name) == ("会议召开", "李四", "新华社")
    assert (found.published, found.editor, found.lang) == ("2024-04-24T23:52", "王五", "zh")
    assert found.found_in["published"] == "template"


def test_english_pages(read: Read) -> None:
    html = (
        "<title>The plan - The Town News</title><nav><a href=/>Home</a><a href=/n>News</a></nav>"
        f"<main><h1>The plan</h1><article>{paragraphs(ENGLISH)}"
        "<p><a href=/other>Another story that you may want to read as well</a></p></article></main>"
        "<aside><h2>Most read</h2><a href=/1>One thing</a></aside>"
    )
    found = read(html)
    assert found.text == "\n".join(ENGLISH)
    assert (found.title, found.lang) == ("The plan", "en")


def test_nothing_that_stands_twice_is_dropped(read: Read) -> None:
    lines = (CHINESE[0], CHINESE[1], CHINESE[1], CHINESE[2], CHINESE[1])
    assert read(AROUND.format(f"<div>{paragraphs(lines)}</div>")).text == "\n".join(lines)


def test_poems_questions_and_headings_between_paragraphs_are_kept(read: Read) -> None:
    lines = (CHINESE[0], "一、总体要求", CHINESE[1], "问：怎么办？", "答：抓落实。", CHINESE[2],
             "大江东去", "浪淘尽", CHINESE[3])  # fmt: skip
    assert read(AROUND.format(f"<div>{paragraphs(lines)}</div>")).text == "\n".join(lines)


def test_a_document_keeps_its_chronicle_and_its_signature(read: Read) -> None:
    lines = (CHINESE[0], "2019年6月5日", CHINESE[1], "2020年1月8日", CHINESE[2], "某某省人民政府",
             "2022年1月27日")  # fmt: skip
    assert read(AROUND.format(f"<div>{paragraphs(lines)}</div>")).text == "\n".join(lines)


def test_a_data_tables_row_is_a_line(read: Read) -> None:
    table = "<table><tr><th>地区</th><th>人数</th></tr><tr><td>北京</td><td>12</td></tr></table>"
    found = read(AROUND.format(f"<div>{paragraphs(CHINESE)}{table}</div>"))
    assert found.text.split("\n")[-2:] == ["地区\t人数", "北京\t12"]


def test_spaces_of_preformatted_text_stay(read: Read) -> None:
    code = "<pre>if x:\n    return  1\n</pre>"
    found = read(f"<article>{paragraphs(ENGLISH)}{code}</article>")
    assert found.text.split("\n")[-2:] == ["if x:", "    return  1"]


def test_captions_are_labelled_paragraphs(read: Read) -> None:
    caption = "1月1日，会议在北京召开。新华社记者 李四 摄"
    figure = f"<figure><img src=/p.jpg><figcaption>{caption}</figcaption></figure>"
    for body in (f"{figure}{paragraphs(CHINESE)}", f"<p>{caption}</p>{paragraphs(CHINESE)}"):
        found = read(AROUND.format(f"<div>{body}</div>"))
        assert [(found.text[s:e], kind) for s, e, kind in found.marked] == [(caption, "caption")]


def test_addresses_stand_without_what_changes_by_itself(read: Read) -> None:
    body = paragraphs(CHINESE).replace(
        "会议指出",
        '<img src="/i/a.jpg?t=1700000000&id=7" alt="">'
        '<img class=lazy src="data:image/gif;base64,R0" data-src="http://img.a.cn/b.png">'
        "<img src=/dot.gif width=1 height=1>"
        '<a href="http://b.org/x.html?utm_source=q&spm=1.2&p=3#top">会议指出</a>'
        '<a href="javascript:void(0)"></a><a href="#n1"></a>',
        1,
    )
    found = read(AROUND.format(f"<div>{body}</div>"), "http://a.cn/n/1.html")
    assert found.images == ("https://a.cn/i/a.jpg?id=7", "https://img.a.cn/b.png")
    assert found.links == ("https://b.org/x.html?p=3",)


def test_a_part_that_holds_nearly_everything_is_no_noise_whatever_its_name(read: Read) -> None:
    html = f"<body class=has-sidebar><div class='sidebar comments'>{paragraphs(CHINESE)}</div>"
    assert read(html).text == "\n".join(CHINESE)


def test_comments_are_no_article_however_long(read: Read) -> None:
    comments = "".join(
        f"<div class=comment><p>{line}我也这样想。</p></div>" for line in CHINESE * 5
    )
    html = f"<article>{paragraphs(CHINESE)}</article><div class=comments>{comments}</div>"
    assert read(html).text == "\n".join(CHINESE)


def test_hidden_text_is_not_read(read: Read) -> None:
    html = f"<article>{paragraphs(CHINESE)}<p style='DISPLAY: none'>{CHINESE[0]}</p></article>"
    assert read(html).text == "\n".join(CHINESE)


def test_the_second_opinion_is_asked_only_where_ours_finds_next_to_nothing(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    import crawler.extract.main as main

    asked: list[str] = []
    monkeypatch.setattr(main, "read_second", lambda page: asked.append(page.url))
    read(AROUND.format(SETTINGS["paragraphs"]))
    assert asked == []
    read("<p>短。</p>")
    assert asked == ["https://example.org/a/1.html"]


def test_trafilatura_is_handed_the_tree_as_lexbor_writes_it() -> None:
    from crawler.extract.page import parse
    from crawler.extract.second import read_second

    two = f"<html><body><p>menu</p></body></html><html><body>{paragraphs(ENGLISH * 3)}</body>"
    found = read_second(parse(two, "http://a.org/1"))
    assert found is not None
    assert [line.text for line in found.lines if line.text in ENGLISH] != []
    assert found.rule == "trafilatura"
    assert read_second(parse("", "http://a.org/1")) is None
    assert read_second(parse("<p>x" * 30_000, "http://a.org/1")) is None


def test_the_version_names_all_that_can_change_a_reading() -> None:
    assert [part.split("/")[0] for part in EXTRACTOR.split()] == [
        "palimpsest", "sites", "words", "selectolax", "trafilatura",
    ]  # fmt: skip
    assert "absent" not in EXTRACTOR


def test_extraction_needs_no_trafilatura_to_be_imported() -> None:
    import subprocess
    import sys

    code = "import crawler.extract, sys; sys.exit('trafilatura' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_labelled_pages_of_many_sites_are_read_well(corpus: object) -> None:
    """The bars of the benchmark on a fifth of its pages, a little lower as the sample is small."""
    import json
    import re
    from collections import Counter
    from pathlib import Path

    from crawler.extract import extract
    from crawler.model import Capture

    folder = Path(str(corpus)) / "extraction"
    rows = [json.loads(x) for x in (folder / "manifest.jsonl").read_text("utf-8").splitlines()]
    shares = []
    for row in rows[::5]:
        body = (folder / row["html"]).read_bytes()
        text = extract(Capture((body,), "", ""), built_in=False).text
        mine, true = (
            Counter(s[i : i + 4] for i in range(len(s) - 3))
            for s in (
                "".join(re.findall(r"\w", t))
                for t in (text, (folder / row["gold"]).read_text("utf-8"))
            )
        )
        shares.append(2 * (mine & true).total() / ((mine.total() + true.total()) or 1))
    assert sum(shares) / len(shares) > 0.93
    assert sum(share < 0.5 for share in shares) <= 1
