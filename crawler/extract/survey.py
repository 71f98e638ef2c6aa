"""One walk over a page that measures it: every line, the element that holds it, every element's
place. What a general reading chooses from."""

from dataclasses import dataclass, field
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from crawler.extract.noise import HIDDEN_STYLE, name_says
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
_NAMED = BLOCKS | CELLS | ids_of("span ins")


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


class _Context(NamedTuple):
    """What holds inside an element, restored when it ends."""

    element: int
    link: bool
    caption: bool
    verbatim: bool


@dataclass(slots=True)
class _Line:
    """The line that is being read."""

    parts: list[str] = field(default_factory=list)
    link_chars: int = 0
    links: int = 0
    images: list[str] = field(default_factory=list)
    hrefs: list[str] = field(default_factory=list)


class _Surveyor:
    """The walk and its bookkeeping."""

    def __init__(self, body: LexborNode) -> None:
        self.elements = [Element(-1, body.tag_id, "", False, False, 0)]
        self.blocks: list[Block] = []
        self.pictures: list[Picture] = []
        self.line = _Line()
        self.at = _Context(0, False, False, False)

    def end_line(self) -> None:
        """Ends the line; one without text leaves only its pictures."""
        line = self.line
        text = clean("".join(line.parts)) if line.parts else ""
        if not text:
            self._end_textless(line)
            return
        at, owner = self.at, self.elements[self.at.element]
        self.blocks.append(
            Block(
                text,
                min(line.link_chars, len(text)),
                line.links,
                at.element,
                owner.tag in _HEADINGS,
                at.caption,
                line.images,
                line.hrefs,
            )
        )
        self.line = _Line()

    def _end_textless(self, line: _Line) -> None:
        """Ends a line without text; a link that is still open goes on with the next. The links of
        pictures are counted with the line that follows, as in a card of picture and title."""
        hrefs = [] if self.at.link else line.hrefs
        if line.images:
            self.pictures.append(Picture(len(self.blocks), self.at.element, line.images, hrefs))
            self.line = _Line(links=line.links)
        if self.at.link:
            self.line = _Line(links=line.links, hrefs=line.hrefs)
        elif not line.images:
            line.parts, line.link_chars, line.links = [], 0, 0

    def text(self, raw: str) -> None:
        """A text node's characters."""
        line = self.line
        if self.at.verbatim:
            first, *rest = pieces(raw)
            line.parts.append(first)
            for piece in rest:
                self.end_line()
                self.line.parts.append(piece)
        else:
            line.parts.append(raw)
            if self.at.link:
                line.link_chars += len(raw.strip())

    def enter_block(self, tag: int, name: str) -> None:
        """A block element begins: its lines are its own."""
        if self.line.parts or self.line.images:
            self.end_line()
        at = self.at
        noise, text_name = name_says(name) if name else (False, False)
        noise = noise or tag in _NOISE_TAGS
        self.elements.append(Element(at.element, tag, name, noise, text_name, len(self.blocks)))
        number = len(self.elements) - 1
        self.at = _Context(
            number,
            at.link,
            at.caption or tag == FIGCAPTION,
            at.verbatim or tag in PRE,
        )

    def enter_inline(self, tag: int, node: LexborNode) -> None:
        """An inline element begins; only links and cells matter."""
        if tag == A:
            at = self.at
            self.at = _Context(at.element, True, at.caption, at.verbatim)
            self.line.links += 1
            if href := node.attributes.get("href"):
                self.line.hrefs.append(href)
        elif tag in CELLS and self.line.parts:
            self.line.parts.append("\x01")

    def leave_block(self) -> None:
        """A block element ends."""
        line = self.line
        if line.parts or line.images:
            self.end_line()
        self.elements[self.at.element].last = len(self.blocks)


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


def survey(body: LexborNode) -> Survey:
    """The measured page. Scripts, the controls of forms and hidden elements are passed over."""
    to = _Surveyor(body)
    open_: list[tuple[LexborNode | None, _Context]] = []
    node = body.first_child
    while True:
        while node is None:
            if not open_:
                to.end_line()
                to.elements[0].last = len(to.blocks)
                _unlink_runaways(to.blocks)
                return Survey(to.elements, to.blocks, to.pictures)
            node, before = open_.pop()
            if before.element != to.at.element:
                to.leave_block()
            to.at = before
        tag, following = node.tag_id, node.next
        if tag == TEXT:
            raw = node.text_content
            if raw and (to.line.parts or to.at.verbatim or not raw.isspace()):
                to.text(raw)
        elif tag == BR:
            to.end_line()
        elif tag == IMG:
            if address := image_address(node):
                to.line.images.append(address)
        elif tag in SKIPPED:
            if tag in BLOCKS:
                to.end_line()
        elif (child := node.first_child) is not None:
            block = tag in BLOCKS or (tag in CELLS and _holds_lines(node))
            name = ""
            if tag in _NAMED:
                attributes = node.attributes
                if attributes:
                    style = attributes.get("style")
                    name = f"{attributes.get('class') or ''} {attributes.get('id') or ''}".strip()
                    if (
                        "hidden" in attributes
                        or (style and "none" in style.lower() and HIDDEN_STYLE.search(style))
                        or (name and not block and name_says(name)[0])
                    ):
                        node = following
                        continue
            open_.append((following, to.at))
            if block:
                to.enter_block(tag, name)
            else:
                to.enter_inline(tag, node)
            node = child
            continue
        node = following
