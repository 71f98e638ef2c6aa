"""One walk over a page that measures it: every line, the element that holds it, every element's
place. What a general reading chooses from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from crawler.extract.noise import is_hidden, name_says
from crawler.extract.render import (
    BLOCKS,
    BR,
    CELLS,
    FIGCAPTION,
    IMG,
    PRE,
    SKIPPED,
    TEXT,
    A,
    clean,
    ids_of,
    image_address,
    pieces,
)

_NOISE_TAGS = ids_of("nav footer aside menu")
_HEADINGS = ids_of("h1 h2 h3 h4 h5 h6")
# what the walk does at a tag
_INLINE, _TEXT, _BREAK, _IMAGE, _PASSED_OVER, _BLOCK, _CELL, _NAMED, _LINK, _STYLED = range(10)
_KINDS = {
    **dict.fromkeys(ids_of("em font i small sup sub"), _STYLED),
    **dict.fromkeys(BLOCKS, _BLOCK),
    **dict.fromkeys(CELLS, _CELL),
    **dict.fromkeys(ids_of("span ins"), _NAMED),
    **dict.fromkeys(SKIPPED, _PASSED_OVER),
    TEXT: _TEXT,
    BR: _BREAK,
    IMG: _IMAGE,
    A: _LINK,
}
_RUNS = (_NAMED, _LINK, _STYLED)


@dataclass(slots=True)
class Element:
    """A block element: its parent's index, what its tag and names say, and the lines below it."""

    parent: int
    tag: int
    name: str
    noise: bool
    text_name: bool
    first: int
    last: int = 0


@dataclass(slots=True)
class Block:
    """One line of the page with the index of its nearest block element."""

    text: str
    link_chars: int
    links: int
    element: int
    heading: bool
    caption: bool
    images: list[str]
    hrefs: list[str]


@dataclass(slots=True)
class Picture:
    """A line of pictures alone: the number of the line that follows it, and its nearest block
    element."""

    before: int
    element: int
    images: list[str]
    hrefs: list[str]


@dataclass(slots=True)
class Survey:
    """Elements in document order (the first is the body), lines in order, and the pictures that
    stand between them."""

    elements: list[Element]
    blocks: list[Block]
    pictures: list[Picture]


@dataclass(slots=True)
class _Line:
    """The line that is being read."""

    parts: list[str] = field(default_factory=list)
    link_chars: int = 0
    links: int = 0
    images: list[str] = field(default_factory=list)
    hrefs: list[str] = field(default_factory=list)

    def begin(self, links: int = 0, hrefs: list[str] | None = None) -> None:
        """Makes it an empty line, with what goes on from the one before."""
        self.parts, self.link_chars, self.links = [], 0, links
        self.images, self.hrefs = [], hrefs or []


# what holds inside an element, restored when it ends: its number, in a link, in a caption, verbatim
_Context = tuple[int, bool, bool, bool]


class _Surveyor:
    """The walk's bookkeeping."""

    def __init__(self, body: LexborNode) -> None:
        self.elements = [Element(-1, body.tag_id, "", False, False, 0)]
        self.blocks: list[Block] = []
        self.pictures: list[Picture] = []
        self.line = _Line()

    def end_line(self, at: _Context) -> None:
        """Ends the line; one without text leaves only its pictures."""
        line = self.line
        parts = line.parts
        text = clean(parts[0] if len(parts) == 1 else "".join(parts)) if parts else ""
        if not text:
            self._end_textless(line, at)
            return
        element, _, caption, _ = at
        chars = min(line.link_chars, len(text)) if line.link_chars else 0
        heading = self.elements[element].tag in _HEADINGS
        self.blocks.append(
            Block(text, chars, line.links, element, heading, caption, line.images, line.hrefs)
        )
        line.begin()

    def _end_textless(self, line: _Line, at: _Context) -> None:
        """Ends a line without text; a link that is still open goes on with the next. The links of
        pictures are counted with the line that follows, as in a card of picture and title."""
        element, link, _, _ = at
        hrefs = [] if link else line.hrefs
        if line.images:
            self.pictures.append(Picture(len(self.blocks), element, line.images, hrefs))
        if link:
            line.begin(line.links, line.hrefs)
        elif line.images:
            line.begin(line.links)
        else:
            line.parts, line.link_chars, line.links = [], 0, 0

    def verbatim(self, raw: str, at: _Context) -> None:
        """The characters of a text node where white space counts."""
        first, *rest = pieces(raw)
        self.line.parts.append(first)
        for piece in rest:
            self.end_line(at)
            self.line.parts.append(piece)

    def enter_block(self, tag: int, name: str, at: _Context) -> _Context:
        """A block element begins: its lines are its own."""
        line = self.line
        if line.parts or line.images:
            self.end_line(at)
        noise, text_name = name_says(name) if name else (False, False)
        elements = self.elements
        elements.append(
            Element(at[0], tag, name, noise or tag in _NOISE_TAGS, text_name, len(self.blocks))
        )
        return len(elements) - 1, at[1], at[2] or tag == FIGCAPTION, at[3] or tag in PRE

    def leave_block(self, at: _Context) -> None:
        """A block element ends."""
        line = self.line
        if line.parts or line.images:
            self.end_line(at)
        self.elements[at[0]].last = len(self.blocks)


