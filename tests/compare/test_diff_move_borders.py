"""Where a moved sentence begins and ends: its own stop goes with it, its neighbour's stays."""

import pytest

from crawler.compare import diff
from crawler.model import OpKind

FIRST = "Nobody in the ministry answered the letter that was sent in March."
SECOND = "The report on cadres was read aloud in every one of the villages."
THIRD = "A second report has been promised for the autumn of this year."
FOURTH = "The archive keeps whatever it has seen, and it forgets nothing."
MOVED = "His daughter was born in the early hours of November."


def shown(a: str, b: str) -> list[tuple[str, str, str]]:
    """Every op that is neither equal nor noise, with what it takes and gives."""
    return [
        (str(op.op), a[slice(*op.a)].strip(), b[slice(*op.b)].strip())
        for op in diff(a, b).ops
        if op.op is not OpKind.EQUAL and not op.noise
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [("villages", "***"), ("villages.", "towns."), ("every one of the villages", "most places")],
)
def test_a_stop_beside_an_edit_goes_with_its_sentence(old: str, new: str) -> None:
    a = " ".join([FIRST, SECOND, MOVED, THIRD, FOURTH])
    b = " ".join([FIRST, SECOND.replace(old, new), THIRD, FOURTH, MOVED])
    ops = shown(a, b)
    assert ("move", MOVED, MOVED) in ops
    assert len(ops) == 2


def test_a_stop_beside_edits_at_both_places_goes_with_its_sentence() -> None:
    a = " ".join([FIRST, SECOND.replace("villages", "towns"), MOVED, THIRD, FOURTH])
    b = " ".join([FIRST, SECOND, THIRD.replace("this year", "1977"), MOVED, FOURTH])
    ops = shown(a, b)
    assert ("move", MOVED, MOVED) in ops
    assert [(old, new) for kind, old, new in ops if kind != "move"] == [
        ("towns", "villages"),
        ("this year", "1977"),
    ]


def test_a_word_that_begins_two_sentences_goes_with_the_moved_one() -> None:
    moved = "It was the villages that paid for the fight against poverty."
    a = " ".join([FIRST, moved, "It has made the report known everywhere.", THIRD, FOURTH])
    b = " ".join([FIRST, "It has made the report known nowhere.", THIRD, moved, FOURTH])
    assert shown(a, b) == [("replace", "everywhere", "nowhere"), ("move", moved, moved)]


def test_a_sentence_after_one_that_moved_too_is_a_move() -> None:
    both = ["Hand the funds and projects over to the organisations.", MOVED]
    a = " ".join([FIRST, both[0], SECOND, THIRD, both[1], FOURTH])
    b = " ".join([both[1], FIRST, SECOND, THIRD, FOURTH, both[0]])
    moves = {(old, new) for kind, old, new in shown(a, b)}
    assert moves == {(text, text) for text in both}


def test_a_short_sentence_edited_in_its_middle_is_a_move() -> None:
    a = " ".join([FIRST, 'The "firewall" function.', SECOND, THIRD, FOURTH])
    b = " ".join([FIRST, SECOND, THIRD, 'The "firewall" new function.', FOURTH])
    assert [kind for kind, _, _ in shown(a, b)] == ["move", "insert", "move"]


def test_the_first_word_of_a_sentence_stays_when_a_sentence_before_it_is_cut() -> None:
    a = f"{FIRST} {SECOND} Aerobic and resistance exercise boosts everything. {THIRD}"
    b = f"{FIRST} Aerobic fighting resistance exercise boosts everything. {THIRD}"
    assert shown(a, b) == [("delete", SECOND, ""), ("replace", "and", "fighting")]


def test_two_words_between_two_small_edits_stay() -> None:
    a = f"{FIRST} It offers ransomware protection and alerts on unusual activities. {THIRD}"
    b = f"{FIRST} It offers wifi features and alerts when last activities. {THIRD}"
    assert ("replace", "ransomware protection", "wifi features") in shown(a, b)


@pytest.mark.parametrize(
    ("a", "b"), [("比500 IPS", "比*** IPS"), ("在iPhone 11中", "在iPhone ××中")]
)
def test_a_space_beside_a_mask_stands_outside_of_it(a: str, b: str) -> None:
    [(kind, old, _)] = [
        (op.op, a[slice(*op.a)], b[slice(*op.b)])
        for op in diff(a, b).ops
        if op.op is not OpKind.EQUAL
    ]
    assert (kind, old) == (OpKind.MASK, old.strip())
