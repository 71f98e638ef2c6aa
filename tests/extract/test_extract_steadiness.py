"""Steady when only the surroundings change, sensitive to every character of the article."""

# ruff: noqa: E501 - pages' markup stands as it is served, and Chinese counts double

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extract import extract
from crawler.model import Capture, Extraction

Page = Callable[[str, str], str]

WORDS = st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=8)
# characters that prose is made of; white space and what the fold treats as noise aside
CHARACTERS = st.sampled_from(
    "中国共产党人民政府改革开放经济社会发展，。；：、“”《》（）0123456789abcXYZ镕喆"
)
TITLE = "会议在北京召开"
LINES = (
    "新华社北京1月1日电（记者 张三）各级党组织要把全面从严治党的要求落到实处，坚持问题导向。",
    "图为会议现场。新华社记者 李四 摄",
    "一、总体要求",
    "会议指出，要健全制度，完善机制，推动各项工作取得新的进展和成效，切实把思想统一起来。",
    "坚持党的领导，坚持以人民为中心。",
    "这次会议为今后一个时期的工作指明了方向，提供了遵循，必将产生深远影响。",
    "序号\t单位\t人数",
    "第一条　本办法自发布之日起施行，由办公厅负责解释，此前的规定同时废止。",
)


def article(lines: tuple[str, ...] = LINES, inside: str = "") -> str:
    """The article's own markup: paragraphs, a caption, a heading, a list, a quotation, a table."""
    first, caption, heading, second, item, quotation, row, last = lines
    cells = "".join(f"<td>{cell}</td>" for cell in row.split("\t"))
    return (
        f"<p>　　{first}</p><figure><img src=/p.jpg><figcaption>{caption}</figcaption></figure>"
        f"<h3>{heading}</h3><p>　　{second}</p>{inside}<ul><li>{item}</li></ul>"
        f"<blockquote>{quotation}</blockquote><table><tr>{cells}</tr></table><p>　　{last}</p>"
    )


def general(body: str, word: str) -> str:
    """A page of a site that no profile knows, with furniture in a state named by `word`."""
    return f"""<html><head><title>{TITLE}-某某网</title><script>var nonce="{word}";</script></head>
    <body data-v="{word}"><div class="top-nav"><a href="/{word}">首页</a> <a href="/2">{word}</a></div>
    <div class="banner ad-{word}"><a href="/go?{word}">广告{word}</a></div>
    <div class="wrap"><h1>{TITLE}</h1><div class="info">2024-04-24 10:00 来源：新华社
    <span class="views">阅读 {word}</span></div><div class="content">{body}</div>
    <div class="share-box">分享到 {word}</div>
    <div class="related"><h3>相关新闻</h3><ul><li><a href="/r/{word}">{word}号相关新闻的标题</a></li>
    <li><a href="/r/1">另一条{word}</a></li><li><a href="/r/2">再一条{word}</a></li></ul></div>
    <div id="comments" class="comments"><p>网友{word}：说得好，支持，希望多报道{word}。</p></div></div>
    <div class="sidebar"><h3>热门</h3><p>{word}分钟前更新，{word}人在看，请点击了解更多内容。</p></div>
    <div class="cookie-consent"><p>本网站使用Cookie，编号{word}，继续浏览即表示同意。</p></div>
    <div class="footer">版权所有 {word}</div></body></html>"""


def profiled(body: str, word: str) -> str:
    """A page of people.com.cn with the same furniture."""
    return f"""<html><head><title>{TITLE}--时政--人民网</title></head><body>
    <div class="nav"><a href="/{word}">{word}</a></div><div class="rm_txt"><h1>{TITLE}</h1>
    <div class="channel"><div class="col-1-1">2024年04月24日10:00 | 来源：<a href="http://www.news.cn/x"
    >新华社</a></div></div><div class="rm_txt_con">{body}
    <div class="paper_num">分享让更多人看到 {word}</div><div class="edit">(责编：王五)</div></div></div>
    <div class="rm_relevant"><a href="/r/{word}">{word}号相关新闻的标题</a></div>
    <div class="rm_ranking"><p>{word}分钟前更新，{word}人在看，请点击了解更多内容。</p></div>
    </body></html>"""


def ad(word: str) -> str:
    return f'<div class="ad-box" data-n="{word}"><a href="/a/{word}">优惠{word}，请立即购买。</a></div>'


def read(html: str, url: str) -> Extraction:
    return extract(Capture((html.encode(),), url, url, "text/html; charset=utf-8"))


SITES: tuple[tuple[Page, str, str], ...] = (
    (general, "http://www.example.org/n/1.html", "general"),
    (profiled, "http://politics.people.com.cn/n1/2024/0424/c1001-1.html", "people/2020"),
)


def test_the_whole_article_is_read_in_order() -> None:
    for page, url, rule in SITES:
        found = read(page(article(), "7"), url)
        assert found.text == "\n".join(LINES)
        assert (found.rule, found.title, found.source_name) == (rule, TITLE, "新华社")


@settings(max_examples=40, deadline=None)
@given(WORDS, WORDS)
def test_changed_surroundings_change_nothing(one: str, other: str) -> None:
    for page, url, _ in SITES:
        before = read(page(article(inside=ad(one)), one), url)
        after = read(page(article(inside=ad(other)), other), url)
        assert after.text == before.text == "\n".join(LINES)
        assert after.fields == before.fields
        assert after.assessment == before.assessment


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_one_character_changed_anywhere_changes_the_text(data: st.DataObject) -> None:
    line = data.draw(st.integers(0, len(LINES) - 1))
    spots = [n for n, char in enumerate(LINES[line]) if not char.isspace()]
    spot = data.draw(st.sampled_from(spots))
    char = data.draw(CHARACTERS.filter(lambda c: c != LINES[line][spot]))
    edited = LINES[line][:spot] + char + LINES[line][spot + 1 :]
    lines = (*LINES[:line], edited, *LINES[line + 1 :])
    for page, url, _ in SITES:
        assert read(page(article(lines), "7"), url).text == "\n".join(lines)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(LINES) - 1))
def test_a_paragraph_taken_away_is_missed_in_the_text(line: int) -> None:
    lines = tuple("" if n == line else text for n, text in enumerate(LINES))
    for page, url, _ in SITES:
        expected = [text for text in lines if text]
        assert read(page(article(lines), "7"), url).text.split("\n") == expected


def test_a_redesigned_frame_leaves_text_and_fields() -> None:
    plain = read(general(article(), "7"), "http://www.example.org/n/1.html")
    reframed = general(article(), "7").replace("<div", "<section").replace("</div", "</section")
    reframed = reframed.replace('class="wrap"', 'class="x1 col-8"').replace(
        "<body", "<body class=n"
    )
    found = read(reframed, "http://www.example.org/n/1.html")
    assert (found.text, found.fields) == (plain.text, plain.fields)


def test_a_move_to_https_or_a_fresh_nonce_changes_no_address() -> None:
    body = article(inside="<p>请看<a href='/x?id=3&spm={0}'>附件</a>，<img src='/b.png?v={0}'></p>")
    one = read(general(body.format("1"), "7"), "http://www.example.org/n/1.html")
    two = read(general(body.format("2"), "7"), "https://www.example.org/n/1.html")
    assert one.links == two.links == ("https://www.example.org/x?id=3",)
    assert one.images == two.images


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="<>/abdivp=\"' 中文，。&#;\n", max_size=200))
def test_no_markup_makes_it_raise(html: str) -> None:
    assert isinstance(read(html, "http://www.example.org/n/1.html").text, str)
