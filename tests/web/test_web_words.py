"""Every word of our pages has a Chinese one, and the negotiation of languages keeps its rules."""

import re
from pathlib import Path

import pytest

import crawler.web
from crawler.model import ChangeKind, Label, Relation, State
from crawler.web.language import NAMES, chinese, translated, wanted

HTML = Path(crawler.web.__file__).parent / "html"
_WORDS = re.compile(r"""\b_\(\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)')""")


def words_of_the_pages() -> set[str]:
    """Every literal that a template translates; those that end in a colon are put together."""
    found = {
        first or second
        for path in HTML.iterdir()
        if path.suffix in (".html", ".xml")
        for first, second in _WORDS.findall(path.read_text("utf-8"))
    }
    return {words for words in found if not re.fullmatch(r"\w+:", words)}


def test_every_word_has_a_chinese_one() -> None:
    assert len(words_of_the_pages()) > 200
    assert sorted(words_of_the_pages() - set(chinese())) == []


def test_every_name_has_a_chinese_one() -> None:
    names = {str(one) for one in (*Label, *State)} | set(NAMES)
    names |= {f"kind:{kind}" for kind in ChangeKind}
    names |= {f"relation:{relation}" for relation in Relation}
    assert sorted(names - set(chinese())) == []


def test_what_is_put_in_stays_in() -> None:
    for words, other in chinese().items():
        assert set(re.findall(r"\{\w+\}", words)) == set(re.findall(r"\{\w+\}", other)), words


def test_words_with_values() -> None:
    assert translated("since {day}", "en", day="{x}") == "since {x}"
    assert translated("no such words", "zh") == "no such words"


@pytest.mark.parametrize(
    ("asked", "cookie", "accepted", "language"),
    [(None, None, "", "en"), (None, None, "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
     (None, None, "fr, zh;q=0.1, en;q=0.5", "en"), ("zh", "en", "en", "zh"),
     ("xx", "zh", "en", "zh"), (None, None, "zh;q=0, en;q=0.1", "en"),
     (None, None, ";;q=,,zh;q=x", "en"), (None, "xx", "zh-Hant-TW", "zh")],
)  # fmt: skip
def test_language(asked: str | None, cookie: str | None, accepted: str, language: str) -> None:
    assert wanted(asked, cookie, accepted) == language
