"""Text that stands only in the data of a page's scripts: read where the page is a shell, never
where it shows its text."""

import json
import time
from collections.abc import Callable

import pytest

from crawler.model import Assessment, Extraction

Read = Callable[..., Extraction]

LINES = (
    "各级党组织要把全面从严治党的要求落到实处，坚持问题导向，抓住关键环节。",
    "会议指出，要健全制度，完善机制，推动各项工作取得新的进展和成效。",
    "会议强调，要加强督促检查，确保各项部署落地见效，不断开创工作新局面。",
    "与会同志认为，这次会议为今后一个时期的工作指明了方向，提供了遵循。",
    "大家表示，要以这次会议为新的起点，把各项任务落实到每一个环节。",
    "会议还研究了其他事项，听取了有关负责同志的汇报，提出了明确要求。",
)
HTML = "".join(f"<p>{line}</p>" for line in LINES)
TITLE = "会议召开圆满成功"
ARTICLE = {
    "title": TITLE,
    "publishTime": "2024-04-24 10:11:12",
    "author": "张三",
    "source": {"name": "某某日报"},
    "summary": "各级党组织要把要求落到实处，会议指出，要健全制度，" * 9,
    "content": HTML,
}
OTHERS = [
    {"title": f"另一篇{n}", "content": HTML.replace("会议", f"大会{n}") * 3} for n in range(5)
]
SHELLS = (
    "<div id=root></div>",
    "<noscript>请开启JavaScript，再访问本网站。</noscript><div id=root>正在加载，请稍候。</div>"
    "<footer>版权所有，未经许可不得转载。</footer>",
)


def dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def page(script: str, body: str = SHELLS[0], title: str = TITLE) -> str:
    return (
        f"<!doctype html><html><head><meta charset=utf-8><title>{title}_某某网</title></head>"
        f"<body>{body}{script}</body></html>"
    )


def next_data(value: object) -> str:
    return f'<script id="__NEXT_DATA__" type="application/json">{dump(value)}</script>'


NUXT_2 = dump(HTML).replace("<", "\\u003C")
NUXT_3 = [{"data": 1}, {"article": 2}, {"title": 3, "body": 4}, TITLE, HTML, ["Reactive", 5]]
TREE = {
    "type": "doc",
    "content": [
        {"type": "paragraph", "content": [{"type": "text", "text": t} for t in (x[:9], x[9:])]}
        for x in LINES
    ],
}
DATA = {
    "next": next_data({"props": {"pageProps": {"detail": ARTICLE, "recommend": OTHERS}}}),
    "state": f"<script>window.__INITIAL_STATE__={dump({'a': ARTICLE, 'list': OTHERS})};</script>",
    "undefined": "<script>window.__INITIAL_STATE__="
    + dump({"u": 0, "a": ARTICLE}).replace('"u": 0', '"u":undefined')
    + ";(function(){})()</script>",
    "parsed": f"<script>window.__DATA__ = JSON.parse({dump(dump({'a': ARTICLE}))});</script>",
    "nuxt 2": "<script>window.__NUXT__=(function(a,b){return {data:[{detail:{title:a,content:"
    + f'{NUXT_2}}}}}]}}}}("{TITLE}",null));</script>',
    "nuxt 3": f'<script type="application/json" id="__NUXT_DATA__">{dump(NUXT_3)}</script>',
    "a list of paragraphs": next_data({"article": {"title": TITLE, "paragraphs": LINES}}),
    "a list of objects": next_data(
        {"article": {"title": TITLE, "content": [{"type": "p", "text": x} for x in LINES]}}
    ),
    "a tree": next_data({"article": {"title": TITLE, "content": TREE}}),
    "json-ld": '<script type="application/ld+json">'
    + dump({"@type": "NewsArticle", "headline": TITLE, "articleBody": "\n".join(LINES)})
    + "</script>",
}


@pytest.mark.parametrize("name", DATA)
@pytest.mark.parametrize("shell", SHELLS)
def test_the_data_of_a_shells_scripts_are_read(name: str, shell: str, read: Read) -> None:
    found = read(page(DATA[name], shell))
    assert found.text.split("\n") == list(LINES)
    assert (found.assessment, found.rule) == (Assessment.ARTICLE, "script")
    assert found.title == TITLE


