"""The configuration while the daemon runs: read again when its files change, a mistake keeps the
old one."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from crawler import config as configuration
from crawler.config import Config
from crawler.errors import ConfigError

Stamp = tuple[tuple[str, int, int, int], ...]


@dataclass(slots=True)
class Watched:
    """The file and the profiles beside it; `config` is the last one that was right."""

    path: Path
    config: Config
    _taken: Stamp = field(init=False)
    _seen: Stamp = field(init=False)
    _asked: bool = field(init=False, default=False)
    _refused: str | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self._taken = self._seen = stamp(self.path)

    def ask(self) -> None:
        """Reads the file at the next look, changed or not."""
        self._asked = True

    def look(self) -> Config | str | None:
        """A new configuration, why a changed one is refused (once for each content), or None.
        A change is read when it has stood still from one look to the next: an editor may be
        writing."""
        now = stamp(self.path)
        still, self._seen = now == self._seen, now
        if not still or (now == self._taken and not self._asked):
            return None
        self._taken, self._asked = now, False
        try:
            found = configuration.load(self.path)
        except ConfigError as error:
            return self._refuse(error.message)
        except OSError as error:
            return self._refuse(f"{self.path} cannot be read: {error.strerror}")
        self._refused = None
        if found.sha256 == self.config.sha256:
            return None
        self.config = found
        return found

    def _refuse(self, why: str) -> str | None:
        digest = hashlib.sha256(why.encode()).hexdigest()
        if digest == self._refused:
            return None
        self._refused = digest
        return why


def stamp(path: Path) -> Stamp:
    """What changes when the configuration's files do; costs a look at their folder."""
    files = [path, *sorted((path.parent / "profiles").glob("*.toml"))]
    found = []
    for file in files:
        try:
            status = file.stat()
        except OSError:
            continue
        found.append((file.name, status.st_mtime_ns, status.st_size, status.st_ino))
    return tuple(found)
