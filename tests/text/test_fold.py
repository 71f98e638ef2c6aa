"""The fold: what it unifies, what it keeps, and that its map of offsets is true."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.text import fold, fold_sha256

TEXTS = st.text(
    alphabet=st.one_of(
        st.sampled_from("中文党的，。：“”「」…—- .\n\t\u3000\u200b\u0301aé1·～'\"かﾞ゛각각①㎡"),
        st.characters(codec=None),
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("given_text", "folded"),
    [
        ("习近平：健全，体系！（一）", "习近平:健全,体系!(一)"),
        ("２０２４年ＡＢＣ", "2024年ABC"),
        ("说,\n“要”", '说,"要"'),
        ("「忠誠」『黨』", "\"忠誠\"'黨'"),
        ("他——她 A–B", "他-她A-B"),
        ("等等……", "等等…"),
        ("etc...", "etc…"),
        ("好。。。", "好…"),
        ("cafe\u0301", "café"),
        ("ｶﾞ", "ガ"),
        ("中\u200b\ufeff文\u00ad", "中文"),
        ("foo \n  bar", "foo bar"),
        ("  \u3000第一 条\n\n  内容  ", "第一条内容"),
        ("鞠鹏 / 摄", "鞠鹏/摄"),
        ("x， y", "x,y"),
        ("x, y", "x, y"),
        ("ﬁ ㎡", "fi m2"),
        ("don’t", "don't"),
        ("", ""),
        (" \n", ""),
    ],
)
def test_forms_are_unified(given_text: str, folded: str) -> None:
    assert fold(given_text).text == folded


def test_case_and_script_stay() -> None:
    assert fold("Party 黨 党").text == "Party黨党"


@given(TEXTS)
def test_a_fold_folds_to_itself(text: str) -> None:
    once = fold(text).text
    assert fold(once).text == once


@given(TEXTS)
def test_canonical_forms_fold_alike(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)).text == fold(text).text
    assert fold(unicodedata.normalize("NFC", text)).text == fold(text).text
    assert fold_sha256(unicodedata.normalize("NFD", text)) == fold_sha256(text)


@given(TEXTS)
def test_the_map_covers_every_shown_character_once(text: str) -> None:
    folded = fold(text)
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    before = (0, 0)
    for start, end in zip(folded.starts.tolist(), folded.ends.tolist(), strict=True):
        assert 0 <= start < end <= len(text)
        assert (start, end) == before or start >= before[1]
        assert fold(text[before[1] : start]).text == "" or start <= before[1]
        before = (start, end)
    assert fold(text[before[1] :]).text == ""


@given(TEXTS)
def test_what_a_cluster_came_from_folds_to_it(text: str) -> None:
    folded = fold(text)
    pieces: dict[tuple[int, int], str] = {}
    spans = zip(folded.starts.tolist(), folded.ends.tolist(), strict=True)
    for char, span in zip(folded.text, spans, strict=True):
        pieces[span] = pieces.get(span, "") + char
    for (start, end), piece in pieces.items():
        assert fold(text[start:end]).text == ("" if piece == " " else piece)


def test_span_maps_back() -> None:
    folded = fold("　党的， 建设")
    assert folded.text == "党的,建设"
    assert folded.span(2, 5) == (3, 7)
    assert folded.span(3, 5) == (5, 7)
    assert folded.span(5, 5) == (7, 7)
    assert folded.span(0, 0) == (1, 1)


def test_a_million_characters_of_anything_are_quick() -> None:
    for text in ("\u0301" * 1_000_000, "a\u0301" * 300_000, "㎡" * 100_000, ". " * 500_000):
        assert fold(text).size == len(text)
