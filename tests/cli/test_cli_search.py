"""`crawl search` for a person: hits stand out where there is colour, and harm nobody's terminal."""

from crawler.cli.search import with_hits


def test_hits_stand_out_and_controls_are_shown() -> None:
    shown = with_hits("党\x1b[2J与忠诚\u202e", [[0, 1], [6, 8]])
    assert shown == "\x1b[33m\x1b[1m党\x1b[0m␛[2J与\x1b[33m\x1b[1m忠诚\x1b[0m<U+202E>"
    assert with_hits("plain", []) == "plain"
