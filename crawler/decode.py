"""Bytes to text, by evidence before labels: what the bytes are beats what somebody says they are.

The order is BOM, valid UTF-8, header, meta, detection. Every `gb*` label means GB18030, which holds
them all; other labels mean what browsers take them for (WHATWG Encoding Standard, section 4.2).
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text with the charset that gave it; `charset_from` is bom, utf-8, header, meta, detection
    or source. Flags: replaced (with U+FFFD), mixed (of two encodings), guessed, private_use."""

    text: str
    charset: str
    charset_from: str
    flags: tuple[str, ...] = ()
    #: the text as UTF-8, where that is at hand: a parser takes it as it is
    utf8: bytes | None = field(default=None, repr=False, compare=False)


_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
# What browsers take a label for, where Python's codec of that name is narrower.
_MEANT = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "iso8859-9": "cp1254",
    "tis-620": "cp874",
    "iso8859-11": "cp874",
    "utf-8-sig": "utf-8",
    "utf-16": "utf-16-le",
    "utf-32": "utf-32-le",
}
_WIDE = frozenset({"gb18030", "big5hkscs", "cp932", "cp949", "euc_jp", "euc_jis_2004"})
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})")
_DECLARATION = re.compile(rb"<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]{2,40})")
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.I)
_TAG_OR_LINE = re.compile(rb"(?=[<\n])")
_MOST_PARTS, _LEAST_PLAIN = 150_000, 18
_ASCII = bytes(range(0x80))
_HIGH, _BEYOND = re.compile(rb"[\x80-\xff]"), re.compile(r"[^\x00-\x7f]")
# every ASCII byte a space, so that the bytes beyond stand in words
_HIGH_WORDS = bytes(0x20 if byte < 0x80 else byte for byte in range(0x100))
# how private-use characters begin in UTF-8 (U+E000 to U+EFFF, where GB and Big5 put them)
_PRIVATE = b"\xee"
_NEAR_WINDOW, _META_WINDOW, _DECLARED_WITHIN = 4_096, 65_536, 1_024
_SAMPLE = 65_536
_NEAR = (64, 1_024)
_LEAST_WRONG = 40
_WORDS_SAMPLE = 8_192
_SPACED = 2_500
_LEAST_WIDE = 200
# The share of common characters from which a wide codec is believed.
_PLAUSIBLE = 0.05
_SURE = 0.1
# One broken sequence in so many good ones still makes a text UTF-8, by itself or as labelled.
_GOOD_PER_BAD = 20
_GOOD_PER_BAD_LABELLED = 2
# The commonest characters of running text, by which legacy encodings are told apart.
_COMMON = {
    "gb18030": frozenset(
        "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出会可主发年动同"
    ),
    "big5hkscs": frozenset(
        "的一是在不了有和人這中大為上個國我以要他時來用們生到作地於出會可主發年動"
    ),
    "cp932": frozenset("のにはをたがでてとしれさあいるらりこもすかなっまんー日本人年大"),
    "euc_jp": frozenset("のにはをたがでてとしれさあいるらりこもすかなっまんー日本人年大"),
    "cp949": frozenset("이다의는에을를가은고하도지로한기사서인자어리대시정그나보"),
}


def decode(body: bytes, content_type: str | None = None, override: str | None = None) -> Decoded:
    """The text of a response's bytes; never raises, and flags what it could not be sure of.

    `override` is a source's own encoding and beats everything, unless no codec has that name.
    """
    if override and (codec := _codec(override)):
        return _forced(body, codec, "source")
    for bom, codec in _BOMS:
        if body.startswith(bom):
            return _forced(body[len(bom) :], codec, "bom")
    if (wide := _utf16_without_bom(body)) is not None:
        return _forced(body, wide, "detection", "guessed")
    try:
        return Decoded(body.decode("utf-8"), "utf-8", "utf-8", utf8=body)
    except UnicodeDecodeError:
        pass
    labels = tuple(_labels(body, content_type))
    found = _nearly_utf8(body, labels) or _by_label(body, labels) or _detected(body)
    return _mixed(body, found) if "replaced" in found.flags else found


def _codec(label: str) -> str | None:
    """The codec that a label means, or None for one that nobody knows or that is no charset."""
    name = label.strip().strip("\"'").lower()
    if name.removeprefix("x-").startswith(("gb", "csgb", "hz", "iso-ir-58", "chinese")):
        return "gb18030"
    try:
        info = codecs.lookup(name.removeprefix("x-"))
    except LookupError:
        return None
    if not info._is_text_encoding or info.name in {"idna", "punycode", "undefined"}:
        return None
    return _MEANT.get(info.name, info.name)


