"""A page's time put in order after copies were filed in it.

Copies that others kept stand between our own looks. What they show makes the interval of a change
narrower, or shows a version that nobody here saw: the change that was told then gets successors.
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from crawler.model import EventDraft, Extraction, Fields
from crawler.store import changing

#: the rule of texts that came as they are: nobody reads them again
AS_GIVEN = "text"
NARROWED = "a copy that another kept was seen between the two looks"


@dataclass(frozen=True, slots=True)
class Side:
    """Versions in a row that read the same: their ids, the text, what stands beside it."""

    version_ids: tuple[int, ...]
    text: str
    fields: Fields
    rule: tuple[str, str]
    text_sha256: str
    #: a text that was withheld is compared with none
    withheld: bool
    #: the looks that saw these versions first: they stay when a version is read again
    first_looks: tuple[int, ...] = ()

    def reads_as(self, other: "Side") -> bool:
        """Whether the text and all beside it are the same."""
        return (self.text_sha256, self.fields) == (other.text_sha256, other.fields)


@dataclass(frozen=True, slots=True)
class Step:
    """Two neighbours in a page's time that read differently, between two known moments."""

    old: Side
    new: Side
    moments: changing.Moments
    #: the change that stands for it and says less or otherwise, None where none does
    supersedes: int | None
    #: that change was drawn up between other readings of the same looks
    read_again: bool = False
    #: a change that stands says the same of a wider interval: no news
    narrows: bool = False
    #: the captures of both sides by one rule, where their own rules are two and it tells an edit
    alike: tuple[Extraction, Extraction] | None = None
    #: what is told beside the change
    event: EventDraft | None = None

    @property
    def crosses(self) -> bool:
        """Whether two rules, or two extractors, read the two sides."""
        return self.old.rule != self.new.rule


_VERSIONS = """
SELECT v.id, coalesce(t.text, ''), e.title, e.author, e.source_name, e.editor, e.published,
    e.images, e.links, e.extractor, e.rule, v.first_observation_id, t.sha256, t.text IS NULL
FROM versions v JOIN extractions e ON e.id = v.extraction_id JOIN texts t ON t.id = v.text_id
"""
_STANDING_VERSIONS = _VERSIONS + "WHERE v.page_id = ? AND NOT v.superseded ORDER BY v.as_of, v.id"
_ONE_VERSION = _VERSIONS + "WHERE v.id = ?"
_SEEN = "CASE WHEN o.origin = 'here' THEN o.{at} ELSE o.as_of END"
_LAST = f"""
SELECT o.id, {_SEEN.format(at="started_at")} FROM observations o
WHERE o.page_id IN (SELECT page_id FROM versions WHERE id IN (SELECT value FROM json_each(?1)))
    AND o.version_id IN (SELECT value FROM json_each(?1)) AND o.as_of < ?2
    AND o.outcome IN ('new', 'changed', 'unchanged') ORDER BY o.as_of DESC, o.id DESC LIMIT 1
"""  # noqa: S608 - of our own text
_CROSSED = """
SELECT 1 FROM changes c JOIN versions o ON o.id = c.from_version_id
JOIN versions n ON n.id = c.to_version_id WHERE c.page_id = ?
    AND o.first_observation_id IN (SELECT value FROM json_each(?))
    AND n.first_observation_id IN (SELECT value FROM json_each(?)) LIMIT 1
"""
_FIRST = f"""
SELECT o.id, {_SEEN.format(at="finished_at")}, o.as_of FROM versions v
JOIN observations o ON o.id = v.first_observation_id WHERE v.id = ?
"""  # noqa: S608
_STANDING = """
SELECT c.id, c.from_version_id, c.to_version_id, c.old_last_seen, c.new_first_seen,
    c.old_last_observation_id, c.new_first_observation_id,
    (SELECT o.version_id FROM observations o WHERE o.id = c.old_last_observation_id),
    (SELECT o.version_id FROM observations o WHERE o.id = c.new_first_observation_id)
FROM changes c
WHERE c.page_id = ? AND c.kind = 'content' AND c.from_version_id IS NOT NULL
    AND c.to_version_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM changes n WHERE n.supersedes_id = c.id)
"""


def sides(conn: sqlite3.Connection, page_id: int) -> list[Side]:
    """What a page showed, one after another."""
    found: list[Side] = []
    for row in conn.execute(_STANDING_VERSIONS, (page_id,)):
        side = _side(row)
        if found and found[-1].reads_as(side):
            before = found.pop()
            ids, looks = before.version_ids, before.first_looks
            side = replace(
                side, version_ids=(*ids, row[0]), first_looks=(*looks, *side.first_looks)
            )
        found.append(side)
    return found


