"""Changing the sources of `sources.toml` in place: comments and order stay as they are."""

from __future__ import annotations

import codecs
import os
import shutil
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
    """Adds a `[[source]]` behind all others and gives the new configuration; raises as `rewritten`,
    with the block where the file cannot be written."""
    block = block_of(values)

    def change(text: str) -> str:
        return text.rstrip("\n") + "\n\n" + block

    return rewritten(path, change, f"append to it:\n{block}")


def set_enabled(path: Path, source_id: str, enabled: bool) -> Config:
    """Switches a source on or off; raises UnknownName where there is none of this id, else as
    `rewritten`."""

    def change(text: str) -> str:
        document = tomlkit.parse(text)
        _table_of(document, source_id)["enabled"] = enabled
        return tomlkit.dumps(document)

    word = "true" if enabled else "false"
    return rewritten(path, change, f"write under {source_id!r}: enabled = {word}")


def _table_of(document: tomlkit.TOMLDocument, source_id: str) -> Any:
    from crawler.errors import not_called

    sources = document.get("source", ())
    tables = list(sources) if isinstance(sources, AoT) else []
    for table in tables:
        if table.get("id") == source_id:
            return table
    known = (str(table.get("id")) for table in tables)
    raise not_called("source", source_id, known, "the file names")


def rewritten(path: Path, change: Callable[[str], str], by_hand: str) -> Config:
    """Changes the file's text and gives the new configuration; its line ends, byte order mark,
    rights and symbolic link stay. Raises ConfigError where the file was wrong before, and
    UsageError where it would be or cannot be written; then nothing was changed."""
    from crawler.config import load
    from crawler.errors import ConfigError, UsageError

    load(path)
    home = path.resolve()
    draft = home.with_name(f".{home.name}.{os.getpid()}.new")
    try:
        draft.write_bytes(changed(home.read_bytes(), change))
        shutil.copymode(home, draft)
        load(draft)
        draft.replace(home)
    except ConfigError as error:
        listed = "; ".join(f"{mistake.where}: {mistake.what}" for mistake in error.mistakes)
        raise UsageError(f"{path} stays as it is: {listed}", "give another value") from error
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}", by_hand) from error
    finally:
        if draft.parent.exists():
            _remove(draft)
    return load(path)


def changed(body: bytes, change: Callable[[str], str]) -> bytes:
    """A text file with its text changed, as it was written: byte order mark, line ends."""
    mark = codecs.BOM_UTF8 if body.startswith(codecs.BOM_UTF8) else b""
    text = change(body.decode("utf-8-sig").replace("\r\n", "\n"))
    return mark + (text.replace("\n", "\r\n") if b"\r\n" in body else text).encode()


def _remove(draft: Path) -> None:
    try:
        draft.unlink(missing_ok=True)
    except OSError:
        return
