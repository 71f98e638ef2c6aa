"""What the sites' templates share: escaping, and the noise that changes in every answer.

`nonce` counts the answers of a web; everything made from it stands outside the article.
"""

from collections.abc import Iterable
from html import escape

INDENT = "\u3000\u3000"

ADVERTS = (
    "秋季大促 全场五折起",
    "Summer sale: garden chairs from 19.99",
    "本地旅行社推荐：江南三日游",
    "Learn piano in thirty days",
    "新楼盘盛大开盘 咨询热线",
)
RELATED = (
    "各地多措并举保障春耕生产",
    "今年首场寒潮来袭 多地发布预警",
    "图集：冬日里的城市公园",
    "专家解读新一轮学科调整",
    "铁路部门加开临客列车",
    "博物馆夜场开放时间公布",
)


def scramble(nonce: int, salt: int = 0) -> int:
    """A number that looks unordered and is the same for the same nonce (Knuth's hash)."""
    return (nonce * 2_654_435_761 + salt * 40_503 + 97) % 4_294_967_296


def advert(nonce: int, salt: int = 0) -> str:
    """An advertisement; another one in nearly every answer."""
    number = scramble(nonce, salt)
    words = ADVERTS[number % len(ADVERTS)]
    return (
        f'<div class="ad-banner" id="slot-{number:08x}"><a href="/click?c={number}">{words}</a>'
        f"<script>window.adq=(window.adq||[]).concat({number});</script></div>"
    )


def counter(nonce: int, words: str = "阅读") -> str:
    """A counter of views, which only grows."""
    return f'<span class="view-count">{words} {10_000 + nonce * 3}</span>'


def minutes_ago(nonce: int) -> str:
    """A relative time beside the related links."""
    return f"{1 + scramble(nonce, 5) % 59}分钟前"


def related(nonce: int, links: Iterable[tuple[str, str]] = ()) -> str:
    """Related links in another order each time, with relative times."""
    titles = [*links, *((f"/r/{index}.html", title) for index, title in enumerate(RELATED))]
    start = scramble(nonce, 3) % len(titles)
    turned = titles[start:] + titles[:start]
    items = "".join(
        f'<li><a href="{escape(url)}">{escape(title)}</a> <i>{minutes_ago(nonce + index)}</i></li>'
        for index, (url, title) in enumerate(turned[:4])
    )
    return f'<div class="related-news"><h4>相关新闻</h4><ul>{items}</ul></div>'


def hidden_nonce(nonce: int) -> str:
    """A token of the kind that templates put into every page."""
    number = scramble(nonce, 7)
    token = f'<input type="hidden" name="csrf" value="{number:08x}"/>'
    return f"{token}<!-- built by node {number % 9} -->"
