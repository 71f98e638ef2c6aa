"""Times as the archive writes them: UTC, ISO 8601, three decimals, so text order is time order."""

from datetime import UTC, datetime


def iso(moment: datetime) -> str:
    """An aware moment as `2026-11-22T05:34:44.123Z`; raises ValueError on a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be written down")
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")[: -len("+00:00")] + "Z"


def parse_iso(text: str) -> datetime:
    """The aware UTC moment of an ISO 8601 text; one without a zone is read as UTC."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
