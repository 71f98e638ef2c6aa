"""What a reader does not see is no text of the page; what a script shows when asked is."""

from collections.abc import Callable

import pytest

from crawler.model import Extraction, Profile

Read = Callable[..., Extraction]

LINES = (
    "各级党组织要把全面从严治党的要求落到实处，坚持问题导向，抓住关键环节。",
    "会议指出，要健全制度，完善机制，推动各项工作取得新的进展和成效。",
    "会议强调，要加强督促检查，确保各项部署落地见效，不断开创工作新局面。",
    "与会同志认为，这次会议为今后一个时期的工作指明了方向，提供了遵循。",
) * 2
SPAM = "办证刻章，代开发票，全国最低价，欢迎来电咨询。"
HIDDEN = ("display:none", "DISPLAY: NONE", "position:absolute;left:-9999px", "text-indent:-5000px")
HIDDEN_RUNS = (*HIDDEN, "visibility:hidden", "opacity:0", "font-size:0", "font-size: 0px")
PROFILE = Profile("theirs", ("example.org",), select={"body": "#text"})


def page(body: str) -> str:
    return f"<meta charset=utf-8><title>会议召开</title><h1>会议召开</h1><div id=text>{body}</div>"


def paragraphs(lines: tuple[str, ...] = LINES) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def both(html: str, read: Read) -> list[str]:
    """The text by the general rules and by a profile, which must not differ."""
    general, profiled = read(html), read(html, profiles=(PROFILE,))
    assert profiled.rule.startswith("theirs/")
    assert general.text == profiled.text
    return general.text.split("\n")


@pytest.mark.parametrize("style", HIDDEN)
def test_a_hidden_block_is_not_read(style: str, read: Read) -> None:
    html = page(f"{paragraphs()}<div style='{style}'><p>{SPAM}</p></div>")
    assert both(html, read) == list(LINES)


@pytest.mark.parametrize("style", HIDDEN_RUNS)
@pytest.mark.parametrize("tag", ["span", "i", "font", "em", "sup"])
def test_a_hidden_run_within_a_paragraph_is_not_read(style: str, tag: str, read: Read) -> None:
    """A watermark that signs each copy of a text would otherwise be an edit of it."""
    mark = f'<{tag} style="color:red;{style}">某某网a83f</{tag}>'
    html = page("".join(f"<p>{line[:9]}{mark}{line[9:]}</p>" for line in LINES))
    assert both(html, read) == list(LINES)


@pytest.mark.parametrize(
    "style", ["opacity:0.9", "font-size:0.9em", "left:-5px", "text-indent:-2em", "display:block"]
)
def test_what_is_styled_and_shown_is_read(style: str, read: Read) -> None:
    html = page("".join(f"<p>{x[:9]}<i style='{style}'>{x[9:]}</i></p>" for x in LINES))
    assert both(html, read) == list(LINES)


def test_the_rest_of_a_text_that_a_click_shows_is_read_by_a_profile(read: Read) -> None:
    rest = f"<div id=rest style='display:none'>{paragraphs(LINES[3:])}</div>"
    html = page(f"{paragraphs(LINES[:3])}{rest}<a>展开全文</a>")
    text = read(html, profiles=(PROFILE,)).text
    assert text.split("\n")[: len(LINES)] == list(LINES)


def test_what_the_parser_sets_aside_is_not_read(read: Read) -> None:
    aside = (
        f"<template><p>{SPAM}</p></template><noscript><p>{SPAM}</p></noscript>"
        f"<div hidden><p>{SPAM}</p></div><!-- {SPAM} --><svg><text>{SPAM}</text></svg>"
    )
    assert read(page(paragraphs() + aside)).text.split("\n") == list(LINES)


def test_comments_within_words_part_none(read: Read) -> None:
    html = page("".join(f"<p>{x[:3]}<!-- a -->{x[3:7]}<!--b-->{x[7:]}</p>" for x in LINES))
    assert both(html, read) == list(LINES)


@pytest.mark.parametrize("mark", ["\u00ad", "\u200b", "\u2060", "\ufeff", "\u202e"])
def test_characters_that_nobody_sees_are_kept_for_who_looks_for_them(mark: str, read: Read) -> None:
    lines = [f"{line[:6]}{mark}{line[6:]}" for line in LINES]
    assert both(page(paragraphs(tuple(lines))), read) == lines
