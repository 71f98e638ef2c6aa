"""What kind of document came back, judged before it is believed."""

from crawler.extract.page import Page
from crawler.extract.reading import Reading
from crawler.model import Assessment


def assess(page: Page, reading: Reading | None, status: int) -> tuple[Assessment, str]:
    """The kind of document and the reason for it."""
    if reading is None or not reading.lines:
        return Assessment.EMPTY, "empty: no text"
    return Assessment.ARTICLE, "article"
