"""Which paragraphs of a page a copy lacks: set phrases of other paragraphs do not fill a gap, and
what is quoted twice stands twice."""

import random
from types import ModuleType

import pytest

from crawler.compare import align, shared_passages
from crawler.model import Alignment

HEADS = {
    "prose": [
        ("The secretary of the Party Central Committee spoke first.", "He spoke for an hour."),
        ("Rivers rose in the south that week.", "The trains stood still until Sunday."),
        (
            "Nobody had asked for a vote.",
            "The secretary of the Party Central Committee called one.",
        ),
        ("It was carried by raised hands.", "They were counted once and then again."),
    ],
    "citations": [
        (f"{number}. {name}. Annals {number * 7}:{number + 3}.", "[ DOI ] [ PMC free ] [ Scholar ]")
        for number, name in enumerate(["Festa F", "Li S", "Wong A", "Starling S"], start=4)
    ],
}


@pytest.fixture
def lines(request: pytest.FixtureRequest) -> list[str]:
    """Paragraphs of more than 200 characters, made-up words in their middle, so that one that
    lacks ends a passage."""
    rng = random.Random(1)
    words = ["".join(rng.choices("abcdefghiklmnoprstuw", k=7)) for _ in range(160)]
    middles = [" ".join(words[at : at + 40]) for at in range(0, 160, 40)]
    heads = HEADS[getattr(request, "param", "prose")]
    return [f"{head} {text}. {tail}" for (head, tail), text in zip(heads, middles, strict=True)]


def lacks(found: Alignment, page: str, line: str) -> float:
    """The share of a line that stands in `missing_from_seed`."""
    low, high = page.index(line), page.index(line) + len(line)
    spans = ((max(low, start), min(high, end)) for start, end in found.missing_from_seed)
    return sum(max(0, end - start) for start, end in spans) / len(line)


@pytest.mark.parametrize("gone", range(4))
@pytest.mark.parametrize("lines", list(HEADS), indirect=True)
def test_a_paragraph_that_shares_set_phrases_is_missing_whole(lines: list[str], gone: int) -> None:
    page = "\n".join(lines)
    seed = "\n".join(line for line in lines if line != lines[gone])
    found = align(seed, page)
    assert lacks(found, page, lines[gone]) > 0.9
    assert all(lacks(found, page, line) == 0 for line in lines if line != lines[gone])


def test_the_set_phrase_is_a_shared_passage_all_the_same(lines: list[str]) -> None:
    page, seed = "\n".join(lines), "\n".join(lines[:2] + lines[3:])
    phrase = "secretary of the Party Central Committee"
    shared = [page[slice(*match.page)] for match in shared_passages(seed, page)]
    assert sum(text.count(phrase) for text in shared) == 2


@pytest.mark.parametrize(("old", "new"), [("", ""), ("spoke first", "was the first who spoke")])
def test_a_sentence_quoted_beside_the_article_stands_twice(
    lines: list[str], old: str, new: str
) -> None:
    quoted = lines[0].replace(old, new) if old else lines[0]
    page = "\n".join(lines) + f"\nThe paper wrote this: {quoted} That was all."
    found = align("\n".join(lines), page)
    places = [page[slice(*match.page)] for match in found.matches]
    assert len(places) == 2
    assert any(quoted in place and len(place) < len(quoted) + 20 for place in places)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("kind", "bar"), [("whole", 0.98), ("heavily edited", 0.965)])
def test_the_bars(
    generated: ModuleType, seeds: list[str], lang: str, kind: str, bar: float
) -> None:
    """A paragraph that the copy lacks is uncovered but for a tenth; one that it has is covered
    for the most part."""
    pool = generated.documents(seeds if lang == "zh" else seeds[:4], lang)
    right = total = 0
    for number in range(24):
        rng = random.Random(number)
        text = pool[number % len(pool)]
        lines = text.split("\n")
        gone = {at for at in range(len(lines)) if rng.random() < 0.3}
        copy = "\n".join(line for at, line in enumerate(lines) if at not in gone)
        if not copy or min(map(len, lines)) < 40:
            continue
        others = [other for other in pool if other is not text]
        copy = generated.Editor(copy, others, lang, number).altered(kind)
        page = "\n".join([others[0].split("\n")[0], text, others[1].split("\n")[0]])
        found = align(copy, page)
        shares = [lacks(found, page, line) for line in lines]
        right += sum(
            share >= 0.85 if at in gone else share < 0.5 for at, share in enumerate(shares)
        )
        total += len(lines)
    assert total > 60
    assert right >= bar * total


def test_a_paragraph_before_set_phrases_of_another_is_not_lost_with_them() -> None:
    """Paragraphs in another order: after the short one stand, in both texts, paragraphs that share
    set phrases and are copies of other ones."""
    rng = random.Random(6)

    def han(size: int) -> str:
        return "".join(rng.choices([chr(code) for code in range(0x4E00, 0x5600)], k=size))

    phrases = [han(15) for _ in range(6)]
    short, between = han(110), han(60)
    one, other = ("".join(han(35) + phrase for phrase in phrases) for _ in range(2))
    page = "。\n".join([short, between, one, other])
    copy = "。\n".join([one, between, short, other])
    found = align(copy, page)
    assert lacks(found, page, short) == 0
    assert found.missing_from_seed == found.missing_from_page == ()
