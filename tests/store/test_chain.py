"""The log's tree against a naive one, written straight from RFC 9162's definitions."""

from hashlib import sha256

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler import chain


def naive_root(leaves: list[str]) -> str:
    if not leaves:
        return sha256(b"").hexdigest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    both = bytes.fromhex(naive_root(leaves[:k])) + bytes.fromhex(naive_root(leaves[k:]))
    return sha256(b"\x01" + both).hexdigest()


def leaves_of(count: int) -> list[str]:
    return [chain.leaf_hash(f'{{"sequence":{n}}}') for n in range(count)]


def tree_of(leaves: list[str]) -> chain.Subtrees:
    edge = chain.Frontier()
    kept = [(leaf, edge.append(leaf)) for leaf in leaves]
    return kept.__getitem__


@given(st.integers(0, 70))
def test_root_and_stored_subtrees_are_the_naive_ones(size: int) -> None:
    leaves = leaves_of(size)
    subtrees = tree_of(leaves)
    assert chain.root(size, subtrees) == naive_root(leaves)
    for sequence in range(size):
        width = (sequence + 1) & -(sequence + 1)
        expected = naive_root(leaves[sequence + 1 - width : sequence + 1])
        assert subtrees(sequence) == (leaves[sequence], expected)


@given(st.integers(1, 70), st.data())
def test_inclusion_is_proved_and_nothing_else_is(size: int, data: st.DataObject) -> None:
    sequence = data.draw(st.integers(0, size - 1))
    leaves = leaves_of(size)
    proof = chain.inclusion_proof(sequence, size, tree_of(leaves))
    root = naive_root(leaves)
    assert chain.verify_inclusion(leaves[sequence], sequence, size, proof, root)
    wrong = chain.leaf_hash("another record")
    assert not chain.verify_inclusion(wrong, sequence, size, proof, root)
    assert not chain.verify_inclusion(leaves[sequence], sequence, size, [*proof, wrong], root)
    assert not chain.verify_inclusion(leaves[sequence], sequence, size, proof, wrong)
    assert not chain.verify_inclusion(leaves[sequence], size, size, proof, root)
    if proof:
        assert not chain.verify_inclusion(leaves[sequence], sequence, size, proof[1:], root)


@given(st.integers(0, 70), st.integers(0, 70))
def test_growth_is_proved_and_a_rewritten_past_is_not(one: int, other: int) -> None:
    first, second = sorted((one, other))
    leaves = leaves_of(second)
    old, new = naive_root(leaves[:first]), naive_root(leaves)
    proof = chain.consistency_proof(first, second, tree_of(leaves))
    assert chain.verify_consistency(first, second, old, new, proof)
    wrong = chain.leaf_hash("a rewritten record")
    assert not chain.verify_consistency(first, second, wrong, new, proof)
    assert not chain.verify_consistency(first, second, old, new, [*proof, wrong])
    if first > 0:
        assert not chain.verify_consistency(first, second, old, wrong, proof)
    if proof:
        assert not chain.verify_consistency(first, second, old, new, proof[:-1])


@pytest.mark.parametrize(
    "call", [lambda t: chain.inclusion_proof(3, 3, t), lambda t: chain.consistency_proof(4, 3, t)]
)
def test_a_proof_of_what_is_not_there_is_refused(call: object) -> None:
    with pytest.raises(ValueError, match="3"):
        call(tree_of(leaves_of(3)))  # type: ignore[operator]


def test_a_long_log_needs_few_readings() -> None:
    kept = tree_of(leaves_of(5000))
    read: list[int] = []

    def counted(sequence: int) -> tuple[str, str]:
        read.append(sequence)
        return kept(sequence)

    chain.inclusion_proof(1234, 5000, counted)
    assert len(read) <= 13 * 13


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.floats(0, 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner)
    ),
    max_leaves=20,
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), json_values))
def test_record_text_is_rfc_8785(record: dict[str, object]) -> None:
    assert chain.record_text(record) == rfc8785.dumps(record).decode()


@pytest.mark.parametrize(
    "record",
    [
        {"n": 2**53},
        {"n": float("nan")},
        {"t": "\ud800"},
        {1: "x"},
        {"x": {"\udfff": 1}},
        {"f": 0.5, "t": "\ud800"},
    ],
)
def test_what_i_json_cannot_hold_is_refused(record: dict[str, object]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        chain.record_text(record)


def test_leaf_hash_is_the_one_of_rfc_9162() -> None:
    assert chain.leaf_hash("") == sha256(b"\x00").hexdigest()