def _unlink_runaways(blocks: list[Block]) -> None:
    """A link that was never closed goes on over all that follows: that is text, and no link.

    The parser opens it anew in each block, or one link holds line after line."""
    again: list[Block] = []
    on: list[Block] = []
    opener: list[Block] = []
    for block in (*blocks, None):
        if block is not None and block.hrefs and again and block.hrefs[:1] == again[0].hrefs[:1]:
            again.append(block)
        else:
            _unlink(again, 4, 300)
            again = [block] if block is not None and block.hrefs else []
        if block is not None and block.links == 0 and block.link_chars:
            on = on or list(opener)
            on.append(block)
        else:
            _unlink(on, 8, 600)
            on = []
        # the line that opens such a link is the first of its text
        opener = [block] if block is not None and block.links == 1 else []


def _unlink(run: list[Block], lines: int, size_bytes: int) -> None:
    if len(run) < lines:
        return
    if sum(len(block.text.encode("utf-8", "replace")) for block in run) > size_bytes:
        for block in run:
            block.link_chars = block.links = 0


def _holds_lines(cell: LexborNode) -> bool:
    """Whether a table's cell lays out lines of its own, as in a page that is one big table."""
    return any(child.tag_id in BLOCKS or child.tag_id == BR for child in cell.iter())


def _name(attributes: Mapping[str, str | None], run: bool) -> str | None:
    """An element's class and id; None where it is hidden."""
    if "hidden" in attributes or ((style := attributes.get("style")) and is_hidden(style, run=run)):
        return None
    named, own = attributes.get("class"), attributes.get("id")
    return f"{named} {own}" if named and own else (named or own or "").strip()


def survey(body: LexborNode) -> Survey:
    """The measured page. Scripts, the controls of forms and hidden elements are passed over."""
    to = _Surveyor(body)
    line, kind_of = to.line, _KINDS.get
    at: _Context = (0, False, False, False)
    open_: list[tuple[LexborNode | None, _Context]] = []
    node = body.first_child
    while True:
        while node is None:
            if not open_:
                to.end_line(at)
                to.elements[0].last = len(to.blocks)
                _unlink_runaways(to.blocks)
                return Survey(to.elements, to.blocks, to.pictures)
            node, before = open_.pop()
            if before[0] != at[0]:
                to.leave_block(at)
            at = before
        tag, following = node.tag_id, node.next
        kind = kind_of(tag, _INLINE)
        if kind == _TEXT:
            raw = node.text_content
            if raw and at[3]:
                to.verbatim(raw, at)
            elif raw and (line.parts or not raw.isspace()):
                line.parts.append(raw)
                if at[1]:
                    line.link_chars += len(raw.strip())
        elif kind == _BREAK:
            to.end_line(at)
        elif kind == _IMAGE:
            if address := image_address(node):
                line.images.append(address)
        elif kind == _PASSED_OVER:
            if tag in BLOCKS:
                to.end_line(at)
        elif (child := node.first_child) is not None:
            inner = at
            if kind != _INLINE:
                attributes = node.attributes
                run = kind in _RUNS
                name = _name(attributes, run) if attributes else ""
                block = kind == _BLOCK or (kind == _CELL and _holds_lines(node))
                if name is None or (name and not block and kind < _LINK and name_says(name)[0]):
                    node = following
                    continue
                if block:
                    inner = to.enter_block(tag, name, at)
                elif kind == _LINK:
                    inner = (at[0], True, at[2], at[3])
                    line.links += 1
                    if href := attributes.get("href"):
                        line.hrefs.append(href)
                elif kind == _CELL and line.parts:
                    line.parts.append("\x01")
            open_.append((following, at))
            node, at = child, inner
            continue
        node = following
