"""Shared by the tests of fetching: one way to run a fetch, and the test authority."""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
# the servers and helpers beside this file are plain modules
sys.path.append(str(HERE))


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> Path:
    """Certificates of the test authority are trusted; gives their folder."""
    folder = HERE / "certificates"
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "authority.pem"))
    return folder
