"""Who is told of a change or an event, and when a digest goes out. Pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from crawler.model import NotifyChannel, Post, Router, Told

#: events about seed copies and where their passages stand
OF_SEEDS = frozenset(
    {
        "seed_added",
        "seed_revised",
        "copy_found",
        "reprint_diverged",
        "original_changed",
        "quotation_gone",
        "passage_dropped",
    }
)
#: events about what pages say; all others are of operation
OF_CHANGES = frozenset(
    {
        "redesign",
        "flapping",
        "validators_lied",
        "extraction_unsure",
        "past_edits",
        "addresses_disagree",
    }
)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def router_of(channels: Sequence[NotifyChannel], tags: Mapping[str, Sequence[str]]) -> Router:
    """The router of these channels; `tags` are each source's."""

    def route(told: Told) -> tuple[Post, ...]:
        wanted = (one for one in channels if wants(one, told, tags.get(told.source_id or "", ())))
        return tuple(Post(one.id, digest=waits(one, told)) for one in wanted)

    return route


def subjects(told: Told) -> frozenset[str]:
    """Which of `changes`, `seeds` and `operations` it is about."""
    if told.is_change:
        return frozenset({"changes", "seeds"} if told.seeds else {"changes"})
    if told.kind in OF_SEEDS:
        return frozenset({"seeds"})
    return frozenset({"changes"} if told.kind in OF_CHANGES else {"operations"})


def wants(channel: NotifyChannel, told: Told, tags: Sequence[str]) -> bool:
    """Whether a channel is told of it. Noise (a change of score 0) is told to nobody; score,
    labels, seeds and terms choose among changes, source and tags among events too."""
    if not subjects(told) & set(channel.what):
        return False
    if channel.sources and told.source_id not in channel.sources:
        return False
    if channel.tags and not set(channel.tags) & set(tags):
        return False
    return not told.is_change or wants_change(channel, told)


def wants_change(channel: NotifyChannel, told: Told) -> bool:
    """Whether a change is one of those that the channel asks for."""
    if told.score <= 0.0 or told.score < channel.min_score:
        return False
    return all(
        not asked or set(asked) & set(had)
        for asked, had in (
            (channel.labels, told.labels),
            (channel.seeds, told.seeds),
            (channel.terms, told.terms),
        )
    )


def waits(channel: NotifyChannel, told: Told) -> bool:
    """Whether it waits for the channel's digest."""
    if channel.digest is None:
        return False
    at_once = channel.at_once is not None and told.is_change and told.score >= channel.at_once
    return not at_once


def digest_period(digest: str, tz: str, now: datetime) -> datetime:
    """The last moment at or before `now` at which a digest was to go out: `hourly`, `daily 08:00`
    or `weekly mon 08:00` in the zone. Of an hour that comes twice the first counts; a time that is
    skipped is as much later."""
    local = now.astimezone(ZoneInfo(tz))
    if digest == "hourly":
        return local.replace(minute=0, second=0, microsecond=0).astimezone(now.tzinfo)
    words = digest.split()
    hour, minute = (int(part) for part in words[-1].split(":"))
    moment = local.replace(hour=hour, minute=minute, second=0, microsecond=0, fold=0)
    back = (local.weekday() - WEEKDAYS.index(words[1])) % 7 if words[0] == "weekly" else 0
    moment -= timedelta(days=back)
    # Within one zone moments are compared by the clock on the wall: not so when it is set.
    if moment.astimezone(UTC) > now:
        moment -= timedelta(days=7 if words[0] == "weekly" else 1)
    return moment.astimezone(now.tzinfo)
