"""An archive of several outlets whose pages reprint and quote each other."""

import random
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from crawler.model import Link, ListingIntent, Outcome, PageKey, Purpose, iso
from crawler.pipeline.reprints import tell_reprints

HAN = [chr(code) for code in range(0x4E00, 0x5200)]


class Press:
    """Outlets with a page for each name, and passes over them, a day apart."""

    def __init__(self, building: ModuleType, path: Path) -> None:
        self.world = building.World(path)
        self.archive = self.world.archive
        self.outlets = [f"outlet{n}" for n in range(5)]
        self.archive.sync_sources([building.source(name) for name in self.outlets])
        self.known: set[str] = set()
        self.building = building

    def publish(self, outlet: int, text: str, *, published: str | None = None) -> str:
        """Another page of an outlet, seen now; its URL."""
        source = self.outlets[outlet]
        url = f"http://{source}.test/{len(self.known)}"
        self.known.add(url)
        link = Link(url, title="题目", published=published, key=PageKey(f"{source}.test", url))
        listing = f"http://{source}.test/"
        attempt = self.world.attempt(listing, url.encode(), purpose=Purpose.LISTING)
        rows = ((attempt, Outcome.LISTED, None),)
        intent = ListingIntent(
            self.world.run, source, listing, rows, (link,), due_at=iso(self.world.now)
        )
        self.archive.commit([intent])
        self.show(url, text, published=published)
        return url

    def show(self, url: str, text: str, *, published: str | None = None, **more: Any) -> Any:
        """A look at a page that says this."""
        extraction = self.building.extracted(text, published=published)
        return self.world.look(url, text, extraction=extraction, **more)

    def first_pass(self) -> None:
        """The end of every outlet's first pass."""
        self.tell()
        for name in self.outlets:
            self.archive.mark_listed(name, first_pass_at=iso(self.world.now))
        self.world.pass_time(days=1)

    def tell(self, *, silent: bool = False) -> list[dict[str, Any]]:
        """The events of a pass that has ended now."""
        ids = tell_reprints(self.archive, silent=silent)
        self.world.pass_time(days=1)
        return [event for event in self.archive.events() if event["event"] in ids]


@pytest.fixture
def press(building: ModuleType, tmp_path: Path) -> Iterator[Press]:
    made = Press(building, tmp_path / "archive.db")
    yield made
    made.world.close()


@pytest.fixture
def prose() -> Any:
    """Texts that share nothing, each of so many characters, in sentences and paragraphs."""

    def write(seed: int, size: int = 300) -> str:
        plain = "".join(random.Random(seed).choices(HAN, k=size))
        parts = [plain[at : at + 45] for at in range(0, size, 45)]
        return "。\n".join(parts) + "。"

    return write
