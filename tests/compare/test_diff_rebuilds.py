"""From the ops and the two texts everything is rebuilt, whatever the texts are."""

import json

from hypothesis import example, given, settings
from hypothesis import strategies as st

from crawler.compare import align, diff
from crawler.model import Diff, Op, OpKind
from crawler.text import fold

PIECES = st.text(
    alphabet=st.one_of(
        st.sampled_from(
            "中文党的，。：“”「」…—- .\n\t\u3000\u200b\u0301aébX1*×某□黨[]가\u11a8ᄀ\u1161ﾞか①㎡😀"
        ),
        st.characters(codec=None),
    ),
    max_size=30,
)
SENTENCES = st.lists(
    st.sampled_from(
        [
            "健全上下贯通、执行有力的组织体系。",
            "党的领导、管党治党各项工作要落到实处，\n",
            "It must be grasped at the grass roots. ",
            "***同志说：“好”！",
            "习近平同志说：“好”！",
            "\n\n",
            "第一，2024年6月27日 ",
        ]
    ),
    max_size=12,
).map("".join)


def check(a: str, b: str, found: Diff) -> None:
    """The contract of ops, op by op and character by character."""
    seen_a = [0] * len(a)
    at = 0
    for op in found.ops:
        assert op.b[0] == at
        at = op.b[1]
        for place in range(*op.a):
            seen_a[place] += 1
        check_op(op, a[slice(*op.a)], b[slice(*op.b)])
    assert at == len(b)
    assert seen_a == [1] * len(a)


def check_op(op: Op, old: str, new: str) -> None:
    assert old or new
    if old == new:
        assert op.op in (OpKind.EQUAL, OpKind.MOVE)
        assert not op.noise
        assert (op.move is not None) == (op.op is OpKind.MOVE)
        return
    assert op.op not in (OpKind.EQUAL, OpKind.MOVE)
    assert op.noise == (fold(old).text == fold(new).text)
    assert op.labels
    assert (op.op is OpKind.INSERT) == (not old)
    assert (op.op is OpKind.DELETE) == (not new)


@settings(max_examples=300)
@given(PIECES, PIECES)
@example("", "")
@example("", "中")
@example("e\u0301", "é")
@example("⒈党", "1.党")
def test_any_two_texts(a: str, b: str) -> None:
    check(a, b, diff(a, b))


@settings(max_examples=300)
@given(PIECES, PIECES, PIECES, PIECES, PIECES)
def test_texts_with_parts_in_common(a: str, b: str, c: str, d: str, e: str) -> None:
    old, new = a + b + c + d, b + e + a + d
    check(old, new, diff(old, new))


@settings(max_examples=300)
@given(SENTENCES, SENTENCES)
def test_texts_of_sentences_moved_cut_and_masked(a: str, b: str) -> None:
    found = diff(a, b)
    check(a, b, found)
    assert json.loads(json.dumps(found.as_dict()))["score"] == found.score
    counted = sum(op.a[1] - op.a[0] for op in found.ops if op.op is OpKind.MOVE)
    assert found.moved == counted


@given(PIECES)
def test_a_text_and_itself(a: str) -> None:
    found = diff(a, a)
    assert found.score == 0
    assert found.labels == ()
    assert all(op.op is OpKind.EQUAL for op in found.ops)


@given(PIECES)
def test_a_text_and_its_fold_differ_in_noise_alone(a: str) -> None:
    found = diff(a, fold(a).text)
    assert found.score == 0
    assert all(op.noise or op.op is OpKind.EQUAL for op in found.ops)


@settings(max_examples=150)
@given(SENTENCES, SENTENCES)
def test_passages_are_equal_where_they_say_so(a: str, b: str) -> None:
    for match in align(a, b, min_chars=12).matches:
        at_a, at_b = match.seed[0], match.page[0]
        for op in match.ops:
            assert (op.a[0], op.b[0]) == (at_a, at_b)
            at_a, at_b = op.a[1], op.b[1]
            check_op(op, a[slice(*op.a)], b[slice(*op.b)])
        assert (at_a, at_b) == (match.seed[1], match.page[1])
