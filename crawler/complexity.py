"""Documents that no parser should be given: counted in their bytes, before any tree is built.

Depth and attributes cost a tree builder quadratic time, tags linear: 100,000 nested elements or
200,000 attributes on one tag keep lexbor busy for more than 25 s. The limits here keep a parse
below a second or two whatever the document says.
"""

import re
from collections.abc import Iterator

MAX_TAGS = 150_000
MAX_DEPTH = 2_000
MAX_OPTIONS = 20_000
MAX_OPEN_LINKS = 5_000
# of the squares of the tags' attribute counts: 10,000 attributes on one tag, or 1,000 on a hundred
MAX_ATTRIBUTE_COST = 100_000_000

_HEAVY_TAG = 1_000
_CHUNK = 4_096
# An attribute's quotes count only behind its `=`, as in the HTML Standard's tokeniser; there `>`
# may stand. Possessive everywhere, so that the whole scan is linear.
_TAG = re.compile(
    rb"<!--|<(/?)([a-z][^\s/>]{0,40}+)"
    rb"((?:[\s/]++|=?[^\s/>=]++(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>]*+))?)*+)"
)
_ATTRIBUTE = re.compile(rb"=?[^\s/>=]++(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>]*+))?")
_SEPARATORS = (b" ", b"\n", b"\t", b"\r", b"\f", b"/", b"=")
_RAW_TEXT = frozenset((b"script", b"style", b"textarea", b"title", b"xmp", b"iframe", b"noframes"))
# elements whose end a parser supplies by itself, and those that have none
_NEVER_DEEP = frozenset(
    b"p li dt dd option optgroup tr td th thead tbody tfoot colgroup rp rt br hr img input meta "
    b"link area base col embed source track wbr param frame html head body".split()
)


def too_complex(body: bytes) -> str | None:
    """Why a document would cost too much to parse, as a sentence; None where it would not.

    Linear in the document's size; ordinary pages pass after a few counts."""
    tags = body.count(b"<")
    if tags > MAX_TAGS:
        return f"{tags:,} tags, more than {MAX_TAGS:,}"
    many_options = tags > MAX_OPTIONS and (
        body.count(b"<option") + body.count(b"<OPTION") > MAX_OPTIONS
    )
    if not (many_options or _may_be_deep(body, tags) or _may_be_heavy(body)):
        return None
    return _measure(body.lower())


def _may_be_deep(body: bytes, tags: int) -> bool:
    """Whether some prefix opens many more tags than it closes, counted chunk by chunk."""
    if tags <= MAX_DEPTH:
        return False
    excess = 0
    for start in range(0, len(body), _CHUNK):
        chunk = body[start : start + _CHUNK]
        opened = chunk.count(b"<")
        if excess + opened > MAX_DEPTH:
            return True
        excess = max(0, excess + opened - 2 * chunk.count(b"</"))
    return False


def _may_be_heavy(body: bytes) -> bool:
    """Whether the attributes could cost too much: very many, or long tags of bare ones."""
    if body.count(b"=") > int(MAX_ATTRIBUTE_COST**0.5):
        return True
    if not _has_long_part(body):
        return False
    long = (part for part in body.split(b">") if len(part) > 2 * _HEAVY_TAG)
    return sum(sum(map(part.count, _SEPARATORS)) ** 2 for part in long) > MAX_ATTRIBUTE_COST


def _has_long_part(body: bytes) -> bool:
    """Whether more than two bytes for each attribute of a heavy tag stand between two `>`, told by
    the last one in each window of so many bytes."""
    start, window = 0, 2 * _HEAVY_TAG + 1
    while len(body) - start >= window:
        end = body.rfind(b">", start, start + window)
        if end < 0:
            return True
        start = end + 1
    return False


def _tags(body: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """(slash, name, attributes) of each tag of a lower-case document, scripts and comments out."""
    position, size = 0, len(body)
    while position < size and (match := _TAG.search(body, position)):
        closing, name, attributes = match.groups()
        position = match.end()
        if name is None:
            position = body.find(b"-->", position)
        else:
            yield closing, name, attributes
            if name in _RAW_TEXT and not closing:
                position = body.find(b"</" + name, position)
        if position < 0:
            return


def _measure(body: bytes) -> str | None:
    """The slow look: every tag, its depth and its attributes."""
    depth = links = options = cost = 0
    for closing, name, attributes in _tags(body):
        if len(attributes) > 2 * _HEAVY_TAG:
            cost += sum(1 for _ in _ATTRIBUTE.finditer(attributes)) ** 2
        step = -1 if closing else 1
        if name == b"a":
            links = max(0, links + step)
        elif name == b"option":
            options += 1
        elif name not in _NEVER_DEEP:
            depth = max(0, depth + step)
        if depth > MAX_DEPTH:
            return f"elements nested more than {MAX_DEPTH:,} deep"
        if links > MAX_OPEN_LINKS:
            return f"more than {MAX_OPEN_LINKS:,} links that are never closed"
        if options > MAX_OPTIONS:
            return f"more than {MAX_OPTIONS:,} <option> elements"
        if cost > MAX_ATTRIBUTE_COST:
            return f"too many attributes on a tag, the last of them <{name.decode('latin-1')}>"
    return None
