"""Articles in parts, through the whole path: all of them are one text, or there is none."""

from collections.abc import Callable
from typing import Any

import pytest
from faulty_server import FaultyServer, response
from passes import Workshop, source

HEAD = "<html><head><meta charset=utf-8><title>会议召开--时政</title></head><body>"
LINE = "第{}部分：会议指出，要健全制度，完善机制，推动各项工作取得新的进展和成效。"
FIRST = "/n1/c1-2.html"


def path_of(number: int) -> str:
    return FIRST if number == 1 else f"/n1/c1-2-{number}.html"


def part(number: int, on: str | None) -> bytes:
    pager = f"<div class=page_n><a href={on}>下一页</a></div>" if on else ""
    return response(
        f"{HEAD}<div class=text_title><h1>会议召开</h1></div><div class=box_con id=rwb_zw>"
        f"<p>{LINE.format(number)}</p>{pager}</div></body></html>"
    )


def in_parts(count: int, **on: str) -> dict[str, bytes]:
    """`count` parts, each leading to the next; `on` says where some lead instead."""
    follow = {n: path_of(n + 1) for n in range(1, count)}
    follow |= {int(name.removeprefix("part_")): path for name, path in on.items()}
    return {path_of(n): part(n, follow.get(n)) for n in range(1, count + 1)}


def texts(workshop: Workshop) -> list[str]:
    rows = workshop.rows("SELECT t.text FROM versions v JOIN texts t ON t.id = v.text_id")
    return [text for (text,) in rows]


def last_look(workshop: Workshop) -> tuple[Any, ...]:
    rows = workshop.rows(
        "SELECT outcome, reason FROM observations WHERE purpose = 'article' ORDER BY id"
    )
    return rows[-1]


WHOLE = {
    "the last leads back to the first": in_parts(3, part_3=FIRST),
    "the last leads back to the one before": in_parts(3, part_3=path_of(2)),
    "the last leads to itself": in_parts(3, part_3=path_of(3)),
    "the first leads to itself": in_parts(1, part_1=FIRST),
}
BROKEN = {
    "on another host": in_parts(2, part_1="http://127.0.6.99/n1/c1-2-2.html"),
    "that is not there": {FIRST: part(1, path_of(2))},
    "that is no article": {**in_parts(2), path_of(2): response("<title>稿件详情</title>")},
    "without end": in_parts(500),
}


@pytest.mark.parametrize("case", WHOLE)
def test_parts_that_lead_in_a_circle_are_read_once_each(
    case: str, workshop: Workshop, play: Callable[..., Any]
) -> None:
    async def scenario() -> None:
        async with FaultyServer(host="127.0.6.61") as server:
            server.routes = WHOLE[case]
            workshop.configure(source(server, "s", FIRST, profile='"people"'))
            await workshop.once()

    play(scenario())
    lines = [LINE.format(n) for n in range(1, len(WHOLE[case]) + 1)]
    assert texts(workshop) == ["\n".join(lines)]


@pytest.mark.parametrize("case", BROKEN)
def test_a_part_is_missing(case: str, workshop: Workshop, play: Callable[..., Any]) -> None:
    async def scenario() -> None:
        async with FaultyServer(host="127.0.6.62") as server:
            server.routes = BROKEN[case]
            workshop.configure(source(server, "s", FIRST, profile='"people"'))
            await workshop.once()
            assert last_look(workshop) == ("failed", "part")
            assert texts(workshop) == []
            server.routes = in_parts(2)
            await workshop.once(days=8)

    play(scenario())
    assert texts(workshop) == [f"{LINE.format(1)}\n{LINE.format(2)}"]


def test_an_article_that_loses_a_part_keeps_its_version_and_is_no_edit(
    workshop: Workshop, play: Callable[..., Any]
) -> None:
    async def scenario() -> None:
        async with FaultyServer(host="127.0.6.63") as server:
            server.routes = in_parts(3)
            workshop.configure(source(server, "s", FIRST, profile='"people"'))
            await workshop.once()
            del server.routes[path_of(2)]
            await workshop.once()
            assert last_look(workshop) == ("failed", "part")
            server.routes = in_parts(3)
            await workshop.once(days=8)

    play(scenario())
    assert texts(workshop) == ["\n".join(LINE.format(n) for n in (1, 2, 3))]
    assert workshop.rows("SELECT * FROM changes WHERE kind = 'content'") == []
