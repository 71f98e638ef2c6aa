"""What is written to stdout: JSON for scripts, lines and tables for people."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

# What a terminal would obey instead of show (C0, C1, DEL), and what turns the order of letters
# round or hides them; a page's author must not be able to write to the reader's terminal.
_HIDDEN: dict[int, str] = {
    **{code: chr(0x2400 + code) for code in range(0x20) if code not in (0x09, 0x0A)},
    0x7F: "\u2421",
    **{code: f"<{code:02X}>" for code in range(0x80, 0xA0)},
    **{code: f"<U+{code:04X}>" for code in (0x061C, 0x200E, 0x200F, 0xFEFF)},
    **{code: f"<U+{code:04X}>" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))},
    **{code: f"<U+{code:04X}>" for code in (0x2028, 0x2029)},
}


def visible(text: str) -> str:
    """The text with control characters and overrides of direction made visible."""
    return text.translate(_HIDDEN)


def write_json(value: Any) -> None:
    """One JSON value on a line of stdout: UTF-8, not escaped, whatever the locale says."""
    line = json.dumps(value, ensure_ascii=False, allow_nan=False)
    # A lone surrogate is not UTF-8; its JSON escape is what backslashreplace writes.
    stdout = sys.stdout.buffer
    stdout.write(line.encode("utf-8", "backslashreplace") + b"\n")
    stdout.flush()


def write_lines(values: Iterable[Mapping[str, Any]]) -> int:
    """JSON Lines on stdout, each as soon as it is known; returns how many."""
    count = 0
    for value in values:
        write_json(value)
        count += 1
    return count


def say(text: str = "", *, err: bool = False, **style: Any) -> None:
    """One line for a person; control characters in it are made visible."""
    click.echo(click.style(visible(text), **style) if style else visible(text), err=err)


def width(text: str) -> int:
    """Columns that a terminal takes for the text: two for a wide character, none for a mark."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def shorten(text: str, columns: int) -> str:
    """The text on one line in at most so many columns, with an ellipsis where it was cut."""
    flat = " ".join(visible(text).split())
    if width(flat) <= columns:
        return flat
    kept, used = [], 1
    for char in flat:
        used += width(char)
        if used > columns:
            break
        kept.append(char)
    return "".join(kept) + "…"


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> None:
    """Aligned columns with a bold head; columns in `right` are aligned to the right."""
    shown = [[visible(cell) for cell in row] for row in rows]
    columns = list(zip(*([list(head), *shown]), strict=True))
    widths = [max(width(cell) for cell in column) for column in columns]

    def line(cells: Sequence[str]) -> str:
        padded = [
            " " * (widths[at] - width(cell)) + cell
            if at in right
            else cell + " " * (widths[at] - width(cell))
            for at, cell in enumerate(cells)
        ]
        return "  ".join(padded).rstrip()

    click.secho(line(head), bold=True)
    for row in shown:
        click.echo(line(row))


def plural(count: int, one: str, many: str | None = None) -> str:
    """`1 page`, `2 pages`, `1,200 pages`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def size(count_bytes: int) -> str:
    """A number of bytes for a person, in powers of 1000."""
    value = float(count_bytes)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"


def head_line(head: Mapping[str, Any]) -> str:
    """The log's head for a person: what to write down, and to compare later."""
    return f"{head['root']} of {plural(head['size'], 'record')}"
