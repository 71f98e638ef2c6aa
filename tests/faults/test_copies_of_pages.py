"""Copies that a web archive keeps: filed at their own moments in the time of their pages."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import fault_pages as pages
import pytest
from faulty_server import FaultyServer, redirect, response
from passes import HEAD, Workshop, source

from crawler import pipeline
from crawler.discover.wayback import query
from crawler.errors import ArchiveError
from crawler.evidence.replaying import Replay
from crawler.evidence.verify import verify
from crawler.store import Archive

PATH = "/dukan/qs/2018-01/25/c_1122310000.htm"
OLDEST = pages.article(pages.PARAGRAPHS[0].replace("基本功", "看家本领"), *pages.PARAGRAPHS[1:])
DAYS_HEAD = HEAD.replace('every = "1m"', 'every = "12h"')


def keep(server: FaultyServer, copies: dict[str, str], path: str = PATH) -> list[str]:
    """Serves these copies (moment -> text) and their index; the copies' paths."""
    original = server.url(path)
    names = ["timestamp", "original", "mimetype", "statuscode", "digest"]
    rows = [names, *([stamp, original, "text/html", "200", stamp] for stamp in copies)]
    asked = query(server.url("/cdx"), backfill=False).removeprefix(server.url(""))
    server.routes[asked] = response(json.dumps(rows), content_type="application/json")
    paths = {stamp: f"/web/{stamp}id_/{original}" for stamp in copies}
    server.routes |= {paths[stamp]: response(text) for stamp, text in copies.items()}
    return list(paths.values())


def archive_source(server: FaultyServer, **more: str) -> str:
    return source(server, "w", "/cdx", kind="wayback", profile='"qstheory"', **more)


def site(server: FaultyServer, *paths: str) -> str:
    """A site of the same host whose list names these articles."""
    items = "".join(f'<li><a href="{path}">{pages.PARAGRAPHS[0]}</a></li>' for path in paths)
    server.routes["/list.htm"] = response(pages.html(f"<ul>{items}</ul>", "要闻"))
    more = {"profile": '"qstheory"', "article": "'c_\\d+\\.htm$'"}
    return source(server, "s", "/list.htm", kind="index", **more)


def edits(shop: Workshop) -> list[tuple[Any, ...]]:
    """The content changes that stand: from, to (days), origin."""
    return shop.rows(
        "SELECT substr(old_last_seen, 1, 10), substr(new_first_seen, 1, 10), origin FROM changes c "
        "WHERE kind = 'content' AND NOT EXISTS (SELECT 1 FROM changes n WHERE n.supersedes_id = "
        "c.id) ORDER BY new_first_seen"
    )


def old_template(text: str) -> str:
    return pages.html(
        "<div class=headtitle><h1>会议召开</h1><span>2018年01月25日 09:00:00 来源： 求是</span>"
        "</div>"
        f"<div id=detailContent>{text}</div>"
    )


def new_template(text: str) -> str:
    return pages.html(
        "<div class=inner><h1>会议召开</h1><span class=appellation>来源：求是</span>"
        "<span class=pubtime>2018-01-25 09:00:00</span>"
        f"<div class=text><div class=highlight>{text}</div></div></div>"
    )


def test_an_edit_between_copies_of_two_templates_is_told_and_the_redesign_is_none(
    workshop: Workshop, play: Callable[..., Any]
) -> None:
    text = "".join(f"<p>{line}</p>" for line in pages.PARAGRAPHS)
    edited = text.replace("基本功", "看家本领")

    async def scenario() -> None:
        async with FaultyServer(host="127.0.5.9") as server:
            keep(
                server,
                {
                    "20180201000000": old_template(text),
                    "20190201000000": new_template(edited),
                    "20200201000000": old_template(edited.replace("第一手", "第二手")),
                    "20210201000000": new_template(edited.replace("第一手", "第二手")),
                },
            )
            workshop.configure(archive_source(server))
            for _ in range(4):
                await workshop.once()

    play(scenario())
    assert text != edited
    rules = workshop.rows("SELECT DISTINCT rule FROM extractions ORDER BY rule")
    assert rules == [("general",), ("qstheory/2014",), ("qstheory/2017",)]
    assert edits(workshop) == [
        ("2018-02-01", "2019-02-01", "wayback"),
        ("2019-02-01", "2020-02-01", "wayback"),
    ]
    assert workshop.events("extraction_unsure") == []
    assert verify(workshop.db, replay=Replay())["ok"]


