"""Options and arguments that take one of a few words: a misspelt one is answered with the near
one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    _Choice = click.Choice[Any]
else:
    _Choice = click.Choice


class OneOf(_Choice):
    """One of these words, as it is written here."""

    def __init__(self, words: Iterable[str]) -> None:
        super().__init__([str(word) for word in words])

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        """What is said of another word: the near one, where there is one, and all that there
        are."""
        from crawler.errors import did_you_mean

        near = did_you_mean(str(value), self.choices)
        return f"{value!r} is none of {', '.join(self.choices)}{f'; {near}' if near else ''}"
