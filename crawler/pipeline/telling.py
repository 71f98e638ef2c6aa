"""Telling people: pending messages are grouped, written out and sent, each at least once."""

import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from crawler.config import Config
from crawler.errors import not_called
from crawler.model import EventDraft, NotifyChannel, Router, iso, parse_iso
from crawler.notify import (
    Letter,
    change_letter,
    digest_letter,
    digest_period,
    event_letter,
    router_of,
    trial_letter,
)
from crawler.notify.channels import NotSent, send
from crawler.notify.messages import Manner
from crawler.store import Archive, Message, Story
from crawler.store.stories import ALIKE_WITHIN, STORY_ENDS

log = logging.getLogger(__name__)

#: what `once` gives to delivery at its end
AT_THE_END_S = 20.0


@dataclass(slots=True)
class Delivered:
    """What became of the pending messages: how many were sent, and each channel's error."""

    sent: int = 0
    errors: dict[str, str] = field(default_factory=dict)


def router(config: Config) -> Router | None:
    """Who is told of what, as the file says; None when it names no channel."""
    if not config.notify:
        return None
    return router_of(config.notify, {source.id: source.tags for source in config.sources})


def deliver(
    archive: Archive,
    config: Config,
    clock: Callable[[], datetime],
    *,
    seconds: float,
    final: bool = False,
    monotonic: Callable[[], float] = time.monotonic,
) -> Delivered:
    """Sends what is due, for at most so many seconds beyond the message that is under way; a
    channel that fails is left alone until the next time. `final` says that nobody will look again
    soon: what changed alike is told as one story now instead of waiting for more."""
    done = Delivered()
    channels = {channel.id: channel for channel in config.notify}
    until = monotonic() + seconds
    tell_stories(archive, clock(), final=final)
    if not channels:
        return done
    make_digests(archive, config, clock())
    while monotonic() < until:
        open_channels = [name for name in channels if name not in done.errors]
        message = archive.claim_message(open_channels, clock())
        if message is None:
            break
        _deliver_one(archive, config, channels[message.channel], message, clock, done)
    return done


def _deliver_one(
    archive: Archive,
    config: Config,
    channel: NotifyChannel,
    message: Message,
    clock: Callable[[], datetime],
    done: Delivered,
) -> None:
    try:
        letter = written(archive, config, message)
        send(channel, letter, warning=message.event_id is not None)
    except NotSent as error:
        again = archive.message_failed(message, str(error), clock())
        done.errors[channel.id] = str(error)
        log.warning("not told channel=%s error=%s next_try=%s", channel.id, error, again)
        return
    archive.message_delivered(message)
    done.sent += 1
    log.info("told channel=%s message=%s", channel.id, message.id)


def manner(config: Config) -> Manner:
    """How messages are written."""
    url = os.environ.get("CRAWL_PUBLIC_URL") or config.operating.public_url
    return Manner(ZoneInfo(config.defaults.tz), url or None)


def written(archive: Archive, config: Config, message: Message) -> Letter:
    """The message as it goes out, from the rows as they stand now."""
    how = manner(config)
    if "digest" in message.payload:
        period = message.payload["digest"]
        counts = archive.period(period["since"], period["until"])
        changes = [archive.change(str(one)) for one, _ in message.carries if one is not None]
        events = [archive.event(one) for _, one in message.carries if one is not None]
        return digest_letter(counts, changes, events, message.key, how)
    if message.change_id is not None:
        change = archive.change(str(message.change_id))
        old, new = (_text_of(archive, change[name]) for name in ("from_version", "to_version"))
        return change_letter(change, old, new, message.key, how)
    if message.event_id is not None:
        return event_letter(archive.event(message.event_id), message.key, how)
    return trial_letter(message.channel, message.key)


def _text_of(archive: Archive, version_id: int | None) -> str | None:
    return None if version_id is None else archive.find_version(str(version_id)).text


def tell_stories(archive: Archive, now: datetime, *, final: bool) -> None:
    """Many pages that changed alike are told as one event, once no more of them come."""
    for story in archive.stories(now):
        # What a clock that ran ahead wrote is no news either.
        over = not timedelta() <= now - parse_iso(story.last_at) < STORY_ENDS
        long = now - parse_iso(story.first_at) >= ALIKE_WITHIN - STORY_ENDS
        if final or over or long:
            archive.tell_story(story, story_draft(story))
        else:
            archive.hold_story(story, now + STORY_ENDS)


def story_draft(story: Story) -> EventDraft:
    """The event that many pages changed alike."""
    source, how = story.source_id, story.how or "fields"
    what = f"came to be {how}" if story.kind == "state" else f"changed alike ({how})"
    return EventDraft(
        "redesign",
        source,
        f"{story.pages:,} pages of {source} {what} between {story.first_at} and {story.last_at}",
        f"look at one of them with `crawl diff`, and at all with `crawl changes --source {source}`",
        source,
        changes=story.change_ids,
    )


def make_digests(archive: Archive, config: Config, now: datetime) -> None:
    """Queues each channel's digest when its time has come, also when nothing happened."""
    for channel in config.notify:
        if channel.digest is None:
            continue
        until = digest_period(channel.digest, config.defaults.tz, now)
        last = archive.last_digest(channel.id, now)
        if last is None:
            beginning = {"digest": {"since": iso(now), "until": iso(now)}}
            archive.queue_message(channel.id, f"digest:begun:{iso(now)}", beginning, delivered=True)
        elif parse_iso(last) < until:
            archive.make_digest(channel.id, last, iso(until))


def channels_named(config: Config, name: str | None) -> tuple[NotifyChannel, ...]:
    """The channel of that name, all of them for None; raises UnknownName."""
    if name is None:
        return config.notify
    chosen = tuple(one for one in config.notify if one.id == name)
    if not chosen:
        known = (one.id for one in config.notify)
        raise not_called("channel", name, known, f"{config.path} names")
    return chosen


def trial(archive: Archive, config: Config, name: str | None, now: datetime) -> Delivered:
    """Sends a test message to one channel, or to all; raises UnknownName."""
    chosen = channels_named(config, name)
    done = Delivered()
    for channel in chosen:
        try:
            send(channel, trial_letter(channel.id, f"{channel.id}:test:{iso(now)}"))
            done.sent += 1
        except NotSent as error:
            done.errors[channel.id] = str(error)
    return done
