"""`crawl browse`: Datasette started on an archive with the files that explain it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path

from crawler.errors import ArchiveError
from crawler.model import Gazetteer
from crawler.web.door import serve
from crawler.web.files import SETTINGS, write_files


@contextmanager
def nameless_files(database: str, gazetteer: Gazetteer | None) -> Iterator[tuple[Path, Path]]:
    """The metadata and the configuration for Datasette as paths of open files whose folder is gone
    already, so that nothing of them stays however the process ends. Each can be read once."""
    with tempfile.TemporaryDirectory(prefix="palimpsest-browse-") as folder:
        words, _, configuration = write_files(Path(folder), database, gazetteer)
        first, second = words.open("rb"), configuration.open("rb")
    with first, second:
        yield Path(f"/dev/fd/{first.fileno()}"), Path(f"/dev/fd/{second.fileno()}")


def arguments(
    db: Path,
    words: Path,
    configuration: Path,
    *,
    host: str = "127.0.0.1",
    port: int = 8001,
    open_browser: bool = False,
) -> list[str]:
    """Datasette's arguments to show `db` with these files, for the version that is installed: 0.65
    takes settings one by one, 1.0 reads `datasette.yaml`."""
    argv = ["serve", str(db), "-m", str(words)]
    if int(metadata.version("datasette").split(".")[0]) >= 1:
        argv += ["-c", str(configuration)]
    else:
        for name, value in SETTINGS.items():
            argv += ["--setting", name, str(int(value))]
    argv += ["--host", host, "--port", str(port)]
    return [*argv, "--open"] if open_browser else argv


def browse(
    db: Path,
    *,
    host: str = "127.0.0.1",
    port: int = 8001,
    open_browser: bool = False,
    gazetteer: Gazetteer | None = None,
) -> None:
    """Shows the archive until it is interrupted, edits labelled with the words of `gazetteer` too;
    raises ArchiveError when there is no such archive, it cannot be read, or the port is taken."""
    from crawler.store import Archive

    Archive.open(db, mode="read").close()
    with nameless_files(db.stem, gazetteer) as files:
        argv = arguments(db, *files, host=host, port=port, open_browser=open_browser)
        try:
            serve(argv)
        except SystemExit as ended:
            # uvicorn ends so when it cannot listen; it has said why.
            if ended.code:
                raise ArchiveError(
                    f"Datasette could not listen on {host}:{port}", "choose another --port"
                ) from ended
