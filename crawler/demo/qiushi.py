"""The Party journal's site: contents → year → issue → article, in its template of 2018 on."""

from collections.abc import Mapping, Sequence
from html import escape

from crawler.demo.articles import CAPTION, HEADING, Article
from crawler.demo.library import ISSUES as CONTENTS
from crawler.demo.markup import INDENT
from crawler.demo.pages import fill, noise_values

#: contents page -> (name of the journal, year page -> (year, issue pages -> name of the issue))
TREE: Mapping[str, tuple[str, Mapping[str, tuple[str, Mapping[str, str]]]]] = {
    "/qs/mulu.htm": (
        "《求是》",
        {
            "/20250108/0f5b7c3d9e1a46f2b8d04c6e7a91f352/c.html": (
                "2025年",
                {CONTENTS["2025-04"]: "2025年第4期"},
            ),
            "/dukan/qs/2014/2019-01/01/c_1123924000.htm": (
                "2019年",
                {CONTENTS["2019-01"]: "2019年第1期"},
            ),
        },
    ),
    "/hqwglist/mulu.htm": (
        "红旗文稿",
        {
            "/dukan/hqwg/2018-01/10/c_1122230000.htm": (
                "2018年",
                {CONTENTS["hqwg-2018-02"]: "2018年第2期"},
            ),
        },
    ),
}

YEARS = {page: year for _, years in TREE.values() for page, year in years.items()}
ISSUES = {page: name for _, issues in YEARS.values() for page, name in issues.items()}


def contents_page(path: str, nonce: int) -> str:
    """The list of a journal's years."""
    name, years = TREE[path]
    links = "".join(
        f'<p class="booktitle"><a href="{page}" target="_blank">{year}</a></p>'
        for page, (year, _) in years.items()
    )
    return _shell(f"{name}目录", "", f'<div class="highlight">{links}</div>', nonce)


def year_page(path: str, nonce: int) -> str:
    """The list of a year's issues, in the article's template as on the real site."""
    year, issues = YEARS[path]
    links = "".join(
        f'<p>{INDENT}<a href="{page}" target="_blank"><strong>{name}</strong></a></p>'
        for page, name in issues.items()
    )
    return _shell(year, _head(f"{year}目录", "", "", ""), _text(links), nonce)


def issue_page(path: str, articles: Sequence[Article], nonce: int) -> str:
    """An issue's table of contents; the first article stands in it twice, as happens there."""
    name = ISSUES[path]
    lines = [articles[0], *articles]
    links = "".join(
        f'<p>{INDENT}<a href="{article.path}" target="_blank"><strong>{escape(article.title)}'
        f'</strong></a> <font face="楷体">/{escape(article.author)}</font></p>'
        for article in lines
    )
    source = articles[0].source_name
    head = _head(name, source, "", articles[0].published)
    return _shell(name, head, _text(links) + _foot("乔雪"), nonce)


def article_page(article: Article, nonce: int) -> str:
    """An article's page."""
    pieces = []
    for paragraph in article.paragraphs:
        text = escape(paragraph.text)
        if paragraph.kind == CAPTION:
            pieces.append(
                '<p style="TEXT-ALIGN: center" align="center">'
                '<img border="0" src="1123924172_15462891947441n.jpg" align="center"/></p>'
                f'<p><font face="楷体">{INDENT}{text}</font></p>'
            )
        elif paragraph.kind == HEADING:
            pieces.append(f"<p>{INDENT}<strong>{text}</strong></p>")
        else:
            pieces.append(f"<p>{INDENT}{text}</p>")
    author = f"作者：{article.author}" if article.author else ""
    head = _head(article.title, article.source_name, author, article.published)
    return _shell(article.title, head, _text("\n".join(pieces)) + _foot(article.editor), nonce)


def _head(title: str, source: str, author: str, when: str) -> str:
    return (
        f"<h1>\n{escape(title)}\n</h1>\n<h2>\n\n</h2>\n"
        f'<span class="appellation">\n来源：{escape(source)}\n</span>\n'
        f'<span class="appellation">\n{escape(author)}\n</span>\n'
        f'<span class="pubtime">\n{when}\n</span>\n<span class="line"></span>\n'
    )


def _text(inner: str) -> str:
    return (
        f'<div class="text"><div class="clipboard_text"><div class="highlight">\n{inner}\n</div>'
        '<script src="/n7/js/docs.min.0828.js"></script></div>'
        '<div class="xl_ewm hidden-xs"><div class="text">扫描二维码分享到手机</div></div></div>'
    )


def _foot(editor: str) -> str:
    return fill("qiushi_foot.html", editor=escape(editor))


def _shell(title: str, head: str, inner: str, nonce: int) -> str:
    values = noise_values(nonce)
    return fill("qiushi.html", title=escape(title), head=head, inner=inner, **values)
