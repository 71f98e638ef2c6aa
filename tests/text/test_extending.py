"""Letters in exact runs around shared fingerprints: never more than there are."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from crawler.compare.extending import Query
from crawler.compare.letters import all_letters, ascii_letters, letters
from crawler.text import fingerprints

HAN = [chr(code) for code in range(0x4E00, 0x5000)]


def shared(query: str, other: str) -> int:
    marks = {value for value, _ in fingerprints(other)}
    places = [at for value, at in fingerprints(query) if value in marks]
    return Query(query, places).shared(other, places)


@given(
    st.lists(st.sampled_from(HAN), min_size=16, max_size=80, unique=True).map("".join),
    st.text(alphabet="甲乙丙", max_size=30),
    st.text(alphabet="子丑寅", max_size=30),
)
def test_a_run_of_sixteen_is_grown_to_its_ends(run: str, before: str, after: str) -> None:
    assert shared(f"庚{run}辛", f"{before}{run[:7]}，\n{run[7:]}{after}") >= len(run)


@given(st.text(alphabet=HAN[:4] + list("ab ，é\u0301"), max_size=90), st.text(max_size=40))
def test_no_more_is_shared_than_there_is(query: str, other: str) -> None:
    for text in (other, query + other, other + query[::-1]):
        assert shared(query, text) <= len(letters(query))
    if fingerprints(query):
        assert shared(query, query) > 0


def test_forms_of_one_letter_are_one() -> None:
    assert letters("ＡＢ，é e\u0301㎡黨") == "abéém2党"
    assert letters("") == letters("，\n") == ""
    assert shared("健全全面从严治党体系是动态系统", "健全全面從嚴治黨體系，是動態系統") == 15
    assert shared("the Party's own discipline it is", "THE PARTY’S OWN DISCIPLINE; it is") == 26


@given(st.lists(st.text(alphabet=HAN[:4] + list("ab ，é\u0301㎡\n"), max_size=30), max_size=5))
def test_letters_of_many_are_those_of_each(texts: list[str]) -> None:
    assert all_letters(texts) == [letters(text) for text in texts]


@given(
    st.text(alphabet=HAN[:40] + list("ab ，"), min_size=20, max_size=120),
    st.integers(0, 60),
    st.integers(8, 60),
)
def test_fingerprints_prove_no_more_than_there_is(text: str, start: int, enough: int) -> None:
    other = text[start : start + 40]
    marks = {value for value, _ in fingerprints(other)}
    found = fingerprints(text)
    query = Query(text, [at for _, at in found])
    both = np.array([n for n, (value, _) in enumerate(found) if value in marks], np.int64)
    if not both.size:
        return
    wanted = np.ones(both.size, np.bool_)
    held = query.shared_in(other, both, wanted, enough)
    assert held.wanted == held.letters <= len(letters(other))
    if query.proves(both, enough):
        assert len(letters(other)) >= enough
        assert query.shared_by_letters(letters(other), both, wanted).letters >= min(enough, 20)


def test_a_long_shared_run_is_proven_without_reading() -> None:
    text = "".join(HAN[:200])
    found = fingerprints(text)
    query = Query(text, [at for _, at in found])
    numbers = np.arange(len(found))
    assert query.proves(numbers, 20)
    assert not query.proves(numbers[:2], 8)
    held = query.shared_in("，" + text[50:90] + "。", numbers[10:11], np.ones(1, np.bool_), 12)
    assert held.letters <= 40
    assert held.at_least


@given(st.text(alphabet=st.sampled_from("aZ09 .,\n’“”—–‘…\xa0éß½某ﬁ\u0301"), max_size=400))
def test_the_quick_way_to_letters_finds_the_same_or_declines(text: str) -> None:
    padded = "Plain words stand around it. " * 20 + text
    quick = ascii_letters(padded)
    assert quick is None or quick == "plainwordsstandaroundit" * 20 + "".join(
        char for char in text.lower() if char.isalnum()
    )
    assert quick is None or not set(text) & set("éß½某ﬁ\u0301")
    assert ascii_letters("Then “it’s 12” was said by somebody, and by nobody else at all.")


TEXT = """Party congress resolution history committee report it’s leader’s the of a century struggle
theory people discipline central government Marxist provinces in 1949 reform opening to law"""
WORDS = TEXT.split()


@given(
    st.lists(st.sampled_from(WORDS), min_size=6, unique=True),
    st.lists(st.sampled_from([" ", "\n", ", ", ".  ", "”—"]), min_size=40, max_size=40),
    st.sampled_from(["", "É", "党 ", "naïve "]),
)
def test_latin_text_is_read_where_the_places_stand_and_tells_the_same(
    words: list[str], gaps: list[str], before: str
) -> None:
    text = " ".join(words)
    middle = "".join(word + gap for word, gap in zip(words[2:-2], gaps, strict=False))
    other = f"{before}{'Other words stand here. ' * 20}{middle}{'Nothing of it is here. ' * 20}"
    marks = {value for value, _ in fingerprints(other)}
    found = fingerprints(text)
    numbers = np.array([n for n, (value, _) in enumerate(found) if value in marks], np.int64)
    if not numbers.size:
        return
    query = Query(text, [at for _, at in found])
    wanted = numbers % 2 == 0
    held = query.shared_in(other, numbers, wanted, 12)
    most = query.shared_by_letters(letters(other), numbers, wanted)
    assert held.letters <= most.letters <= len(letters(text))
    assert held.at_least or held.letters >= min(most.letters, 12)
    assert 0 <= held.wanted <= held.letters
    again = query.shared_in(f"{before}Something else. {text}", numbers, wanted, 12)
    assert again.letters >= most.letters
