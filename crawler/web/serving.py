"""`crawl browse`: Datasette started on an archive with the files that explain it."""

import tempfile
from importlib import metadata
from pathlib import Path

from crawler.errors import ArchiveError
from crawler.model import Gazetteer
from crawler.web.door import serve
from crawler.web.files import SETTINGS, write_files


def arguments(
    db: Path,
    folder: Path,
    *,
    host: str = "127.0.0.1",
    port: int = 8001,
    open_browser: bool = False,
    gazetteer: Gazetteer | None = None,
) -> list[str]:
    """Writes Datasette's files into `folder` and gives its arguments to show `db` with them, for
    the version that is installed: 0.65 takes settings one by one, 1.0 reads `datasette.yaml`."""
    words, _, configuration = write_files(folder, db.stem, gazetteer)
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
    raises ArchiveError when there is no such
    archive, it cannot be read, or the port is taken."""
    from crawler.store import Archive

    Archive.open(db, mode="read").close()
    with tempfile.TemporaryDirectory(prefix="palimpsest-browse-") as folder:
        argv = arguments(
            db, Path(folder), host=host, port=port, open_browser=open_browser, gazetteer=gazetteer
        )
        try:
            serve(argv)
        except SystemExit as ended:
            # uvicorn ends so when it cannot listen; it has said why.
            if ended.code:
                raise ArchiveError(
                    f"Datasette could not listen on {host}:{port}", "choose another --port"
                ) from ended