def _side(row: Sequence[Any]) -> Side:
    images, links = (tuple(json.loads(text)) for text in row[7:9])
    fields = Fields(*[*row[2:7], images, links])
    return Side(
        (row[0],), row[1], fields, (row[9], row[10]), row[12], bool(row[13]), first_looks=(row[11],)
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """A change that stands: its place among what the page showed, and what it was drawn up of."""

    id: int
    old_place: int
    new_place: int
    old_last_seen: str | None
    new_first_seen: str
    old: Side
    new: Side
    moments: changing.Moments


def standing(conn: sqlite3.Connection, page_id: int, shown: Sequence[Side]) -> list[Standing]:
    """The content changes of a page that stand, placed among what it shows now: by what its two
    looks show, else by the looks that saw its versions first."""
    place = {look: n for n, side in enumerate(shown) for look in side.first_looks}
    version = {one: n for n, side in enumerate(shown) for one in side.version_ids}
    found = []
    for row in conn.execute(_STANDING, (page_id,)).fetchall():
        old, new = (_side(conn.execute(_ONE_VERSION, (v,)).fetchone()) for v in row[1:3])
        if old.first_looks[0] in place and new.first_looks[0] in place:
            places = (
                version.get(row[7], place[old.first_looks[0]]),
                version.get(row[8], place[new.first_looks[0]]),
            )
            moments = changing.Moments(row[3], row[4], row[5], row[6])
            found.append(Standing(row[0], *places, row[3], row[4], old, new, moments))
    return found


def steps(conn: sqlite3.Connection, page_id: int) -> list[Step]:
    """The changes that the page's time shows and that no standing change tells so well. A step that
    `crosses` is no edit as it stands: its captures are to be read by one rule first."""
    shown = sides(conn, page_id)
    known = standing(conn, page_id, shown)
    found = []
    for number, (old, new) in enumerate(pairwise(shown)):
        moments = _moments(conn, old, new)
        if moments is None or old.withheld or new.withheld:
            continue
        if old.rule != new.rule and (
            AS_GIVEN in (old.rule[1], new.rule[1]) or _crossed(conn, page_id, old, new)
        ):
            continue
        spanning = [one for one in known if one.old_place <= number < one.new_place]
        same = [one for one in spanning if one.old.reads_as(old) and one.new.reads_as(new)]
        if any(_tells(one, moments) for one in same):
            continue
        first = next(iter(same or spanning), None)
        read_again = first is not None and not same and first.new_place - first.old_place == 1
        found.append(
            Step(old, new, moments, first.id if first else None, read_again, narrows=bool(same))
        )
    return found


def _crossed(conn: sqlite3.Connection, page_id: int, old: Side, new: Side) -> bool:
    """Whether a change between these looks was told, of whatever kind and by whatever rule."""
    looks = json.dumps(old.first_looks), json.dumps(new.first_looks)
    return conn.execute(_CROSSED, (page_id, *looks)).fetchone() is not None


def vanished(conn: sqlite3.Connection, page_id: int) -> list[Step]:
    """Standing changes whose two sides read the same now."""
    shown = sides(conn, page_id)
    return [
        Step(_one(shown, one.old_place, one.old), _one(shown, one.new_place, one.new),
             one.moments, one.id, True)
        for one in standing(conn, page_id, shown)
        if one.old_place == one.new_place
    ]  # fmt: skip


def _one(shown: Sequence[Side], place: int, before: Side) -> Side:
    """The one version of a side that has the first look of an earlier reading."""
    side = shown[place]
    looks, first = side.first_looks, before.first_looks[0]
    at = looks.index(first) if first in looks else 0
    return replace(side, version_ids=(side.version_ids[at],), first_looks=(side.first_looks[at],))


def _tells(known: Standing, moments: changing.Moments) -> bool:
    """Whether a change's interval is as narrow already."""
    seen, first = known.old_last_seen or "", known.new_first_seen
    return seen >= (moments.old_last_seen or "") and first <= moments.new_first_seen


def _moments(conn: sqlite3.Connection, old: Side, new: Side) -> changing.Moments | None:
    first = conn.execute(_FIRST, (new.version_ids[0],)).fetchone()
    last = last_look(conn, old.version_ids, first[2])
    return None if last is None else changing.Moments(last[1], first[1], last[0], first[0])


def last_look(
    conn: sqlite3.Connection, version_ids: Sequence[int], before: str
) -> tuple[int, str] | None:
    """The last look before a moment whose bytes gave one of these versions: its id, and when."""
    row = conn.execute(_LAST, (json.dumps(version_ids), before)).fetchone()
    return None if row is None else (row[0], row[1])


def known_copy(conn: sqlite3.Connection, url: str, moment: str, body_sha256: str) -> bool:
    """Whether these bytes of this moment are here already, as a copy or as a look of ours."""
    row = conn.execute(
        "SELECT 1 FROM addresses a JOIN observations o ON o.address_id = a.id "
        "WHERE a.url = ? AND a.purpose = 'article' AND o.body_sha256 = ? "
        "AND substr(CASE WHEN o.origin = 'here' THEN o.started_at ELSE o.as_of END, 1, 19) = ?",
        (url, body_sha256, moment[:19]),
    ).fetchone()
    return row is not None
