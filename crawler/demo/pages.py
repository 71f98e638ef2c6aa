"""The sites' templates (`templates/*`) filled in; the markup is that of the real sites."""

from functools import cache
from html import escape
from importlib import resources
from string import Template

from crawler.demo.articles import Article
from crawler.demo.markup import INDENT, advert, counter, hidden_nonce, related


@cache
def template(name: str) -> Template:
    """The template of that file name."""
    file = resources.files("crawler.demo").joinpath("templates", name)
    return Template(file.read_text(encoding="utf-8"))


def fill(name: str, **values: str) -> str:
    """A template with its values; raises KeyError when one is missing."""
    return template(name).substitute(values)


def article_values(article: Article) -> dict[str, str]:
    """An article's fields, escaped for HTML and for attributes."""
    return {
        "title": escape(article.title),
        "author": escape(article.author),
        "source": escape(article.source_name),
        "editor": escape(article.editor),
        "published": article.published,
        "number": article.number,
        "path": article.path,
    }


def noise_values(nonce: int, counted: str = "阅读") -> dict[str, str]:
    """What stands around an article and is another in every answer."""
    return {
        "nonce": hidden_nonce(nonce),
        "advert": advert(nonce),
        "advert2": advert(nonce, 1),
        "counter": counter(nonce, counted),
        "related": related(nonce),
        "likes": str(nonce % 90),
    }


def paragraphs(article: Article, start: int = 0, end: int | None = None, indent: str = "") -> str:
    """Some paragraphs as `<p>`, each with an indent where the site prints one."""
    shown = article.paragraphs[start:end]
    return "\n".join(f"<p>{indent}{escape(part.text)}</p>" for part in shown)


def indented(article: Article, start: int = 0, end: int | None = None) -> str:
    """The same with the two full-width spaces of Chinese news pages."""
    return paragraphs(article, start, end, INDENT)
