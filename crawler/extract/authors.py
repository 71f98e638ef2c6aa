"""Who wrote it, as the text itself says: 记者 张三 in a line of its own, in a dateline or behind
the last sentence; *By Jane Doe* between the headline and the text; and who the markup says."""

import re
from collections.abc import Sequence

from selectolax.lexbor import LexborNode

from crawler.extract.page import Page
from crawler.extract.render import Line

# a name of two to four characters, or of two with a space between; several beside each other
_HAN = "[\u4e00-\u9fff]"
_NAME = rf"(?:{_HAN}{{2,4}}(?:[·•]{_HAN}{{1,6}})?|{_HAN}[ \u3000]{_HAN}(?!{_HAN}))"
_NAMES = rf"(?P<names>{_NAME}(?:[ \u3000、，,]{{1,4}}{_NAME}){{0,4}})"
_OFFICE = r"(?:特约|特派|实习|首席|见习)?(?:记者|评论员|撰稿人)"
_LINE = re.compile(
    rf"^[□■●○◎(（【]?\s*[^。！？；：:，]{{0,16}}?{_OFFICE}(?:[\s:：]+|(?=\S{{2,4}}/)){_NAMES}"
    rf"\s*(?:/?\s*文|报道|综合报道)?[^。，]{{0,8}}[)）】]?$"
)
_DATED = re.compile(
    rf"^.{{0,30}}?(?:电|讯|消息)?\s*[（(](?:本报|本网|总台|新华社)?{_OFFICE}[\s:：]*{_NAMES}"
    rf"(?:\s*(?:通讯员|实习生)[^（）()]{{0,20}})?[）)]"
)
_CLOSED = re.compile(
    rf"[（(](?:本报|本网|本刊|总台|新华社)?{_OFFICE}[\s:：]*{_NAMES}(?:\s*报道)?[）)]$"
)
_SENT = re.compile(rf"[（(]{_NAMES}[ \u3000]+[\u4e00-\u9fff]{{2,4}}报道[）)]$")
_SPACES = re.compile(r"[ \xa0\u2002\u2003]+")
_NO_NAMES = frozenset(
    (
        "整合",
        "整理",
        "综合",
        "报道",
        "摄影",
        "编辑",
        "撰文",
        "通讯员",
        "实习生",
        "文图",
        "编译",
        "采写",
    )
)
# what stands behind 记者 and is no name
_NO_NAME = re.compile(
    r"^(?:会|协会|问|招待|发布|手记|提问|采访|获悉|了解|了|从|在|近日|今天|昨|日前|注意|看到|发现|来到|"
    r"证|节|站|部|团|们|表示|报道|见面|朋友|综合|整理|观察|调查|网|赴|对|就|跟|与|为|是|的)|摄|图$"
)
_LONGEST_LINE, _FIRST_LINES, _LAST_LINES = 60, 4, 2
_WORD = r"[A-Z][\w’'.-]*[\w.]"
_PERSON = rf"{_WORD}(?: (?:(?:van|von|de|da|del|di|la|le|al|bin) )?{_WORD}){{1,3}}"
_COMMON = frozenset(("Read", "More", "Stories", "News", "The", "All", "View", "About", "Follow"))
_ONE_PERSON = re.compile(_PERSON)
_BY = re.compile(
    rf"^(?:[Ww]ritten |[Ww]ords |[Pp]osted |[Tt]ext )?(?:[Bb]y|BY):?\s+"
    rf"(?P<names>{_PERSON}(?:(?:,| and| &| with) {_PERSON}){{0,4}})"
    r"(?=$|\s*[|·•,–—-]|\s+(?:on|in)\b|\s*\()"
)
_MARKED = (
    "a[rel~=author], [itemprop=author], .byline, .author-name, .entry-author-name, "
    ".post-author-name, .author .fn, .vcard .fn"
)
# a few plain words take no time, a walk over the page does
_MARKS = ('rel="author"', 'itemprop="author"', "byline", "author-name", "vcard", "rel=author")
_MOST_MARKED, _MOST_ABOVE = 12, 12
_ASIDE = re.compile(r"comment|respon|related|recommend|widget|sidebar|(?<!v)card|loop|more")


def author_of(lines: Sequence[Line]) -> str | None:
    """The reporters whom a Chinese text names in its first lines or behind its last ones; None
    where it names none."""
    if not lines:
        return None
    for line in lines[:_FIRST_LINES]:
        if line.kind != "caption" and (names := _in_first(line.text)):
            return names
    for line in reversed(lines[-_LAST_LINES:]):
        if line.kind != "caption" and (names := _in_last(line.text)):
            return names
    return None


def reads_chinese(lines: Sequence[Line]) -> bool:
    """Whether a text begins with a Chinese paragraph."""
    return any(re.search(_HAN, line.text) for line in lines[:_LAST_LINES])


def _in_first(text: str) -> str | None:
    if "记者" not in text[:_LONGEST_LINE] and "员" not in text[:_LONGEST_LINE]:
        return None
    text = _SPACES.sub(" ", text)
    form = _LINE if len(text) <= _LONGEST_LINE else _DATED
    return _names(form.match(text)) or _names(_DATED.match(text))


def _in_last(text: str) -> str | None:
    text = _SPACES.sub(" ", text)
    tail = text[-_LONGEST_LINE:]
    if not any(word in tail for word in ("记者", "员", "报道")):
        return None
    return _names(_CLOSED.search(tail) or _SENT.search(tail)) or (
        _names(_LINE.match(text)) if len(text) <= _LONGEST_LINE else None
    )


def _names(match: re.Match[str] | None) -> str | None:
    """The names of a match, one space between; None where they are none."""
    if match is None or _NO_NAME.search(match["names"]):
        return None
    parts = re.split(r"[、，,]+|[ \u3000]+(?=[\u4e00-\u9fff]{2})", match["names"])
    kept = [name for part in parts if (name := part.strip()) and name not in _NO_NAMES]
    return " ".join(kept) or None


def byline_author(text: str) -> str | None:
    """The author of a line such as *By Jane Doe | May 4, 2023*; None for any other."""
    match = _BY.match(text) if len(text) <= 3 * _LONGEST_LINE else None
    return match["names"] if match else None


def person_of(text: str) -> str | None:
    """The name that a whole short text is, *by* before it or not; None for anything else."""
    text = " ".join(text.split())
    if not _COMMON.isdisjoint(text.split()):
        return None
    return byline_author(text) or (text if _ONE_PERSON.fullmatch(text) else None)


def marked_author(page: Page) -> str | None:
    """The person whom the markup alone names as the author, where it is one: none of those who
    write comments."""
    if not any(word in page.text for word in _MARKS):
        return None
    names: dict[str, None] = {}
    for node in page.tree.css(_MARKED)[:_MOST_MARKED]:
        name = person_of(node.text(separator=" "))
        if name and not _is_commented(node):
            names.setdefault(name)
    return next(iter(names)) if len(names) == 1 else None


def _is_commented(node: LexborNode) -> bool:
    """Whether an element stands in what readers wrote, or in what leads to other articles."""
    at = node.parent
    for _ in range(_MOST_ABOVE):
        if at is None:
            break
        named = f"{at.attributes.get('class')} {at.attributes.get('id')}".lower()
        if _ASIDE.search(named):
            return True
        at = at.parent
    return False
