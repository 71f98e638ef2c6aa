"""Texts of others made safe to look at: escaped, and what hides in them made visible."""

import re
from collections.abc import Sequence

from markupsafe import Markup, escape

from crawler.text import simplify

__all__ = [
    "Markup", "clipped", "language_of", "plain_visible", "ticked", "visible", "with_hits",
]  # fmt: skip

#: control characters, what turns the order of letters round, and what takes no room
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e01ef\ud800-\udfff\ufffe\uffff]"
)
#: a word that mixes Latin letters with Greek or Cyrillic ones, which look alike
_ALIKE = re.compile(
    "[A-Za-z]+[\u0370-\u03ff\u0400-\u052f][A-Za-z\u0370-\u03ff\u0400-\u052f]*"
    "|[\u0370-\u03ff\u0400-\u052f]+[A-Za-z][A-Za-z\u0370-\u03ff\u0400-\u052f]*"
)
_MARKED = re.compile(f"(?P<hidden>{_HIDDEN.pattern})|(?P<alike>{_ALIKE.pattern})")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_LATIN = re.compile("[A-Za-z]")
_KANA = re.compile("[\u3041-\u30fa]{2}")
_HANGUL = re.compile("[\uac00-\ud7af]{2}")
#: joins emoji and letters of some scripts, and decides how a character is drawn: no harm alone
_HARMLESS = frozenset("\u200d\ufe0e\ufe0f")


def visible(text: object) -> Markup:
    """The text escaped; characters that hide, or turn others round, are shown by their number,
    and words of letters that only look alike are marked."""
    given = "" if text is None else str(text)
    if not _MARKED.search(given):
        return escape(given)
    return Markup(_MARKED.sub(_shown, str(escape(given))))  # noqa: S704 - escaped before


def _shown(match: re.Match[str]) -> str:
    found = match[0]
    if match["hidden"] is None:
        return f'<span class="alike" title="letters of different scripts">{found}</span>'
    if found in _HARMLESS:
        return found
    number = f"U+{ord(found):04X}"
    return f'<span class="hidden-char" title="a character that hides">{number}</span>'


def plain_visible(text: object) -> str:
    """The same where no markup can stand: titles, attributes, Atom."""
    given = "" if text is None else str(text)
    return _HIDDEN.sub(
        lambda match: match[0] if match[0] in _HARMLESS else f"[U+{ord(match[0]):04X}]", given
    )


def lines(text: str) -> list[str]:
    """The paragraphs of a text that hold something."""
    return [line for line in text.split("\n") if line.strip()]


def clipped(text: str, most: int) -> str:
    """The text on one line, cut with an ellipsis after so many characters."""
    flat = " ".join(text[: most * 4].split())
    return flat if len(flat) <= most else flat[: most - 1] + "…"


def language_of(text: object) -> str:
    """The language of a text of others as an HTML attribute names it, by its letters alone: the
    script decides which form of a character is drawn, and how it is read aloud."""
    sample = str(text or "")[:2_000]
    if _KANA.search(sample):
        return "ja"
    if _HANGUL.search(sample):
        return "ko"
    han = len(_HAN.findall(sample))
    if han * 3 < len(_LATIN.findall(sample)):
        return "en"
    return "zh-Hans" if simplify(sample) == sample else "zh-Hant"


def ticked(text: object) -> Markup:
    """A sentence of ours with what stands in backticks as code."""
    parts = str(text or "").split("`")
    return Markup().join(
        Markup("<code>{}</code>").format(visible(part)) if at % 2 else visible(part)
        for at, part in enumerate(parts)
    )


def with_hits(snippet: str, hits: Sequence[Sequence[int]]) -> Markup:
    """A search's snippet with its hits marked; they stand in order and apart."""
    shown, done = Markup(), 0
    for start, end in hits:
        shown += visible(snippet[done:start]) + Markup("<mark>{}</mark>").format(
            visible(snippet[start:end])
        )
        done = end
    return shown + visible(snippet[done:])


def link(address: str, words: object) -> Markup:
    """A link to a page of ours."""
    return Markup('<a href="{}">{}</a>').format(address, words)
