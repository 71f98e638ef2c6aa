"""Several addresses of one page, and the copies of it that a web archive keeps."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import fault_pages as pages
from faulty_server import FaultyServer, response
from passes import Workshop, source

from crawler.discover.wayback import query
from crawler.evidence.verify import verify

OLD = "/dukan/qs/2024-10/31/c_1130214661.htm"
NEW = "/20241031/x/c_1130214661.htm"


def listing(*paths: str) -> bytes:
    items = "".join(f'<li><a href="{path}">{pages.PARAGRAPHS[0]}</a></li>' for path in paths)
    return response(pages.html(f"<ul>{items}</ul>", "要闻"))


def test_each_address_of_a_page_is_looked_at_and_they_may_disagree(
    workshop: Workshop, play: Callable[..., Any]
) -> None:
    async def scenario() -> None:
        async with FaultyServer(host="127.0.5.1") as server:
            table = source(
                server,
                "s",
                "/list.htm",
                kind="index",
                profile='"qstheory"',
                article="'c_\\d+\\.htm$'",
            )
            workshop.configure(table)
            server.routes = {"/list.htm": listing(OLD), OLD: pages.ARTICLE, NEW: pages.ARTICLE}
            await workshop.once()
            server.routes["/list.htm"] = listing(NEW, OLD)
            await workshop.once()
            assert workshop.rows("SELECT count(*) FROM pages") == [(1,)]
            assert len(server.asked(NEW)) == 1
            # Half of the promise is over only then.
            await workshop.once(days=0.5)
            assert len(server.asked(NEW)) == 1
            assert len(server.asked(OLD)) == 3
            server.routes[NEW] = response(pages.EDITED)
            await workshop.once(days=2)
            assert len(workshop.events("addresses_disagree")) == 1
            assert workshop.rows("SELECT count(*) FROM versions") == [(1,)]
            await workshop.once(days=2)
            assert len(workshop.events("addresses_disagree")) == 1
            # The page's own address fails it: the one that answers becomes its own.
            server.routes[NEW] = pages.ARTICLE
            del server.routes[OLD]
            await workshop.once(days=2)
            await workshop.once(days=2)
            states = workshop.rows("SELECT state, canonical_url FROM pages")
            assert states[0][0] in ("live", "restored")
            assert states[0][1] == server.url(NEW)

    play(scenario())
    assert verify(workshop.db)["ok"]


def test_copies_are_filed_at_their_own_moments_and_move_nothing(
    workshop: Workshop, play: Callable[..., Any]
) -> None:
    async def scenario() -> None:
        async with FaultyServer(host="127.0.5.2") as server:
            index = query(server.url("/cdx"), backfill=False)
            original = server.url(OLD)
            stamps = ("20180201000000", "20190201000000", "20200201000000")
            rows = [["timestamp", "original", "mimetype", "statuscode", "digest"]]
            rows += [[s, original, "text/html", "200", s] for s in stamps]
            copies = [f"/web/{stamp}id_/{original}" for stamp in stamps]
            server.routes = {
                index.removeprefix(server.url("")): response(
                    json.dumps(rows), content_type="application/json"
                ),
                copies[0]: pages.ARTICLE,
                copies[1]: pages.ARTICLE,
                copies[2]: response(pages.EDITED),
            }
            workshop.configure(source(server, "w", "/cdx", kind="wayback", profile='"qstheory"'))
            summary = await workshop.once()
            assert summary.source("w").counts["new"] >= 1
            await workshop.once()
            assert [len(server.asked(urlsplit(path).path)) for path in copies] == [1, 1, 1]

    play(scenario())
    versions = workshop.rows("SELECT as_of, origin FROM versions ORDER BY as_of")
    assert versions == [
        ("2018-02-01T00:00:00.000Z", "wayback"),
        ("2020-02-01T00:00:00.000Z", "wayback"),
    ]
    edits = workshop.rows(
        "SELECT old_last_seen, new_first_seen, origin FROM changes WHERE kind = 'content'"
    )
    assert [row[2] for row in edits] == ["wayback"]
    assert edits[0][1].startswith("2020-02-01")
    ((state, latest),) = workshop.rows(
        "SELECT p.state, v.as_of FROM pages p JOIN versions v ON v.id = p.version_id"
    )
    # The live address answers 404: that alone moved the state.
    assert (state, latest[:4]) == ("gone", "2020")
    assert verify(workshop.db)["ok"]
