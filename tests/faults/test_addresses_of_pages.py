"""Several addresses of one page, and pages that turn out to be one."""

from collections.abc import Callable
from typing import Any

import fault_pages as pages
from faulty_server import FaultyServer, redirect, response
from passes import Workshop, source

from crawler.evidence.verify import verify
from crawler.store import Archive

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


def test_an_article_under_three_addresses_is_one_page_each_looked_at_within_the_promise(
    workshop: Workshop, play: Callable[..., Any]
) -> None:
    third = "/20240901/" + NEW.rpartition("/")[2]
    assert len({OLD, NEW, third}) == 3

    async def scenario() -> None:
        async with FaultyServer(host="127.0.5.9") as server:
            workshop.configure(
                source(
                    server,
                    "s",
                    "/list.htm",
                    kind="index",
                    profile='"qstheory"',
                    article="'c_\\d+\\.htm$'",
                )
            )
            paths = (OLD, NEW, third)
            server.routes = dict.fromkeys(paths, pages.ARTICLE)
            for path in paths:
                server.routes["/list.htm"] = listing(path)
                await workshop.once()
            for _ in range(4):
                await workshop.once(days=1)
            assert workshop.rows("SELECT count(*) FROM pages") == [(1,)]
            known = workshop.rows("SELECT url FROM addresses WHERE purpose = 'article' ORDER BY id")
            assert [url for (url,) in known] == [server.url(path) for path in paths]
            # Four days, a promise of two: each has been asked twice at least.
            assert all(len(server.asked(path)) >= 2 for path in paths)
            assert workshop.rows("SELECT count(*) FROM versions") == [(1,)]

    play(scenario())
    assert verify(workshop.db)["ok"]


def test_two_addresses_of_a_page_in_one_list_are_both_looked_at(
    workshop: Workshop, play: Callable[..., Any]
) -> None:
    async def scenario() -> None:
        async with FaultyServer(host="127.0.5.10") as server:
            lines = ("/list.htm",)
            more = {"profile": '"qstheory"', "article": "'c_\\d+\\.htm$'"}
            workshop.configure(source(server, "s", *lines, kind="index", **more))
            server.routes = {OLD: pages.ARTICLE, NEW: pages.ARTICLE, "/list.htm": listing(OLD, NEW)}
            await workshop.once()
            server.routes["/list.htm"] = listing(NEW, OLD)
            await workshop.once()
            server.routes[NEW] = response(pages.EDITED)
            await workshop.once(days=2)
            assert workshop.rows("SELECT count(*) FROM pages") == [(1,)]
            rows = workshop.rows("SELECT url FROM sightings ORDER BY id")
            assert rows == [(server.url(OLD),), (server.url(NEW),)]
            assert len(server.asked(NEW)) == 2
            assert workshop.events("addresses_disagree") == [(server.url(NEW),)]

    play(scenario())
    assert verify(workshop.db)["ok"]


def post(text: str, number: int | None) -> bytes:
    """A post of a blog whose number only its own page shows."""
    link = f"<link rel='shortlink' href='/?p={number}'>" if number else ""
    return response(
        pages.article(text * 4, *pages.PARAGRAPHS[1:]).replace("</head>", link + "</head>")
    )


def blog(server: FaultyServer, name: str, *paths: str) -> str:
    server.routes["/feed"] = response(
        pages.feed(*paths, base=server.url("")), content_type="application/rss+xml"
    )
    return source(server, name, "/feed", kind="feed")


