"""What a reader makes of changes around an article and in it."""

import random
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from extract_readers import Reader, safely
from extract_samples import Sample

from crawler.decode import decode
from crawler.extract.dates import find_date

_PARAGRAPH = re.compile(r"</p\s*>|<br\s*/?>\s*(?:<br\s*/?>)?", re.I)
_SCRIPT = re.compile(r"<(script|style|head|noscript)\b.*?</\1\s*>|<!--.*?-->", re.I | re.S)
_BODY_END = re.compile(r"</body\s*>", re.I)
_TAG, _YEAR = re.compile(r"<[^>]*>"), re.compile(r"(?:19|20)\d\d")

_SAID = {
    "link": ("今日要闻{}号消息公布", "Latest news item {}"),
    "ad": ("限时优惠{}折，立即购买", "Sale {} percent off, buy it now"),
    "offer": ("广告：{}，扫码领取好礼。", "Advertisement {}, get yours today."),
    "counter": ("阅读 {0}00 评论 {0}", "{0}00 views {0} comments"),
    "related": ("相关新闻", "Related stories"),
    "ago": ("{}分钟前 来源：本站", "{} minutes ago by staff"),
    "comment": (
        "网友{}：说得很好，支持一下，希望更多人看到。",
        "Reader {}: well said, I agree with all of this.",
    ),
    "cookie": (
        "本网站使用{}个Cookie，继续浏览即表示同意。",
        "We use {} cookies to improve your visit.",
    ),
}

# --- steadiness --------------------------------------------------------------------------------


def furniture(word: str, chinese: bool) -> dict[str, str]:
    """What stands around (and in) articles, in a state named by `word`."""
    text = {name: pair[0 if chinese else 1].format(word) for name, pair in _SAID.items()}
    link = f'<a href="/n/{word}.html">{text["link"]}</a>'
    comment = f'<div class="comment"><p>{text["comment"]}</p></div>'
    return {
        "ad_in": f'<div class="ad-banner"><a href="http://ads.example/{word}">{text["ad"]}</a></div>',
        "ad_out": f'<div class="ad-banner"><p>{text["offer"]}</p></div>',
        "counter": f'<div class="article-info">{text["counter"]}</div>',
        "related": f'<div class="related-news"><h3>{text["related"]}</h3><ul>'
        + f"<li>{link}</li>" * 3
        + "</ul></div>",
        "reltime": f'<div class="article-info">{text["ago"]}</div>',
        "comments": f'<div class="comments" id="comments">{comment * 3}</div>',
        "cookie": f'<div class="cookie-consent"><p>{text["cookie"]}</p></div>',
    }


def inside(html: str, article: str) -> int | None:
    """Where a paragraph ends in the middle of the article: a place for an advertisement."""
    bare = _SCRIPT.sub(lambda match: " " * len(match[0]), html)
    lines = [one for one in article.split("\n") if len(one) > 12 and bare.count(one) == 1]
    if len(lines) < 2:
        return None
    first, last = bare.index(lines[0]), bare.index(lines[-1])
    breaks = [match.end() for match in _PARAGRAPH.finditer(bare, first, max(first, last))]
    return breaks[len(breaks) // 2] if breaks else None


def dressed(html: str, states: dict[str, str], chinese: bool, article: str) -> str:
    """A page with all furniture, each piece in its state; the article itself is untouched."""
    pieces = {name: furniture(word, chinese)[name] for name, word in states.items()}
    middle = inside(html, article)
    end = match.start() if (match := _BODY_END.search(html)) else len(html)
    start = match.end() if (match := re.search(r"<body[^>]*>", html, re.I)) else 0
    tail = "".join(pieces[name] for name in ("ad_out", "related", "comments", "cookie"))
    head = pieces["counter"] + pieces["reltime"]
    if middle and start < middle < end:
        html = html[:end] + tail + html[end:]
        html = html[:middle] + pieces["ad_in"] + html[middle:]
        return html[:start] + head + html[start:]
    return html[:start] + head + html[start:end] + tail + html[end:]


KINDS = ("ad_in", "ad_out", "counter", "related", "reltime", "comments", "cookie")


def settled(text: str) -> str:
    """Text as it is compared here: white space and width aside."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def false_changes(reader: Reader, samples: Iterable[Sample]) -> Counter[str]:
    """How many pages' text changed with each kind of furniture; `pages` counts them, and `inside`
    those where an advertisement could be put into the article."""
    changed: Counter[str] = Counter()
    for sample in samples:
        html = decode(sample.body).text
        chinese = sample.language == "zh"
        before = dict.fromkeys(KINDS, "12")
        first = settled(
            safely(reader, dressed(html, before, chinese, sample.gold).encode(), sample.url)
        )
        changed["pages"] += 1
        changed["inside"] += inside(html, sample.gold) is not None
        for kind in KINDS:
            after = {**before, kind: "87"}
            second = settled(
                safely(reader, dressed(html, after, chinese, sample.gold).encode(), sample.url)
            )
            changed[kind] += first != second
    return changed


# --- dates -------------------------------------------------------------------------------------


def shows(body: bytes, day: str) -> bool:
    """Whether a visitor can read this day (YYYY-MM-DD) somewhere on the page."""
    bare = _TAG.sub(" ", _SCRIPT.sub(" ", decode(body).text))
    return any(
        found[0][:10] == day
        for match in _YEAR.finditer(bare)
        for found in [find_date(bare[max(0, match.start() - 24) : match.end() + 16])]
        if found is not None
    )


# --- sensitivity -------------------------------------------------------------------------------


def _stands_alone(line: str, html: str) -> bool:
    """Whether a line of text stands in the markup once, right behind a tag."""
    return html.count(line) == 1 and html[: html.index(line)].rstrip(" \t\n\u3000").endswith(">")


def missed_changes(reader: Reader, samples: Iterable[Sample], seed: int = 7) -> tuple[int, int]:
    """(missed, tried): one character of the text that was read is changed in the page itself, in
    the first line, the last and one between."""
    rng = random.Random(seed)
    missed = tried = 0
    for sample in samples:
        html = decode(sample.body).text
        text = safely(reader, html.encode(), sample.url)
        bare = _SCRIPT.sub(lambda match: " " * len(match[0]), html)
        lines = [line for line in text.split("\n") if len(line) > 12 and _stands_alone(line, bare)]
        if not lines:
            continue
        for line in {lines[0], lines[-1], rng.choice(lines)}:
            spot = bare.index(line) + len(line) // 2
            wide = "\u4e00" <= html[spot] <= "\u9fff"
            other = next(one for one in ("变化" if wide else "qz") if one != html[spot])
            edited = html[:spot] + other + html[spot + 1 :]
            tried += 1
            missed += safely(reader, edited.encode(), sample.url) == text
    return missed, tried
