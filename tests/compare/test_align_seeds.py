"""The five seed copies against pages that carry them whole, in part, edited, masked, reordered,
re-wrapped, folded and unfolded."""

import random
import re

import pytest

from crawler.compare import align, shared_passages
from crawler.model import Alignment, OpKind, Relation
from crawler.text import fold

SEEDS = range(5)
HEAD = "首页 > 理论 > 正文 分享到 微信 微博\n发布时间 2026年11月2日 字号 大 中 小\n"
FOOT = "\n上一篇 关于我们 联系方式 版权所有\nCopyright reserved, all pages of this site"
WIDE = str.maketrans(",:;?!()", "，：；？！（）")


def edited(text: str, every: int = 300) -> str:
    """The text with a character of every so many replaced inside a word."""
    letters = list(text)
    for at in range(every, len(letters), every):
        if letters[at].isalpha():
            letters[at] = "囧" if ord(letters[at]) > 0x2E80 else "q"
    return "".join(letters)


def wrapped(text: str) -> str:
    """Other line breaks: at spaces, and between Chinese characters."""
    out: list[str] = []
    column = 0
    for char in text:
        han = "\u4e00" <= char <= "\u9fff" and bool(out) and "\u4e00" <= out[-1] <= "\u9fff"
        if column > 60 and (char == " " or han):
            out.append("\n")
            column = 0
            char = "" if char == " " else char
        out.append(char)
        column = 0 if char == "\n" else column + 1
    return "".join(out)


def unfolded(text: str) -> str:
    """The full-width marks that Chinese lines have on the page."""
    return "\n".join(
        line.translate(WIDE)
        if len(re.findall(r"[\u4e00-\u9fff]", line)) > 0.8 * len(re.findall(r"\w", line))
        else line
        for line in text.split("\n")
    )


def sound(found: Alignment, seed: str, page: str) -> None:
    """What every alignment keeps to."""
    for match in found.matches:
        for op in match.ops:
            same = seed[slice(*op.a)] == page[slice(*op.b)]
            assert same == (op.op is OpKind.EQUAL)
        assert match.ops[0].op is OpKind.EQUAL or match.ops[0].noise or match.ops[0].labels
    for start, end in found.missing_from_seed:
        assert len(fold(page[start:end]).text) >= 12
    assert not found.coarse


@pytest.mark.parametrize("number", SEEDS)
def test_whole_between_head_and_foot(seeds: list[str], number: int) -> None:
    seed = seeds[number]
    page = HEAD + seed + FOOT
    found = align(seed, page)
    sound(found, seed, page)
    assert found.seed_coverage == 1.0
    assert found.relation is Relation.SAME if found.page_coverage >= 0.95 else Relation.REPRINT
    assert found.missing_from_page == ()
    assert found.score == 0


@pytest.mark.parametrize("number", SEEDS)
def test_unfolded_and_rewrapped(seeds: list[str], number: int) -> None:
    seed = seeds[number]
    page = wrapped(unfolded(seed)).replace("\n", "\n\u3000\u3000")
    found = align(seed, page)
    sound(found, seed, page)
    assert found.seed_coverage >= 0.995
    assert align(fold(seed).text, seed).seed_coverage >= 0.995


