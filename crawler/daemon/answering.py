"""What whoever asked the daemon for something is told: the result of the order, or its error."""

import asyncio
import logging
from collections.abc import Awaitable
from dataclasses import asdict
from typing import Any

from crawler.errors import CrawlError, UsageError
from crawler.pipeline import Order, RunSummary

log = logging.getLogger(__name__)

#: the exit code of a request that the daemon's end cut short
STOPPED = 1

#: an exit code and the summary of `crawl once --json`, or `error` and `next`
Answer = tuple[int, dict[str, Any]]


def order_of(arguments: dict[str, Any]) -> Order:
    """The order that a request's arguments are; raises UsageError for those of another version."""
    try:
        return Order(**{**arguments, "select": tuple(arguments.get("select", ()))})
    except TypeError as error:
        what = f"the daemon does not understand what it is asked: {error}"
        raise UsageError(what, "ask with the version that the daemon runs") from error


def told_of(order: Order, summary: RunSummary) -> Answer:
    """The answer to an order that was carried out."""
    result = summary.as_dict()
    if order.dry_run and summary.plan is not None:
        result["plan"] = [asdict(host) for host in summary.plan.hosts]
    # Not by its asker: a pass that the daemon's end cut short must not read as done.
    stopped = summary.ended_early == "stopped"
    return STOPPED if stopped else summary.exit_code(), result


async def answered(request_id: int, working: Awaitable[Answer]) -> Answer:
    """The answer that `working` gives; every error of it is an answer too."""
    try:
        return await working
    except CrawlError as error:
        return error.exit_code, {"error": error.message, "next": error.next_step}
    except asyncio.CancelledError:
        return STOPPED, {"error": "the daemon ended first", "next": "ask again"}
    except Exception:
        # One that ended the daemon would be taken up again by the next, and end that too.
        log.exception("unexpected error at request %s", request_id)
        what = "an unexpected error of the daemon; its log has the details"
        return 1, {"error": what, "next": "report it with the command"}
