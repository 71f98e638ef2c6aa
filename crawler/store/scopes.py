"""What a page, a version or a listing covers: its looks, its versions, its pages."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

# ruff: noqa: S608 - statements are put together from names of our own


@dataclass(frozen=True, slots=True)
class Scope:
    """What is asked for: looks and versions, and the pages that are asked for no more."""

    looks: tuple[int, ...] = ()
    versions: tuple[int, ...] = ()
    pages: tuple[int, ...] = ()


def page_scope(conn: sqlite3.Connection, page_id: int) -> Scope:
    """Everything of a page, and of the pages that were found to be it."""
    pages = ids(conn, "SELECT id FROM pages WHERE ?1 IN (id, joined_with)", page_id)
    of_pages = "IN (SELECT value FROM json_each(?1))"
    return Scope(
        ids(conn, f"SELECT id FROM observations WHERE page_id {of_pages}", listed(pages)),
        ids(conn, f"SELECT id FROM versions WHERE page_id {of_pages}", listed(pages)),
        pages,
    )


def version_scope(conn: sqlite3.Connection, version_id: int) -> Scope:
    """One version: all readings of its capture, all of its page's versions with its text, and all
    looks that showed them."""
    versions = ids(
        conn,
        "SELECT o.id FROM versions v JOIN versions o ON o.page_id = v.page_id AND "
        "(o.text_id = v.text_id OR o.first_observation_id = v.first_observation_id) "
        "WHERE v.id = ?",
        version_id,
    )
    looks = ids(
        conn,
        "WITH chosen AS (SELECT * FROM versions WHERE id IN (SELECT value FROM json_each(?1))) "
        "SELECT id FROM observations WHERE page_id IN (SELECT page_id FROM chosen) "
        "AND version_id IN (SELECT id FROM chosen) "
        "UNION SELECT first_observation_id FROM chosen "
        "UNION SELECT o.id FROM chosen c JOIN extractions e ON e.id = c.extraction_id "
        "JOIN log l ON l.sequence = e.sequence "
        "JOIN json_each(json_extract(l.record, '$.capture')) part "
        "JOIN log p ON p.hash = part.value JOIN observations o ON o.sequence = p.sequence",
        listed(versions),
    )
    return Scope(looks, versions)


def listing_scope(conn: sqlite3.Connection, page_id: int | None, source: str | None) -> Scope:
    """The looks at listings while they showed a page, or all of a source's."""
    return Scope(
        ids(
            conn,
            "SELECT o.id FROM sightings s JOIN observations o ON o.address_id = s.address_id "
            "AND o.id BETWEEN s.first_observation_id AND s.last_observation_id "
            "WHERE s.page_id = ?1 UNION SELECT o.id FROM observations o "
            "WHERE o.source_id = ?2 AND o.purpose = 'listing'",
            page_id,
            source,
        )
    )


def ids(conn: sqlite3.Connection, query: str, *values: Any) -> tuple[Any, ...]:
    """The first column."""
    return tuple(row[0] for row in conn.execute(query, values))


def listed(values: Sequence[Any]) -> str:
    """Values for `json_each`."""
    return json.dumps(list(values))
