"""Whether a CSS selector can be read; the only user of selectolax in this room."""

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

_PAGE = LexborHTMLParser("<p></p>")


def selector_mistake(selector: str) -> str | None:
    """What is wrong with a selector; None where the parser takes it."""
    try:
        _PAGE.css(selector)
    except SelectolaxError as error:
        return str(error) or "it cannot be read"
    return None
