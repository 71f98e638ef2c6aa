"""A site that gets another template: what was edited is told, the redesign itself is no edit, and
where no rule reads both captures, that is an event."""

# ruff: noqa: E501 - pages' markup stands as it is served, and Chinese counts double

from collections.abc import Callable
from typing import Any

import pytest
from faulty_server import FaultyServer, response
from passes import Workshop, source

from crawler.evidence.verify import verify

LINES = (
    "各级党组织要把全面从严治党的要求落到实处，坚持问题导向，抓住关键环节。",
    "会议指出，要健全制度，完善机制，推动各项工作取得新的进展和成效。",
    "会议强调，要加强督促检查，确保各项部署落地见效，不断开创工作新局面。",
)
PATH = "/n1/2024/0424/c1001-1.html"
HEAD = "<html><head><meta charset=utf-8><title>会议召开--时政--人民网</title></head><body>"


def old_template(*lines: str) -> bytes:
    body = "".join(f"<p>{line}</p>" for line in lines)
    return response(
        f"{HEAD}<div class=rm_txt><h1 id=newstit>会议召开</h1><div class=rm_txt_con>{body}"
        "<div class=edit>(责编：牛某)</div></div></div></body></html>"
    )


def new_template(*lines: str) -> bytes:
    body = "".join(f"<p>{line}</p>" for line in lines)
    return response(
        f"{HEAD}<main class=brandnew><h1>会议召开</h1><section>{body}</section><p>（责编：牛某）</p></main></body></html>"
    )


def other_era(*lines: str) -> bytes:
    body = "".join(f"<p>{line}</p>" for line in lines)
    return response(
        f"{HEAD}<h1 id=p_title>会议召开</h1><div id=p_content>{body}</div></body></html>"
    )


def told(workshop: Workshop) -> list[tuple[Any, ...]]:
    return workshop.rows("SELECT kind, score > 0 FROM changes ORDER BY id")


EDITED = (LINES[0], LINES[1].replace("新的", "一定的"), LINES[2])


@pytest.mark.parametrize(
    ("after", "changes", "unsure"),
    [
        (new_template(*LINES), [], 0),
        (new_template(*EDITED), [("content", 1)], 0),
        (other_era(*EDITED), [("extractor", 0)], 1),
    ],
    ids=["the redesign alone", "with an edit", "to an era that cannot read the old one"],
)
def test_a_redesign_is_no_edit(
    after: bytes,
    changes: list[tuple[str, int]],
    unsure: int,
    workshop: Workshop,
    play: Callable[..., Any],
) -> None:
    async def scenario() -> None:
        async with FaultyServer(host="127.0.5.61") as server:
            server.routes = {PATH: old_template(*LINES)}
            workshop.configure(source(server, "people", PATH, profile='"people"'))
            await workshop.once()
            assert workshop.rows("SELECT rule FROM extractions") == [("people/2020",)]
            server.routes[PATH] = after
            await workshop.once()
            assert told(workshop) == changes
            assert len(workshop.events("extraction_unsure")) == unsure
            await workshop.once()
            assert told(workshop) == changes

    play(scenario())
    assert verify(workshop.db)["ok"]
