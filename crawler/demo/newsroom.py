"""The two news agencies' pages: Xinhua's templates of 2017–2020 and of 2022 on, and chinanews
with its feed and its GB18030 bytes that call themselves gb2312."""

from collections.abc import Sequence
from html import escape

from crawler.demo.articles import Article
from crawler.demo.pages import article_values, fill, indented, noise_values

XINHUA_LIST = "/politics/index.htm"
CHINANEWS_FEED = "/rss/scroll-news.xml"


def _newest_first(articles: Sequence[Article]) -> list[Article]:
    return sorted(articles, key=lambda article: article.published, reverse=True)


def xinhua_list(articles: Sequence[Article], nonce: int) -> str:
    """The section's list, newest first."""
    items = "".join(
        f'<li><a href="{article.path}">{escape(article.title)}</a>'
        f'<span class="time">{article.published[:10]}</span></li>'
        for article in _newest_first(articles)
    )
    return fill("xinhua_list.html", items=items, **noise_values(nonce))


def xinhua_page(article: Article, nonce: int) -> str:
    """An article in the template of its address: `/c_<n>.htm` the older, `/c.html` the newer."""
    values = article_values(article) | noise_values(nonce) | {"body": indented(article)}
    if article.path.endswith("/c.html"):
        date, time = article.published.split(" ")
        year, month, day = date.split("-")
        values |= {"year": year, "month": month, "day": day, "time": time}
        return fill("xinhua_newer.html", **values)
    values["number"] = article.path.rsplit("c_", 1)[1].removesuffix(".htm")
    return fill("xinhua_older.html", **values)


def xinhua_stub(nonce: int) -> str:
    """The empty form that stands where an article was taken away; it answers 200."""
    return fill("xinhua_stub.html", **noise_values(nonce))


def chinanews_feed(articles: Sequence[Article], base: str) -> str:
    """The RSS feed, newest first."""
    items = "".join(
        f"<item><title>{escape(article.title)}</title><link>{base}{article.path}</link>"
        f"<pubDate>{article.published}</pubDate></item>"
        for article in _newest_first(articles)
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        f"<title>中国新闻网</title><link>{base}/</link>{items}</channel></rss>"
    )


def chinanews_page(article: Article, nonce: int) -> str:
    """An article; the head names gb2312 though the bytes will be GB18030."""
    date, time = article.published.split(" ")
    year, month, day = date.split("-")
    half = len(article.paragraphs) // 2
    return fill(
        "chinanews.html",
        **article_values(article),
        **noise_values(nonce),
        shown=f"{year}年{month}月{day}日 {time[:5]}",
        first=indented(article, 0, half),
        rest=indented(article, half),
    )
