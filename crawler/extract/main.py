"""Capture to extraction: decode, parse once, read by the first rule that serves, judge."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crawler.decode import Decoded, decode
from crawler.discover import page_key
from crawler.extract.addresses import settle_all, settled
from crawler.extract.assess import assess, unsupported
from crawler.extract.language import language_of
from crawler.extract.lines import DATELINE
from crawler.extract.metadata import Found, date_of_url, gather, title_of
from crawler.extract.page import Page, original_url, parse
from crawler.extract.parts import next_part
from crawler.extract.profiled import read_by, read_profiled
from crawler.extract.profiles import candidates, rule_named
from crawler.extract.reading import SCRIPT, UNPROFILED, Reading
from crawler.extract.render import Line
from crawler.extract.second import read_second
from crawler.extract.shell import read_any, read_carried
from crawler.extract.version import EXTRACTOR
from crawler.model import Assessment, Capture, Extraction, PageKey, Profile

#: a general reading with fewer characters asks for a second opinion
LEAST_TEXT = 60
#: a profile's reading with fewer is compared with the general one
LITTLE_TEXT = 150
#: a dateline stands in one of the first lines
_DATELINE_WITHIN = 6
_SHORTLINK = re.compile(r"[?&]p=(\d{1,12})$")


@dataclass(slots=True)
class _Part:
    """One body of a capture as it was read."""

    decoded: Decoded
    page: Page
    reading: Reading | None
    missed: tuple[str, ...] = ()
    #: what the bytes are where they are no page of text
    foreign: str | None = None


def extract(
    capture: Capture, profiles: Sequence[Profile] = (), *, built_in: bool = True
) -> Extraction:
    """What one capture says: its main text, its metadata and what kind of document it is.

    Pure: the same capture and profiles give the same extraction. Raises nothing for what the
    bytes say; documents that cost too much must be kept away by `complexity.too_complex`.
    Without `built_in` a page is read as one of a site that no profile of ours knows."""
    parts = [_read(body, capture, profiles, built_in) for body in capture.bodies or (b"",)]
    first, last = parts[0], parts[-1]
    assessment, reason = _judged(parts, capture)
    readings = [part.reading for part in parts if part.reading]
    lines = [line for reading in readings for line in reading.lines]
    text, marked = _joined(lines)
    found = gather(first.page, first.reading, capture.listing)
    title = title_of(first.page, found)
    base = first.page.base
    flags = dict.fromkeys(f for part in parts for f in (*part.decoded.flags, *part.missed))
    return Extraction(
        assessment=assessment,
        reason=reason,
        text=text,
        title=title[0] if title else None,
        author=_value(found, "author"),
        source_name=_value(found, "source"),
        editor=_value(found, "editor"),
        published=_value(found, "date"),
        updated=_value(found, "updated"),
        lang=language_of(first.page, text),
        images=settle_all((a for r in readings for a in r.images), base),
        links=settle_all((a for r in readings for a in r.links), base),
        extractor=EXTRACTOR,
        rule=readings[0].rule if readings else "general",
        charset=first.decoded.charset,
        charset_from=first.decoded.charset_from,
        source_url=settled(_value(found, "source_url") or "", base),
        canonical_url=first.page.canonical,
        page_key=_native_key(first),
        next_url=_next_url(last, alone=len(parts) == 1),
        marked=marked,
        found_in=_found_in(found, title),
        flags=tuple(flags),
    )


def _read(body: bytes, capture: Capture, profiles: Sequence[Profile], built_in: bool) -> _Part:
    """One body, read by the first rule that serves; rules of its own site that did not are told."""
    if foreign := unsupported(body, capture.content_type):
        nothing = decode(b"")
        return _Part(nothing, parse("", capture.final_url or capture.url), None, (), foreign)
    decoded = decode(body, capture.content_type, capture.encoding)
    page = parse(decoded.text, capture.final_url or capture.url, decoded.utf8)
    if capture.rule is not None:
        return _Part(decoded, page, _by_rule(page, capture.rule, profiles))
    day = date_of_url(page.url)
    missed: list[str] = []
    for rule in candidates(page.host, capture.profile, profiles, built_in):
        reading = read_profiled(page, rule, day)
        if reading is not None and not _too_little(page, reading):
            return _Part(decoded, page, reading)
        name = rule.name.split("/")[0]
        if reading is not None or rule.hosts or name == capture.profile:
            missed.append(f"profile_missed:{name}")
    return _Part(decoded, page, _unprofiled(page), tuple(missed))


def _by_rule(page: Page, name: str, profiles: Sequence[Profile]) -> Reading | None:
    """The page as the rule of this name reads it, of whatever host and era the page is; None where
    the rule finds nothing or is not known any more."""
    if name == SCRIPT:
        return read_carried(page)
    if name in UNPROFILED:
        reading = _unprofiled(page)
        if reading is not None and reading.carried:
            # the rules for any page read a shell, too: the capture before may show its text
            reading.rule = name
        return reading
    rule = rule_named(name, profiles)
    return read_by(page, rule) if rule else None


def _too_little(page: Page, reading: Reading) -> bool:
    """Whether a profile found a scrap of what the general rules take for the article around it."""
    if reading.size >= LITTLE_TEXT:
        return False
    own = read_any(page)
    if own is None or own.size <= 4 * reading.size + LITTLE_TEXT:
        return False
    return reading.lines[0].text in {line.text for line in own.lines}


def _unprofiled(page: Page) -> Reading | None:
    """Our own general reading; trafilatura's where ours found no sentence and it found some."""
    own = read_any(page)
    size = own.size if own else 0
    if own and (own.running or size >= LEAST_TEXT):
        return own
    second = read_second(page)
    if second is None or not second.running or second.size <= 2 * size:
        return own
    if own is not None:
        # what it takes of a page of links are their titles
        second.offered = own.offered
        second.listed = min(own.offered, second.size)
    return second


