"""What a citation says: a change, a version or a seed copy, with its interval and its proof.

Ids of rows and hashes of records hold for ever: a change that no longer stands is still cited by
its own, and names its successor.
"""

from dataclasses import dataclass, field
from typing import Any

from crawler.errors import UnknownName
from crawler.evidence.state import State
from crawler.store import Archive
from crawler.store.proving import by_hash, first_look, last_look, memento, record_of
from crawler.store.status import head
from crawler.store.witness import last_told, origin

Words = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Citation:
    """One thing to be cited. Moments are ISO texts; `old` and `new` are words of a change."""

    kind: str
    id: int
    url: str | None
    title: str | None
    author: str | None
    source_name: str | None
    #: as the page claims
    published: str | None
    lang: str | None
    #: of a change: last sight of the old, first of the new; of a version: first and last sight
    since: str | None
    until: str | None
    record: str
    sequence: int
    text_sha256: dict[str, str]
    words: tuple[Words, ...]
    from_state: str | None
    to_state: str | None
    superseded_by: int | None
    origin: str
    head: dict[str, Any]
    anchored_until: str | None
    key: str | None
    memento: str | None
    #: a text of it was taken out by `crawl withhold`
    withheld: bool = False
    #: rows that a bundle needs
    rows: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """For scripts: all but the rows."""
        names = [name for name in self.__slots__ if name != "rows"]
        shown = {name: getattr(self, name) for name in names}
        shown["words"] = [{"from": old, "to": new} for old, new in self.words]
        return shown


def cite(archive: Archive, state: State, ref: str) -> Citation:
    """What the reference names: a number is a change, else a version (`version:12`, `change:12`
    say which); a URL its latest version, a hash whatever record has it, a name a seed copy. Raises
    UnknownName when it is none of them."""
    kind, _, number = ref.partition(":")
    if kind in ("change", "version", "seed") and number and not number.startswith("//"):
        return _BY_KIND[kind](archive, state, number)
    if ref.isdecimal() or "://" in ref:
        order = ["change", "version"] if ref.isdecimal() else ["version"]
    else:
        named = any(seed.id == ref for seed in archive.seeds())
        order = ["seed"] if named else _kinds_of_hash(archive, ref)
    for kind in order:
        try:
            return _BY_KIND[kind](archive, state, ref)
        except UnknownName:
            continue
    raise UnknownName(
        f"there is no change, version, seed copy or text {ref!r}",
        "`crawl changes` lists changes, `crawl log URL` versions, `crawl seeds list` seed copies",
    )


def _kinds_of_hash(archive: Archive, ref: str) -> list[str]:
    found = by_hash(archive.conn, ref) if len(ref) >= 8 else None
    if found is not None and found.said["kind"] == "change":
        return ["change"]
    return ["version", "seed"]


def of_change(archive: Archive, state: State, ref: str) -> Citation:
    """The citation of a change."""
    found = archive.change(ref)
    record = record_of(archive.conn, "change", found["change"])
    shown = found["to_version"] or found["from_version"]
    version = None if shown is None else archive.find_version(str(shown))
    old, new = texts_of(archive, record.hash)
    return Citation(
        kind="change",
        id=found["change"],
        url=found["url"],
        title=(version.title if version else None) or found["title"],
        author=version.author if version else None,
        source_name=version.source_name if version else None,
        published=version.published if version else None,
        lang=None,
        since=found["old_last_seen"],
        until=found["new_first_seen"],
        text_sha256=_hashes(record.said),
        words=words_of(old, new, found["ops"] or []),
        from_state=found["from_state"],
        to_state=found["to_state"],
        superseded_by=found["superseded_by"],
        memento=_memento(archive, found["page"], found["new_first_seen"]),
        withheld=_withheld(archive, record.said),
        rows={
            "change": found["change"],
            "old": found["old_last_observation"],
            "new": found["new_first_observation"],
            "from_version": found["from_version"],
            "to_version": found["to_version"],
            "texts": (old, new),
            "ops": found["ops"],
            "counts": {
                **{name: found[name] for name in ("inserted", "deleted", "moved", "masked")},
                "labels": tuple(found["labels"]),
                "score": found["score"],
                "coarse": found["coarse"],
            },
        },
        **_proved(archive, state, record),
    )


