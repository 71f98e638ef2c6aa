"""Several addresses of one page, and pages that turn out to be one."""

from collections.abc import Callable
from typing import Any

import fault_pages as pages
from faulty_server import FaultyServer, response
from passes import Workshop, source

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