def test_copies_alone_make_a_page_known_and_ask_nothing_of_its_site(
    workshop: Workshop, play: Callable[..., Any]
) -> None:
    async def scenario() -> None:
        async with FaultyServer(host="127.0.5.2") as server:
            copies = keep(
                server,
                {
                    "20180201000000": pages.article(),
                    "20190201000000": pages.article(),
                    "20200201000000": pages.EDITED,
                },
            )
            server.routes[PATH] = pages.ARTICLE
            workshop.configure(archive_source(server))
            for _ in range(4):
                summary = await workshop.once()
                assert summary.exit_code() == 0
            assert [len(server.asked(urlsplit(path).path)) for path in copies] == [1, 1, 1]
            assert server.asked(PATH) == []

    play(scenario())
    assert workshop.rows("SELECT as_of, origin FROM versions ORDER BY as_of") == [
        ("2018-02-01T00:00:00.000Z", "wayback"),
        ("2020-02-01T00:00:00.000Z", "wayback"),
    ]
    assert edits(workshop) == [("2019-02-01", "2020-02-01", "wayback")]
    assert workshop.rows("SELECT state, watched FROM pages") == [("live", 0)]
    with Archive.open(workshop.db, mode="read", clock=workshop.clock) as archive:
        (told,) = [one for one in archive.status(now=workshop.clock())["sources"] if one["pages"]]
        assert (told["id"], told["promise_kept"]) == ("w", True)
        assert archive.conditions(workshop.clock())["promise_broken"] == []
    assert verify(workshop.db)["ok"]


def test_a_source_may_ask_for_the_pages_of_its_copies(
    workshop: Workshop, play: Callable[..., Any]
) -> None:
    async def scenario() -> None:
        async with FaultyServer(host="127.0.5.3") as server:
            keep(server, {"20180201000000": pages.article()})
            workshop.configure(archive_source(server, live="true"))
            await workshop.once()
            await workshop.once()
            assert len(server.asked(PATH)) == 2

    play(scenario())
    # The live address answers 404: that alone moved the state.
    assert workshop.rows("SELECT state FROM pages") == [("gone",)]
    assert verify(workshop.db)["ok"]


def test_a_page_of_copies_belongs_to_whoever_lists_it(
    workshop: Workshop, play: Callable[..., Any]
) -> None:
    async def scenario() -> None:
        async with FaultyServer(host="127.0.5.4") as server:
            keep(server, {"20180201000000": OLDEST})
            server.routes[PATH] = pages.ARTICLE
            workshop.configure(archive_source(server))
            await workshop.once()
            workshop.configure(archive_source(server), site(server, PATH))
            await workshop.once()
            assert len(server.asked(PATH)) == 1
            # Also when the list names it no longer, and when the copies are asked for no more.
            site(server, "/dukan/qs/2018-01/26/c_1122310001.htm")
            await workshop.once()
            assert len(server.asked(PATH)) == 2

    play(scenario())
    rows = workshop.rows("SELECT source_id, watched, state FROM pages WHERE key = 'c_1122310000'")
    assert rows == [("s", 1, "live")]
    assert edits(workshop) == [("2018-02-01", "2026-03-03", "here")]


def test_an_address_given_by_hand_is_asked_although_only_copies_knew_it(
    workshop: Workshop, play: Callable[..., Any]
) -> None:
    async def scenario() -> None:
        async with FaultyServer(host="127.0.5.5") as server:
            keep(server, {"20180201000000": OLDEST})
            server.routes[PATH] = pages.ARTICLE
            workshop.configure(archive_source(server))
            await workshop.once()
            await workshop.once(select=(server.url(PATH),))
            assert len(server.asked(PATH)) == 1

    play(scenario())
    assert workshop.rows("SELECT source_id, watched FROM pages") == [("manual", 1)]


SEED = "\n".join(OLDEST.split("<p>")[n].split("</p>")[0] for n in (1, 2, 3, 4))


def test_copies_between_our_looks_tell_what_was_changed_and_when(
    workshop: Workshop, play: Callable[..., Any]
) -> None:
    (workshop.folder / "copy.txt").write_text(SEED, encoding="utf-8")
    seed = '[[seed]]\nid = "held"\nfile = "copy.txt"\n'

    async def scenario() -> None:
        async with FaultyServer(host="127.0.5.6") as server:
            server.routes[PATH] = pages.ARTICLE
            workshop.configure(site(server, PATH), seed)
            await workshop.once()
            server.routes[PATH] = response(pages.EDITED)
            await workshop.once(days=9)
            assert edits(workshop) == [("2026-03-02", "2026-03-11", "here")]
            keep(
                server,
                {
                    "20180201000000": OLDEST,
                    "20260304000000": pages.article(),
                    "20260306000000": pages.EDITED,
                },
            )
            workshop.configure(site(server, PATH), archive_source(server), seed)
            summary = await workshop.once()
            assert len(summary.changes) == 2
            await workshop.once()

    play(scenario())
    assert edits(workshop) == [
        ("2018-02-01", "2026-03-02", "wayback"),
        ("2026-03-04", "2026-03-06", "wayback"),
    ]
    narrowed = workshop.rows(
        "SELECT o.new_first_seen > c.new_first_seen, c.score > 0 FROM changes c "
        "JOIN changes o ON o.id = c.supersedes_id"
    )
    assert narrowed == [(1, 1)]
    # Only the edit that nobody knew is news.
    assert [
        json.loads(row[0])
        for row in workshop.rows("SELECT changes FROM events WHERE kind = 'past_edits'")
    ] == [[2]]
    assert workshop.rows("SELECT state, state_since, version_id FROM pages") == [("live", None, 2)]
    matched = workshop.rows(
        "SELECT substr(v.as_of, 1, 10), m.relation FROM seed_matches m "
        "JOIN versions v ON v.id = m.version_id WHERE v.origin = 'wayback' ORDER BY v.as_of"
    )
    assert [row[0] for row in matched] == ["2018-02-01", "2026-03-06"]
    assert verify(workshop.db)["ok"]


