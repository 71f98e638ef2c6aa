"""Which paragraphs of a page a copy lacks: set phrases of other paragraphs do not fill a gap, and
what is quoted twice stands twice."""

import random
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.compare import align, shared_passages
from crawler.compare.markers import is_chinese
from crawler.model import Alignment, Relation

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


HAN = [chr(code) for code in range(0x4E00, 0x5600)]


def han(seed: int, size: int) -> str:
    return "".join(random.Random(seed).choices(HAN, k=size))


@given(st.permutations(range(6)), st.lists(st.integers(30, 190), min_size=6, max_size=6))
def test_paragraphs_in_any_order_are_all_there(order: list[int], sizes: list[int]) -> None:
    """One that changed places with its neighbour stands between runs of one passage, and was lost
    there."""
    lines = [han(number, size) + "。" for number, size in enumerate(sizes)]
    seed, page = "\n".join(lines), "\n".join(lines[number] for number in order)
    found = align(seed, page)
    assert found.missing_from_seed == found.missing_from_page == ()
    assert found.paragraphs_missing_from_seed == found.paragraphs_missing_from_page == ()
    assert (found.seed_coverage, found.page_coverage) == (1.0, 1.0)
    assert (found.relation, found.score) == (Relation.SAME, 0.0), "nothing was edited"


def test_a_paragraph_that_changed_places_and_was_edited_is_there() -> None:
    head, moved, next_one, tail = (han(number, 100) for number in range(4))
    seed = "\n".join([head, moved[:8] + "囧" + moved[9:], next_one, tail])
    page = "\n".join([head, next_one, moved, tail])
    found = align(seed, page)
    assert found.paragraphs_missing_from_seed == found.paragraphs_missing_from_page == ()
    assert found.missing_from_seed == found.missing_from_page == ()


def told(seed: list[str], page: list[str]) -> tuple[list[str], list[str]]:
    """The paragraphs that each lacks."""
    left, right = "\n".join(seed), "\n\n  ".join(page)
    found = align(left, right)
    assert found.as_dict()["paragraphs_missing_from_seed"] == [
        list(span) for span in found.paragraphs_missing_from_seed
    ]
    return (
        [right[slice(*span)] for span in found.paragraphs_missing_from_seed],
        [left[slice(*span)] for span in found.paragraphs_missing_from_page],
    )


def test_a_paragraph_of_a_few_characters_is_told_as_lacking() -> None:
    one, two, three = (han(number, 120) for number in range(3))
    page = [one, "一、总则", two, "1.", "——", "结语", three]
    assert told([one, two, "结语", three], page) == (["一、总则", "1."], [])
    assert told(page, [one, two, "结语", three]) == ([], ["一、总则", "1."])


def test_what_a_neighbour_has_of_it_holds_no_paragraph() -> None:
    """Items of a list that begin alike, a sentence that two paragraphs share."""
    one, two, shared = han(1, 120), han(2, 120), han(3, 90)
    page = [one, "- organic cotton", "- organic gauze", shared + han(4, 60), shared + han(5, 30)]
    seed = [one, "- organic gauze", shared + han(5, 30), two]
    assert told(seed, [*page, two]) == ([page[1], page[3]], [])


def test_a_paragraph_split_or_joined_lacks_nothing() -> None:
    one, two, three = (han(number, 120) for number in range(3))
    assert told([one + two, three], [one, two, three[:50], three[50:]]) == ([], [])
    assert told([one, two, three[:50], three[50:]], [one + two, three]) == ([], [])


def test_texts_without_a_passage_lack_every_paragraph() -> None:
    assert told(["甲乙丙丁", "戊己"], ["天地玄黄", "戊己"]) == (
        ["天地玄黄", "戊己"],
        ["甲乙丙丁", "戊己"],
    )
    assert told(["甲乙丙丁"], [""]) == ([], ["甲乙丙丁"])


@pytest.mark.parametrize(("kind", "bar"), [("whole", 0.98), ("heavily edited", 0.965)])
def test_the_bars_with_every_line_counted(
    generated: ModuleType, seeds: list[str], kind: str, bar: float
) -> None:
    """The seed copies as they are, headings and bylines of a few characters among their lines; of
    a line that stands twice nobody knows which of the two is gone."""
    right = total = 0
    for draw in range(25):
        rng = random.Random(draw)
        whole = [line for line in seeds[draw % 5].split("\n") if any(map(str.isalnum, line))]
        start = rng.randrange(max(1, len(whole) - 15))
        lines = [line[:300] for line in whole[start : start + 15] if whole.count(line) == 1]
        gone = {line for line in lines if rng.random() < 0.3}
        copy = "\n".join(line for line in lines if line not in gone)
        lang = "zh" if is_chinese(copy) else "en"
        other = seeds[4 if lang == "zh" else 3]
        copy = generated.Editor(copy, [other], lang, draw).altered(kind)
        page = "\n".join(lines)
        found = align(copy, page)
        lacking = {page[slice(*span)].strip() for span in found.paragraphs_missing_from_seed}
        right += sum((line.strip() in lacking) == (line in gone) for line in lines)
        total += len(lines)
    assert total > 250
    assert right >= bar * total


def test_one_sentence_over_and_over_in_both_texts() -> None:
    """Its words stand too often to be looked up; that limits hide something is said."""
    sentence = "这一句话说了又说，说过还要再说一遍，说到大家都记住为止。\n"
    found = align(sentence * 3_000, sentence * 2_900)
    assert found.coarse
    assert (found.seed_coverage, found.page_coverage) >= (0.96, 1.0)
    assert align(sentence * 3_000, sentence * 3_000).relation is Relation.SAME
    middle = sentence * 1_500 + "中间另有一句，别处没有。\n" + sentence * 1_500
    found = align(sentence * 3_000, middle)
    assert found.seed_coverage == 1.0
    assert len(found.paragraphs_missing_from_seed) == 1
