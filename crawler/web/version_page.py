"""`/-/versions/<id>`: one version as it stood, its text as a file, and the bytes behind it."""

from dataclasses import asdict
from datetime import UTC
from email.utils import format_datetime
from typing import Any

from crawler.model import parse_iso
from crawler.store import Archive, VersionRow
from crawler.web.asking import Answer, Asked, attachment, json_answer
from crawler.web.marking import lines
from crawler.web.templating import html
from crawler.web.timemap import original_link

#: characters and paragraphs of a text that the page shows
SHOWN_CHARS = 300_000
SHOWN_LINES = 5_000

_BESIDE = """
SELECT o.id, o.status, o.final_url, o.body_bytes, o.as_of, e.charset, e.assessment, e.lang,
    e.sequence, t.fold_sha256, t.characters, t.text IS NULL
FROM versions v JOIN observations o ON o.id = v.first_observation_id
JOIN extractions e ON e.id = v.extraction_id JOIN texts t ON t.id = v.text_id WHERE v.id = ?
"""
_BESIDE_KEYS = (
    "observation", "status", "final_url", "body_bytes", "as_of", "charset", "assessment", "lang",
    "sequence", "fold_sha256", "characters", "withheld",
)  # fmt: skip
_MATCHES = """
SELECT s.name, s.title, m.relation, m.seed_coverage, m.page_coverage FROM seed_matches m
JOIN seeds s ON s.id = m.seed_id AND s.current WHERE m.version_id = ? AND m.relation <> 'overlap'
ORDER BY m.seed_coverage DESC
"""


def version(archive: Archive, asked: Asked) -> Answer:
    """The page; raises UnknownName."""
    row = archive.find_version(asked.parts["id"])
    beside = archive.conn.execute(_BESIDE, (row.id,)).fetchone()
    answer = html(
        "version.html",
        asked,
        version=row,
        beside=dict(zip(_BESIDE_KEYS, beside, strict=True)),
        paragraphs=lines(row.text[:SHOWN_CHARS])[:SHOWN_LINES],
        cut=len(row.text) > SHOWN_CHARS or row.text.count("\n") >= SHOWN_LINES,
        around=_around(archive, row),
        copies=archive.conn.execute(_MATCHES, (row.id,)).fetchall(),
        day=asked.text("day"),
        json_url=asked.url(f"-/versions/{row.id}.json"),
    )
    # RFC 7089: a memento says of what, and of when, it is.
    served = format_datetime(parse_iso(row.as_of).astimezone(UTC), usegmt=True)
    memento = {"Memento-Datetime": served, "Link": original_link(asked, row.url)}
    return Answer(answer.body, headers={**answer.headers, **memento})


def version_text(archive: Archive, asked: Asked) -> Answer:
    """The text as a file."""
    row = archive.find_version(asked.parts["id"])
    body = row.text.encode("utf-8", "surrogatepass")
    return attachment(body, f"version-{row.id}.txt", "text/plain; charset=utf-8")


def version_json(archive: Archive, asked: Asked) -> Answer:
    """Everything that the archive says of it."""
    return json_answer(asdict(archive.find_version(asked.parts["id"])))


def body(archive: Archive, asked: Asked) -> Answer:
    """Bytes as they were served: a file to be saved, whatever they are."""
    digest = asked.parts["sha256"].lower()
    return attachment(archive.body(digest), f"{digest[:16]}.bin", "application/octet-stream")


def _around(archive: Archive, row: VersionRow) -> dict[str, Any]:
    """The page's version before and after this one."""
    ids = [
        found[0]
        for found in archive.conn.execute(
            "SELECT id FROM versions WHERE page_id IN (SELECT id FROM pages WHERE id = ?1 "
            "OR joined_with = ?1) AND NOT superseded ORDER BY as_of, id",
            (row.page_id,),
        )
    ]
    at = ids.index(row.id) if row.id in ids else None
    return {
        "before": ids[at - 1] if at else None,
        "after": ids[at + 1] if at is not None and at + 1 < len(ids) else None,
    }
