"""Faults that show over several looks: each host answers by the number of the pass, from 0 on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import fault_pages as pages
from faulty_server import Handler, Request, Route, redirect, response

from crawler.discover.wayback import query

#: looks, a day apart
PASSES = 6
EDITED_TEXT = pages.EDITED
Routes = Mapping[str, Route]


@dataclass(frozen=True)
class Turn:
    """One host: its source's kind and paths, and what it answers in each pass."""

    name: str
    routes: Callable[[int], Routes]
    paths: tuple[str, ...] = ("/page",)
    kind: str = "page"
    more: tuple[tuple[str, str], ...] = ()


def conditional(text: str, **validators: str) -> Handler:
    """Answers 304 to its own validators, whatever the text is by now."""
    named = [(name.replace("_", "-"), value) for name, value in validators.items()]
    known = {value for _, value in named}

    async def handle(request: Request, writer: object) -> None:
        asked = {request.header("If-None-Match"), request.header("If-Modified-Since")}
        if asked & known:
            # With a body, which a 304 must not have.
            writer.write(response(b"", "304 Not Modified", [*named, ("Content-Length", "4")]))
            writer.write(b"body")
        else:
            writer.write(response(text, headers=named))
        await writer.drain()

    return handle


def pdf(text: str) -> bytes:
    return response(f"%PDF-1.4\n{text}".encode(), content_type="application/pdf")


def always(routes: Routes) -> Callable[[int], Routes]:
    return lambda number: routes


def one_of(*answers: Route) -> Callable[[int], Routes]:
    """`/page` gives these in turn, the last one from then on."""
    return lambda number: {"/page": answers[min(number, len(answers) - 1)]}


LAST_MODIFIED = "Sun, 01 Feb 2026 00:00:00 GMT"


def lying(**validators: str) -> Callable[[int], Routes]:
    def routes(number: int) -> Routes:
        text = EDITED_TEXT if number >= 1 else pages.article()
        return {"/page": conditional(text, **validators)}

    return routes


def in_parts(number: int) -> Routes:
    """An article in three parts. Pass 1: the second fails; 2: the third is edited; 3: the second
    is a stub; then all is well."""

    def part(index: int, text: str, following: str | None) -> bytes:
        pager = f'<div class="page"><a href="{following}">下一页</a></div>' if following else ""
        return response(pages.article(text * 3, f"第{index}部分。" * 20, after=pager))

    third = pages.PARAGRAPHS[2] if number < 2 else pages.PARAGRAPHS[2].replace("一致", "完全")
    routes = {
        "/a.htm": part(1, pages.PARAGRAPHS[0], "a_2.htm"),
        "/a_2.htm": part(2, pages.PARAGRAPHS[1], "a_3.htm"),
        "/a_3.htm": part(3, third, None),
    }
    if number == 1:
        routes["/a_2.htm"] = response("", "500 Broken")
    if number == 3:
        routes["/a_2.htm"] = response(pages.html("页面不存在", "页面不存在"))
    return routes


ITEMS = tuple(f"/news/{number}.html" for number in range(1, 13))
XML = "application/rss+xml"


def items_of(base: str = "") -> Routes:
    return {
        path: response(pages.article(f"{path}：" + pages.PARAGRAPHS[0] * 4, title=f"报道{path}"))
        for path in ITEMS
    }


def feed_of(*paths: str) -> bytes:
    return response(pages.feed(*paths, base=""), content_type=XML)


def listing_wrong(number: int) -> Routes:
    """A13: HTML where a feed was promised, from pass 1 to 3."""
    wrong = response(pages.html("<p>欢迎访问</p>", "首页"))
    return {"/feed": wrong if number in (1, 2, 3) else feed_of(*ITEMS[:3]), **items_of()}


def listing_empty(number: int) -> Routes:
    """A14: the list is empty from pass 1 on, a tenth as long from pass 3 on."""
    shown = ITEMS if number == 0 else ITEMS[:1] if number >= 3 else ()
    return {"/feed": feed_of(*shown), **items_of()}


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9))
    + "]><rss><channel><title>&j;</title></channel></rss>"
)
EXTERNAL = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    "<rss><channel><title>&x;</title></channel></rss>"
)


def hostile_xml(number: int) -> Routes:
    """X1 to X4, one in each pass."""
    many = "<rss><channel>" + "<a>" * 200_000
    attributes = "<rss " + " ".join(f'a{n}="1"' for n in range(50_000)) + "><channel/></rss>"
    broken = pages.feed(*ITEMS[:2], base="").replace("<title>t</title>", "<title>Q & A</title>")
    foreign = pages.feed("http://elsewhere.example/1.html", "javascript:alert(1)", base="")
    documents = (LAUGHS, EXTERNAL, many, attributes, broken, foreign)
    return {"/feed": response(documents[number], content_type=XML), **items_of()}


#: what is asked of an index of captures
CDX = query("http://h/cdx", backfill=False).removeprefix("http://h")


def hostile_json(number: int) -> Routes:
    """X5, one in each pass."""
    documents = ("[" * 200_000, '{"a": NaN', "[1, 2]", '"x"', "{}", "nul")
    return {CDX: response(documents[number], content_type="application/json")}


def stubs_with_tags(number: int) -> Routes:
    """A18: what is no article has validators too."""
    answers: tuple[Route, ...] = (
        response(pages.article(), headers={"ETag": '"article"'}),
        response(pages.html("", "稿件详情"), headers={"ETag": '"stub"'}),
        response(pages.article(), headers={"ETag": '"article"'}),
    )
    return {"/page": answers[min(number, 2)]}


# A text may stand unseen no longer than `full_fetch_every`, the wait for the next look included.
FULL_EVERY_THREE_DAYS = (("full_fetch_every", '"3d"'), ("max_gap", '"12h"'))
UNREACHABLE = response("", "503 Unavailable", content_type="text/plain")
TURNS = (
    Turn(
        "A9",
        always({"/page": conditional(pages.article(), ETag='"a"')}),
        more=FULL_EVERY_THREE_DAYS,
    ),
    Turn("A10-tag", lying(ETag='"b"'), more=FULL_EVERY_THREE_DAYS),
    Turn("A10-date", lying(Last_Modified=LAST_MODIFIED), more=FULL_EVERY_THREE_DAYS),
    Turn("A13", listing_wrong, ("/feed",), "feed"),
    Turn("A14", listing_empty, ("/feed",), "feed"),
    Turn("A15", lambda number: {"/page": response((pages.article(), EDITED_TEXT)[number % 2])}),
    Turn("A17", one_of(pdf("one"), pdf("one"), pdf("two"), pdf("two"), response(pages.article()))),
    Turn("A18", stubs_with_tags),
    Turn(
        "A18-elsewhere",
        always(
            {"/page": redirect("/moved"), "/moved": conditional(pages.article(), ETag='"moved"')}
        ),
    ),
    Turn("A19", in_parts, ("/a.htm",)),
    Turn("X", hostile_xml, ("/feed",), "feed"),
    Turn("X5", hostile_json, ("/cdx",), "wayback"),
    Turn("M2", always({"/robots.txt": UNREACHABLE, "/page": pages.ARTICLE})),
)
