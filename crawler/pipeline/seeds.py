"""The seed copies of the file, brought into the archive at the start of a run."""

from pathlib import Path
from typing import TYPE_CHECKING

from crawler.config import Config
from crawler.model import SeedSetting
from crawler.store import Archive

if TYPE_CHECKING:
    from crawler.store import SeedRow


def read_seeds(config: Config) -> list[tuple[SeedSetting, bytes]]:
    """Each declared seed copy with the bytes of its file; one whose file is missing is left out,
    since the configuration's check has named it."""
    found = []
    for setting in config.seeds:
        path = Path(setting.file)
        if path.is_file():
            found.append((setting, path.read_bytes()))
    return found


def sync_seeds(config: Config, archive: Archive) -> "list[SeedRow]":
    """Makes the archive hold today's revision of every declared seed copy, and returns them."""
    archive.sync_seeds(read_seeds(config))
    return archive.seeds()
