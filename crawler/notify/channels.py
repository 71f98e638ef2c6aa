"""Sending: a letter to a channel through Apprise, and the heartbeat. The only user of Apprise."""

import logging
import os
import urllib.request
import warnings
from functools import cache
from http.client import HTTPException
from typing import Any

from crawler.model import NotifyChannel
from crawler.notify.messages import Letter

HEARTBEAT_TIME_S = 10.0


class NotSent(Exception):
    """The channel did not take a letter; the message never holds its address."""


def address(named: str) -> str:
    """The address behind `env:NAME`; raises NotSent where the environment has none."""
    name = named.removeprefix("env:")
    value = os.environ.get(name, "").strip()
    if not value:
        raise NotSent(f"the environment has no {name}: set it for this process")
    return value


@cache
def library() -> Any:
    """Apprise with its plugins loaded, which takes about a second."""
    with warnings.catch_warnings():
        # Some plugins use modules that a later Python will not have.
        warnings.simplefilter("ignore", DeprecationWarning)
        import apprise

        apprise.Apprise().add("json://localhost")
    # Its log lines may name the address.
    logging.getLogger("apprise").setLevel(logging.CRITICAL)
    return apprise


def send(channel: NotifyChannel, letter: Letter, *, warning: bool = False) -> None:
    """Hands a letter to the channel's service; raises NotSent. Takes as long as the service does
    (Apprise waits 4 s for a connection and 4 s for an answer)."""
    url = address(channel.url)
    try:
        _hand_over(channel, url, letter, warning=warning)
    except NotSent:
        raise
    except Exception as error:  # noqa: BLE001 - a plugin's fault holds up no other channel
        # Its text may hold the address.
        what = f"the service behind {channel.url} broke: {type(error).__name__}"
        raise NotSent(what) from None


def _hand_over(channel: NotifyChannel, url: str, letter: Letter, *, warning: bool) -> None:
    apprise = library()
    service = apprise.Apprise(asset=apprise.AppriseAsset(app_id="Palimpsest", async_mode=False))
    if not service.add(url):
        raise NotSent(
            f"{channel.url} holds no address that Apprise knows; see its list of services"
        )
    kind: Any = apprise.NotifyType.WARNING if warning else apprise.NotifyType.INFO
    taken = service.notify(
        body=letter.body,
        title=letter.title,
        notify_type=kind,
        body_format=apprise.NotifyFormat.TEXT,
    )
    if not taken:
        raise NotSent(f"the service behind {channel.url} did not take the message")


def beat(named: str) -> None:
    """Fetches the heartbeat's address; raises NotSent."""
    url = address(named)
    if not url.startswith(("http://", "https://")):
        raise NotSent(f"{named} holds no http address")
    try:
        with urllib.request.urlopen(url, timeout=HEARTBEAT_TIME_S) as answer:  # noqa: S310
            answer.read(1024)
    except (OSError, ValueError, HTTPException) as error:
        # Its text may hold the address.
        raise NotSent(f"{named} could not be fetched: {type(error).__name__}") from None
