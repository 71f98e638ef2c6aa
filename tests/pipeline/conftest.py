"""A workspace over the small web: its configuration, an archive, and passes over it."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from crawler import config as configuration
from crawler.demo import DemoWeb
from crawler.pipeline import RunSummary, crawl_once


@dataclass
class Workspace:
    """One user's folder; each pass happens two days after the one before."""

    web: DemoWeb
    folder: Path
    reader: Any
    passes: int = 0

    @property
    def db(self) -> Path:
        return self.folder / "archive.db"

    @property
    def sources(self) -> Path:
        return self.folder / "sources.toml"

    def clock(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC) + dt.timedelta(days=2 * self.passes)

    def once(self, *select: str, **options) -> RunSummary:
        self.passes += 1
        config = configuration.load(self.sources)
        return crawl_once(config, self.db, select=select, clock=self.clock, **options)

    def rows(self, sql: str, *values: object) -> list[tuple]:
        return self.reader.rows(sql, *values)


@pytest.fixture
def workspace(small_web: DemoWeb, tmp_path: Path, outside: Any) -> Workspace:
    small_web.sources_toml(tmp_path / "sources.toml")
    return Workspace(small_web, tmp_path, outside(tmp_path / "archive.db"))


@pytest.fixture
def rewrite(workspace: Workspace) -> Callable[[str, str], None]:
    """Replaces words of the workspace's sources.toml."""

    def replace(old: str, new: str) -> None:
        text = workspace.sources.read_text(encoding="utf-8")
        assert old in text
        workspace.sources.write_text(text.replace(old, new), encoding="utf-8")

    return replace
