"""Captures: what extractions were made from, put together again to be read once more."""

import json
import sqlite3
from typing import Any

from crawler.model import Capture, Link
from crawler.store import bodies


def capture_of(conn: sqlite3.Connection, version_id: int) -> Capture | None:
    """What a version was read from, to be read again; None where its bytes are not here."""
    row = conn.execute(
        "SELECT l.record FROM versions v JOIN extractions e ON e.id = v.extraction_id "
        "JOIN log l ON l.sequence = e.sequence WHERE v.id = ?",
        (version_id,),
    ).fetchone()
    return None if row is None else capture_from(conn, json.loads(row[0]))


def capture_from(conn: sqlite3.Connection, said: dict[str, Any]) -> Capture | None:
    """What the record of an extraction says that was read; None where its bytes are not here."""
    looks = [
        conn.execute(
            "SELECT o.body_sha256, o.request_url, o.status FROM observations o "
            "JOIN log l ON l.sequence = o.sequence WHERE l.hash = ?",
            (digest,),
        ).fetchone()
        for digest in said["capture"]
    ]
    if not looks or any(look is None or look[0] is None for look in looks):
        return None
    found = tuple(bodies.read_or_none(conn, look[0]) for look in looks)
    if None in found:
        return None
    return Capture(
        tuple(body for body in found if body is not None),
        looks[0][1],
        said["final_url"],
        content_type=said["content_type"],
        status=looks[0][2] or 0,
        listing=None if said["listing"] is None else _link_of(said["listing"]),
        encoding=said["encoding"],
        profile=said["profile"],
    )


def _link_of(entry: dict[str, Any]) -> Link:
    names = ("url", "title", "published", "updated", "author")
    return Link(*(entry[name] for name in names))
