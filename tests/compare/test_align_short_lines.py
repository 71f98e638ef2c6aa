"""Paragraphs too short to be a passage: a byline, a heading, a verse. What both texts have is not
missing, what one of them lost is."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.compare import align
from crawler.model import Alignment

HAN = [chr(code) for code in range(0x4E00, 0x5600)]
BYLINE = "新华社北京一月一日电记者王某某李某某"
HEADING = "从南极到罗布泊的一百二十天"


def han(seed: int, size: int) -> str:
    return "".join(random.Random(seed).choices(HAN, k=size))


ONE, TWO, THREE = (han(number, 240) for number in range(3))


def lacking(found: Alignment, seed: str, page: str) -> tuple[list[str], list[str]]:
    """What the seed lacks of the page, and the page of the seed, without borders of lines."""
    return (
        [page[slice(*span)].strip() for span in found.missing_from_seed],
        [seed[slice(*span)].strip() for span in found.missing_from_page],
    )


def told(seed: list[str], page: list[str]) -> tuple[list[str], list[str]]:
    left, right = "\n".join(seed), "\n".join(page)
    return lacking(align(left, right), left, right)


def test_a_line_among_paragraphs_that_the_copy_lacks_is_not_missing() -> None:
    """What was put in before and after it is longer than the gap that a passage bridges."""
    page = [ONE, han(7, 260), BYLINE, han(8, 260), TWO]
    assert told([ONE, BYLINE, TWO], page) == ([page[1], page[3]], [])


def test_a_line_that_was_edited_is_found_between_its_neighbours() -> None:
    edited = BYLINE.replace("一月一日", "一月二日")
    lost, gone = told([ONE, edited, TWO], [ONE, han(7, 260), BYLINE, han(8, 260), TWO])
    assert (lost, gone) == ([han(7, 260), han(8, 260)], [])


def test_a_line_in_another_place_is_present_as_a_whole() -> None:
    assert told([BYLINE, ONE, TWO], [ONE, han(7, 260), TWO, BYLINE]) == ([han(7, 260)], [])


def test_a_line_like_it_in_another_place_is_another_line() -> None:
    edited = BYLINE.replace("一月一日", "七月九日")
    lost, gone = told([BYLINE, ONE, TWO], [ONE, TWO, edited])
    assert (lost, gone) == ([edited], [BYLINE])


def test_a_line_that_lost_one_of_its_two_places_lacks_there() -> None:
    page = [ONE, BYLINE, han(7, 260), TWO, han(8, 260), BYLINE, THREE]
    assert told([ONE, TWO, BYLINE, THREE], page) == (
        [f"{BYLINE}\n{han(7, 260)}", han(8, 260)],
        [],
    )


def test_a_longer_line_edited_in_another_place_is_the_same_line() -> None:
    line = "因为陈校长，民族中学的一大批学生改变了命运的轨迹"
    edited = line.replace("一大批", "许多")
    assert told([edited, ONE, TWO], [ONE, TWO, line]) == ([], [])
    twins = [line.replace("陈", name) for name in "张李"]
    lost, gone = told([edited, ONE, TWO], [ONE, TWO, *twins])
    assert (lost, gone) == (["\n".join(twins)], [edited]), "which of two is not known"


@pytest.mark.parametrize(
    ("old", "new"),
    [("RAPID DEPLOYMENT FORCES", "RAPID *** FORCES"), ("Some final thoughts", "Some final XX")],
)
def test_a_latin_heading_is_compared_letter_by_letter(old: str, new: str) -> None:
    page = [ONE, han(7, 260), old, han(8, 260), TWO]
    left, right = "\n".join([ONE, new, TWO]), "\n".join(page)
    found = align(left, right)
    lacking = [right[slice(*span)] for span in found.paragraphs_missing_from_seed]
    assert lacking == [page[1], page[3]]
    assert found.paragraphs_missing_from_page == ()


def test_a_part_of_a_line_is_no_line() -> None:
    longer = BYLINE + HEADING
    assert told([BYLINE, ONE, TWO], [ONE, TWO, longer]) == ([longer], [BYLINE])


def test_texts_that_share_no_passage_lack_all_of_each_other() -> None:
    seed, page = [ONE, BYLINE], [TWO, BYLINE]
    found = align("\n".join(seed), "\n".join(page))
    assert found.matches == ()
    assert found.seed_coverage == 0
    assert told(seed, page) == (["\n".join(page)], ["\n".join(seed)])


def test_a_short_line_is_no_passage_and_counts_in_no_share() -> None:
    found = align("\n".join([ONE, BYLINE]), "\n".join([BYLINE, han(7, 260), ONE]))
    assert len(found.matches) == 1
    assert found.seed_coverage == pytest.approx(240 / 258, abs=0.005)
    assert found.missing_from_page == ()


@given(
    st.lists(st.tuples(st.integers(12, 29), st.booleans()), min_size=1, max_size=6),
    st.integers(1_000, 1_000_000),
)
def test_each_short_line_is_told_right(lines: list[tuple[int, bool]], drawn: int) -> None:
    """Short lines, each after a long paragraph that only the page has; some of them are in the
    copy too."""
    seed, page = [ONE], [ONE]
    kept, lost = [], []
    for number, (size, stays) in enumerate(lines):
        line = han(drawn + number, size)
        page += [han(100 + number, 230), line]
        if stays:
            seed.append(line)
        (kept if stays else lost).append(line)
    left, right = "\n".join([*seed, TWO]), "\n".join([*page, TWO])
    missing, gone = lacking(align(left, right), left, right)
    assert gone == []
    assert all(not any(line in run for run in missing) for line in kept)
    assert all(any(line in run for run in missing) for line in lost)
