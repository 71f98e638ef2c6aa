"""`/-/changes/<id>`: one change, before and after, its evidence and its citation."""

from typing import Any

from crawler.errors import UnknownName
from crawler.model import iso
from crawler.store import Archive, VersionRow
from crawler.web.asking import HTML, Answer, Asked, attachment, json_answer
from crawler.web.changes_shown import read_ops
from crawler.web.comparing import Redline, redline, view_of
from crawler.web.templating import html, rendered, style

_LOOK = """
SELECT o.id, o.started_at, o.finished_at, o.request_url, o.final_url, o.status, o.outcome, o.reason,
    o.body_sha256, o.body_bytes, o.origin, l.hash, l.sequence
FROM observations o JOIN log l ON l.sequence = o.sequence WHERE o.id = ?
"""
_LOOK_KEYS = (
    "id", "started_at", "finished_at", "request_url", "final_url", "status", "outcome", "reason",
    "body_sha256", "body_bytes", "origin", "hash", "sequence",
)  # fmt: skip


def change(archive: Archive, asked: Asked) -> Answer:
    """The page; `?view=inline` draws both texts as one."""
    given = values(archive, asked)
    number = given["change"]["change"]
    return html(
        "change.html",
        asked,
        **given,
        view=view_of(asked.text("view")),
        json_url=asked.url(f"-/changes/{number}.json"),
        feed={
            "title": given["source"],
            "url": asked.url(f"-/feeds/sources/{given['change']['source']}.atom"),
        },
    )


def change_json(archive: Archive, asked: Asked) -> Answer:
    """The contract of `crawl changes --json`, with its operations."""
    return json_answer(archive.change(asked.parts["id"]))


def change_file(archive: Archive, asked: Asked) -> Answer:
    """The same page as a file that stands alone."""
    number = archive.change(asked.parts["id"])["change"]
    return attachment(written(archive, asked), f"change-{number}.html", HTML)


def written(archive: Archive, asked: Asked) -> str:
    """The HTML of that file; raises UnknownName."""
    given = values(archive, asked)
    return rendered("change_file.html", asked, **given, view="inline", css=style())


def values(archive: Archive, asked: Asked) -> dict[str, Any]:
    """All that the page and its file say; raises UnknownName."""
    found = archive.change(asked.parts["id"])
    old, new = (version(archive, found[side]) for side in ("from_version", "to_version"))
    looks = {
        side: _look(archive, found[side])
        for side in ("old_last_observation", "new_first_observation")
    }
    source = archive.conn.execute(
        "SELECT name FROM sources WHERE id = ?", (found["source"],)
    ).fetchone()[0]
    return {
        "change": found,
        "source": source or found["source"],
        "old": old,
        "new": new,
        "looks": looks,
        "redline": _redline(found, old, new),
        "around": _around(archive, found),
        "why": _why(archive, found["change"]),
        "why_superseded": _why(archive, found["superseded_by"]),
        "marks": _marks(archive, found["change"]),
        "permalink": asked.absolute(f"-/changes/{found['hash'][:16]}"),
        "looked_up": iso(asked.now)[:10],
    }


def version(archive: Archive, version_id: int | None) -> VersionRow | None:
    """A version by its id; None where the change has none on this side."""
    if version_id is None:
        return None
    try:
        return archive.find_version(str(version_id))
    except UnknownName:
        return None


def _redline(
    found: dict[str, Any], old: VersionRow | None, new: VersionRow | None
) -> Redline | None:
    """From the stored operations: nothing is compared anew. None where they were withheld."""
    if found["ops"] is None or old is None or new is None:
        return None
    return redline(read_ops(found["ops"]), old.text, new.text)


def _look(archive: Archive, look_id: int | None) -> dict[str, Any] | None:
    row = archive.conn.execute(_LOOK, (look_id,)).fetchone()
    return None if row is None else dict(zip(_LOOK_KEYS, row, strict=True))


def _around(archive: Archive, found: dict[str, Any]) -> dict[str, int | None]:
    """The page's change before this one and after it."""
    page, number = found["page"], found["change"]
    query = (
        "SELECT {} FROM changes WHERE page_id = ? AND id {} ? AND (score > 0 OR kind = 'content')"
    )
    return {
        "earlier": archive.conn.execute(query.format("max(id)", "<"), (page, number)).fetchone()[0],
        "later": archive.conn.execute(query.format("min(id)", ">"), (page, number)).fetchone()[0],
    }


def _why(archive: Archive, number: int | None) -> str | None:
    """The reason that the change's record gives."""
    row = archive.conn.execute(
        "SELECT json_extract(l.record, '$.reason') FROM changes c "
        "JOIN log l ON l.sequence = c.sequence WHERE c.id = ?",
        (number,),
    ).fetchone()
    return None if row is None or row[0] is None else str(row[0])


def _marks(archive: Archive, number: int) -> list[dict[str, Any]]:
    rows = archive.conn.execute(
        "SELECT mark, note, marked_at FROM marks WHERE change_id = ? ORDER BY id", (number,)
    )
    return [dict(zip(("mark", "note", "marked_at"), row, strict=True)) for row in rows]
