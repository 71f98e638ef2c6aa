"""Atom feeds of changes (RFC 4287). An entry's id is made of its record's hash, so that it stays
the same wherever the archive is shown."""

import json

from crawler.errors import UnknownName
from crawler.model import iso
from crawler.store import Archive
from crawler.store.witness import latest
from crawler.web.asking import ATOM, Answer, Asked
from crawler.web.changes_shown import STANDS, changes_where
from crawler.web.templating import rendered

ENTRIES = 50
# Signed heads in the feed of all changes: whoever reads it keeps them, and so bears witness.
HEADS = 7
# A reader who was told of a change that no longer stands is told that too.
_TOLD = (
    "(c.score > 0 OR EXISTS (SELECT 1 FROM changes w WHERE w.id = c.supersedes_id AND w.score > 0))"
)
# RFC 4151: a name that nobody else gives out (RFC 2606), and the year from which we do.
TAG = "tag:palimpsest.example,2026:"


def all_changes(archive: Archive, asked: Asked) -> Answer:
    """`/-/feeds/changes.atom`"""
    return _feed(archive, asked, "Palimpsest", "changes", "-/changes", "1", heads=HEADS)


def of_source(archive: Archive, asked: Asked) -> Answer:
    """`/-/feeds/sources/<id>.atom`; raises UnknownName."""
    source = asked.parts["id"]
    row = archive.conn.execute("SELECT name FROM sources WHERE id = ?", (source,)).fetchone()
    if row is None:
        raise UnknownName(f"there is no source {source!r}", "the front page lists them")
    where = "c.source_id = :name"
    title = row[0] or source
    return _feed(archive, asked, title, f"source:{source}", "-/changes", where, source=source)


def of_seed(archive: Archive, asked: Asked) -> Answer:
    """`/-/feeds/seeds/<id>.atom`: edits inside a copy's passages; raises UnknownName."""
    seed = archive.seed(asked.parts["id"])
    where = (
        "c.seeds <> '[]' AND EXISTS (SELECT 1 FROM json_each(c.seeds) g "
        "WHERE json_extract(g.value, '$.seed') = :name)"
    )
    title = seed.title or seed.name
    return _feed(archive, asked, title, f"seed:{seed.name}", "-/changes", where, seed=seed.name)


def _feed(
    archive: Archive,
    asked: Asked,
    title: str,
    name: str,
    path: str,
    where: str,
    heads: int = 0,
    **query: str,
) -> Answer:
    """The newest changes that stand, those of weight 0 left out that correct none."""
    value = next(iter(query.values()), "")
    condition = f"{_TOLD} AND {STANDS} AND {where}"
    found = changes_where(archive, condition, "c.id DESC", ENTRIES, name=value)
    hashes = dict(
        archive.conn.execute(
            "SELECT c.id, l.hash FROM changes c JOIN log l ON l.sequence = c.sequence "
            "WHERE c.id >= ?",
            (found[-1]["change"] if found else 0,),
        ).fetchall()
    )
    signed = latest(archive.conn, "anchor", heads)
    moments = [found[0]["recorded_at"]] if found else []
    moments += [one.fields["signed_at"] for one in signed]
    body = rendered(
        "feed.xml",
        asked,
        title=title,
        tag=TAG,
        name=name,
        entries=found,
        hashes=hashes,
        corrections=_corrections(archive, [one["change"] for one in found]),
        heads=[(one.hash, one.fields) for one in signed],
        self_url=asked.origin + asked.path,
        page_url=asked.absolute(path, **query),
        updated=max(moments, default=iso(asked.now)),
    )
    return Answer(body.encode("utf-8", "replace"), ATOM)


def _corrections(archive: Archive, change_ids: list[int]) -> dict[int, tuple[str, str]]:
    """Of changes that correct another: the hash of that one, and why."""
    rows = archive.conn.execute(
        "SELECT c.id, w.hash, coalesce(json_extract(l.record, '$.reason'), '') FROM changes c "
        "JOIN log l ON l.sequence = c.sequence JOIN changes b ON b.id = c.supersedes_id "
        "JOIN log w ON w.sequence = b.sequence WHERE c.id IN (SELECT value FROM json_each(?))",
        (json.dumps(change_ids),),
    )
    return {row[0]: (row[1], row[2]) for row in rows}
