"""Changing the sources of `sources.toml` in place: comments and order stay as they are."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomlkit
from tomlkit.items import AoT

if TYPE_CHECKING:
    from crawler.config import Config


def block_of(values: Mapping[str, Any]) -> str:
    """A `[[source]]` with these values, as TOML."""
    table = tomlkit.table()
    for key, value in values.items():
        table.add(key, value)
    whole = tomlkit.document()
    sources = tomlkit.aot()
    sources.append(table)
    whole.add("source", sources)
    return tomlkit.dumps(whole)


def append_source(path: Path, values: Mapping[str, Any]) -> Config:
    """Adds a `[[source]]` behind all others and gives the new configuration. Raises ConfigError
    where the file was wrong before or would be, and UsageError with the block where the file
    cannot be written; then nothing was changed."""
    block = block_of(values)

    def change(text: str) -> str:
        return text.rstrip("\n") + "\n\n" + block

    return _rewritten(path, change, f"append to it:\n{block}")


def set_enabled(path: Path, source_id: str, enabled: bool) -> Config:
    """Switches a source on or off; raises UnknownName where there is none of this id, else as
    `append_source`."""

    def change(text: str) -> str:
        document = tomlkit.parse(text)
        _table_of(document, source_id)["enabled"] = enabled
        return tomlkit.dumps(document)

    word = "true" if enabled else "false"
    return _rewritten(path, change, f"write under {source_id!r}: enabled = {word}")


def _table_of(document: tomlkit.TOMLDocument, source_id: str) -> Any:
    from crawler.errors import UnknownName

    sources = document.get("source", ())
    if isinstance(sources, AoT):
        for table in sources:
            if table.get("id") == source_id:
                return table
    raise UnknownName(f"no source is called {source_id!r}", "`crawl sources list` names them")


def _rewritten(path: Path, change: Callable[[str], str], by_hand: str) -> Config:
    from crawler.config import load
    from crawler.errors import ConfigError, UsageError

    load(path)
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        draft.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
        load(draft)
        draft.replace(path)
    except ConfigError as error:
        raise ConfigError(str(path), error.mistakes) from error
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}", by_hand) from error
    finally:
        if draft.parent.exists():
            _remove(draft)
    return load(path)


def _remove(draft: Path) -> None:
    try:
        draft.unlink(missing_ok=True)
    except OSError:
        return
