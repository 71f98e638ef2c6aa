"""Reading a page by a profile's rule: its selectors, its drop list, and nothing guessed."""

import re
from collections.abc import Callable, Iterable, Iterator

from selectolax.lexbor import LexborNode

from crawler.extract import lines as kinds
from crawler.extract.dates import from_epoch, parse_date
from crawler.extract.drops import NO_SELECTOR
from crawler.extract.noise import is_hidden
from crawler.extract.page import Page
from crawler.extract.profiles import Rule
from crawler.extract.reading import Reading
from crawler.extract.render import BLOCKS, Line, Rendered, render

_VALUE_ATTRIBUTES = ("content", "datetime", "value")
_MOST_TRIED = 6
# a hidden block with a larger share of a text is a part of it
_HIDDEN_SHARE = 0.2


def select(page: Page, selector: str) -> list[LexborNode]:
    """What a selector matches; nothing where a user wrote one that is none."""
    try:
        return page.tree.css(selector)
    except NO_SELECTOR:
        return []


def first(page: Page, selector: str) -> LexborNode | None:
    """The first element that a selector matches: a walk that ends there."""
    try:
        return page.first(selector)
    except NO_SELECTOR:
        return None


def read_profiled(page: Page, rule: Rule, url_date: str | None = None) -> Reading | None:
    """The page read by this rule, or None where the era or the article is not there."""
    return read_by(page, rule) if _applies(page, rule, url_date) else None


def read_by(page: Page, rule: Rule) -> Reading | None:
    """The page read by this rule, whatever era it is of; None where its selectors find no text."""
    for selector in rule.body:
        reading = Reading(rule.name, [], distrust=rule.distrust)
        left_out = _read_text(page, rule, selector, reading)
        if reading.lines:
            _read_fields(page, rule, reading)
            _read_left_out(left_out, rule, reading)
            return reading
    return None


def _read_text(page: Page, rule: Rule, selector: str, reading: Reading) -> list[str]:
    """Puts what stands in the selected elements into `reading`; returns the lines that the rule
    leaves out. A second copy of the whole, for another width of screen, is passed over."""
    left_out: list[str] = []
    seen: list[list[Line]] = []
    for root in _outermost(select(page, selector), rule.first_only):
        rendered = _rendered(root, rule)
        if rendered.lines in seen:
            continue
        seen.append(rendered.lines)
        gone = set()
        for number, line in enumerate(rendered.lines):
            if rule.leave_out and rule.leave_out.fullmatch(line.text):
                gone.add(number)
                left_out.append(line.text)
            else:
                kind = line.kind or kinds.kind_of(line.text)
                reading.lines.append(Line(line.text, kind) if kind != line.kind else line)
        reading.images += [address for at, address in rendered.images if at not in gone]
        reading.links += [address for at, address in rendered.links if at not in gone]
        reading.linked += rendered.linked
    return left_out


def _rendered(root: LexborNode, rule: Rule) -> Rendered:
    dropped, captions = rule.drop.below(root), rule.caption.below(root)
    dropped |= _hidden(root)
    rendered = render(root, dropped, captions)
    if not rendered.lines and (plain := root.css_first("noscript")) is not None:
        # text that a script would put there stands beside it for readers without one
        return render(plain, dropped, captions)
    return rendered


def _hidden(root: LexborNode) -> set[int]:
    """The `mem_id` of what a style hides below an article's element: runs of characters, and blocks
    that are a small part of it. A large one is the rest of a text, which a script shows."""
    found: set[int] = set()
    whole = 0
    # A selector for any style and a look at each takes a fifth of the time of several selectors.
    for node in root.css("[style]"):
        run = node.tag_id not in BLOCKS
        if node.mem_id == root.mem_id or not is_hidden(node.attributes.get("style") or "", run=run):
            continue
        whole = whole or len(root.text())
        if run or len(node.text()) < _HIDDEN_SHARE * whole:
            found.add(node.mem_id)
    return found


