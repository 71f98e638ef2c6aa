"""The language of a text, by its script and commonest words."""

import re

from crawler.extract.page import Page

# the first bytes of UTF-16 that a script's characters begin with
_HAN, _HANGUL = bytes(range(0x4E, 0xA0)), bytes(range(0xAC, 0xD8))
_KANA = re.compile(r"[\u3040-\u30ff]")
_LETTERS = bytes(n for n in range(0x100) if chr(n).isascii() == (n < 0xC0) and chr(n).isalpha())
_LANG_SAMPLE = 1_500
_ENGLISH = frozenset(("the", "of", "and", "to", "in", "is"))


def language_of(page: Page, text: str) -> str | None:
    """zh, ja, ko by script; else what the page says of itself; else en where it reads so."""
    sample = text[:_LANG_SAMPLE]
    high = sample.encode("utf-16-be", "replace")[::2]
    han, latin = _count(_HAN, high), _count(_LETTERS, sample.encode("latin-1", "ignore"))
    if _count(_HANGUL, high) > max(han, latin / 4):
        return "ko"
    # Chinese marks begin with the same byte as kana, so that they are counted before they are read
    if high.count(0x30) > han / 5:
        kana = len(_KANA.findall(sample))
        if kana > han / 5 and kana > latin / 10:
            return "ja"
    if han > latin / 8:
        return "zh"
    if _reads_english(sample):
        return "en"
    root = page.first("html")
    said = (root.attributes.get("lang") or "") if root else ""
    said = said or page.meta.get("og:locale", "")
    if match := re.match(r"([A-Za-z]{2,3})(?=[-_]|$)", said.strip()):
        code = match[1].lower()
        if code not in ("zh", "ja", "ko"):
            return code
    return None


def _reads_english(sample: str) -> bool:
    """Whether its commonest words are those of English: templates in another language hold English
    posts."""
    words = re.findall(r"[a-z]+", sample.lower())
    common = sum(word in _ENGLISH for word in words)
    return words.count("the") > 1 and common * 14 > len(words)


def _count(script: bytes, sample: bytes) -> int:
    """How many bytes of a sample are a script's."""
    return len(sample) - len(sample.translate(None, script))
