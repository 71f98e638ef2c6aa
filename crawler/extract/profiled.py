"""Reading a page by a profile's rule: its selectors, its drop list, and nothing guessed."""

import contextlib
import re
from collections.abc import Callable, Iterable

from selectolax.lexbor import LexborNode, SelectolaxError

from crawler.extract import lines as kinds
from crawler.extract.dates import from_epoch, parse_date
from crawler.extract.page import Page
from crawler.extract.profiles import Rule
from crawler.extract.reading import Reading
from crawler.extract.render import Line, render

_VALUE_ATTRIBUTES = ("content", "datetime", "value")
_MOST_TRIED = 6
# Everywhere an advertisement, whatever the site: a profile need not say so.
ADS = (
    "ins, .adsbygoogle, .ad, .ads, .advert, .advertisement, .adbox, .ad-box, .ad-banner, "
    ".ad-container, .ad-wrapper, .ad-slot, .google-ad, .guanggao, .sponsor, .sponsored, "
    "[id^=div-gpt-ad], [id^=google_ads], [class^=ad-], [id^=ad-], [id^=ad_], [class^=adv-], "
    "[class*=' ad-'], [class*=advert], [class*=guanggao], [data-ad], [data-ad-slot], "
    "[data-ad-client], [aria-label=advertisement], [aria-label=Advertisement]"
)


def select(page: Page, selector: str) -> list[LexborNode]:
    """What a selector matches; nothing where a user wrote one that is none."""
    try:
        return page.tree.css(selector)
    except (SelectolaxError, ValueError, RuntimeError):
        return []


def read_profiled(page: Page, rule: Rule, url_date: str | None = None) -> Reading | None:
    """The page read by this rule, or None where the era or the article is not there."""
    if not _applies(page, rule, url_date):
        return None
    for selector in rule.body:
        reading = Reading(rule.name, [], distrust=rule.distrust)
        for root in _outermost(select(page, selector), rule.first_only):
            dropped = _ids_in(root, (rule.drop, ADS))
            captions = _ids_in(root, rule.fields["caption"])
            rendered = render(root, dropped, captions)
            if not rendered.lines and (plain := root.css_first("noscript")) is not None:
                # text that a script would put there stands beside it for readers without one
                rendered = render(plain, dropped, captions)
            reading.lines += rendered.lines
            reading.images += rendered.images
            reading.links += rendered.links
            reading.linked += rendered.linked
        if reading.lines:
            _read_fields(page, rule, reading)
            reading.lines = list(_article_lines(reading, rule))
            if reading.lines:
                return reading
    return None


def _ids_in(root: LexborNode, selectors: Iterable[str]) -> set[int]:
    """What the selectors match below an element; the tree itself stays as it is."""
    found: set[int] = set()
    for selector in filter(None, selectors):
        with contextlib.suppress(SelectolaxError, ValueError, RuntimeError):
            found.update(node.mem_id for node in root.css(selector))
    return found


def _applies(page: Page, rule: Rule, url_date: str | None) -> bool:
    if rule.url and not rule.url.search(page.url):
        return False
    if url_date and rule.since and url_date[:10] < rule.since.isoformat():
        return False
    if url_date and rule.until and url_date[:10] > rule.until.isoformat():
        return False
    return not rule.evidence or bool(select(page, rule.evidence))


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


def _article_lines(reading: Reading, rule: Rule) -> Iterable[Line]:
    """The lines without those that the rule leaves out; editor's lines become a field."""
    for line in reading.lines:
        if rule.leave_out and rule.leave_out.fullmatch(line.text):
            editor = kinds.read_editor(line.text) if "编" in line.text else None
            if editor:
                reading.fields.setdefault("editor", (editor, f"{rule.name}:text"))
            continue
        yield line if line.kind else Line(line.text, kinds.kind_of(line.text))


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
        reading.fields["date"] = (from_epoch(int(seconds)), f"{rule.name}:script")
    for name, reader in readers.items():
        if name not in reading.fields and (found := _first(page, rule, name, reader)):
            reading.fields[name] = found
    if (link := _source_link(page, rule)) is not None:
        reading.fields["source_url"] = (link, rule.name)
    reading.next_href = _next_href(page, rule)
    if rule.id_pattern and (match := rule.id_pattern.search(page.text)):
        reading.native_id = next(group for group in match.groups() if group)


def _read_title(text: str) -> str | None:
    return " ".join(text.split()) or None


def _first(
    page: Page, rule: Rule, name: str, reader: Callable[[str], str | None]
) -> tuple[str, str] | None:
    for selector in rule.fields[name]:
        for node in select(page, selector)[:_MOST_TRIED]:
            value = reader(node_value(node))
            if value:
                return value, f"{rule.name}:{selector}"
    return None


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
        for node in select(page, selector)[:_MOST_TRIED]:
            link = node if node.tag == "a" else node.css_first("a[href]")
            if link is not None and (address := page.absolute(link.attributes.get("href"))):
                return address
    return None


def _next_href(page: Page, rule: Rule) -> str | None:
    """The href of the next part, where the pager names one."""
    for selector in rule.fields["next"]:
        for node in select(page, selector):
            link = node if node.tag == "a" else node.css_first("a[href]")
            if link is None or not (href := link.attributes.get("href")):
                continue
            if not rule.next_text or re.search(rule.next_text, link.text()):
                return href
    return None