def texts_of(archive: Archive, change_hash: str) -> Words:
    """The old and the new text of a change by its record's hash; empty where there is none, or
    where it was withheld."""
    record, found = by_hash(archive.conn, change_hash), []
    said = {} if record is None else record.said
    for side in ("from", "to"):
        digest = (said.get(side) or {}).get("text_sha256")
        row = archive.conn.execute("SELECT text FROM texts WHERE sha256 = ?", (digest,)).fetchone()
        found.append((row[0] or "") if row else "")
    return found[0], found[1]


def _withheld(archive: Archive, said: dict[str, Any]) -> bool:
    """Whether a text that a change names was taken out."""
    query = "SELECT 1 FROM texts WHERE sha256 IN (?, ?) AND text IS NULL"
    hashes = [(said.get(side) or {}).get("text_sha256") for side in ("from", "to")]
    return archive.conn.execute(query, hashes).fetchone() is not None


def _hashes(said: dict[str, Any]) -> dict[str, str]:
    sides = {"old": said["from"], "new": said["to"]}
    return {
        name: place["text_sha256"]
        for name, place in sides.items()
        if place is not None and place["text_sha256"]
    }


def words_of(old: str, new: str, ops: list[dict[str, Any]]) -> tuple[Words, ...]:
    """What stood there and what stands there now, piece by piece; differences of form are left
    out, and a passage that moved is no other wording."""
    return tuple(
        (old[op["a"][0] : op["a"][1]], new[op["b"][0] : op["b"][1]])
        for op in ops
        if op["op"] not in ("equal", "move") and not op["noise"] and old + new
    )


def of_version(archive: Archive, state: State, ref: str) -> Citation:
    """The citation of a version: its interval is that of the looks at its bytes."""
    found = archive.find_version(ref)
    first, last = first_look(archive.conn, found.id), last_look(archive.conn, found.id)
    record = record_of(archive.conn, "observation", first)
    return Citation(
        kind="version",
        id=found.id,
        url=found.url,
        title=found.title,
        author=found.author,
        source_name=found.source_name,
        published=found.published,
        lang=None,
        since=found.first_seen,
        until=found.last_seen,
        text_sha256={"new": found.text_sha256},
        words=(),
        from_state=None,
        to_state=None,
        superseded_by=None,
        memento=_memento(archive, found.page_id, found.as_of),
        withheld=found.withheld,
        rows={"new": first, "last": last, "to_version": found.id, "texts": ("", found.text)},
        **_proved(archive, state, record),
    )


def of_seed(archive: Archive, state: State, ref: str) -> Citation:
    """The citation of a seed copy: what the user holds, and what is known of where it is from."""
    found = archive.seed(ref)
    record = record_of(archive.conn, "seed", found.row_id)
    return Citation(
        kind="seed",
        id=found.row_id,
        url=found.url,
        title=found.title or found.name,
        author=found.author,
        source_name=None,
        published=found.published,
        lang=found.lang[0] if found.lang else None,
        since=found.retrieved,
        until=found.recorded_at,
        text_sha256={"new": found.text_sha256},
        words=(),
        from_state=None,
        to_state=None,
        superseded_by=None,
        memento=None,
        rows={"seed": found.row_id, "file": found.file_sha256, "texts": ("", found.text)},
        **_proved(archive, state, record),
    )


def _proved(archive: Archive, state: State, record: Any) -> dict[str, Any]:
    """What every citation says of its proof."""
    anchor, key = last_told(archive.conn, "anchor"), state.key()
    covered = anchor is not None and record.sequence < anchor.fields["size"]
    return {
        "record": record.hash,
        "sequence": record.sequence,
        "origin": origin(archive.conn) or "",
        "head": head(archive.conn),
        "anchored_until": anchor.fields["signed_at"] if anchor and covered else None,
        "key": None if key is None else key.fingerprint,
    }


def _memento(archive: Archive, page_id: int, moment: str) -> str | None:
    found = memento(archive.conn, page_id, moment)
    return None if found is None else found[0]


_BY_KIND = {"change": of_change, "version": of_version, "seed": of_seed}
