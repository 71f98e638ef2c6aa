"""Rows of a comparison: each side of them is each text, whatever the operations are."""

import json
import random
import time
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.compare import diff
from crawler.model import Op, OpKind
from crawler.web.redline import Row, excerpt, folded, rows

WORDS = st.lists(
    st.sampled_from(
        ["党的建设", "全面从严治党", "会议指出，", "不", "。", "\n", "\n\n", "***", "A b"]
    ),
    max_size=40,
).map("".join)


def joined(found: list[Row], side: str) -> str:
    """The text of one column, line ends left out."""
    return "".join(piece.text for row in found for line in getattr(row, side) for piece in line)


@settings(max_examples=150, deadline=None)
@given(WORDS, WORDS)
def test_each_column_is_its_text(a: str, b: str) -> None:
    found = rows(diff(a, b).ops, a, b)
    assert joined(found, "new") == b.replace("\n", "")
    assert sorted(joined(found, "old")) == sorted(a.replace("\n", ""))


def test_moves_stand_where_they_stood_and_where_they_stand() -> None:
    one, two = "第一段讲开头的事情很多很多。", "第二段讲中间的事情很多很多很多很多。"
    three = "第三段讲结尾的事情很多很多。"
    a = "\n".join((one, two, three))
    b = "\n".join((two, one, three))
    found = rows(diff(a, b).ops, a, b)
    marks = [piece for row in found for line in (*row.old, *row.new) for piece in line]
    away = [piece for piece in marks if piece.mark == "away"]
    here = [piece for piece in marks if piece.mark == "move"]
    assert len(away) == len(here) == 1
    assert away[0].text == here[0].text
    assert away[0].move == here[0].move


def test_rows_far_from_edits_are_folded() -> None:
    a = "\n".join(f"第{number}段文字。" for number in range(20))
    b = a.replace("第10段文字", "第10段新文字")
    shown = folded(rows(diff(a, b).ops, a, b))
    assert [getattr(item, "paragraphs", 1) for item in shown] == [9, 1, 1, 1, 8]


def test_excerpt_is_one_short_line() -> None:
    a, b = (
        "前文。" * 100 + "增长5.6%。" + "后文。" * 100,
        "前文。" * 100 + "增长5.2%。" + "后文。" * 100,
    )
    line = excerpt(diff(a, b).ops, a, b)
    shown = "".join(piece.text for piece in line)
    assert {"delete", "insert"} <= {piece.mark for piece in line}
    assert len(shown) < 80
    assert "\n" not in shown
    assert excerpt((), a, a) == ()


def test_a_long_text_with_many_edits_opens_within_a_second(changed: Callable[..., Any]) -> None:
    """20,000 characters, 300 edits, from the stored operations."""
    chance = random.Random(7)
    letters = [chr(0x4E00 + chance.randrange(5_000)) for _ in range(20_000)]
    for at in range(99, 20_000, 100):
        letters[at] = "\n"
    a = "".join(letters)
    places = sorted(chance.sample([at for at in range(20_000) if letters[at] != "\n"], 300))
    for at in places:
        letters[at] = "改"
    b, ops, at = "".join(letters), [], 0
    for place in places:
        if place > at:
            ops.append(Op(OpKind.EQUAL, (at, place), (at, place)))
        ops.append(Op(OpKind.REPLACE, (place, place + 1), (place, place + 1)))
        at = place + 1
    ops.append(Op(OpKind.EQUAL, (at, 20_000), (at, 20_000)))
    told = json.dumps([op.as_dict() for op in ops])
    text = "UPDATE texts SET text = ? WHERE id = (SELECT text_id FROM versions WHERE id = "
    shown = changed(
        ("UPDATE changes SET ops = ? WHERE id = 10", (told,)),
        (text + "(SELECT from_version_id FROM changes WHERE id = 10))", (a,)),
        (text + "(SELECT to_version_id FROM changes WHERE id = 10))", (b,)),
    )
    shown.page("/-/changes/3")
    began = time.process_time()
    page = shown.page("/-/changes/10")
    assert time.process_time() - began < 1
    assert page.count("<ins") > 290
