"""`/-/diff/<a>/<b>`: any two texts of the archive side by side."""

import json
from dataclasses import dataclass
from typing import Any

from crawler.compare import diff as compare
from crawler.errors import UnknownName, Withheld
from crawler.model import Fields
from crawler.store import Archive, VersionRow
from crawler.web.asking import Answer, Asked, json_answer, redirect
from crawler.web.changes_shown import read_ops
from crawler.web.comparing import redline, view_of
from crawler.web.templating import html

SEED = "seed:"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two texts, and where it stands."""

    ref: str
    text: str
    title: str
    path: str
    words: str
    when: str | None
    version: VersionRow | None = None

    @property
    def fields(self) -> Fields | None:
        """What is compared beside the text."""
        row = self.version
        if row is None:
            return None
        return Fields(
            row.title, row.author, row.source_name, row.editor, row.published, row.images, row.links
        )


def diff(archive: Archive, asked: Asked) -> Answer:
    """The page; raises UnknownName for a side that is neither a version nor `seed:<name>`."""
    old, new, found = compared(archive, asked)
    return html(
        "diff.html",
        asked,
        old=old,
        new=new,
        found=found,
        redline=redline(read_ops(found["ops"]), old.text, new.text),
        view=view_of(asked.text("view")),
        json_url=asked.url(f"-/diff/{old.ref}/{new.ref}.json"),
    )


def diff_json(archive: Archive, asked: Asked) -> Answer:
    """The contract of `crawl diff --json`."""
    return json_answer(compared(archive, asked)[2])


def chosen(archive: Archive, asked: Asked) -> Answer:
    """From the form of a page: `?a=1&b=2`."""
    first, second = asked.text("a"), asked.text("b")
    if not first or not second:
        raise UnknownName("two versions are needed", "choose an old one and a new one")
    return redirect(asked.url(f"-/diff/{first}/{second}"))


def compared(archive: Archive, asked: Asked) -> tuple[Side, Side, dict[str, Any]]:
    """Both sides and their comparison; the stored one where it was made before."""
    old, new = (side(archive, asked.parts[name]) for name in ("a", "b"))
    stored = _stored(archive, old, new)
    if stored is not None:
        return old, new, stored
    found = compare(old.text, new.text, old=old.fields, new=new.fields, gazetteer=asked.gazetteer)
    return old, new, found.as_dict(old.ref, new.ref)


def side(archive: Archive, ref: str) -> Side:
    """A version (id or hash) or a seed copy (`seed:<name>`); raises UnknownName, and Withheld for a
    version whose text was taken out."""
    if ref.startswith(SEED):
        seed = archive.seed(ref[len(SEED) :])
        title = seed.title or seed.name
        return Side(ref, seed.text, title, f"-/seeds/{seed.name}", seed.name, seed.retrieved)
    row = archive.find_version(ref)
    if row.withheld:
        raise Withheld(f"the text of version {row.id} was withheld", "its hash remains")
    return Side(
        str(row.id), row.text, row.title or row.url, f"-/versions/{row.id}", row.url, row.as_of, row
    )


def _stored(archive: Archive, old: Side, new: Side) -> dict[str, Any] | None:
    """The comparison that a change keeps; None where no change led from the one to the other."""
    if old.version is None or new.version is None:
        return None
    row = archive.conn.execute(
        "SELECT ops, fields, inserted, deleted, moved, masked, labels, score, coarse FROM changes "
        "WHERE from_version_id = ? AND to_version_id = ? AND ops IS NOT NULL "
        "ORDER BY id DESC LIMIT 1",
        (old.version.id, new.version.id),
    ).fetchone()
    if row is None:
        return None
    keys = ("inserted", "deleted", "moved", "masked")
    return {
        "a": {"id": old.ref, "chars": len(old.text)},
        "b": {"id": new.ref, "chars": len(new.text)},
        "ops": json.loads(row[0]),
        "fields": json.loads(row[1]),
        **dict(zip(keys, row[2:6], strict=True)),
        "labels": json.loads(row[6]),
        "score": row[7],
        "coarse": bool(row[8]),
    }
