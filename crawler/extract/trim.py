"""Which lines of the place where the article is are the article's: where it begins and ends, and
what stands in it that is none of it."""

import re

from crawler.extract.commented import CALLED_COMMENTS
from crawler.extract.labels import (
    is_above,
    is_after,
    is_disclaimer,
    is_notice,
    is_parting,
    is_within,
)
from crawler.extract.lines import kind_of
from crawler.extract.render import ids_of
from crawler.extract.survey import Block
from crawler.extract.vocabulary import POINTER
from crawler.extract.weigh import Weighed

_LISTED = ids_of("li dd dt td th h1 h2 h3 h4 h5 h6")
_MAIN_HEADING = ids_of("h1")
_MOST_ABOVE = 0.5
_PROMOTION = re.compile(r"点击(?!率)|下载|扫码|二维码|专享|投票|报名|抢购|优惠|客户端")
_LONGEST_PROMOTION = 150
_ATTACHED = re.compile(
    r"^[【\[（(]?附(?:件|表|录)?\s*\d{0,2}\s*[:：]|\.(?:docx?|xlsx?|pptx?|wps|pdf|zip|rar|ofd)\W*$",
    re.I,
)
_SPACE = re.compile(r"\s+")


def comments_after(weighed: Weighed, core: int) -> int:
    """The line where readers' comments begin behind the densest part: no article goes on there."""
    end = weighed.elements[core].last
    return next(
        (
            it.first
            for number, it in enumerate(weighed.elements)
            if it.first >= end and weighed.excluded[number] and CALLED_COMMENTS.search(it.name)
        ),
        len(weighed.blocks),
    )


class Cuts:
    """Which elements lie in a part of the article that is none of it."""

    def __init__(self, weighed: Weighed, core: int, root: int) -> None:
        self._weighed, self._root = weighed, root
        self._end = weighed.elements[core].last
        self._known: dict[int, bool] = {}

    def hold(self, element: int) -> bool:
        """Whether an element is cut, by itself or with one around it; each is looked at once."""
        asked: list[int] = []
        cut: bool | None = None
        while cut is None:
            cut = self._known.get(element)
            if cut is None:
                asked.append(element)
                cut = self._alone(element)
                element = self._weighed.elements[element].parent
        self._known.update(dict.fromkeys(asked, cut))
        return cut

    def _alone(self, element: int) -> bool | None:
        """What an element says by itself; None where the one around it is to be asked."""
        weighed = self._weighed
        if weighed.excluded[element]:
            return True
        if element <= self._root:
            return False
        behind = weighed.elements[element].first >= self._end
        if weighed.is_list_of_links(element) or (behind and weighed.is_teasers(element)):
            return True
        return None


def trimmed(weighed: Weighed, kept: list[int], core: int, root: int, title: str) -> list[int]:
    """The lines without labels, without what stands before the first paragraph and behind the last
    one, and without what follows the article."""
    kept = [n for n in kept if not _promotes(weighed, n, core)]
    kept = _below_headline(weighed, kept, title)
    running = [n for n in kept if weighed.weights[n] > 0 and not _repeats(weighed.blocks[n], title)]
    if not running:
        return kept
    first, last = running[0], running[-1]
    out: list[int] = []
    after = False
    for n in kept:
        block = weighed.blocks[n]
        if n > first and is_disclaimer(block.text) and _most_is_before(weighed, n, first, last):
            break
        if weighed.weights[n] > 0:
            after = False
        elif is_after(block.text):
            if _ends_at(weighed, n, last, core, first):
                break
            after = True
            continue
        elif is_within(block.text) or (after and block.links) or _is_pointer(weighed, block):
            continue
        if not first < n < last and is_notice(block.text):
            continue
        if n <= first + 2 and _names(block, title, n < first):
            continue
        if n < first and (
            is_above(block.text)
            or not (_belongs(weighed, n, first, core) or _holds(weighed, n, first, root))
        ):
            continue
        if n > last and not _belongs(weighed, n, last, core):
            continue
        out.append(n)
    while out and out[-1] > first and is_parting(weighed.blocks[out[-1]].text):
        out.pop()
    return out


def _names(block: Block, title: str, above: bool) -> bool:
    """Whether a line is the headline or a part of it; one below the first paragraph only where it
    is most of it."""
    text = _SPACE.sub("", block.text)
    if text not in _SPACE.sub("", title):
        return False
    if not above:
        return is_headline(block.text, title) and (block.heading or len(text) > 5)
    rest = title.removeprefix(block.text).lstrip()
    whole = rest != title and len(text) > 3 and (not rest or not rest[0].isalnum())
    return block.heading or len(text) > 5 or block.text == title or whole


