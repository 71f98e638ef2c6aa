"""Log lines with fixed keys, for people or as JSON."""

import json
import logging
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

FORMATS = ("human", "json")
#: libraries that would write a line a request or a tick
QUIET = ("httpx", "httpcore", "apscheduler", "asyncio", "urllib3", "trafilatura")


def line(log: logging.Logger, event: str, *, level: int = logging.INFO, **keys: Any) -> None:
    """One line of the log: what happened, and its keys in the order given; None is left out."""
    told = {key: value for key, value in keys.items() if value is not None}
    log.log(level, "%s", event, extra={"keys": told})


class Human(logging.Formatter):
    """`2026-11-22T05:34:44Z INFO looked source=qiushi outcome=new`."""

    def format(self, record: logging.LogRecord) -> str:
        """The record on one line, a traceback below it."""
        keys: Mapping[str, Any] = getattr(record, "keys", {})
        pairs = "".join(f" {key}={_shown(value)}" for key, value in keys.items())
        text = f"{moment(record)} {record.levelname} {_one_line(record.getMessage())}{pairs}"
        return f"{text}\n{self.formatException(record.exc_info)}" if record.exc_info else text


class Json(logging.Formatter):
    """One JSON object a line: time, level, logger, event and the line's own keys."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON; a traceback is its key `exception`."""
        keys: Mapping[str, Any] = getattr(record, "keys", {})
        told = {
            "time": moment(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **keys,
        }
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False, default=str)


def moment(record: logging.LogRecord) -> str:
    """When it was logged, UTC."""
    return datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def _shown(value: Any) -> str:
    text = _one_line(str(value))
    return json.dumps(text, ensure_ascii=False) if not text or " " in text else text


def _one_line(text: str) -> str:
    """Strangers' text cannot begin a line of its own, nor speak to a terminal."""
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)


def set_up(form: str, level: int) -> None:
    """Sends the log to stderr in this form, from this level on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Json() if form == "json" else Human())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
