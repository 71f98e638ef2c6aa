"""A part of the tree as lines of text, in order, with the addresses that stand inside it.

One paragraph a line; what a browser would show on lines of their own is on lines of its own here
(`<br>`, list items, cells that hold blocks). Nothing repeated is dropped.
"""

import re
from collections.abc import Collection
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

_CJK = "\u2e80-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef"
_SPACE = re.compile(r"[ \t\r\n\f]+")
_IS_CJK = re.compile(rf"[{_CJK}]")
_EDGES = " \t\r\n\f\v\u00a0\u3000\u2002\u2003\u2009\u200b\u200c\u200d\u2028\u2029\ufeff"


class Line(NamedTuple):
    """A paragraph; `kind` is "" for the article's own words, else caption or byline."""

    text: str
    kind: str = ""


Placed = list[tuple[int, str]]
#: the place of an address on a line that has no text
ALONE = -1


class Rendered(NamedTuple):
    """Lines, and the raw addresses of images and links, in order, with the number of the line that
    each stands on."""

    lines: list[Line]
    images: Placed
    links: Placed
    #: characters that stand in links
    linked: int


def ids_of(names: str) -> frozenset[int]:
    """lexbor's numbers of elements, asked of lexbor itself."""
    maker = LexborHTMLParser("")
    return frozenset(maker.create_node(name).tag_id for name in names.split())


BLOCKS = ids_of(
    "address article aside blockquote body center dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav "
    "ol optgroup option p pre section summary table tbody tfoot thead tr ul caption noframes "
    "frameset listing xmp plaintext"
)
SKIPPED = ids_of(
    "script style noscript template svg iframe object embed applet audio video canvas select "
    "button input textarea datalist map head title meta link base noembed frame dialog"
)
TEXT = next(iter(LexborHTMLParser("x").body.iter(include_text=True))).tag_id  # type: ignore[union-attr]
(BR,), (IMG,), (A,), (FIGCAPTION,) = ids_of("br"), ids_of("img"), ids_of("a"), ids_of("figcaption")
CELLS, PRE = ids_of("td th"), ids_of("pre listing xmp plaintext")
# elements that do more than to hold text: word processors write hundreds that do not
_ROLES = BLOCKS | SKIPPED | CELLS | PRE | {BR, IMG, A, FIGCAPTION}
_LAZY = ("data-src", "data-original", "data-lazy-src", "data-actualsrc", "_src", "original")


def image_address(node: LexborNode) -> str | None:
    """Where an image really lies, behind lazy loading; None for a spacer or inline data."""
    attributes = node.attributes
    if attributes.get("width") in ("0", "1") or attributes.get("height") in ("0", "1"):
        return None
    named = (attributes.get(name) for name in (*_LAZY, "src"))
    return next((src for src in named if src and not src.startswith("data:")), None)


def clean(line: str) -> str:
    """A line's characters as they are kept: white space collapsed as a browser does it, none at the
    edges, none where a Chinese sentence was only wrapped in the source."""
    line = line.strip(_EDGES)
    if "\n" in line or "\r" in line:
        line = _unwrapped(line)
    if "  " in line or "\t" in line or "\f" in line:
        line = _SPACE.sub(" ", line)
    if "\x00" in line or "\x01" in line:
        line = line.replace("\x00", " ").replace("\x01", "\t").strip("\t").rstrip(_EDGES)
        return line if line.strip(_EDGES) else ""
    return line


def _unwrapped(line: str) -> str:
    """A paragraph whose source stands on several lines: a break between two Chinese characters is
    no space."""
    first, *rest = filter(None, (it.strip(" \t") for it in line.replace("\r", "\n").split("\n")))
    parts = [first]
    for before, part in zip([first, *rest], rest, strict=False):
        if not (_IS_CJK.match(before[-1]) and _IS_CJK.match(part[0])):
            parts.append(" ")
        parts.append(part)
    return "".join(parts)


def pieces(raw: str) -> list[str]:
    """The lines of preformatted text; their spaces are guarded against `clean`."""
    return raw.replace("\r\n", "\n").replace("\r", "\n").replace(" ", "\x00").split("\n")


class _Writer:
    """Lines as they grow; a line ends where a block begins or ends."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.parts: list[str] = []
        self.kind = ""
        self.size = 0
        # addresses of the line that is being written, with the list that each is for
        self.held: list[tuple[Placed, str]] = []

    def verbatim(self, raw: str) -> None:
        """Adds the characters of a text node where white space counts."""
        first, *rest = pieces(raw)
        self.parts.append(first)
        for line in rest:
            self.end()
            self.parts.append(line)

    def end(self) -> None:
        """Ends the line; an empty one leaves only its addresses."""
        line = ""
        if self.parts:
            line = clean("".join(self.parts))
            self.parts.clear()
            if line:
                self.lines.append(Line(line, self.kind))
                self.size += len(line)
        if self.held:
            place = len(self.lines) - 1 if line else ALONE
            for into, address in self.held:
                into.append((place, address))
            self.held.clear()


def render(
    root: LexborNode,
    dropped: Collection[int] = (),
    captions: Collection[int] = (),
    most: int | None = None,
) -> Rendered:
    """The lines below `root`, without elements whose `mem_id` is in `dropped`; those in `captions`
    are marked as captions. With `most` it ends soon after so many characters."""
    out, images, links = _Writer(), [], []  # type: tuple[_Writer, Placed, Placed]
    parts, held, linked = out.parts, out.held, 0
    # of the elements that are open: where to go on, whether it is a block, whether it marks lines
    open_: list[tuple[LexborNode | None, bool, bool]] = []
    verbatim = 0
    node = root.first_child
    while True:
        while node is None:
            if not open_:
                out.end()
                return Rendered(out.lines, images, links, linked)
            node, block, marks = open_.pop()
            if block and (parts or held):
                out.end()
                if most is not None and out.size > most:
                    return Rendered(out.lines, images, links, linked)
            if marks:
                out.kind = ""
            if verbatim:
                verbatim -= 1
        tag = node.tag_id
        following = node.next
        if tag == TEXT:
            raw = node.text_content
            if raw and verbatim:
                out.verbatim(raw)
            elif raw and (parts or not raw.isspace()):
                parts.append(raw)
        elif tag not in _ROLES and not captions and not verbatim:
            child = node.first_child
            if child is not None and not (dropped and node.mem_id in dropped):
                open_.append((following, False, False))
                node = child
                continue
        elif tag == BR:
            if parts or held:
                out.end()
        elif tag == IMG:
            if node.mem_id not in dropped and (address := image_address(node)):
                held.append((images, address))
        elif tag in SKIPPED or (dropped and node.mem_id in dropped):
            if parts and tag in BLOCKS:
                out.end()
        elif (child := node.first_child) is not None:
            block = tag in BLOCKS
            marks = not out.kind and (
                tag == FIGCAPTION or (bool(captions) and node.mem_id in captions)
            )
            if block or marks:
                if parts or held:
                    out.end()
            elif tag in CELLS and parts:
                parts.append("\x01")
            elif tag == A and (href := node.attributes.get("href")):
                held.append((links, href))
                linked += len((node.text() or "").strip())
            if marks:
                out.kind = "caption"
            if verbatim or tag in PRE:
                verbatim += 1
            open_.append((following, block or marks, marks))
            node = child
            continue
        node = following
