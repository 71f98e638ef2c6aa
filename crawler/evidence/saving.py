"""Saved elsewhere: the Wayback Machine is asked to save a page whose text was edited (Save Page Now
2), and only what its index (CDX) lists afterwards counts as saved.

Off unless the configuration names a key. One request at a time, never more than five a minute.
"""

import json
import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode

from crawler.evidence.asking import Reply, Unanswered, ask
from crawler.model import EventDraft, Network, iso, parse_iso
from crawler.store import Archive, saving
from crawler.store.saving import Save
from crawler.store.together import tell_together

# Half of what is documented for those who have a key, and a pause when it says: too many.
EVERY = timedelta(seconds=12)
TOO_MANY = timedelta(minutes=10)
WRONG_KEY = timedelta(hours=6)
# An index lists a copy after minutes, or hours.
LOOK_UP_AFTER = timedelta(minutes=10)
FIRST_RETRY = timedelta(minutes=10)
LONGEST_RETRY = timedelta(hours=24)
ATTEMPTS = 8
MAX_BYTES = 1_000_000


class Refused(Exception):
    """The service will not for a while; `wait` says how long nothing is asked."""

    def __init__(self, what: str, wait: timedelta) -> None:
        super().__init__(what)
        self.wait = wait


@dataclass(slots=True)
class Saver:
    """Asks and looks up, a step at a time; what it waits for stands in the archive."""

    _until: datetime | None = field(init=False, default=None)

    def step(self, archive: Archive, network: Network, now: datetime) -> str | None:
        """At most one request; a sentence where something went wrong that the user can mend."""
        key = key_of(network)
        if key is None:
            return _unset(network)
        saving.enqueue(archive.conn, iso(now))
        if self._until is not None and timedelta() <= self._until - now <= WRONG_KEY:
            return None
        save = saving.next_one(archive.conn, iso(now))
        if save is None:
            return None
        self._until = now + EVERY
        try:
            if save.asked_at is None:
                _ask(archive, network, key, save, now)
            else:
                _look_up(archive, network, save, now)
        except Refused as error:
            self._until = now + error.wait
            return str(error)
        except Unanswered as error:
            _later(archive, save, str(error), now)
        return None


def key_of(network: Network) -> str | None:
    """`access:secret` from the environment; None where none is named or set."""
    name = (network.save_page_now or "").removeprefix("env:")
    return os.environ.get(name) or None if name else None


def _unset(network: Network) -> str | None:
    if network.save_page_now is None:
        return None
    return (
        f"network.save_page_now names {network.save_page_now}, which is not set: nothing is saved"
    )


def _service(network: Network) -> str:
    return network.save_page_now_at.rstrip("/")


def _ask(archive: Archive, network: Network, key: str, save: Save, now: datetime) -> None:
    data = urlencode({"url": save.url, "skip_first_archive": "1"}).encode()
    headers = {"Accept": "application/json", "Authorization": f"LOW {key}"}
    reply = ask(f"{_service(network)}/save", data, headers, MAX_BYTES)
    said = _json(reply)
    if isinstance(said, dict) and said.get("job_id"):
        saving.taken_on(
            archive.conn, save, iso(now), str(said["job_id"])[:200], iso(now + LOOK_UP_AFTER)
        )
        return
    told = said.get("message") or said.get("status_ext") if isinstance(said, dict) else None
    _later(archive, save, f"{reply.status}: {str(told or 'no job was begun')[:200]}", now)


def _look_up(archive: Archive, network: Network, save: Save, now: datetime) -> None:
    """The first copy since it was asked for, by the index."""
    since = "".join(filter(str.isdigit, save.asked_at or ""))[:14]
    query = {
        "url": save.url,
        "from": since,
        "output": "json",
        "fl": "timestamp,original,statuscode",
        "filter": "statuscode:200",
        "limit": "1",
    }
    at = _service(network)
    reply = ask(f"{at}/cdx/search/cdx?{urlencode(query)}", None, {}, MAX_BYTES)
    found = _first(_json(reply), since)
    if found is None:
        _later(archive, save, f"{reply.status}: its index lists no copy yet", now)
        return
    stamp, original = found
    memento = f"{at}/web/{stamp}/{original}"
    saving.confirmed(archive.conn, save, memento, _moment(stamp))
    draft = EventDraft(
        "saved_elsewhere",
        save.url,
        f"the Wayback Machine holds a copy of {save.url} of {_moment(stamp)}",
        f"it stands at {memento}",
        save.source_id,
        save.page_id,
        changes=(save.change_id,),
    )
    tell_together(archive.conn, draft, iso(now), None)


def _first(said: object, since: str) -> tuple[str, str] | None:
    """Stamp and URL of the first row of a CDX answer, whose first line names the columns."""
    if not isinstance(said, list) or len(said) < 2 or not isinstance(said[1], list):
        return None
    stamp, original, *_ = [str(value) for value in said[1]] + ["", ""]
    plain = len(stamp) == 14 and stamp.isascii() and stamp.isdecimal() and stamp >= since
    web = original.startswith(("http://", "https://")) and original.isprintable()
    try:
        return (stamp, original) if plain and web and _moment(stamp) else None
    except ValueError:
        return None


def _moment(stamp: str) -> str:
    day = f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}"
    return iso(parse_iso(f"{day}T{stamp[8:10]}:{stamp[10:12]}:{stamp[12:]}+00:00"))


def _json(reply: Reply) -> object:
    if reply.status in (401, 403):
        raise Refused("the Wayback Machine refuses the key of network.save_page_now", WRONG_KEY)
    if reply.status == 429:
        raise Refused("the Wayback Machine says: too many requests", TOO_MANY)
    try:
        said: object = json.loads(reply.body or b"null")
    except (ValueError, RecursionError):
        return None
    return said


def _later(archive: Archive, save: Save, error: str, now: datetime) -> None:
    wait = min(FIRST_RETRY * 2**save.attempts, LONGEST_RETRY)
    until = None if save.attempts + 1 >= ATTEMPTS else iso(now + wait)
    saving.put_off(archive.conn, save, until, error)
