"""A list that calls an old article edited brings the look at it forward: `orderby=updated`."""

from collections.abc import Callable
from typing import Any

import fault_pages as pages
from faulty_server import FaultyServer, response
from passes import HEAD, Workshop, source

SLOW = HEAD.replace('min_interval = "1m"', 'min_interval = "10d"\nmax_gap = "30d"').replace(
    'every = "1m"', 'every = "1h"'
)
COUNT = 30


def atom(base: str, updated: dict[int, str]) -> bytes:
    """A feed of so many entries; some say when they were edited."""
    entries = "".join(
        f"<entry><title>t</title><link href='{base}/{n}.html'/>"
        f"<published>2020-01-01T00:00:00Z</published>"
        f"<updated>{updated.get(n, '2020-01-01T00:00:00Z')}</updated></entry>"
        for n in range(COUNT)
    )
    text = f"<feed xmlns='http://www.w3.org/2005/Atom'><title>f</title>{entries}</feed>"
    return response(text, content_type="application/atom+xml")


def test_an_article_that_its_feed_calls_edited_is_looked_at_now(
    workshop: Workshop, play: Callable[..., Any]
) -> None:
    async def scenario() -> None:
        async with FaultyServer(host="127.0.8.40") as server:

            async def asked(**updated: str) -> list[str]:
                named = {int(name[1:]): moment for name, moment in updated.items()}
                server.routes["/feed"] = atom(server.url(""), named)
                before = len(server.log)
                await workshop.once(due=True)
                targets = (request.target for request in server.log[before:])
                return [target for target in targets if target.endswith(".html")]

            for n in range(COUNT):
                text = pages.article(f"第{n}篇。" + pages.PARAGRAPHS[0] * 3)
                server.routes[f"/{n}.html"] = response(text)
            workshop.configure(source(server, "f", "/feed", kind="feed"), head=SLOW)
            assert len(await asked()) == COUNT
            assert await asked() == [], "nobody is due for ten days"
            # The third day: the feed says that one was edited, and one before it was last seen.
            edited = pages.article("第7篇，改了。" + pages.PARAGRAPHS[0] * 3)
            server.routes["/7.html"] = response(edited)
            moments = {"_7": "2026-03-04T00:00:00+00:00", "_8": "2026-03-01T23:00:00+00:00"}
            assert await asked(**moments) == ["/7.html"]
            assert await asked(**moments) == [], "it has been seen since"
            # A moment that no clock can know yet, and one in another zone.
            odd = {"_9": "2031-01-01T00:00:00Z", "_10": "2026-03-06T07:59:00+08:00"}
            assert await asked(**odd) == ["/10.html"]
            # A feed that dates everything anew at each reading says nothing.
            every = {f"_{n}": "2026-03-07T00:00:00Z" for n in range(COUNT)}
            assert await asked(**every) == []

    play(scenario())
    assert workshop.rows("SELECT count(*) FROM changes WHERE kind = 'content'") == [(1,)]
