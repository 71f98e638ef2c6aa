"""The daemon: `run` holds the archive and serves, `hand_over` asks one that does.

`clockwork` ticks, `watchdog` watches the ticks, `serving` crawls, `chores` does all the rest.
"""

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import Any

from crawler import config as configuration
from crawler.daemon.clockwork import cron_trigger, listing_due
from crawler.errors import CrawlError
from crawler.pipeline import Order
from crawler.store import Archive

__all__ = ["cron_trigger", "hand_over", "listing_due", "run"]

# `crawl once` beside the daemon gives up when nobody takes its request up in this time.
TAKE_UP_S = 10.0


def run(config_path: Path, archive_path: Path, http: str | None = None) -> int:
    """The daemon, until SIGTERM or SIGINT; its exit code.

    Raises ArchiveBusy when somebody holds the archive, ConfigError when the file is wrong at the
    start, UsageError when `http` is no place to listen on.
    """
    from crawler.daemon.http import HealthServer, place
    from crawler.daemon.pulse import Pulse

    config = configuration.load(config_path)
    pulse = Pulse()
    with (
        Archive.open(archive_path) as archive,
        archive.run_lock("run"),
        Archive.open(archive_path, mode="read") as watch,
        Archive.open(archive_path) as side,
    ):
        server = HealthServer(*place(http), pulse) if http else None
        if server is not None:
            server.start()
        try:
            return asyncio.run(_serve(config_path, config, (archive, watch, side), pulse))
        finally:
            if server is not None:
                server.stop()


async def _serve(
    path: Path,
    config: configuration.Config,
    archives: tuple[Archive, Archive, Archive],
    pulse: Any,
) -> int:
    """Makes the daemon inside a running loop and serves."""
    from crawler.daemon.serving import Daemon
    from crawler.daemon.settings import Watched

    return await Daemon(Watched(path, config), *archives, pulse=pulse).serve()


def hand_over(archive_path: Path, order: Order) -> tuple[int, dict[str, Any]]:
    """Asks the daemon that holds the archive to carry out an order, and waits for its exit code
    and the summary of `crawl once --json`.

    Raises ArchiveBusy when nobody takes the request up in ten seconds, and the error that the
    order met there.
    """
    with Archive.open(archive_path) as archive:
        request_id = archive.submit_request(order.command, asdict(order))
        answer = archive.wait_request(request_id, TAKE_UP_S)
    result, exit_code = answer.result or {}, answer.exit_code or 0
    if "error" in result:
        error = CrawlError(result["error"], result["next"])
        error.exit_code = exit_code
        raise error
    return exit_code, result
