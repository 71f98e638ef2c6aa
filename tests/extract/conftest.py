"""Pages shaped like those of the sites, made here; nothing is taken from them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.extract import extract
from crawler.model import Capture, Extraction

PARAGRAPHS = (
    "新华社北京1月1日电（记者 张三）各级党组织要把全面从严治党的要求落到实处，坚持问题导向。",
    "会议指出，要健全制度，完善机制，推动各项工作取得新的进展和成效。",
    "会议强调，要加强督促检查，确保各项部署落地见效，不断开创工作新局面。",
    "与会同志认为，这次会议为今后一个时期的工作指明了方向，提供了遵循。",
)
ENGLISH = (
    "The committee met on Monday to discuss the plan, which it had put off for more than a year.",
    "Its members said that the delay had cost the town a good deal of money, and some goodwill.",
    "A second reading is due in the autumn, when the new council will have taken its seats.",
    "Nobody expects the vote to be close, although three members have not yet made up their minds.",
)

Read = Callable[..., Extraction]


@pytest.fixture
def read() -> Read:
    """Extracts HTML as if it had been served at `url`."""

    def _read(
        html: str | bytes,
        url: str = "https://example.org/a/1.html",
        *,
        asked: str | None = None,
        status: int = 200,
        content_type: str | None = "text/html",
        **more: object,
    ) -> Extraction:
        body = html.encode() if isinstance(html, str) else html
        profiles = more.pop("profiles", ())
        capture = Capture((body,), asked or url, url, content_type, status, **more)  # type: ignore[arg-type]
        return extract(capture, profiles)  # type: ignore[arg-type]

    return _read


@pytest.fixture
def corpus() -> Path:
    """The folder of labelled pages beside the checkout."""
    folder = Path(__file__).resolve().parents[3] / "shared/corpus"
    if not folder.is_dir():
        pytest.skip("labelled pages: corpus not at hand")
    return folder


def paragraphs(lines: tuple[str, ...] = PARAGRAPHS) -> str:
    """Lines as `<p>` elements."""
    return "".join(f"<p>{line}</p>" for line in lines)
