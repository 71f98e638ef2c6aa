"""Which texts are worth a look: nothing is lost, and what one text explains stands not in the way
of another's piece."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from crawler.compare.ranking import Shared

ROWS = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 12)), max_size=80)


def shared(rows: list[tuple[int, int]], whole: int | None = None) -> Shared:
    places = np.array([place for place, _ in rows], np.int64)
    texts = np.array([text for _, text in rows], np.int64)
    counts = np.bincount(places, minlength=31)
    weights = np.log1p(100 / np.maximum(counts, 1))[places]
    return Shared(places, texts, weights, len(rows) if whole is None else whole)


@given(ROWS, st.integers(1, 15))
def test_every_text_is_ranked_once_within_the_limit(
    rows: list[tuple[int, int]], limit: int
) -> None:
    known = {text for _, text in rows}
    one = shared(rows)
    found = one.ranked(limit, one.explained(31))
    assert len(found) == len(set(found)) == min(limit, len(known))
    assert set(found) <= known


@given(ROWS, st.integers(0, 80))
def test_places_are_those_of_the_rows(rows: list[tuple[int, int]], whole: int) -> None:
    one = shared(rows, whole)
    texts = sorted({text for _, text in rows})
    for text, at in zip(texts, one.places_of(texts), strict=True):
        assert at.all.tolist() == sorted({place for place, owner in rows if owner == text})
        exact = {place for place, owner in rows[:whole] if owner == text}
        assert set(at.all[at.whole].tolist()) == exact


@given(ROWS)
def test_what_is_explained_is_shared_by_a_text_of_several(rows: list[tuple[int, int]]) -> None:
    places, texts = shared(rows).explained(31)
    assert len(texts) == len(set(texts))
    held = {place for place, owner in rows if owner in texts}
    assert set(np.flatnonzero(places).tolist()) == held


def test_the_source_of_a_piece_stands_before_the_reprints_of_the_rest() -> None:
    reprints = [(place, text) for text in range(1, 41) for place in range(20)]
    quoted = [(25, 99), (26, 99), (27, 99)]
    one = shared(reprints + quoted)
    assert one.ranked(5, one.explained(31))[:2] == [1, 99]
    single = shared([*reprints, (25, 99)])
    assert 99 in single.ranked(5, single.explained(31))


def test_nothing_shared_is_no_text() -> None:
    one = shared([])
    assert one.ranked(5, one.explained(4)) == []
    assert not one.explained(4).places.any()
