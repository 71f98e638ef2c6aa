"""Traditional characters to simplified ones, character by character."""

from functools import cache
from importlib.resources import files


@cache
def simplified_table() -> dict[int, int]:
    """Code points of traditional characters to those of their simplified forms (OpenCC's table)."""
    data = files("crawler.text").joinpath("data/simplified.txt").read_text("utf-8")
    lines = (line for line in data.splitlines() if not line.startswith("#"))
    return {ord(pair[0]): ord(pair[1]) for line in lines for pair in line.split()}


def simplify(text: str) -> str:
    """The text in simplified characters, of the same length; what has no simplified form stays."""
    return text if text.isascii() else text.translate(simplified_table())