def test_a_key_known_only_after_the_fetch_makes_one_page_of_two_addresses(
    workshop: Workshop, play: Callable[..., Any]
) -> None:
    async def scenario() -> None:
        async with (
            FaultyServer(host="127.0.5.11") as server,
            FaultyServer(host="127.0.5.12") as other,
        ):
            for one in (server, other):
                one.routes |= dict.fromkeys(("/old-name/", "/new-name/"), post("甲。", 17))
            tables = blog(server, "b", "/old-name/", "/new-name/"), blog(other, "c", "/old-name/")
            workshop.configure(*tables)
            await workshop.once()
            await workshop.once(days=0.5)
            asked = [len(server.asked(path)) for path in ("/old-name/", "/new-name/")]
            assert asked == [2, 1]
            # The further address is looked at within the promise, too.
            await workshop.once()
            assert len(server.asked("/new-name/")) == 2

    play(scenario())
    # Another site's post of the same number is another page.
    kept = workshop.rows(
        "SELECT p.source_id, p.key, count(DISTINCT a.id), count(DISTINCT v.id) FROM pages p "
        "JOIN addresses a ON a.page_id = p.id JOIN versions v ON v.page_id = p.id "
        "WHERE p.joined_with IS NULL GROUP BY p.id ORDER BY p.source_id"
    )
    assert kept == [("b", "p:17", 2, 1), ("c", "p:17", 1, 1)]
    assert workshop.rows("SELECT count(*) FROM pages WHERE joined_with IS NOT NULL") == [(1,)]
    assert verify(workshop.db)["ok"]


def test_pages_with_a_past_that_turn_out_to_be_one_keep_both_pasts(
    workshop: Workshop, play: Callable[..., Any]
) -> None:
    async def scenario() -> tuple[str, str]:
        async with FaultyServer(host="127.0.5.13") as server:
            paths = "/old-name/", "/new-name/"
            workshop.configure(blog(server, "b", *paths))
            server.routes |= {paths[0]: post("甲。", None), paths[1]: post("甲。", None)}
            await workshop.once()
            server.routes |= {paths[0]: post("乙。", None), paths[1]: post("乙。", None)}
            await workshop.once()
            assert workshop.rows("SELECT count(*) FROM versions") == [(4,)]
            # A new template shows the number, and there is a third text.
            server.routes |= {paths[0]: post("丙。", 17), paths[1]: post("丙。", 17)}
            await workshop.once()
            await workshop.once()
            return server.url(paths[0]), server.url(paths[1])

    old, new = play(scenario())
    with Archive.open(workshop.db, mode="read") as archive:
        shown = [row.id for row in archive.versions_of(old)]
        assert shown == [row.id for row in archive.versions_of(new)]
        assert len(shown) == len(workshop.rows("SELECT id FROM versions"))
        looks = [row["url"] for row in archive.log(new)]
        assert {old, new} <= set(looks)
    assert workshop.rows("SELECT count(*) FROM pages WHERE joined_with IS NULL") == [(1,)]
    assert verify(workshop.db)["ok"]


def test_a_site_that_calls_all_its_pages_by_one_number_keeps_them(
    workshop: Workshop, play: Callable[..., Any]
) -> None:
    async def scenario() -> None:
        async with FaultyServer(host="127.0.5.14") as server:
            paths = [f"/post-{n}/" for n in range(12)]
            server.routes |= {path: post(f"第{path}篇。", 1) for path in paths}
            workshop.configure(blog(server, "b", *paths))
            await workshop.once()
            await workshop.once()

    play(scenario())
    ((apart,),) = workshop.rows("SELECT count(*) FROM pages WHERE joined_with IS NULL")
    assert apart >= 9
    assert verify(workshop.db)["ok"]


def test_an_article_that_has_another_address_for_each_visitor_has_few(
    workshop: Workshop, play: Callable[..., Any]
) -> None:
    """A redirect to a session of its own, and a list that writes a new number behind each link."""

    async def scenario() -> int:
        async with FaultyServer(host="127.0.5.15") as server:
            numbered = {"profile": '"qstheory"', "article": "'c_\\d+\\.htm'"}
            table = source(server, "s", "/list.htm", kind="index", **numbered)
            workshop.configure(table)
            for number in range(14):
                server.routes["/list.htm"] = listing(f"{OLD}?sid={number}")
                server.routes |= {
                    f"{OLD}?sid={one}": redirect(f"{OLD}?session={one}-{number}")
                    for one in range(14)
                }
                server.routes |= {f"{OLD}?session={n}-{number}": pages.ARTICLE for n in range(14)}
                before = len(server.log)
                await workshop.once(days=2)
            return len(server.log) - before

    # The robots file, the list, and a redirect with its target for each address.
    assert play(scenario()) <= 2 + 2 * 8
    ((addresses,),) = workshop.rows("SELECT count(*) FROM addresses WHERE page_id IS NOT NULL")
    assert addresses <= 9
    assert workshop.rows("SELECT count(*) FROM pages") == [(1,)]
