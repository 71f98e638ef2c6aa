"""The blog: Blogger's Atom feed, paged by start-index, and its post pages.

The feed names posts by id (`tag:blogger.com,1999:blog-<blog>.post-<post>`); `orderby=updated`
brings the last edited first, as the real one does.
"""

from collections.abc import Sequence
from html import escape
from urllib.parse import parse_qs

from crawler.demo.articles import CAPTION, Article
from crawler.demo.edits import revision
from crawler.demo.pages import article_values, fill, noise_values

BLOG_ID = "7131549028445"
TITLE = "Law at the End of the Day"
FEED = "/feeds/posts/default"
#: what one answer of this feed holds at most, however many are asked for
PAGE_SIZE = 3
ROBOTS = """\
User-agent: Mediapartners-Google
Disallow:

User-agent: *
Disallow: /search
Allow: /

Sitemap: /sitemap.xml
"""


def updated(post: Article, tick: int) -> str:
    """When the feed says that a post was last edited: a day later with each edit's tick."""
    edited = revision(post.site, post.path, tick)
    return f"2025-03-{edited + 1:02d}T12:00:00.000-05:00" if edited else post.published


def feed(posts: Sequence[Article], query: str, tick: int, base: str) -> str:
    """The Atom feed's answer to `query`, newest post first."""
    asked = parse_qs(query)
    start = max(1, int(asked.get("start-index", ["1"])[0]))
    size = min(PAGE_SIZE, int(asked.get("max-results", ["25"])[0]))
    by_edit = asked.get("orderby", [""])[0].lower() == "updated"
    ordered = sorted(
        posts, key=lambda post: updated(post, tick) if by_edit else post.published, reverse=True
    )
    shown = ordered[start - 1 : start - 1 + size]
    order = "&orderby=updated" if by_edit else ""
    following = f"{base}{FEED}?start-index={start + size}&max-results={size}{order}"
    link = f"<link rel='next' type='application/atom+xml' href='{escape(following)}'/>"
    return fill(
        "blogger_feed.xml",
        blog_id=BLOG_ID,
        blog=TITLE,
        base=base,
        updated=max(updated(post, tick) for post in posts),
        following=link if start - 1 + size < len(ordered) else "",
        total=str(len(ordered)),
        start=str(start),
        size=str(size),
        entries="".join(_entry(post, tick, base) for post in shown),
    )


def _entry(post: Article, tick: int, base: str) -> str:
    return fill(
        "blogger_entry.xml",
        **article_values(post),
        blog_id=BLOG_ID,
        base=base,
        updated=updated(post, tick),
        content=escape(body_markup(post)),
    )


def body_markup(post: Article) -> str:
    """A post's inner HTML, as the editor of the blog writes it: divs, and a table for pictures."""
    pieces = []
    for paragraph in post.paragraphs:
        text = escape(paragraph.text)
        if paragraph.kind == CAPTION:
            pieces.append(
                '<table class="tr-caption-container"><tbody><tr><td><img src="/img/pic.jpg"/></td>'
                f'</tr><tr><td class="tr-caption">{text}</td></tr></tbody></table>'
            )
        else:
            pieces.append(f'<div style="text-align: justify;">{text}</div><br />')
    return "".join(pieces)


def post_page(post: Article, nonce: int, base: str) -> str:
    """A post's page in Blogger's markup, with noise around it."""
    return fill(
        "blogger.html",
        **article_values(post),
        **noise_values(nonce, "Total Pageviews"),
        base=base,
        blog=TITLE,
        blog_id=BLOG_ID,
        body=body_markup(post),
        date=post.published[:10],
        time=post.published[11:16],
        url=base + post.path,
    )
