"""On which line each key of a TOML file stands; the standard library's reader does not say."""

import re

Path = tuple[str | int, ...]

_HEADER = re.compile(r"[ \t]*(\[\[|\[)[ \t]*([^\[\]#]+?)[ \t]*\]\]?")
_KEY = re.compile(
    r"""[ \t]*((?:[\w-]+|"[^"\n]*"|'[^'\n]*')"""
    r"""(?:[ \t]*\.[ \t]*(?:[\w-]+|"[^"\n]*"|'[^'\n]*'))*)[ \t]*="""
)
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")
# What a value is made of, as far as its end is concerned.
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}(?!")|' r"'''.*?'{3,5}(?!')|" r'"(?:[^"\\\n]|\\.)*"|' r"'[^'\n]*'",
    re.DOTALL,
)


def line_index(text: str) -> dict[Path, int]:
    """The line (from 1) of every table and key: `("source", 2, "every")` is the key `every` of the
    third `[[source]]`. Keys inside inline tables are not listed. For a text that is valid TOML."""
    lines: dict[Path, int] = {(): 1}
    counts: dict[Path, int] = {}
    table: Path = ()
    for at, line in _statements(text):
        if header := _HEADER.match(text, at):
            names = _names(header[2])
            table = _table(names, header[1] == "[[", counts)
            lines.setdefault(table, line)
        elif key := _KEY.match(text, at):
            lines.setdefault((*table, *_names(key[1])), line)
    return lines


def line_of(lines: dict[Path, int], path: Path) -> int | None:
    """The line of a key, or of the nearest table around it that is known."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path) if path else None


def _statements(text: str) -> list[tuple[int, int]]:
    """(offset, line) of every line on which no value of an earlier line goes on."""
    found = []
    at, line, depth = 0, 1, 0
    begins = True
    while at < len(text):
        if begins and depth == 0:
            found.append((at, line))
        begins = False
        if text[at] == "#":
            ends = text.find("\n", at)
            at = ends if ends >= 0 else len(text)
            continue
        string = _STRING.match(text, at) if text[at] in "\"'" else None
        piece = string[0] if string else text[at]
        if not string:
            depth = max(0, depth + (piece in "[{") - (piece in "]}"))
        line += piece.count("\n")
        begins = piece == "\n"
        at += len(piece)
    return found


def _names(written: str) -> Path:
    return tuple(part.strip("\"'") for part in _PART.findall(written))


def _table(names: Path, is_array: bool, counts: dict[Path, int]) -> Path:
    """The path of a table: numbers for the arrays on the way, a new one for an array's header."""
    path: Path = ()
    for position, name in enumerate(names):
        path = (*path, name)
        last = position == len(names) - 1
        if is_array and last:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path
