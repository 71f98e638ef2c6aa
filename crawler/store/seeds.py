"""The seed copies: their revisions, and how each stands against the archive today."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from crawler.errors import not_called
from crawler.model import EventDraft, Router, SeedSetting
from crawler.store import records
from crawler.store.changing import add_event
from crawler.store.records import clean
from crawler.store.transaction import writing
from crawler.store.work import Work


@dataclass(frozen=True, slots=True)
class SeedRow:
    """A seed copy in its current revision, and what is known of its origin."""

    #: the short name that sources.toml gives it
    id: str
    row_id: int
    revision: int
    text: str
    text_id: int
    text_sha256: str
    file_name: str
    file_sha256: str
    title: str | None
    author: str | None
    published: str | None
    url: str | None
    url_evidence: str
    retrieved: str | None
    originals: tuple[str, ...]
    lang: tuple[str, ...]
    note: str | None
    recorded_at: str
    #: of its record
    hash: str

    @property
    def name(self) -> str:
        """The same as `id`."""
        return self.id


_SEED = """
SELECT s.name, s.id, s.revision, coalesce(t.text, ''), t.id, t.sha256, s.file_name, s.file_sha256,
    s.title, s.author, s.published, s.url, s.url_evidence, s.retrieved, s.originals, s.lang,
    s.note, s.recorded_at, l.hash
FROM seeds s JOIN texts t ON t.id = s.text_id JOIN log l ON l.sequence = s.sequence
"""


def _seed_of(row: Sequence[Any]) -> SeedRow:
    originals, lang = (tuple(json.loads(text)) for text in row[14:16])
    return SeedRow(*[*row[:14], originals, lang, *row[16:]])


def current(conn: sqlite3.Connection) -> list[SeedRow]:
    """The seed copies that sources.toml names now, by name."""
    return [_seed_of(row) for row in conn.execute(_SEED + "WHERE s.current ORDER BY s.name")]


def by_row(conn: sqlite3.Connection, row_id: int) -> SeedRow:
    """A revision of a seed copy by the id of its row."""
    return _seed_of(conn.execute(_SEED + "WHERE s.id = ?", (row_id,)).fetchone())


def find(conn: sqlite3.Connection, ref: str) -> SeedRow:
    """A seed copy by its name, or by 8 or more characters of the hash of its record, its text or
    its file; raises UnknownName with the names that there are."""
    row = conn.execute(_SEED + "WHERE s.name = ? ORDER BY s.revision DESC LIMIT 1", (ref,))
    found = row.fetchall()
    if not found and len(ref) >= 8:
        found = conn.execute(
            _SEED + "WHERE substr(l.hash, 1, ?2) = ?1 OR substr(t.sha256, 1, ?2) = ?1 "
            "OR substr(s.file_sha256, 1, ?2) = ?1 ORDER BY s.revision DESC LIMIT 1",
            (ref.lower(), len(ref)),
        ).fetchall()
    if found:
        return _seed_of(found[0])
    raise not_called("seed copy", ref, (seed.id for seed in current(conn)), "the archive holds")


def sync(
    conn: sqlite3.Connection,
    declared: Sequence[tuple[SeedSetting, bytes]],
    now: str,
    router: Router | None = None,
) -> list[str]:
    """Keep every declared copy that is new or reads otherwise than its last revision, as a new
    revision; the messages of the events that told of it."""
    news = []
    known = {seed.id: seed for seed in current(conn)}
    changed = [(s, file) for s, file in declared if _differs(known.get(s.id), s, file)]
    names = [setting.id for setting, _ in declared]
    if not changed and set(known) <= set(names):
        return []
    with writing(conn, now) as transaction:
        work = Work(transaction)
        work.router = router
        conn.execute(
            "UPDATE seeds SET current = 0 WHERE name NOT IN (SELECT value FROM json_each(?))",
            (json.dumps(names),),
        )
        for setting, file in changed:
            draft = _add(work, setting, file, known.get(setting.id))
            add_event(work, 0, draft)
            news.append(draft.message)
        work.flush()
    return news


def seed_text(file: bytes) -> str:
    """The text of a copy's file, in whatever encoding it is; lines end with one newline."""
    try:
        text = file.decode("utf-8-sig")
    except UnicodeDecodeError:
        from crawler.decode import decode

        text = decode(file).text
    return clean(text.replace("\r\n", "\n").replace("\r", "\n"))


