"""What is written: JSON as it is promised, tables that stand under Chinese, no hidden commands."""

import json

import click
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from crawler.cli.output import (
    plural,
    say,
    shorten,
    size,
    table,
    visible,
    width,
    write_json,
    write_lines,
)


def printed(function, *args: object, **kwargs: object) -> bytes:
    """The bytes that a call writes to stdout."""

    @click.command()
    def command() -> None:
        function(*args, **kwargs)

    result = CliRunner().invoke(command, [])
    assert result.exception is None, result.exception
    return result.stdout_bytes


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(json_values)
def test_json_is_one_line_of_utf8_that_reads_back(value: object) -> None:
    line = printed(write_json, value)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert json.loads(line.decode("utf-8")) == value


def test_json_is_not_escaped() -> None:
    assert printed(write_json, {"t": "党"}) == '{"t": "党"}\n'.encode()


def test_json_lines() -> None:
    assert printed(write_lines, iter([{"a": 1}, {"a": 2}])) == b'{"a": 1}\n{"a": 2}\n'


@given(st.text(st.characters(exclude_characters="\n\t")))
def test_nothing_that_a_terminal_obeys_is_printed(text: str) -> None:
    shown = visible(text)
    assert not any(ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0 for char in shown)
    assert not set(shown) & set("\u202a\u202e\u2066\u2069\u200e\u061c\u2028")


def test_an_escape_sequence_of_a_page_is_shown_and_not_obeyed() -> None:
    assert printed(say, "\x1b]0;gotcha\x07党\u202e") == "␛]0;gotcha␇党<U+202E>\n".encode()


def test_columns_stand_under_each_other_beside_wide_characters() -> None:
    out = printed(table, ("name", "n"), [("求是", "1"), ("blog", "20")], right=(1,)).decode()
    assert [width(line) for line in out.splitlines()] == [8, 8, 8]


@given(st.text(), st.integers(1, 60))
def test_a_shortened_text_fits(text: str, columns: int) -> None:
    short = shorten(text, columns)
    assert width(short) <= max(columns, 1)
    assert "\n" not in short


def test_numbers_for_people() -> None:
    assert plural(1, "page") == "1 page"
    assert plural(1200, "page") == "1,200 pages"
    assert plural(2, "seed copy", "seed copies") == "2 seed copies"
    assert [size(n) for n in (0, 999, 1500, 2_500_000, 3 * 10**12)] == [
        "0 B", "999 B", "1.5 kB", "2.5 MB", "3.0 TB",
    ]  # fmt: skip
