"""A page's time put in order after copies were filed in it.

Copies that others kept stand between our own looks. What they show makes the interval of a change
narrower, or shows a version that nobody here saw: the change that was told then gets successors.
"""

import json
import sqlite3
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from crawler.model import AddressState, ChangeDraft, Fields, Intent
from crawler.store import changing
from crawler.store.pages import page_state
from crawler.store.transaction import writing
from crawler.store.work import Work

NARROWED = "a copy that another kept was seen between the two looks"


@dataclass(frozen=True, slots=True)
class Side:
    """Versions in a row that read the same: their ids, the text, what stands beside it."""

    version_ids: tuple[int, ...]
    text: str
    fields: Fields
    rule: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Step:
    """Two neighbours in a page's time that read differently, between two known moments."""

    old: Side
    new: Side
    moments: changing.Moments
    #: the change that stands for it and says less, None where none does
    supersedes: int | None


_VERSIONS = """
SELECT v.id, coalesce(t.text, ''), e.title, e.author, e.source_name, e.editor, e.published,
    e.images, e.links, e.extractor, e.rule
FROM versions v JOIN extractions e ON e.id = v.extraction_id JOIN texts t ON t.id = v.text_id
WHERE v.page_id = ? AND NOT v.superseded ORDER BY v.as_of, v.id
"""
_SEEN = "CASE WHEN o.origin = 'here' THEN o.{at} ELSE o.as_of END"
_LAST = f"""
SELECT o.id, {_SEEN.format(at="started_at")} FROM observations o
WHERE o.version_id IN (SELECT value FROM json_each(?)) AND o.as_of < ?
    AND o.outcome IN ('new', 'changed', 'unchanged') ORDER BY o.as_of DESC, o.id DESC LIMIT 1
"""  # noqa: S608 - of our own text
_FIRST = f"""
SELECT o.id, {_SEEN.format(at="finished_at")}, o.as_of FROM versions v
JOIN observations o ON o.id = v.first_observation_id WHERE v.id = ?
"""  # noqa: S608
_STANDING = """
SELECT c.id, c.from_version_id, c.to_version_id, c.old_last_seen, c.new_first_seen FROM changes c
WHERE c.page_id = ? AND c.kind = 'content' AND c.from_version_id IS NOT NULL
    AND c.to_version_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM changes n WHERE n.supersedes_id = c.id)
"""


def sides(conn: sqlite3.Connection, page_id: int) -> list[Side]:
    """What a page showed, one after another."""
    found: list[Side] = []
    for row in conn.execute(_VERSIONS, (page_id,)):
        images, links = (tuple(json.loads(text)) for text in row[7:9])
        side = Side((row[0],), row[1], Fields(*[*row[2:7], images, links]), (row[9], row[10]))
        same = found and (found[-1].text, found[-1].fields) == (side.text, side.fields)
        if same:
            side = Side((*found.pop().version_ids, row[0]), side.text, side.fields, side.rule)
        found.append(side)
    return found


def steps(conn: sqlite3.Connection, page_id: int) -> list[Step]:
    """The changes that the page's time shows and that no standing change tells so well. Texts by
    two rules are no edit, and make no step."""
    shown = sides(conn, page_id)
    place = {version: n for n, side in enumerate(shown) for version in side.version_ids}
    standing = [
        (change_id, place[old], place[new], seen, first)
        for change_id, old, new, seen, first in conn.execute(_STANDING, (page_id,))
        if old in place and new in place
    ]
    found = []
    for number, (old, new) in enumerate(pairwise(shown)):
        moments = _moments(conn, old, new)
        if moments is None or old.rule != new.rule:
            continue
        spanning = [one for one in standing if one[1] <= number < one[2]]
        if any(one[2] - one[1] == 1 and _tells(one, moments) for one in spanning):
            continue
        found.append(Step(old, new, moments, spanning[0][0] if spanning else None))
    return found


def _tells(standing: tuple[Any, ...], moments: changing.Moments) -> bool:
    """Whether a change's interval is as narrow already."""
    seen, first = standing[3] or "", standing[4]
    return bool(seen >= (moments.old_last_seen or "") and first <= moments.new_first_seen)


def _moments(conn: sqlite3.Connection, old: Side, new: Side) -> changing.Moments | None:
    first = conn.execute(_FIRST, (new.version_ids[0],)).fetchone()
    last = conn.execute(_LAST, (json.dumps(old.version_ids), first[2])).fetchone()
    return None if last is None else changing.Moments(last[1], first[1], last[0], first[0])


def tell(
    conn: sqlite3.Connection,
    page_id: int,
    told: list[tuple[Step, ChangeDraft]],
    origin: str,
    now: str,
) -> list[int]:
    """Record the changes of these steps; their ids."""
    page = page_state(conn, page_id)
    if page is None or not told:
        return []
    intent = Intent(0, page, AddressState(0, page_id, page.canonical_url), (), origin=origin)
    ids = []
    with writing(conn, now) as transaction:
        work = Work(transaction)
        for step, draft in told:
            passage = changing.Passage(
                _place(conn, step.old.version_ids[-1], step.moments.old_last_observation_id),
                _place(conn, step.new.version_ids[0], step.moments.new_first_observation_id),
                step.moments,
            )
            ids.append(changing.add_change(work, intent, draft, passage))
        work.flush()
    return ids


def _place(conn: sqlite3.Connection, version_id: int, look_id: int | None) -> Any:
    return changing.version_place(conn, version_id, look_id)


def known_copy(conn: sqlite3.Connection, url: str, moment: str, body_sha256: str) -> bool:
    """Whether these bytes of this moment are here already, as a copy or as a look of ours."""
    row = conn.execute(
        "SELECT 1 FROM addresses a JOIN observations o ON o.address_id = a.id "
        "WHERE a.url = ? AND a.purpose = 'article' AND o.body_sha256 = ? "
        "AND substr(CASE WHEN o.origin = 'here' THEN o.started_at ELSE o.as_of END, 1, 19) = ?",
        (url, body_sha256, moment[:19]),
    ).fetchone()
    return row is not None