def _forced(body: bytes, codec: str, origin: str, *flags: str) -> Decoded:
    """The body read by one codec, wrong bytes replaced and flagged."""
    try:
        text = body.decode(codec)
    except (UnicodeDecodeError, UnicodeError):
        text, flags = body.decode(codec, "replace"), ("replaced", *flags)
    if codec in _WIDE and _has_private(text):
        flags = (*flags, "private_use")
    return Decoded(text, codec, origin, tuple(flags))


def _utf16_without_bom(body: bytes) -> str | None:
    """UTF-16 told by its zero bytes: Latin markup has one in every second place."""
    head = body[:512]
    if len(head) < 16 or head.count(0) < len(head) // 4:
        return None
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) < len(head) // 4 or min(even, odd) > len(head) // 64:
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def _nearly_utf8(body: bytes, labels: tuple[tuple[str, str], ...]) -> Decoded | None:
    """UTF-8 with a few broken bytes is still UTF-8: other codecs would garble all of the rest."""
    try:
        body[:_SAMPLE].decode("utf-8")
    except UnicodeDecodeError as error:
        # elsewhere wrong bytes come thick and fast; a look round the first ones spares the rest
        for near in _NEAR:
            around = body[error.start : error.start + near]
            bad = around.decode("utf-8", "replace").count("\ufffd")
            if len(around) == near and (bad * 3 > near or _mostly_wrong(around, bad)):
                return None
    text = body.decode("utf-8", "replace")
    bad = text.count("\ufffd") - body.count(b"\xef\xbf\xbd")
    good = len(text) - (len(body) - len(body.translate(None, _ASCII))) - bad
    labelled = any(codec == "utf-8" for codec, _ in labels)
    needed = bad * (_GOOD_PER_BAD_LABELLED if labelled else _GOOD_PER_BAD)
    if bad <= 0 or good < needed:
        return None
    return Decoded(text, "utf-8", "utf-8", ("replaced",))


def _mixed(body: bytes, found: Decoded) -> Decoded:
    """The text of a document into which another's bytes were put (a header in GB on a page in
    UTF-8, or the other way round): each part between two tags by the one of both that fits it.
    Where no part is plainly in the other, what was `found`."""
    wide = found.charset if found.charset in _WIDE else "gb18030"
    parts = _TAG_OR_LINE.split(body)
    if len(parts) > _MOST_PARTS or not (main := _main_of_both(parts, wide)):
        return found
    text = "".join(_part(part, wide) for part in parts)
    flags = ("replaced",) if "\ufffd" in text else ()
    origin = found.charset_from if main == found.charset else "detection"
    return Decoded(text, main, origin, (*flags, "mixed"))


def _main_of_both(parts: list[bytes], wide: str) -> str | None:
    """What most of the document is, where some parts are plainly UTF-8 and others plainly in the
    other encoding; else None."""
    plain = [part for part in parts if len(part) >= _LEAST_PLAIN and not part.isascii()]
    utf8 = [part for part in plain if _fits(part, "utf-8")]
    others = [part for part in plain if not _fits(part, "utf-8") and _fits(part, wide)]
    if not utf8 or not any(_commonness(part, wide) > _PLAUSIBLE for part in others):
        return None
    return "utf-8" if sum(map(len, utf8)) > sum(map(len, others)) else wide


def _fits(part: bytes, codec: str) -> bool:
    try:
        part.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _part(part: bytes, wide: str) -> str:
    """A part by UTF-8 where it is that, a broken byte or two aside; else by the other."""
    try:
        return part.decode("utf-8")
    except UnicodeDecodeError:
        text = part.decode("utf-8", "replace")
    bad, beyond = text.count("\ufffd"), len(text) - len(text.encode("ascii", "ignore"))
    return text if beyond - bad >= _GOOD_PER_BAD_LABELLED * bad else part.decode(wide, "replace")


def _mostly_wrong(part: bytes, bad: int) -> bool:
    """Whether most of the bytes beyond ASCII are broken as UTF-8, and they are many."""
    beyond = len(part) - len(part.translate(None, bytes(range(0x80, 0x100))))
    return bad > _LEAST_WRONG and 2 * bad > beyond


