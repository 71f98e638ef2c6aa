"""A diff as a person reads it: every word in its place, every mark readable without colour."""

import re
import subprocess
import sys
from html import unescape

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.cli.operands import Operand
from crawler.cli.redline import Paragraph, abridge, excerpts, paragraphs, pieces_of
from crawler.cli.redline_html import page
from crawler.cli.redline_text import field_lines, redline
from crawler.model import Diff, FieldChange, Label, Op, OpKind

Script = list[tuple[OpKind, str, str]]

words = st.text("党的建设abc \n。", min_size=1, max_size=8)
scripts = st.lists(
    st.one_of(
        st.tuples(st.just(OpKind.EQUAL), words, st.just("")),
        st.tuples(st.just(OpKind.INSERT), st.just(""), words),
        st.tuples(st.just(OpKind.DELETE), words, st.just("")),
        st.tuples(st.just(OpKind.REPLACE), words, words),
        st.tuples(st.just(OpKind.MASK), words, words),
    ),
    max_size=12,
)


def built(script: Script) -> tuple[str, str, tuple[Op, ...]]:
    """Two texts and the ops between them."""
    a = b = ""
    ops = []
    for kind, old, new in script:
        new = old if kind is OpKind.EQUAL else new
        spans = (len(a), len(a) + len(old)), (len(b), len(b) + len(new))
        ops.append(Op(kind, *spans))
        a, b = a + old, b + new
    return a, b, tuple(ops)


def lines(script: Script, **options: bool) -> list[str]:
    """The redline of a script without colour."""
    a, b, ops = built(script)
    return [click.unstyle(line) for line in redline(ops, a, b, **options)]


@given(scripts)
def test_no_character_of_either_text_is_lost(script: Script) -> None:
    a, b, ops = built(script)
    pieces = list(pieces_of(ops, a, b))
    assert b == "".join(
        piece.after if piece.mark == "mask" else piece.text
        for piece in pieces
        if piece.mark != "delete"
    )
    assert a == "".join(piece.text for piece in pieces if piece.mark != "insert")


@given(scripts)
def test_cutting_into_paragraphs_keeps_every_word(script: Script) -> None:
    a, b, ops = built(script)

    def words_of(texts: list[str]) -> str:
        return re.sub(r"[\n¶]", "", "".join(texts))

    pieces = list(pieces_of(ops, a, b))
    cut = [piece for paragraph in paragraphs(pieces) for piece in paragraph.pieces]
    for mark in ("equal", "insert", "delete", "mask"):
        before = [piece.text for piece in pieces if piece.mark == mark]
        after = [piece.text for piece in cut if piece.mark == mark]
        assert words_of(before) == words_of(after)


def test_marks_are_read_without_colour() -> None:
    script: Script = [
        (OpKind.EQUAL, "增长", ""),
        (OpKind.REPLACE, "5.6", "5.2"),
        (OpKind.EQUAL, "%\n", ""),
        (OpKind.MASK, "朱镕基", "***"),
        (OpKind.EQUAL, "出任\n没有变\n也没有变\n", ""),
        (OpKind.INSERT, "", "新的一段\n"),
        (OpKind.DELETE, "旧的一段\n", ""),
    ]
    assert lines(script) == [
        "增长[-5.6-]{+5.2+}%",
        "[朱镕基 »masked» ***]出任",
        "   … 2 paragraphs unchanged …",
        "{+新的一段+}",
        "[-旧的一段-]",
    ]
    assert lines(script, whole=True)[2:4] == ["没有变", "也没有变"]


def test_a_merged_and_a_split_paragraph_show_a_pilcrow() -> None:
    merged: Script = [(OpKind.EQUAL, "一", ""), (OpKind.DELETE, "\n", ""), (OpKind.EQUAL, "二", "")]
    split: Script = [(OpKind.EQUAL, "一", ""), (OpKind.INSERT, "", "\n"), (OpKind.EQUAL, "二", "")]
    assert lines(merged) == ["一[-¶-]二"]
    assert lines(split, whole=True) == ["一{+¶+}", "二"]


def test_a_replacement_over_several_lines_stands_line_beside_line() -> None:
    assert lines([(OpKind.REPLACE, "一\n二", "三\n四")]) == ["[-一-]{+三+}", "[-二-]{+四+}"]