def _read_left_out(lines: Iterable[str], rule: Rule, reading: Reading) -> None:
    """An editor's line is no paragraph, but a field."""
    for line in lines:
        if ("编" in line or "ditor" in line) and (editor := kinds.read_editor(line)):
            reading.fields.setdefault("editor", (editor, f"{rule.label}:text"))


def _applies(page: Page, rule: Rule, url_date: str | None) -> bool:
    if rule.url and not rule.url.search(page.url):
        return False
    if url_date and rule.since and url_date[:10] < rule.since.isoformat():
        return False
    if url_date and rule.until and url_date[:10] > rule.until.isoformat():
        return False
    return not rule.evidence or first(page, rule.evidence) is not None


def _outermost(nodes: list[LexborNode], first_only: bool) -> Iterable[LexborNode]:
    """The matches that lie in no other match."""
    if len(nodes) <= 1 or first_only:
        return nodes[:1]
    ids = {node.mem_id for node in nodes}
    return [node for node in nodes if not _inside(node, ids)]


def _inside(node: LexborNode, ids: set[int]) -> bool:
    parent = node.parent
    while parent is not None:
        if parent.mem_id in ids:
            return True
        parent = parent.parent
    return False


def _read_fields(page: Page, rule: Rule, reading: Reading) -> None:
    """Each field from the first of its selectors that gives a value."""
    readers: dict[str, Callable[[str], str | None]] = {
        "title": _read_title,
        "date": lambda text: parse_date(text, rule.zone),
        "source": kinds.read_source,
        "author": kinds.read_author,
        "editor": kinds.read_editor,
    }
    if rule.date_script and (match := rule.date_script.search(page.text)):
        seconds = next(group for group in match.groups() if group)
        reading.fields["date"] = (from_epoch(int(seconds)), f"{rule.label}:script")
    for name, reader in readers.items():
        if name not in reading.fields and (found := _first(page, rule, name, reader)):
            reading.fields[name] = found
    if (link := _source_link(page, rule)) is not None:
        reading.fields["source_url"] = (link, rule.label)
    reading.next_href = _next_href(page, rule)
    if rule.id_pattern and (match := rule.id_pattern.search(page.text)):
        reading.native_id = next(group for group in match.groups() if group)


def _read_title(text: str) -> str | None:
    return " ".join(text.split()) or None


def _first(
    page: Page, rule: Rule, name: str, reader: Callable[[str], str | None]
) -> tuple[str, str] | None:
    for selector in rule.fields[name]:
        for node in _tried(page, selector):
            value = reader(node_value(node))
            if value:
                return value, f"{rule.label}:{selector}"
    return None


def _tried(page: Page, selector: str) -> Iterator[LexborNode]:
    """The first few matches; the others are looked for only where the first is not enough."""
    if (node := first(page, selector)) is not None:
        yield node
        yield from select(page, selector)[1:_MOST_TRIED]


def node_value(node: LexborNode) -> str:
    """What an element says: a meta's content, a time's datetime, an input's value, or its text."""
    attributes = node.attributes
    if node.tag in ("meta", "time", "input", "abbr"):
        for name in (*_VALUE_ATTRIBUTES, "title"):
            if value := attributes.get(name):
                return value
    return node.text(separator=" ")


def _source_link(page: Page, rule: Rule) -> str | None:
    """The address that the 来源 links to: one step up the reprint chain."""
    for selector in rule.fields["source"]:
        for node in _tried(page, selector):
            link = node if node.tag == "a" else node.css_first("a[href]")
            if link is not None and (address := page.absolute(link.attributes.get("href"))):
                return address
    return None


def _next_href(page: Page, rule: Rule) -> str | None:
    """The href of the next part, where the pager names one."""
    if rule.next_text and not re.search(rule.next_text, page.text):
        return None
    for selector in rule.fields["next"]:
        for node in select(page, selector):
            link = node if node.tag == "a" else node.css_first("a[href]")
            if link is None or not (href := link.attributes.get("href")):
                continue
            if not rule.next_text or re.search(rule.next_text, link.text()):
                return href
    return None