def _labels(body: bytes, content_type: str | None) -> Iterator[tuple[str, str]]:
    """(codec, origin) of the header and then of every meta, in order, unknown ones left out."""
    if content_type and (match := _HEADER.search(content_type)) and (codec := _codec(match[1])):
        yield codec, "header"
    near = list(_declared(body[:_NEAR_WINDOW].lower()))
    yield from near or _declared(body[:_META_WINDOW].lower())


def _declared(head: bytes) -> Iterator[tuple[str, str]]:
    """(codec, origin) of an XML declaration and of the metas in the beginning of a document."""
    for found in (*_DECLARATION.finditer(head[:_DECLARED_WITHIN]), *_META.finditer(head)):
        if codec := _codec(found[1].decode("latin-1")):
            yield codec, "meta"


def _by_label(body: bytes, labels: tuple[tuple[str, str], ...]) -> Decoded | None:
    """The first label that the bytes do not contradict; else a label that nearly fits."""
    wide = _looks_wide(body)
    fitting = [(c, o) for c, o in labels if (c in _WIDE) == wide and not c.startswith("utf-")]
    for codec, origin in fitting:
        try:
            text = body.decode(codec)
        except UnicodeDecodeError:
            continue
        if wide and _contradicted(body, codec, text):
            break
        utf8 = text.encode("utf-8", "ignore")
        flags = ("private_use",) if wide and _PRIVATE in utf8 else ()
        return Decoded(text, codec, origin, flags, utf8)
    for codec, origin in fitting:
        if wide and _commonness(body, codec) > _PLAUSIBLE:
            return _forced(body, codec, origin)
    return None


def _contradicted(body: bytes, codec: str, text: str) -> bool:
    """Big5 bytes are often valid GB18030 and the other way round: the words tell which it is."""
    start = match.start() if (match := _BEYOND.search(text)) else 0
    own = _share(text[start : start + _SAMPLE], codec)
    if own > _SURE:
        return False
    best = _best_wide(body)
    return best is not None and best[1] > max(_SURE, 3 * own)


def _has_private(text: str) -> bool:
    """Whether a text holds private-use characters, told in its UTF-8: ten times faster than a
    search by class."""
    return _PRIVATE in text.encode("utf-8", "ignore")


def _looks_wide(body: bytes) -> bool:
    """Whether high bytes mostly stand in runs, as East Asian double bytes do and accents do not."""
    start = match.start() if (match := _HIGH.search(body)) else 0
    for sample in (body[start : start + _WORDS_SAMPLE], body):
        sizes = list(map(len, sample.translate(_HIGH_WORDS).split()))
        if sum(sizes) > _LEAST_WIDE or sample is body:
            return 2 * sum(size for size in sizes if size >= 4) > sum(sizes)
    return False


def _commonness(body: bytes, codec: str) -> float:
    """The share of a codec's commonest characters among those beyond ASCII; 0 where it fails."""
    start = match.start() if (match := _HIGH.search(body)) else 0
    return _share(body[start : start + _SAMPLE].decode(codec, "replace"), codec)


def _share(text: str, codec: str) -> float:
    """The share of a text's characters beyond ASCII that are a codec's commonest; of a long text
    every n-th character is looked at, where those are enough."""
    step = len(text) // _SPACED + 1
    sample = text[::step]
    wide = _beyond_ascii(sample)
    if step > 1 and wide < _LEAST_WIDE:
        # mostly markup: so much denser that enough of them come
        sample = text[:: max(1, step * wide // (_LEAST_WIDE + _LEAST_WIDE // 4))]
        wide = _beyond_ascii(sample)
    if wide < _LEAST_WIDE:
        sample, wide = text, _beyond_ascii(text)
    if not wide or sample.count("\ufffd") * 50 > wide:
        return 0.0
    return sum(map(sample.count, _COMMON.get(codec, ""))) / wide


def _beyond_ascii(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))


def _best_wide(body: bytes) -> tuple[str, float] | None:
    """The East Asian codec whose common characters stand most often in the text."""
    scored = [(codec, _commonness(body, codec)) for codec in _COMMON]
    best = max(scored, key=lambda pair: pair[1])
    return best if best[1] > 0 else None


def _detected(body: bytes) -> Decoded:
    """No BOM, no valid UTF-8, no label that holds: the likeliest codec, flagged as a guess."""
    if _looks_wide(body):
        best = _best_wide(body)
        return _forced(body, best[0] if best else "gb18030", "detection", "guessed")
    return _forced(body, "cp1252", "detection", "guessed")