def test_a_run_that_dies_before_it_told_leaves_the_copies_to_the_next(
    workshop: Workshop, play: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dies(*_: object) -> list[int]:
        raise ArchiveError("the disk is full", "free some space")

    async def scenario() -> None:
        async with FaultyServer(host="127.0.5.7") as server:
            server.routes[PATH] = pages.ARTICLE
            workshop.configure(site(server, PATH))
            await workshop.once()
            copies = keep(server, {"20180201000000": OLDEST})
            workshop.configure(site(server, PATH), archive_source(server))
            with monkeypatch.context() as patch:
                patch.setattr(pipeline, "settle", dies)
                with pytest.raises(ArchiveError):
                    await workshop.once()
            assert edits(workshop) == []
            await workshop.once()
            await workshop.once()
            assert len(server.asked(urlsplit(copies[0]).path)) == 2

    play(scenario())
    assert edits(workshop) == [("2018-02-01", "2026-03-02", "wayback")]
    assert workshop.rows("SELECT count(*) FROM versions") == [(2,)]


def test_a_copy_in_parts_is_read_where_its_original_stood(
    workshop: Workshop, play: Callable[..., Any]
) -> None:
    """Its links count from the site and its second part is a copy too, of about the same time."""
    pager = '<div class="page"><a href="{}">下一页</a></div>'
    second = PATH.replace(".htm", "_2.htm")

    async def scenario() -> None:
        async with FaultyServer(host="127.0.5.8") as server:

            def part(number: int, following: str | None) -> str:
                after = pager.format(following) if following else ""
                picture = '<img src="a.jpg" width="600" height="400">'
                text = f"第{number}部分。{pages.PARAGRAPHS[number] * 3}{picture}"
                return pages.article(text, pages.PARAGRAPHS[0] * 2, after=after)

            near, far = "20180203000000", "20230203000000"
            first = part(1, server.url(second))
            keep(server, {"20180201000000": first, "20190201000000": first})
            for stamp, found in (("20180201000000", near), ("20190201000000", far)):
                asked = f"/web/{stamp}id_/{server.url(second)}"
                kept = f"/web/{found}id_/{server.url(second)}"
                server.routes |= {asked: redirect(kept), kept: response(part(2, None))}
            workshop.configure(archive_source(server))
            for _ in range(5):
                await workshop.once()
            assert server.asked(second) == []
            assert len(server.asked(f"/web/20190201000000id_/{server.url(PATH)}")) == 3

    play(scenario())
    ((text, images),) = workshop.rows(
        "SELECT t.text, e.images FROM versions v JOIN texts t ON t.id = v.text_id "
        "JOIN extractions e ON e.id = v.extraction_id"
    )
    assert text.index("第1部分") < text.index("第2部分")
    assert all("/web/" not in url and url.endswith("a.jpg") for url in json.loads(images))
    looks = workshop.rows("SELECT DISTINCT outcome, reason FROM observations WHERE reason = 'part'")
    assert looks == [("failed", "part")]


def test_a_page_of_copies_that_turns_out_to_be_a_watched_one_is_watched(
    workshop: Workshop, play: Callable[..., Any]
) -> None:
    shortlink = "<link rel='shortlink' href='/?p=17'></head>"
    post = pages.article().replace("</head>", shortlink)

    async def scenario() -> None:
        async with FaultyServer(host="127.0.5.9") as server:
            keep(server, {"20180201000000": OLDEST}, "/?p=17")
            wayback = source(server, "w", "/cdx", kind="wayback", profile='"wordpress"')
            workshop.configure(wayback)
            await workshop.once()
            server.routes["/new-name/"] = response(post)
            server.routes["/feed"] = response(
                pages.feed("/new-name/", base=server.url("")), content_type="application/rss+xml"
            )
            workshop.configure(wayback, source(server, "b", "/feed", kind="feed"))
            for _ in range(3):
                await workshop.once()
            assert len(server.asked("/new-name/")) == 3

    play(scenario())
    rows = workshop.rows("SELECT source_id, key, watched FROM pages WHERE joined_with IS NULL")
    assert rows == [("b", "p:17", 1)]
    assert verify(workshop.db)["ok"]
