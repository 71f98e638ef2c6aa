"""The remaining sites: a mirror that translates by machine (WordPress), a content farm, a farm of
template speeches that masks names, and an American magazine."""

from collections.abc import Sequence
from html import escape

from crawler.demo.articles import Article
from crawler.demo.pages import article_values, fill, noise_values, paragraphs

MIRROR_FEED = "/feed/"


def mirror_feed(articles: Sequence[Article], base: str) -> str:
    """WordPress' RSS feed with its `?p=` guids."""
    items = "".join(
        f"<item><title>{escape(article.title)}</title><link>{base}{article.path}</link>"
        f'<guid isPermaLink="false">{base}/?p={article.number}</guid>'
        "<pubDate>Thu, 01 Jul 2021 03:12:09 +0000</pubDate></item>"
        for article in articles
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>News Directory</title>'
        f"<link>{base}</link><generator>https://wordpress.org/?v=6.1</generator>{items}"
        "</channel></rss>"
    )


def mirror_page(article: Article, nonce: int, base: str) -> str:
    """A WordPress post with the usual furniture."""
    values = article_values(article) | noise_values(nonce, "Views")
    return fill("mirror.html", **values, body=paragraphs(article), base=base)


def plain_page(site: str, article: Article, nonce: int) -> str:
    """A page of the content farm, the template farm or the magazine."""
    counted = {"farm": "Hits", "magazine": "Shares"}.get(site, "阅读")
    values = article_values(article) | noise_values(nonce, counted)
    return fill(f"{site}.html", **values, body=paragraphs(article))