def _is_pointer(weighed: Weighed, block: Block) -> bool:
    """Whether a paragraph is nothing but one link, or a label and a link: a way to another
    article."""
    size = len(block.text)
    if not block.link_chars or _ATTACHED.search(block.text):
        return False
    if block.links and 2 * block.link_chars >= size and POINTER.match(block.text):
        return True
    return (
        size >= 20
        and block.link_chars >= 0.9 * size
        and weighed.elements[block.element].tag not in _LISTED
    )


def _below_headline(weighed: Weighed, kept: list[int], title: str) -> list[int]:
    """The lines from the page's only main heading on, where it is the headline and what stands
    before it (who the site is, a form) is little; a lead picture's captions stay."""
    heads = [
        at
        for at, n in enumerate(kept)
        if weighed.elements[weighed.blocks[n].element].tag in _MAIN_HEADING
        and is_headline(weighed.blocks[n].text, title)
    ]
    if len(heads) != 1 or not heads[0]:
        return kept
    first, at, last = kept[0], kept[heads[0]], kept[-1]
    before, all_ = weighed.total[at] - weighed.total[first], weighed.total[last + 1]
    if before >= _MOST_ABOVE * (all_ - weighed.total[first]):
        return kept
    captions = [n for n in kept[: heads[0]] if _is_caption(weighed.blocks[n])]
    return captions + kept[heads[0] :]


def is_headline(text: str, title: str) -> bool:
    """Whether a heading is most of the document's title, or what it begins with."""
    return text in title and (
        2 * len(text) > len(title) or (len(text) > 3 and title.startswith(text))
    )


def _is_caption(block: Block) -> bool:
    return block.caption or kind_of(block.text) == "caption"


def _promotes(weighed: Weighed, number: int, core: int) -> bool:
    """Whether a paragraph in a box of its own before the article asks to click or to download."""
    block = weighed.blocks[number]
    return (
        number < weighed.elements[core].first
        and block.links > 0
        and len(block.text) <= _LONGEST_PROMOTION
        and bool(_PROMOTION.search(block.text))
    )


def _repeats(block: Block, title: str) -> bool:
    """Whether a line is the headline."""
    return block.text.rstrip("…. ") in title


def _most_is_before(weighed: Weighed, number: int, first: int, last: int) -> bool:
    """Whether at least half of the article's running text stands before a line."""
    total = weighed.total
    return 2 * (total[number] - total[first]) >= total[last + 1] - total[first]


def _ends_at(weighed: Weighed, number: int, last: int, core: int, first: int) -> bool:
    """Whether the article is over where a heading of related things stands."""
    it = weighed.elements[core]
    if number == it.first and first < number:
        # the densest element is the related things themselves, and the article stands before it
        return True
    weight = weighed.total[last + 1] - weighed.total[number]
    size = weighed.chars[max(it.last, number)] - weighed.chars[number]
    return number >= it.last or (
        weight <= 0.04 * weighed.weight(core) and size <= 0.25 * weighed.size(core)
    )


def _belongs(weighed: Weighed, number: int, paragraph: int, core: int) -> bool:
    """Whether a short line at an end of the article is one of its own."""
    block, other = weighed.blocks[number], weighed.blocks[paragraph]
    if block.link_chars * 2 > len(block.text) and not _ATTACHED.search(block.text):
        return False
    if number == paragraph - 1 and block.heading and _heads_sections(weighed, block, core):
        return True
    it = weighed.elements[core]
    own, its = weighed.elements[block.element], weighed.elements[other.element]
    return (
        it.first <= number < it.last or block.element == other.element or own.parent == its.parent
    )


def _holds(weighed: Weighed, number: int, paragraph: int, root: int) -> bool:
    """Whether a line stands right in a part of the article that holds the first paragraph: the
    hour before what was said."""
    around, element = weighed.blocks[number].element, weighed.blocks[paragraph].element
    while element > max(around, root):
        element = weighed.elements[element].parent
    return element == around > root


def _heads_sections(weighed: Weighed, heading: Block, core: int) -> bool:
    """Whether headings of the same look stand over several parts of the article."""
    own = weighed.elements[heading.element]
    alike = sum(
        it.tag == own.tag and it.name == own.name and not weighed.excluded[number]
        for number, it in enumerate(weighed.elements[heading.element :], heading.element)
        if it.first <= weighed.elements[core].last
    )
    return bool(own.name) and alike >= 3
