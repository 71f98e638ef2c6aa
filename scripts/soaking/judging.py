"""What has to hold after a storm, each as a sentence where it does not."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from soaking.reading import Reader
from soaking.world import HOUR_S, PAGES, World, certain_s, mark_of

Outage = tuple[float, float]


def judge(
    folder: Path, reader: Reader, world: World, outages: Sequence[Outage], heads: dict[int, str]
) -> Iterator[str]:
    """All of it."""
    yield from sound(folder)
    yield from lost_rows(reader, heads)
    yield from missed(reader, world, outages)
    yield from unrecorded(reader)
    yield from untold(reader)
    yield from repeated(reader, world)


def sound(folder: Path) -> Iterator[str]:
    """The archive proves what it holds."""
    from crawler.evidence.verify import verify

    report = verify(folder / "archive.db")
    if not report["ok"]:
        yield f"the archive does not verify: {report['problems'][:3]}"


def lost_rows(reader: Reader, heads: dict[int, str]) -> Iterator[str]:
    """Every record that anybody ever saw is there, and no row was taken out."""
    kept = dict(reader.rows("SELECT sequence, hash FROM log"))
    gone = [number for number, digest in heads.items() if kept.get(number) != digest]
    if gone:
        yield f"{len(gone)} committed records are gone, the first {min(gone)}"
    if len(kept) != max(kept, default=-1) + 1:
        yield "the log has gaps"
    rows, last = reader.rows("SELECT count(*), max(id) FROM observations")[0]
    if rows != last:
        yield f"{last - rows} looks are gone"


def missed(reader: Reader, world: World, outages: Sequence[Outage]) -> Iterator[str]:
    """Every text that stood longer than was promised is there. While the network was away nobody
    could look: that time does not count, nor as long again, in which tries come ever slower."""
    seen = [text for (text,) in reader.rows("SELECT text FROM texts")]
    end = world.still or 0.0
    for page in PAGES:
        edits = world.edits[page]
        for version in range(world.version(page, end) + 1):
            since, until = edits[version], min(end, edits[version + 1])
            away = sum(max(0.0, min(until, b) - max(since, a)) for a, b in outages)
            stood = until - since - 2 * away - (6 * HOUR_S if away else 0.0)
            mark = mark_of(page, version)
            if stood > certain_s(page) and not any(mark in text for text in seen):
                yield f"{mark} stood {(until - since) / HOUR_S:.0f} h and was missed"


def unrecorded(reader: Reader) -> Iterator[str]:
    """Between two versions of a page stands a change."""
    alone = reader.one(
        "SELECT count(*) FROM versions v WHERE NOT v.superseded AND EXISTS ("
        "SELECT 1 FROM versions w WHERE w.page_id = v.page_id AND w.id < v.id) "
        "AND NOT EXISTS (SELECT 1 FROM changes c WHERE c.to_version_id = v.id)"
    )
    if alone:
        yield f"{alone} versions came without a change"


def untold(reader: Reader) -> Iterator[str]:
    """Every change above score 0 and every event has a message that was delivered."""
    for table, column, which in (
        ("changes", "change_id", "score > 0"),
        ("events", "event_id", "1"),
    ):
        count = reader.one(
            f"SELECT count(*) FROM {table} t WHERE {which} AND NOT EXISTS ("
            f"SELECT 1 FROM outbox o WHERE o.{column} = t.id AND o.delivered_at IS NOT NULL)"
        )
        if count:
            yield f"{count} {table} were told to nobody"


def repeated(reader: Reader, world: World) -> Iterator[str]:
    """What counts as delivered came, and a message came twice only where a kill lies between."""
    sent = reader.rows(
        "SELECT message_key FROM outbox WHERE told_in IS NULL AND delivered_at IS NOT NULL"
    )
    never = {key for (key,) in sent} - set(world.letters)
    if never:
        yield f"{len(never)} messages count as delivered and never came"
    for key, kills in world.letters.items():
        if len(set(kills)) != len(kills):
            yield f"{key} came twice with no kill between"
    extra = sum(len(kills) - 1 for kills in world.letters.values())
    if extra > world.kills:
        yield f"{extra} messages came again, and the daemon was killed {world.kills} times"