@pytest.mark.parametrize("name", DATA)
def test_it_is_marked_by_its_rule_so_that_replay_gives_the_same(name: str, read: Read) -> None:
    html = page(DATA[name])
    for rule in ("script", "general"):
        again = read(html, rule=rule)
        assert (again.text, again.rule) == (read(html).text, rule)
        assert again.assessment is Assessment.ARTICLE


def test_after_a_redesign_one_rule_reads_the_shell_and_the_page_that_shows_it(read: Read) -> None:
    """A page that shows its text keeps the data, or does not: either way one rule reads both."""
    shell = read(page(DATA["next"]))
    shown = page(DATA["next"], f"<div><h1>{TITLE}</h1>{HTML}</div>")
    assert read(shown).rule == "general"
    assert read(shown, rule="script").text == shell.text
    assert read(page(DATA["next"]), rule="general").text == shell.text


def test_what_stands_beside_the_text_gives_its_fields(read: Read) -> None:
    found = read(page(DATA["next"]))
    assert (found.author, found.source_name) == ("张三", "某某日报")
    assert found.published == "2024-04-24T10:11:12"
    assert found.found_in["published"] == "script:content"
    counted = {**ARTICLE, "publishTime": 1713924672000}
    assert read(page(next_data({"d": counted}))).published == "2024-04-24T10:11:12+08:00"


def test_pictures_in_it_are_the_articles(read: Read) -> None:
    pictured = {**ARTICLE, "content": HTML + "<p><img src=/a.jpg></p>"}
    assert read(page(next_data({"d": pictured}))).images == ("https://example.org/a.jpg",)


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        # whole: the data beside it say the same and more
        (f"<div><h1>{TITLE}</h1>{HTML}</div>", LINES),
        # a short piece of news, beside the data of longer ones
        (f"<div><h1>{TITLE}</h1><p>{LINES[0]}</p></div>", LINES[:1]),
        # the beginning alone is shown: the rest is not for this reader
        (f"<div><h1>{TITLE}</h1>{''.join(f'<p>{x}</p>' for x in LINES[:3])}</div>", LINES[:3]),
    ],
)
def test_a_page_that_shows_its_text_is_read_as_it_is_shown(
    body: str, kept: tuple[str, ...], read: Read
) -> None:
    long = {**ARTICLE, "content": HTML * 6}
    for carried in ({"d": long}, {"list": OTHERS}, {"d": long, "list": OTHERS}):
        found = read(page(next_data(carried), body))
        assert found.text.split("\n") == list(kept)
        assert found.rule == "general"


@pytest.mark.parametrize(
    "value",
    [
        {"privacyPolicy": {"content": "我们重视您的隐私，" * 60}, "error": {"text": "错，" * 99}},
        {"comments": [{"content": f"第{n}条评论，说得很好，" * 20} for n in range(9)]},
        {"list": OTHERS},
        {"style": {"html": ".a{color:red,}" * 90}, "article": {"content": "no mark here " * 60}},
    ],
)  # fmt: skip
def test_what_is_no_article_of_this_page_is_not_taken_for_it(value: object, read: Read) -> None:
    found = read(page(next_data(value), title="首页"))
    assert (found.assessment, found.text) == (Assessment.EMPTY, "")


LONG = "会议召开，" * 40
HOSTILE = {
    "nested beyond any parser": "window.__S__=" + '{"content":[' * 300_000,
    "nested as deep as one goes": "window.__S__=" + '{"content":[' * 900 + f'"{LONG}"' + "]}" * 900,
    "many texts": "window.__S__=["
    + ",".join(f'{{"content":"{LONG}{n}"}}' for n in range(8_000))
    + "]",
    "quotes": 'window.__S__=f("' + '\\"' * 900_000,
    "strings that never end": "window.__S__=f(" + ('"' + "a" * 149) * 12_000,
    "names": "data=" * 400_000,
    "openings": "data={" * 300_000,
    "white space": "window.__S__=" + " " * 1_900_000,
    "code": "window.__S__=" + "function(a,b){return a.data.State+b.info;}var datadata=1;" * 30_000,
    "markup in a string": 'window.__S__={"content":"' + "<div>" * 100_000 + '</div>会议，"}',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_the_time_for_hostile_data_is_bounded(name: str, read: Read) -> None:
    began = time.process_time()
    read(page(f"<script>{HOSTILE[name]}</script>"))
    assert time.process_time() - began < 4