def _judged(parts: Sequence[_Part], capture: Capture) -> tuple[Assessment, str]:
    """What the capture is: an article only where every part is one."""
    judged = [
        (Assessment.UNSUPPORTED, f"unsupported: {part.foreign}")
        if part.foreign
        else assess(part.page, part.reading, original_url(capture.url), capture.status)
        for part in parts
    ]
    return next((one for one in judged if one[0] is not Assessment.ARTICLE), judged[0])


def _joined(lines: Sequence[Line]) -> tuple[str, tuple[tuple[int, int, str], ...]]:
    """The text, and where its labelled paragraphs stand in it, and its dateline."""
    marked, position = [], 0
    for number, line in enumerate(lines):
        if line.kind:
            marked.append((position, position + len(line.text), line.kind))
        elif number < _DATELINE_WITHIN and (match := DATELINE.match(line.text)):
            marked.append((position, position + match.end(), "dateline"))
        position += len(line.text) + 1
    return "\n".join(line.text for line in lines), tuple(marked)


def _value(found: Found, name: str) -> str | None:
    return found[name][0] if name in found else None


def _found_in(found: Found, title: tuple[str, str] | None) -> dict[str, str]:
    names = {"date": "published", "source": "source_name"}
    said = {
        names.get(name, name): where for name, (_, where) in found.items() if name != "headline"
    }
    return {**said, "title": title[1]} if title else said


def _native_key(part: _Part) -> PageKey | None:
    """The page's own id where the markup shows one: a Blogger post, a WordPress shortlink."""
    post = part.reading.native_id if part.reading else None
    key = f"post:{post}" if post else _shortlink_key(part.page)
    try:
        return PageKey(page_key(part.page.url).site, key) if key else None
    except ValueError:
        return None


def _shortlink_key(page: Page) -> str | None:
    link = page.first_in_head("link[rel=shortlink]")
    match = _SHORTLINK.search(link.attributes.get("href") or "") if link else None
    return f"p:{match[1]}" if match else None


def _next_url(part: _Part, *, alone: bool) -> str | None:
    """The part that follows: as the profile's pager says, else by the numbering of the address;
    that of a capture of several parts is the first one's, and tells nothing."""
    href = part.reading.next_href if part.reading else None
    address = part.page.absolute(href) or (next_part(part.page) if alone else None)
    return address if address and address != part.page.url else None