def test_a_move_carries_its_number() -> None:
    ops = (
        Op(OpKind.MOVE, (2, 4), (0, 2), (Label.MOVED,), move=1),
        Op(OpKind.EQUAL, (0, 2), (2, 4)),
    )
    assert [click.unstyle(line) for line in redline(ops, "甲乙丙丁", "丙丁甲乙")] == [
        "{1>丙丁>1}甲乙"
    ]


def test_what_differs_in_form_alone_is_not_marked() -> None:
    ops = (Op(OpKind.REPLACE, (0, 1), (0, 1), (Label.WIDTH,), noise=True),)
    assert [click.unstyle(line) for line in redline(ops, ",", "，", whole=True)] == ["，"]


def test_a_long_unchanged_run_inside_a_paragraph_is_abridged() -> None:
    script: Script = [(OpKind.EQUAL, "长" * 500, ""), (OpKind.INSERT, "", "新")]
    (line,) = lines(script)
    assert line == "…" + "长" * 60 + "{+新+}"


@given(scripts)
def test_excerpts_hold_every_changed_paragraph_and_count_the_others(script: Script) -> None:
    a, b, ops = built(script)
    found = paragraphs(pieces_of(ops, a, b))
    shown = list(excerpts(found))
    kept = [item for item in shown if isinstance(item, Paragraph)]
    assert kept == [paragraph for paragraph in found if paragraph.changed]
    assert len(kept) + sum(item for item in shown if isinstance(item, int)) == len(found)


@given(st.text(max_size=200), st.integers(1, 50))
def test_an_abridged_text_is_no_longer_than_asked(text: str, keep: int) -> None:
    assert len(abridge(text, keep)) <= max(len(text), keep * 2 + 3)


def test_fields_in_words() -> None:
    changes = [
        FieldChange("title", "旧", "新"),
        FieldChange("editor", None, "李四"),
        FieldChange("images", ("a.jpg", "b.jpg"), ("b.jpg", "c.jpg")),
    ]
    assert [click.unstyle(line) for line in field_lines(changes)] == [
        "title: [-旧-] {+新+}",
        "editor: {+李四+}",
        "images: [-a.jpg-]",
        "images: {+c.jpg+}",
    ]


@pytest.fixture
def hostile() -> tuple[Operand, Operand, Diff]:
    """Texts whose author wants to run a script in the reader's browser."""
    a, b, ops = built(
        [
            (OpKind.EQUAL, "<script>alert(1)</script>\n", ""),
            (OpKind.REPLACE, '"><img onerror=x>', "\u202e</ins><b>"),
        ]
    )
    fields = (FieldChange("title", "<i>", "javascript:alert(1)"),)
    found = Diff(len(a), len(b), ops, fields, 1, 1, 0, 0, (Label.WORDING,), 0.5)
    return Operand(1, a, "<a>&"), Operand(2, b, "'b'"), found


def test_the_html_page_shows_hostile_text_as_text(hostile: tuple[Operand, Operand, Diff]) -> None:
    html = page(*hostile)
    assert "<script" not in html
    assert "<img" not in html
    assert "<b>&" not in html
    assert "\u202e" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "default-src 'none'" in html
    body = html.split("<main")[1]
    marked = unescape(re.sub(r"</?(p|del|ins|main|html)[^>]*>", "", body))
    assert '"><img onerror=x>' in marked
    assert "U+202E" in marked


def test_the_html_page_holds_the_whole_text(hostile: tuple[Operand, Operand, Diff]) -> None:
    html = page(*hostile)
    whole = unescape(re.sub(r"<[^>]*>", "", html.partition("<main")[2]))
    assert "<script>alert(1)</script>" in whole
    assert '"><img onerror=x>' in whole
    assert "</ins><b>" in whole
    for told in (
        "0.50",
        "1 characters put in, 1 taken out",
        "wording",
        "<i>",
        "javascript:alert(1)",
        "<a>&",
        "'b'",
    ):
        assert told in whole


def test_the_html_page_is_drawn_as_the_pages_of_browse_without_datasette(
    hostile: tuple[Operand, Operand, Diff],
) -> None:
    html = page(*hostile)
    for one in ('class="redline two"', 'class="legend"', 'class="row changed"'):
        assert one in html
    code = (
        "import sys; sys.modules['datasette'] = None; "
        "import crawler.cli.redline_html, crawler.web.standing"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
