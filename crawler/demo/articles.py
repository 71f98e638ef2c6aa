"""What an article is before a site's template puts it on a page."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

CAPTION = "caption"
HEADING = "heading"
BODY = "body"

_CJK = "\u2e80-\u9fff\uff00-\uffef“”‘’《》、。…"
_HALF_TO_FULL = {",": "，", ":": "：", ";": "；", "?": "？", "!": "！", "(": "（", ")": "）"}
_HALF_MARK = re.compile(
    rf"(?<=[{_CJK}0-9])[,:;?!](?=[{_CJK}0-9]|$)|(?<=[{_CJK}])[()]|[()](?=[{_CJK}])"
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph with its kind: body, heading, or the caption of a picture."""

    text: str
    kind: str = BODY


@dataclass(frozen=True, slots=True)
class Article:
    """An article as one moment shows it; `published` is local time, `since` its first tick."""

    site: str
    path: str
    title: str
    paragraphs: tuple[Paragraph, ...]
    published: str
    author: str = ""
    source_name: str = ""
    editor: str = ""
    #: Blogger's post id or WordPress' number
    number: str = ""
    #: the issue or column that lists it
    listed_in: str = ""
    since: int = 0

    @property
    def text(self) -> str:
        """The paragraphs, divided by one newline."""
        return "\n".join(paragraph.text for paragraph in self.paragraphs)


def body(texts: Iterable[str]) -> tuple[Paragraph, ...]:
    """Plain paragraphs; one that ends like a photographer's credit is a caption."""
    return tuple(Paragraph(text, CAPTION if text.endswith("/摄") else BODY) for text in texts)


def widen(text: str) -> str:
    """Half-width marks beside Chinese as the full-width ones that Chinese sites print."""
    return _HALF_MARK.sub(lambda mark: _HALF_TO_FULL[mark.group()], text)
