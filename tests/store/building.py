"""A small hand-made world for tests of the archive: pages, looks at them, and a clock."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from crawler.compare import diff
from crawler.model import (
    Assessment,
    Attempt,
    ChangeDraft,
    ChangeKind,
    Extraction,
    Hop,
    Intent,
    Link,
    ListingIntent,
    Outcome,
    PageKey,
    Purpose,
    Source,
    State,
    Validators,
    iso,
)
from crawler.store import Archive, Committed

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
GIVING = {Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED}


class World:
    """An archive with one source, and looks at its pages as a run would write them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.now = START
        self.archive = Archive.open(path, clock=lambda: self.now)
        self.archive.sync_sources([source("news"), source("other")])
        self.run = self.archive.start_run("once", configuration="c" * 64)

    def close(self) -> None:
        self.archive.close()

    def pass_time(self, **span: float) -> None:
        """Let the clock go on."""
        self.now += timedelta(**span)

    def attempt(self, url: str, body: bytes | None, **more: Any) -> Attempt:
        """An attempt that began now and took a second."""
        begin, end = iso(self.now), iso(self.now + timedelta(seconds=1))
        status = more.pop("status", 200)
        headers = more.pop("headers", (("Content-Type", "text/html; charset=utf-8"),))
        hops = (Hop(url, status, "OK", "HTTP/1.1", headers, "127.0.0.1:80"),) if status else ()
        given = body or b""
        fixed: dict[str, Any] = {
            "purpose": Purpose.ARTICLE,
            "request_url": url,
            "request_headers": (("User-Agent", "Palimpsest"),),
            "started_at": begin,
            "finished_at": end,
            "duration_ms": 1_000,
            "final_url": url,
            "status": status,
            "hops": hops,
            "body": body,
            "wire_sha256": sha256(given).hexdigest(),
            "wire_bytes": len(given),
        }
        return Attempt(**{**fixed, **more})

    def listing(self, *names: str, url: str = "http://news.test/", **more: Any) -> Committed:
        """A listing that shows these articles."""
        links = tuple(
            Link(f"http://news.test/{name}", title=f"《{name}》", key=PageKey("news.test", name))
            for name in names
        )
        attempt = self.attempt(url, ("\n".join(names)).encode(), purpose=Purpose.LISTING)
        rows = more.pop("attempts", ((attempt, Outcome.LISTED, None),))
        intent = ListingIntent(
            self.run, "news", url, rows, more.pop("links", links), due_at=iso(self.now), **more
        )
        return self.archive.commit([intent])[0]

    def intent(
        self, name: str, text: str | None = None, outcome: Outcome | None = None, **more: Any
    ) -> Intent:
        """What a run would write of a look at an article now."""
        url = name if "://" in name else f"http://news.test/{name}"
        due = self.archive.due_at([url])[0]
        known = due.page.version
        if outcome is None:
            new = known is None or known.text_sha256 != sha256((text or "").encode()).hexdigest()
            outcome = (
                Outcome.NEW if known is None else (Outcome.CHANGED if new else Outcome.UNCHANGED)
            )
        gives = outcome in GIVING and text is not None
        body = more.pop("body", f"<p>{text}</p>".encode("utf-8", "replace") if gives else None)
        attempt = more.pop("attempt", None) or self.attempt(url, body)
        extraction = more.pop("extraction", extracted(text) if gives else None)
        changes = more.pop("changes", ())
        if outcome is Outcome.CHANGED and not changes:
            changes = (edit(self.archive.text(known.text_sha256), text or ""),)
        at = attempt.finished_at
        page = replace(due.page, last_checked_at=at, **more.pop("page", {}))
        if outcome.conclusive:
            page = replace(page, last_conclusive_at=at, failures=0)
        else:
            page = replace(page, failures=page.failures + 1)
        address = due.address
        if gives and body is not None:
            address = replace(
                address,
                validators=Validators('"v"', None),
                last_full_at=at,
                last_body_sha256=sha256(body).hexdigest(),
            )
        return Intent(
            self.run,
            page,
            address,
            more.pop("attempts", ((attempt, outcome, more.pop("reason", None)),)),
            extraction=extraction,
            new_version=more.pop("new_version", outcome in (Outcome.NEW, Outcome.CHANGED)),
            changes=changes,
            **more,
        )

    def look(self, name: str, text: str | None = None, **more: Any) -> Committed:
        """A look at an article, written down."""
        return self.archive.commit([self.intent(name, text, **more)])[0]

    def absent(self, name: str, status: int = 404, **page: Any) -> Committed:
        """A look that finds the article gone; `page` is what was decided of it."""
        changes = ()
        if "state" in page:
            old = self.archive.due_at([f"http://news.test/{name}"])[0].page.state
            changes = (
                ChangeDraft(ChangeKind.STATE, from_state=old, to_state=page["state"], score=1.0),
            )
        attempt = self.attempt(f"http://news.test/{name}", b"<h1>404</h1>", status=status)
        return self.look(
            name,
            outcome=Outcome.GONE,
            attempt=attempt,
            reason="not_found",
            changes=changes,
            page=page,
        )

    def back(self, name: str, text: str) -> Committed:
        """A look that finds the article again."""
        draft = ChangeDraft(
            ChangeKind.STATE, from_state=State.GONE, to_state=State.RESTORED, score=0.8
        )
        return self.look(name, text, changes=(draft,), page={"state": State.RESTORED})


def source(source_id: str, **more: Any) -> Source:
    return Source(source_id, "feed", urls=(f"http://{source_id}.test/",), **more)


def extracted(text: str | None, **more: Any) -> Extraction:
    """A plain extraction of a text."""
    fixed: dict[str, Any] = {
        "assessment": Assessment.ARTICLE,
        "reason": "article",
        "text": text or "",
        "title": "题目",
        "author": None,
        "source_name": "求是",
        "editor": None,
        "published": "2026-02-28",
        "updated": None,
        "lang": "zh",
        "images": (),
        "links": ("http://news.test/more",),
        "extractor": "rules-1",
        "rule": "general",
        "charset": "utf-8",
        "charset_from": "header",
    }
    return Extraction(**{**fixed, **more})


def edit(old: str, new: str) -> ChangeDraft:
    """The change from one text to another."""
    found = diff(old, new)
    return ChangeDraft(ChangeKind.CONTENT, diff=found, score=found.score, labels=found.labels)
