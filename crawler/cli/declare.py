"""Appending a declaration to `sources.toml`, which keeps every line that is there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crawler.config import Config


def declare_seed(
    sources: Path, file: Path, seed_id: str | None, known: Mapping[str, Any]
) -> Config:
    """Append a `[[seed]]` for the file and give the new configuration; raises as `rewritten`."""
    from crawler.cli.sources_file import rewritten

    block = seed_block(sources, file, seed_id or _name(file), known)
    return rewritten(
        sources, lambda text: text.rstrip("\n") + "\n\n" + block, f"append to it:\n{block}"
    )


def seed_block(sources: Path, file: Path, seed_id: str, known: Mapping[str, Any]) -> str:
    """The `[[seed]]` of a file as TOML, its path relative to the configuration where it can be."""
    path, home = file.resolve(), sources.resolve().parent
    place = path.relative_to(home) if path.is_relative_to(home) else path
    evidence = known.get("url_evidence") or ("inferred" if known.get("url") else "unknown")
    values: dict[str, Any] = {
        "id": seed_id,
        "file": place.as_posix(),
        "sha256": sha256(path.read_bytes()).hexdigest(),
        "title": known.get("title"),
        "url": known.get("url"),
        "url_evidence": evidence,
        "retrieved": known.get("retrieved"),
        "originals": list(known.get("originals") or ()),
    }
    # A JSON string or list of strings reads the same in TOML, save for DEL, which TOML refuses raw.
    lines = [
        f"{key} = {json.dumps(value, ensure_ascii=False)}".replace("\x7f", "\\u007f")
        for key, value in values.items()
        if value
    ]
    return "[[seed]]\n" + "\n".join(lines) + "\n"


def _name(file: Path) -> str:
    """A short name from the file's: lower case, words joined by hyphens."""
    words = "".join(char if char.isalnum() else " " for char in file.stem.lower()).split()
    return "-".join(words) or "seed"
