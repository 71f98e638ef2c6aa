"""What becomes of an article at four outlets, told over the whole path: pages of real servers,
crawled pass by pass."""

import random
from collections.abc import Callable
from typing import Any

import fault_pages as pages
from faulty_server import FaultyServer, response
from passes import Workshop, source

HAN = [chr(code) for code in range(0x4E00, 0x5200)]
Told = list[tuple[str, str]]


def han(seed: int, size: int = 70) -> str:
    """A paragraph that shares nothing with those of other seeds."""
    return "".join(random.Random(seed).choices(HAN, k=size)) + "。"


class Outlet:
    """A site with a feed of an article and a page of its own."""

    def __init__(self, server: FaultyServer, name: str, published: str) -> None:
        self.server, self.name = server, name
        self.head = f'<meta property="article:published_time" content="{published}T08:00:00Z">'
        self.url = server.url("/1.html")
        self.show(*(han(1000 + ord(name) * 10 + at) for at in range(3)), path="/9.html")
        listed = pages.feed("/1.html", "/9.html", base=server.url(""))
        server.routes["/feed"] = response(listed, content_type="application/rss+xml")

    def show(self, *paragraphs: str, path: str = "/1.html") -> None:
        shown = "".join(f"<p>{text}</p>" for text in paragraphs)
        body = f'<h1>题目</h1><div class="article">{shown}</div>'
        self.server.routes[path] = response(pages.html(body, "会议", self.head))

    def vanish(self) -> None:
        self.server.routes["/1.html"] = response("gone", status=404)


def test_the_story_of_an_article(workshop: Workshop, play: Callable[..., Any]) -> None:
    text = [han(number) for number in range(6)]
    masked = [text[0], text[1], text[2][:20] + "某某" + text[2][23:], *text[3:]]
    corrected = [text[0], text[1], text[2][:20] + "另有新说" + text[2][24:], *text[3:]]
    shorter = [*text[:4], text[5]]
    seen: list[str] = []

    async def told(days: float = 1.0) -> Told:
        await workshop.once(days=days)
        rows = workshop.rows("SELECT kind, subject, message FROM events ORDER BY id")
        new = rows[len(seen) :]
        seen[:] = [message for _, _, message in rows]
        return [(kind, subject) for kind, subject, _ in new]

    async def scenario() -> None:
        async with (
            FaultyServer(host="127.0.8.51") as a,
            FaultyServer(host="127.0.8.52") as b,
            FaultyServer(host="127.0.8.53") as c,
            FaultyServer(host="127.0.8.54") as d,
        ):
            servers = {"a": a, "b": b, "c": c, "d": d}
            feeds = [source(server, name, "/feed", kind="feed") for name, server in servers.items()]
            workshop.configure(*feeds)
            one, two, three, four = (
                Outlet(server, name, f"2026-02-0{day}")
                for day, (name, server) in enumerate(servers.items(), start=1)
            )
            one.show(*text)
            two.show(han(90), *text, han(91))
            three.show(*text, han(92))
            four.show(han(80), han(81), text[2], han(82))
            assert await told() == [], "a first pass tells nothing"
            two.show(han(90), *masked, han(91))
            assert await told() == [("reprint_diverged", two.url)]
            assert one.url in seen[-1]
            assert await told() == []
            two.show(han(90), *text, han(91))
            assert await told() == [], "it reads as its original again"
            one.show(*corrected)
            assert await told() == [("original_changed", one.url)]
            assert all(outlet.url in seen[-1] for outlet in (two, three, four))
            two.show(han(90), *corrected, han(91))
            assert await told() == [], "it follows its original"
            three.show(*shorter, han(92))
            assert await told() == [("passage_dropped", three.url)]
            three.show(*text, han(92))
            assert await told() == [], "the passage is back"
            for outlet in (one, two, three):
                outlet.vanish()
            for _ in range(3):
                await told(2)
            every = workshop.events("quotation_gone")
            assert len(every) == 1, "the article is lost once, not once for each outlet"
            three.show(*text, han(92))
            assert "quotation_gone" not in [kind for kind, _ in await told(2)]
            four.vanish()
            for _ in range(3):
                await told(2)
            assert workshop.events("quotation_gone") == every, "what four quoted is up again"

    play(scenario())
