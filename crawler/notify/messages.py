"""How a change, an event and a digest read in a message: the change itself in a few words, before
and after, with the two times. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from crawler.model import parse_iso

#: characters of one side of one piece, and pieces of one change
PIECE_CHARS = 60
CONTEXT_CHARS = 8
PIECES = 4
DIGEST_LINES = 60
# C0, C1 and what turns or hides the order of letters: a page's author must not write here.
_UNSAFE = dict.fromkeys(
    [
        *(*range(0x09), 0x0B, *range(0x0E, 0x20), *range(0x7F, 0xA0)),
        *(0x061C, 0x200E, 0x200F, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)),
    ],
    "\ufffd",
)


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it goes out: plain text."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Manner:
    """How messages are written: the zone of their times, the address that links begin with."""

    zone: tzinfo
    public_url: str | None = None

    def time(self, moment: str | None) -> str:
        """A moment for a reader, with its zone."""
        if moment is None:
            return "an unknown time"
        local: datetime = parse_iso(moment).astimezone(self.zone)
        return local.strftime("%Y-%m-%d %H:%M %Z")


def clean(text: str | None) -> str:
    """Somebody else's text on one line, nothing in it that a reader's program would obey."""
    return " ".join((text or "").translate(_UNSAFE).split())


def change_letter(
    change: Mapping[str, Any], old: str | None, new: str | None, key: str, manner: Manner
) -> Letter:
    """A change with its `ops` (null when withheld) and the two texts, where there are any."""
    lines = [clean(change["url"]), *between(change, manner)]
    lines += [f"{row['term']}: {row['before']} → {row['after']}" for row in change["terms"]]
    lines += [
        f"{row['field']}: {_side(row['from'])} → {_side(row['to'])}"
        for row in change["fields"][:PIECES]
        if not row.get("noise")
    ]
    lines += list(pieces(change.get("ops") or (), old or "", new or ""))
    if change["seeds"]:
        names = ", ".join(row["seed"] for row in change["seeds"])
        lines.append(f"touches your copies: {names}")
    lines += [*link(manner, f"-/changes/{change['change']}"), "", f"key {key}"]
    return Letter(headline(change), "\n".join(lines))


def headline(change: Mapping[str, Any]) -> str:
    """A change in one line."""
    title = clean(change.get("title")) or clean(change["url"])
    short = title if len(title) <= 60 else title[:59] + "…"
    if change["kind"] == "state":
        return f"{change['to_state']}: {short}"
    counts = [f"{sign}{change[name]}" for sign, name in (("+", "inserted"), ("−", "deleted"))]
    counts += [f"{change[name]} {name}" for name in ("moved", "masked") if change[name]]
    return f"changed ({' '.join(counts)}): {short}"


def between(change: Mapping[str, Any], manner: Manner) -> Iterator[str]:
    """Between which two looks it happened, and what it is."""
    if change["kind"] == "state":
        yield f"{change['from_state']} → {change['to_state']}"
    elif change["labels"]:
        yield ", ".join(change["labels"]) + f", score {change['score']:.2f}"
    before, after = manner.time(change["old_last_seen"]), manner.time(change["new_first_seen"])
    yield f"seen as it was until {before}, seen otherwise since {after}"


def pieces(ops: Sequence[Mapping[str, Any]], old: str, new: str) -> Iterator[str]:
    """The first few pieces that were changed, with some characters around them."""
    told = [op for op in ops if op["op"] != "equal" and not op["noise"]]
    for op in told[:PIECES]:
        a, b = _excerpt(old, *op["a"]), _excerpt(new, *op["b"])
        if op["op"] == "move":
            yield f"moved: {b}"
        elif not op["a"][1] - op["a"][0]:
            yield f"+ {b}"
        elif not op["b"][1] - op["b"][0]:
            yield f"− {a}"
        else:
            yield f"− {a}\n+ {b}"
    if len(told) > PIECES:
        yield f"… and {len(told) - PIECES} more pieces"


def _excerpt(text: str, start: int, end: int) -> str:
    inner = text[start:end]
    if len(inner) > PIECE_CHARS:
        half = PIECE_CHARS // 2
        inner = f"{inner[:half]}…{inner[-half:]}"
    before = text[max(0, start - CONTEXT_CHARS) : start]
    return clean(f"{before}[{inner}]{text[end : end + CONTEXT_CHARS]}")


def _side(value: Any) -> str:
    shown = clean(", ".join(value) if isinstance(value, list) else str(value or "nothing"))
    return shown if len(shown) <= PIECE_CHARS else shown[: PIECE_CHARS - 1] + "…"


def event_letter(event: Mapping[str, Any], key: str, manner: Manner) -> Letter:
    """An event with its next step."""
    title = f"{event['kind'].replace('_', ' ')}: {clean(event['subject'])[:80]}"
    lines = [clean(event["message"]), clean(event["next_step"]), manner.time(event["recorded_at"])]
    if event["changes"]:
        lines.append(f"{len(event['changes'])} changes: {_ids(event['changes'])}")
    lines += link(manner, f"-/events#event-{event['event']}")
    return Letter(title, "\n".join([*filter(None, lines), "", f"key {key}"]))


def _ids(ids: Sequence[int]) -> str:
    shown = ", ".join(str(one) for one in ids[:20])
    return shown + (" …" if len(ids) > 20 else "")


def digest_letter(
    period: Mapping[str, Any],
    changes: Sequence[Mapping[str, Any]],
    events: Sequence[Mapping[str, Any]],
    key: str,
    manner: Manner,
) -> Letter:
    """A period in one message, also when nothing changed."""
    broken = period["broken_promises"]
    promise = "promise kept" if not broken else f"{broken} promises broken"
    title = f"{period['checks']:,} checks, {period['changes']:,} changes, {promise}"
    lines = [f"from {manner.time(period['since'])} to {manner.time(period['until'])}"]
    for change in sorted(changes, key=lambda one: -one["score"])[:DIGEST_LINES]:
        lines.append(f"• {headline(change)}\n  {clean(change['url'])}")
    for event in list(events)[:DIGEST_LINES]:
        lines.append(f"• {clean(event['message'])}")
    left = max(0, len(changes) - DIGEST_LINES) + max(0, len(events) - DIGEST_LINES)
    if left:
        lines.append(f"… and {left} more: crawl changes, crawl events")
    return Letter(title, "\n".join([*lines, *link(manner, "-/changes"), "", f"key {key}"]))


def trial_letter(channel: str, key: str) -> Letter:
    """What `crawl notify --test` sends."""
    body = (
        f"The channel {channel} works: messages of this archive will look like this.\n\nkey {key}"
    )
    return Letter("Palimpsest: a test", body)


def link(manner: Manner, path: str) -> list[str]:
    """The address of a page of `crawl browse`, where readers find that."""
    return [f"{manner.public_url.rstrip('/')}/{path}"] if manner.public_url else []
