"""A diff as one HTML page that needs nothing else, drawn as the pages of `crawl browse` are."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.cli.operands import Operand
    from crawler.model.compared import Diff


def page(old: Operand, new: Operand, found: Diff) -> str:
    """The whole diff: every paragraph, what changed in it marked with ins and del; no script."""
    from crawler.web.standing import diff_file

    return diff_file(old.text, new.text, (old.label, new.label), found)
