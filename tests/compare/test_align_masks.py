"""Names, places and numbers of the seed copies masked in every style: each mask is recognised
against the original, and nothing else is called one."""

import random
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.compare import align
from crawler.model import OpKind, Relation

STYLES = ("***", "×", "××", "XX", "XXX", "某", "某某", "□", "□□", "[…]", "[...]")
NAMES = re.compile(
    r"习近平|毛泽东|邓小平|胡锦涛|奥巴马|马克思|列宁|北京|辽宁|沈阳|中国|美国|武汉|县政府|"
    r"(?<![\d.])\d{2,4}(?![\d.])|[一二三四五六七八九十]{2,3}"
)
HAN = r"[\u4e00-\u9fff,。、]"
#: with these 某 is a word of its own (某人, 某日), or the mask could be one of Latin text
UNSURE = re.compile(r"[些种个一人事物处年月日次项类天方]")


def masked(text: str, draw: random.Random) -> tuple[str, dict[tuple[int, int], str]]:
    """The text with some of its names and numbers masked, and where they stand in it."""
    out, at, hidden = [], 0, {}
    for found in NAMES.finditer(text):
        start, end = found.span()
        inside = re.match(HAN, text[start - 1 : start]) and re.match(HAN, text[end : end + 1])
        if not inside or start - at < 12 or draw.random() > 0.4:
            continue
        styles = [style for style in STYLES if "某" not in style or not UNSURE.match(text, end)]
        out += [text[at:start], draw.choice(styles)]
        hidden[start, end] = found[0]
        at = end
    return "".join([*out, text[at:]]), hidden


@pytest.mark.parametrize("number", [0, 1, 4])
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(choice=st.integers(0, 10**9))
def test_every_mask_is_recognised(seeds: list[str], number: int, choice: int) -> None:
    page = seeds[number]
    copy, hidden = masked(page, random.Random(choice))
    found = align(copy, page)
    masks = {
        op.b: page[slice(*op.b)]
        for match in found.matches
        for op in match.ops
        if op.op in (OpKind.MASK, OpKind.UNMASK)
    }
    assert masks == hidden
    assert found.relation in (Relation.SAME, Relation.REPRINT)
    assert (found.seed_coverage, found.page_coverage) == (1.0, 1.0)
    for spans, text in (
        ([match.seed for match in found.matches], copy),
        ([match.page for match in found.matches], page),
    ):
        assert min(start for start, _ in spans) == 0
        assert max(end for _, end in spans) == len(text.rstrip())