_SAID = (
    ["title", "author", "published", "url", "url_evidence", "retrieved", "note"],
    ["originals", "lang"],
)


def _differs(known: SeedRow | None, setting: SeedSetting, file: bytes) -> bool:
    if known is None or known.file_sha256 != records.bytes_sha256(file):
        return True
    plain, lists = _SAID
    return any(getattr(known, name) != getattr(setting, name) for name in plain) or any(
        getattr(known, name) != tuple(getattr(setting, name)) for name in lists
    )


def _add(work: Work, setting: SeedSetting, file: bytes, known: SeedRow | None) -> EventDraft:
    last = work.conn.execute(
        "SELECT s.revision, l.hash, s.file_sha256 FROM seeds s "
        "JOIN log l ON l.sequence = s.sequence "
        "WHERE s.name = ? ORDER BY s.revision DESC LIMIT 1",
        (setting.id,),
    ).fetchone()
    revision = 1 if last is None else last[0] + 1
    text_id, text_digest, fold_digest = work.text(seed_text(file))
    # What a page shows too has to stand in the passage index whole.
    work.conn.execute("UPDATE texts SET indexed = 0 WHERE id = ?", (text_id,))
    file_digest = work.loose_body(file)
    appended = work.transaction.append(
        "seed",
        records.seed(
            setting,
            revision=revision,
            replaces=None if last is None else last[1],
            file_name=PurePath(setting.file).name,
            file_sha256=file_digest,
            file_bytes=len(file),
            text_digest=text_digest,
            fold_digest=fold_digest,
            recorded_at=work.now,
        ),
    )
    said = appended.fields
    work.conn.execute("UPDATE seeds SET current = 0 WHERE name = ?", (setting.id,))
    plain, lists = _SAID
    columns: dict[str, Any] = {name: said[name] for name in plain}
    columns |= {name: json.dumps(said[name], ensure_ascii=False) for name in lists}
    work.transaction.add(
        "seeds",
        sequence=appended.sequence,
        name=setting.id,
        revision=revision,
        current=1,
        file_name=said["file_name"],
        file_sha256=file_digest,
        text_id=text_id,
        recorded_at=work.now,
        **columns,
    )
    return _told(setting, revision, last is not None and last[2] == file_digest)


def _told(setting: SeedSetting, revision: int, same_file: bool) -> EventDraft:
    if revision == 1:
        return EventDraft(
            "seed_added",
            setting.id,
            f"the seed copy {setting.id} was taken into the archive",
            f"see how it stands with `crawl seeds compare {setting.id}`",
        )
    what = "what is known of it changed" if same_file else "its file is another one"
    return EventDraft(
        "seed_revised",
        setting.id,
        f"the seed copy {setting.id} has a new revision {revision}: {what}",
        "the revisions before it stay in the archive; if this was not meant, restore the file",
    )


def listed(conn: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    """The contract of `crawl seeds list --json`: each copy with the page's current version that
    carries the largest share of it."""
    for seed in current(conn):
        best = conn.execute(
            "SELECT m.version_id, m.seed_coverage, p.state, p.last_conclusive_at, p.id "
            "FROM seed_matches m JOIN pages p ON p.version_id = m.version_id "
            "WHERE m.seed_id = ? AND p.joined_with IS NULL "
            "ORDER BY m.seed_coverage DESC, m.page_coverage DESC, m.version_id LIMIT 1",
            (seed.row_id,),
        ).fetchone()
        version, coverage, state, checked = (best or (None,) * 5)[:4]
        yield {
            "seed": seed.id,
            "title": seed.title,
            "url": seed.url,
            "url_evidence": seed.url_evidence,
            "chars": len(seed.text),
            "best_version": version,
            "best_coverage": coverage,
            "state": state,
            "last_checked": checked,
            "changed_since_retrieved": None
            if best is None
            else _changed_since(conn, best[4], seed.retrieved or seed.recorded_at),
        }


def _changed_since(conn: sqlite3.Connection, page_id: int, moment: str) -> bool:
    """Whether the page's text was edited after a moment, as far as its looks tell."""
    row = conn.execute(
        "SELECT 1 FROM changes c WHERE page_id = ? AND kind = 'content' AND score > 0 "
        "AND new_first_seen > ? "
        "AND NOT EXISTS (SELECT 1 FROM changes l WHERE l.supersedes_id = c.id) LIMIT 1",
        (page_id, moment),
    ).fetchone()
    return row is not None
