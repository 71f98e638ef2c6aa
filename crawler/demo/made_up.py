"""Text that was written for this demo and stands nowhere else (`made_up.toml`)."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from crawler.demo.markup import scramble


@cache
def _words() -> dict[str, Any]:
    file = resources.files("crawler.demo").joinpath("made_up.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def passage(name: str) -> tuple[str, ...]:
    """The made-up paragraphs of that name; raises KeyError when there are none."""
    return tuple(_words()[name])


def post(number: int) -> tuple[str, ...]:
    """The paragraphs of ordinary blog post `number` (0 to 3)."""
    return tuple(_words()["post"][number]["paragraphs"])


def ordinary(number: int, count: int = 7) -> tuple[str, ...]:
    """`count` paragraphs (at most 16) of ordinary article `number`; the same each time."""
    frames = passage("frames")
    # An odd step walks through all sixteen frames before it meets one again.
    start, step = scramble(number, 11) % len(frames), 1 + 2 * (number % 7)
    order = ((start + step * index) % len(frames) for index in range(count))
    return tuple(_filled(frames[index], number, index) for index in order)


def _filled(frame: str, number: int, index: int) -> str:
    return frame.format(
        subject=_pick("subjects", number),
        place=_pick("places", number),
        a=2 + scramble(number, index) % 11,
        b=20 + scramble(number, index + 50) % 900,
        c=3 + scramble(number, index + 90) % 40,
    )


def _pick(name: str, number: int) -> str:
    words = passage(name)
    return words[number % len(words)]
