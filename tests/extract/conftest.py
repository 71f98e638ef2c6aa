"""Pages shaped like those of the sites, made here; nothing is taken from them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.extract import extract
from crawler.model import Capture, Extraction

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
