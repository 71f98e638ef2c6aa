"""Articles in parts: the address of the part that follows."""

import re
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborNode

from crawler.extract.page import Page

# part n of `…/c1013-31153719.html` is `…/c1013-31153719-n.html`; others write `_n`
_NUMBERED = re.compile(
    r"^(?P<stem>.+?)(?:(?P<mark>[-_])(?P<number>\d{1,3}))?(?P<end>\.s?html?)$", re.I
)
_NEXT_TEXT = re.compile(r"^\W*(?:下一?[页頁]|后一页|后页|next(?: page)?)\W*$", re.I)
_NEXT_PICTURE = re.compile(r"next|xiayiye|down", re.I)
_PREVIEW = 60
# what may stand in a selector's string as it is
_PLAIN = re.compile(r"[\w.%~+-]+")


def next_part(page: Page) -> str | None:
    """The address of the next part, where a pager of this very article links to it: the same name
    with the next number, under that number, *next page* or a picture of it. Sites number the second
    part 2 or, counting from nothing, 1. A link to the next article is none."""
    here = urlsplit(page.url)
    match = _NUMBERED.match(here.path.rsplit("/", 1)[-1])
    if match is None:
        return None
    shown = _names(match)
    stem = match["stem"]
    for link in page.tree.css(f'a[href*="{stem}"]' if _PLAIN.fullmatch(stem) else "a[href]"):
        href = link.attributes.get("href") or ""
        numbers = shown.get(href.rsplit("/", 1)[-1], ())
        if numbers and any(_leads_on(link, number) for number in numbers):
            address = urljoin(page.url, href)
            if urlsplit(address).path.rsplit("/", 1)[0] == here.path.rsplit("/", 1)[0]:
                return address
    return None


def _names(match: re.Match[str]) -> dict[str, tuple[int, ...]]:
    """The names that the next part can have, with the numbers that a pager can show it under."""
    names: dict[str, tuple[int, ...]] = {}
    for first in (1, 0):
        following = int(match["number"] or first) + 1
        for mark in match["mark"] or "-_":
            name = f"{match['stem']}{mark}{following}{match['end']}"
            names[name] = (*names.get(name, ()), following + 1 - first)
    return names


def _leads_on(link: LexborNode, following: int) -> bool:
    text = link.text().strip()
    if not text:
        return bool(_NEXT_PICTURE.search(link.html or ""))
    return len(text) < _PREVIEW and (
        bool(_NEXT_TEXT.match(text)) or text.strip("【】[]（）() ") == str(following)
    )