@pytest.mark.parametrize("number", SEEDS)
def test_a_part_is_quoted(seeds: list[str], number: int) -> None:
    seed = seeds[number]
    start = seed.index(" " if number < 4 else "。", len(seed) // 3) + 1
    part = seed[start : seed.index(" " if number < 4 else "。", start + 1500)]
    page = HEAD + part + FOOT
    found = align(seed, page)
    sound(found, seed, page)
    best = max(found.matches, key=lambda match: match.seed[1] - match.seed[0])
    assert seed[slice(*best.seed)] == page[slice(*best.page)] == part.strip()
    assert found.relation is Relation.QUOTED_BY
    assert found.page_coverage > 0.8


@pytest.mark.parametrize("number", SEEDS)
def test_edited(seeds: list[str], number: int) -> None:
    seed = seeds[number]
    page = HEAD + edited(seed) + FOOT
    found = align(seed, page)
    sound(found, seed, page)
    assert found.relation is Relation.REPRINT
    assert found.seed_coverage >= 0.97
    assert found.score > 0
    lost = [end - start for start, end in found.missing_from_page]
    assert max(lost, default=0) < 30, "no more than the words that were edited"


@pytest.mark.parametrize("number", SEEDS)
def test_reordered(seeds: list[str], number: int) -> None:
    lines = [line for line in seeds[number].split("\n") if len(line) > 60]
    middle = len(lines) // 2
    page = "\n".join(lines[middle:] + lines[:middle])
    seed = "\n".join(lines)
    found = align(seed, page)
    sound(found, seed, page)
    assert found.seed_coverage >= 0.99
    assert found.page_coverage >= 0.99


def test_masked_names_are_covered(seeds: list[str]) -> None:
    page = seeds[4].replace("***", "习近平")
    found = align(seeds[4], page)
    sound(found, seeds[4], page)
    unmasked = {op for match in found.matches for op in match.ops if op.op is OpKind.UNMASK}
    assert {page[slice(*op.b)] for op in unmasked} == {"习近平"}
    assert len(unmasked) == seeds[4].count("***")
    assert found.seed_coverage >= 0.999


def test_lost_paragraphs_are_missing_from_the_seed_not_changed(seeds: list[str]) -> None:
    """Seed 000 lost most of its Chinese paragraphs; the page still has them."""
    lost = "这一段在原文里有，而在副本里没有，说的是伪忠诚的种种表现及其危害。"
    page = seeds[0].replace("\n\n\n\n  三、", f"\n\n{lost}\n\n  三、")
    assert lost in page
    found = align(seeds[0], page)
    assert [page[slice(*span)].strip() for span in found.missing_from_seed] == [lost]
    assert found.missing_from_page == ()
    assert found.seed_coverage == 1.0


def test_the_article_inside_the_post(seeds: list[str], article: str) -> None:
    """Seed 001 carries an article whose sentences its author quotes once more before it."""
    found = align(article, seeds[1])
    assert found.seed_coverage == 1.0
    assert found.relation is Relation.QUOTES
    twice = [match for match in found.matches if match.page[1] < seeds[1].index(article)]
    quoted = [article[slice(*match.seed)] for match in twice]
    assert any(
        "全党必须永葆赶考的清醒和坚定,以健全全面从严治党体系为有效途径" in text for text in quoted
    )


def test_a_passage_quoted_twice_is_found_twice(article: str) -> None:
    passage = article.split("\n")[2][:80]
    page = f"甲报说：{passage}。又过了许多天，乙报也说：{passage}，完了。"
    found = align(article, page)
    places = [page[slice(*match.page)] for match in found.matches]
    assert [place.count(passage) for place in places] == [1, 1]


def test_ends_are_exact_to_the_character(article: str) -> None:
    rng = random.Random(4)
    for _ in range(30):
        size = rng.randrange(30, 90)
        start = rng.randrange(0, len(article) - size)
        quotation = article[start : start + size].strip()
        if "\n" in quotation or article.count(quotation) > 1 or len(quotation) < 30:
            continue
        page = f"甲乙丙丁戊{quotation}己庚辛壬癸"
        [match] = shared_passages(article, page)
        assert article[slice(*match.seed)] == quotation


def test_an_edit_near_the_end_does_not_end_it(article: str) -> None:
    sentence = article.split("\n")[3].split("。")[1]
    changed = sentence[:-8] + "囧" + sentence[-7:]
    [match] = shared_passages(article, f"甲乙丙丁戊{changed}己庚辛壬癸")
    assert article[slice(*match.seed)] == sentence


def test_traditional_script_is_found(article: str) -> None:
    pairs = {"党": "黨", "领": "領", "导": "導", "严": "嚴", "个": "個", "体": "體", "对": "對"}
    page = article.translate(str.maketrans(pairs))
    found = align(article, page)
    assert len(found.matches) == 1
    labels = {str(label) for op in found.matches[0].ops for label in op.labels}
    assert labels == {"script"}
    assert found.missing_from_page == ()


@pytest.mark.parametrize(
    ("seed", "page", "declared", "relation"),
    [
        (1.0, 1.0, False, Relation.SAME),
        (0.9, 0.9, False, Relation.REPRINT),
        (0.9, 0.2, False, Relation.QUOTES),
        (0.2, 0.9, False, Relation.QUOTED_BY),
        (0.2, 0.2, False, Relation.OVERLAP),
        (0.2, 0.2, True, Relation.QUOTED_BY),
    ],
)
def test_relations(seed: float, page: float, declared: bool, relation: Relation) -> None:
    shared = "".join(chr(0x4E00 + 7 * place) for place in range(400))
    own = "".join(chr(0x20000 + 3 * place) for place in range(int(400 / seed) - 400))
    others = "".join(chr(0x24000 + 3 * place) for place in range(int(400 / page) - 400))
    found = align(shared + own, others + shared, declared=declared)
    assert found.seed_coverage == pytest.approx(seed, abs=0.01)
    assert found.page_coverage == pytest.approx(page, abs=0.01)
    assert found.relation is relation


def test_min_chars() -> None:
    one = "坚持和加强党的全面领导，是最根本的保证"
    assert shared_passages(f"甲{one}乙", f"丙{one}丁") == ()
    assert len(shared_passages(f"甲{one}乙", f"丙{one}丁", min_chars=12)) == 1


def test_nothing_shared_and_nothing_there() -> None:
    assert align("", "").matches == ()
    found = align("甲乙丙丁", "abcd")
    assert (found.matches, found.seed_coverage, found.relation) == ((), 0.0, Relation.OVERLAP)
    assert found.missing_from_page == ()
