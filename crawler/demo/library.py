"""Every article of the small web, as it stands before any edit (`library.toml`)."""

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources

from crawler.demo import made_up
from crawler.demo.articles import Article, Paragraph, body
from crawler.demo.quoted import PASSAGES

#: the issues' contents pages
ISSUES = {
    "2019-01": "/dukan/qs/2014/2019-01/01/c_1123924172.htm",
    "2025-04": "/20250216/7a41c0d2e98b4f1fb6530c9d8e21f704/c.html",
    "hqwg-2018-02": "/dukan/hqwg/2018-01/25/c_1122314001.htm",
}


@cache
def named() -> dict[str, Article]:
    """All articles by their short names, new ones included (see `Article.since`)."""
    file = resources.files("crawler.demo").joinpath("library.toml")
    rows = tomllib.loads(file.read_text(encoding="utf-8"))["article"]
    return {
        row.pop("name"): Article(
            paragraphs=tuple(_paragraphs(row.pop("text"))),
            listed_in=ISSUES.get(row.pop("issue", ""), ""),
            **row,
        )
        for row in rows
    }


@cache
def articles() -> dict[tuple[str, str], Article]:
    """All articles by (site, path)."""
    return {(article.site, article.path): article for article in named().values()}


def _paragraphs(recipe: str) -> Iterator[Paragraph]:
    for part in recipe.split("+"):
        kind, *words = part.split(":")
        if kind == "made":
            yield from body(made_up.passage(words[0]))
        elif kind == "post":
            yield from body(made_up.post(int(words[0])))
        elif kind == "ordinary":
            yield from body(made_up.ordinary(*map(int, words)))
        else:
            yield from PASSAGES[kind]()
