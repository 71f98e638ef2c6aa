"""The words by which pages name what is no article: package data, one word or expression a line."""

import hashlib
import re
from importlib.resources import files

_DIGEST = hashlib.sha256()


def _lines(name: str) -> list[str]:
    """The lines of a word list, comments aside; each list goes into the version."""
    text = (files(__package__) / "words" / f"{name}.txt").read_text("utf-8")
    _DIGEST.update(text.encode())
    return [line for line in text.splitlines() if line and not line.startswith("# ")]


def words(name: str) -> frozenset[str]:
    """A list of plain words."""
    return frozenset(_lines(name))


def pattern(name: str, before: str = "", behind: str = "") -> re.Pattern[str]:
    """A list of expressions as one, whatever the case; `before` and `behind` stand round each."""
    return re.compile(f"{before}(?:{'|'.join(_lines(name))}){behind}", re.I)


ADS = words("ads")
NOISE_NAMES = words("noise_names")
NOISE_PAIRS = words("noise_pairs")
TEXT_NAMES = words("text_names")
CARRIED_KEYS = words("carried_keys")
CARRIED_OTHERS = words("carried_others")
LEGAL = pattern("legal")
NOTICE = pattern("notice")
AFTER = pattern("after", r"[\s【\[>»■◆●]*", r"[\s】\]:：>»…]*")
BEFORE = pattern("before")
WITHIN = pattern("within")
COMMENTS = pattern("comments", r"[\s【\[>»■◆●]*", r"[\s】\]:：>»…]*")
COMMENT_SIGNS = pattern("comment_signs")
PARTING = pattern("parting")
POINTER = pattern("pointer")
DISCLAIMER = pattern("disclaimer", r"[\s【\[*—-]*", r"[\s】\]:：*—-]*")
CHALLENGE = pattern("challenge")
CHALLENGE_MARKUP = tuple(_lines("challenge_markup"))
#: variables of the shape that a firewall's scripts of random names have
CHALLENGE_NAMES = re.compile(r"_\$[a-z]{2}\s*=\s*_\$")
BLOCK = pattern("block")
STUB = pattern("stub")
STUB_TITLE = pattern("stub_titles")
WALL = pattern("wall")
WORDS_VERSION = _DIGEST.hexdigest()[:8]
