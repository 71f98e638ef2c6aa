"""Rows of a comparison: each side of them is each text, whatever the operations are."""

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.compare import diff
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
