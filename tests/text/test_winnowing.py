"""Winnowed fingerprints: every shared run of the promised length shares one."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.text import fingerprints
from crawler.text.winnowing import TAIL_BITS, alike

SEEDS = sorted((Path(__file__).parents[2] / "archive/seeds").glob("*.txt"))
HAN = st.text(alphabet="党的领导全面从严治", min_size=0, max_size=40)


def hashes(text: str) -> set[int]:
    return {value for value, _ in fingerprints(text)}


@given(HAN, HAN, st.text(alphabet=[chr(code) for code in range(0x4E00, 0x5000)], min_size=16))
def test_every_run_of_16_characters_is_found(before: str, after: str, run: str) -> None:
    assert hashes(before + run + after) & hashes(after + "，" + run + "。" + before)


@given(st.lists(st.from_regex(r"[a-z]{1,8}", fullmatch=True), min_size=8, max_size=30))
def test_every_run_of_8_words_is_found(words: list[str]) -> None:
    run = " ".join(words)
    assert hashes(f"Before it. {run} and after") & hashes(f"“{run.upper()}”, he said")


@given(st.from_regex(r"[a-z]{8,14}", fullmatch=True), st.from_regex(r"[a-z]{1,6}", fullmatch=True))
def test_latin_that_begins_alike_stands_side_by_side(begins: str, other: str) -> None:
    """An edit behind the eighth letter leaves the fingerprint among its neighbours."""
    tail = "and so on through the whole of the other sentence"
    value, _ = fingerprints(f"{begins} {tail}")[0]
    edited = {mark for mark, _ in fingerprints(f"{begins[:8]}{other} {tail}")}
    low, high = alike(value)
    assert low <= value <= high
    assert high - low + 1 == 1 << TAIL_BITS
    assert any(alike(mark & 0xFFFFFFFF) == alike(value & 0xFFFFFFFF) for mark in edited)


def test_the_commonest_words_begin_no_fingerprint() -> None:
    text = "It is said that government with authority keeps this country from disorder"
    begun = {text[at:].split()[0] for _, at in fingerprints(text)}
    assert begun == {"said", "government", "authority", "keeps", "country", "disorder"}


def test_script_width_marks_and_spaces_do_not_count() -> None:
    one = "健全全面从严治党体系，推进新时代党的建设。2024年6月27日"
    other = "健全 全面從嚴治黨體系,推進新時代黨的建設! ２０２４年６月２７日"
    assert hashes(one) == hashes(other)


def test_short_texts_have_one_from_eight_characters_on() -> None:
    assert len(fingerprints("党的自我革命永远")) == 1
    assert fingerprints("党的自我革命永") == []
    assert fingerprints("……") == fingerprints("") == []


def test_positions_are_those_of_the_original() -> None:
    text = "　　\n" + "ＡＢ，" + "坚持党的全面领导是坚持和发展中国特色社会主义的必由之路"
    for _, position in fingerprints(text):
        assert text[position].isalnum()
    assert all(-(2**63) <= value < 2**63 for value, _ in fingerprints(text))


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem[:3])
def test_a_quotation_of_a_seed_is_found(path: Path) -> None:
    text = path.read_text("utf-8")
    known = hashes(text)
    lines = [line for line in text.splitlines() if len(line) > 200]
    chosen = random.Random(1).choice(lines)
    assert known & hashes("某地某报：" + chosen[20:140] + "。完")


def test_density_is_about_two_in_ten() -> None:
    text = SEEDS[4].read_text("utf-8")
    assert 0.12 * len(text) < len(fingerprints(text)) < 0.22 * len(text)


@given(st.text(alphabet="党黨的，。a1 Ａé\u0301\n", max_size=60))
def test_each_place_is_a_letter_and_they_are_in_order(text: str) -> None:
    found = fingerprints(text)
    assert all(text[position].isalnum() for _, position in found)
    assert found == sorted(found, key=lambda pair: pair[::-1])


@given(st.text(alphabet="党黨的会议纪律，。 \n", min_size=16, max_size=80))
def test_each_place_holds_what_it_stands_for(text: str) -> None:
    """The eight characters from its place on alone have the same fingerprint."""
    for value, position in fingerprints(text):
        letters = [at for at in range(position, len(text)) if text[at].isalnum()]
        if len(letters) >= 8:
            assert (value, 0) in fingerprints(text[position : letters[7] + 1])


def test_many_latin_runs_take_time_in_proportion() -> None:
    few, many = "党2024年的abc d。" * 1_000, "党2024年的abc d。" * 8_000
    assert len(fingerprints(many)) > 7 * len(fingerprints(few))
