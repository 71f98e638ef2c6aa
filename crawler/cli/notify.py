"""`crawl notify`: send what waits, try a channel, send something again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from crawler.cli.base import Settings, command, json_option, pass_settings
from crawler.cli.output import plural, say, write_json
from crawler.cli.times import Moment

if TYPE_CHECKING:
    from crawler.config import Config
    from crawler.pipeline.telling import Delivered
    from crawler.store import Archive

SECONDS = 300.0


@command()
@click.argument("channel", required=False)
@click.option("--test", is_flag=True, help="Send a test message to CHANNEL, or to all.")
@click.option(
    "--since", type=Moment(), metavar="T", help="Send what was told since then once more."
)
@json_option
@pass_settings
def notify(
    settings: Settings, channel: str | None, test: bool, since: str | None, as_json: bool
) -> None:
    """Send the messages that wait to be delivered.

    Without a daemon, `crawl once` does so at its end. Ends with 3 when a channel failed.
    """
    from crawler.errors import UsageError
    from crawler.pipeline.telling import trial

    config = settings.config()
    if not config.notify:
        raise UsageError(
            f"{settings.sources} names no channel", "write one under [[notify]]; docs/notify.md"
        )
    with settings.archive("write") as archive:
        if test:
            done = trial(archive, config, channel, datetime.now(UTC))
        else:
            done = send(archive, config, channel, since)
        waiting = archive.outbox_depth()["waiting"]
    if as_json:
        write_json({"sent": done.sent, "errors": done.errors, "waiting": waiting})
    elif not settings.quiet:
        say(f"{plural(done.sent, 'message')} sent, {waiting:,} waiting")
    for name, error in done.errors.items():
        say(f"{name}: {error}", fg="red", err=True)
    if done.errors:
        raise click.exceptions.Exit(3)


def send(archive: Archive, config: Config, channel: str | None, since: str | None) -> Delivered:
    """Delivers what waits for one channel or for all, after making due again what was told since
    a moment; raises UnknownName."""
    from dataclasses import replace

    from crawler.pipeline.telling import channels_named, deliver

    chosen = channels_named(config, channel)
    if since is not None:
        archive.resend_since(since, channel)
    narrowed = replace(config, notify=chosen)
    return deliver(archive, narrowed, lambda: datetime.now(UTC), seconds=SECONDS, final=True)
