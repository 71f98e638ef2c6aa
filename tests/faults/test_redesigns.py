"""A site that gets another template: what was edited is told, the redesign itself is no edit, and
where no rule reads both captures, that is an event."""

# ruff: noqa: E501 - pages' markup stands as it is served, and Chinese counts double

from collections.abc import Callable
from typing import Any

import pytest
from faulty_server import FaultyServer, response
from passes import Workshop, source

from crawler.evidence.replaying import Replay
from crawler.evidence.verify import verify

LINES = (
    "各级党组织要把全面从严治党的要求落到实处，坚持问题导向，抓住关键环节。",
    "会议指出，要健全制度，完善机制，推动各项工作取得新的进展和成效。",
    "会议强调，要加强督促检查，确保各项部署落地见效，不断开创工作新局面。",
)
EDITED = (LINES[0], LINES[1].replace("新的", "斩的"), LINES[2])
OTHER = (
    "春季运动会将于下周在市体育场举行，预计有两千名运动员参加各个项目的比赛。",
    "组委会提醒市民，届时体育场周边道路实行交通管制，请提前安排好出行路线。",
    "比赛期间，公共交通将延长运营时间，观众可以凭门票免费乘坐地铁和公交车。",
)
HEAD = "<html><head><meta charset=utf-8><title>会议召开--时政</title></head><body>"
HOST = "127.0.5.61"

Template = Callable[..., str]


def brand_new(body: str) -> str:
    return f"<main class=brandnew><h1>会议召开</h1><section>{body}</section><p>（责编：牛某）</p></main>"


def people_2010(body: str) -> str:
    return (
        "<h1 id=p_title>会议召开</h1><span id=p_publishtime>2012年11月09日00:00</span>来源："
        f"<span id=p_origin><a href=http://paper.people.com.cn/>人民网</a></span><div id=p_content>{body}</div>"
    )


def people_2014(body: str) -> str:
    return (
        "<div class=text_title><h1>会议召开</h1></div><div class=box01><div class=fl>2012年11月09日00:00"
        "&nbsp;&nbsp;来源：<a href=http://www.people.com.cn/>人民网</a></div></div>"
        f"<div class=box_con id=rwb_zw>{body}<div class=edit>(责编：牛某)</div></div>"
    )


def people_2020(body: str) -> str:
    return (
        "<div class=rm_txt><h1 id=newstit>会议召开</h1><div class=channel><div class=col-1-1>2012年11月09日00:00"
        f" | 来源：<a href=http://www.people.com.cn/>人民网</a></div></div><div class=rm_txt_con>{body}"
        "<div class=edit>(责编：牛某)</div></div></div>"
    )


def xinhua_2013(body: str) -> str:
    return (
        "<h1 id=title>会议召开</h1><div class=info><span class=time id=pubtime>2014年03月05日 09:10:11"
        f"</span> 来源： <em id=source>新华网</em></div><div class=article id=content>{body}</div>"
    )


def xinhua_2017(body: str) -> str:
    return (
        "<div class=h-title>会议召开</div><div class=h-info><span class=h-time> 2014-03-05 09:10:11</span>"
        f"<span>来源：<em id=source> 新华网</em></span></div><div id=p-detail>{body}<div class=p-tags>"
        "<span class=p-jc>责任编辑： 尹世杰</span></div></div>"
    )


def xinhua_2022(body: str) -> str:
    return (
        "<div class=header><div class='header-time left'><span class=year><em> 2014</em></span><span class=day>"
        "<em>03</em>/<em>05</em></span><span class=time>09:10:11</span></div><div class=head-line><h1>"
        "<span class=title>会议召开</span></h1></div><div class=source>来源：新华网</div></div>"
        f"<div id=detail>{body}</div>"
    )


def gov_2014(body: str) -> str:
    return (
        "<meta name=firstpublishedtime content='2024-04-24-23:59:59'><div class=article><h1>会议召开</h1>"
        "<div class=pages-date>2024-04-24 23:59 <span class=font>来源： 新华社</span></div>"
        f"<div id=UCAP-CONTENT>{body}</div></div>"
    )


def gov_trs(body: str) -> str:
    return (
        "<meta name=ArticleTitle content=会议召开><meta name=PubDate content='2024-04-24 23:59'>"
        f"<meta name=ContentSource content=新华社><h2>会议召开</h2><div class=TRS_UEDITOR>{body}</div>"
    )


def chinanews_2010(body: str) -> str:
    return (
        "<div id=cont_1_1_2><h1>会议召开</h1></div><div class=left-t>2022年06月30日 12:10 来源：中国新闻网</div>"
        f"<div class=left_zw>{body}</div><div class=adEditor>【编辑:陈海峰】</div>"
    )


def chinanews_2022(body: str) -> str:
    return (
        "<h1 class=content_left_title>会议召开</h1><div class=content_left_time>2022年06月30日 12:10　来源：中国新闻网"
        f"</div><div class=content_maincontent_content>{body}</div><div class=adEditor>【编辑:陈海峰】</div>"
    )


def qstheory_2014(body: str) -> str:
    return (
        "<div class=headtitle><h1>会议召开</h1><span>2014年05月01日 09:00:00 来源： 求是</span></div>"
        f"<div id=detailContent>{body}</div>"
    )


def qstheory_2017(body: str) -> str:
    return (
        "<div class=inner><h1>会议召开</h1><span class=appellation>来源：求是</span><span class=pubtime>"
        f"2014-05-01 09:00:00</span><div class=text><div class=highlight>{body}</div></div></div>"
    )


def blogger(body: str) -> str:
    return (
        "<meta content=blogger name=generator><div class=post><h2 class=date-header>Sunday, February 11, 2018</h2>"
        f"<h3 class='post-title entry-title'>会议召开</h3><div class=post-body>{body}"
        "</div></div>"
    )


def two_articles(body: str) -> str:
    more = "".join(f"<p>{line}</p>" for line in OTHER * 4)
    return people_2010(body) + f"<div class=text>{more}</div>"


def page(template: Template, lines: tuple[str, ...]) -> bytes:
    body = "".join(f"<p>　　{line}</p>" for line in lines)
    return response(f"{HEAD}{template(body)}</body></html>")


def told(workshop: Workshop, path: str = "") -> list[tuple[Any, ...]]:
    return workshop.rows(
        "SELECT c.kind, c.inserted, c.deleted, c.fields FROM changes c JOIN pages p ON p.id = c.page_id "
        "WHERE p.canonical_url LIKE ? ORDER BY c.id",
        f"%{path}",
    )


def edits(workshop: Workshop, path: str) -> list[tuple[Any, ...]]:
    return [change for change in told(workshop, path) if change[0] == "content"]


REDESIGNS = {
    "people, 2014 to 2020": ("people", people_2014, people_2020),
    "people, 2010 to 2014": ("people", people_2010, people_2014),
    "people, back to 2010": ("people", people_2020, people_2010),
    "xinhua, 2017 to 2022": ("xinhua", xinhua_2017, xinhua_2022),
    "xinhua, 2013 to 2017": ("xinhua", xinhua_2013, xinhua_2017),
    "gov, trs to 2014": ("gov", gov_trs, gov_2014),
    "chinanews, 2010 to 2022": ("chinanews", chinanews_2010, chinanews_2022),
    "qstheory, 2014 to 2017": ("qstheory", qstheory_2014, qstheory_2017),
    "from a profile to none": ("people", people_2020, brand_new),
    "from none to a profile": ("people", brand_new, people_2020),
    "to a platform": ("qstheory", qstheory_2017, blogger),
    "from a platform": ("gov", blogger, gov_2014),
}


@pytest.mark.parametrize("case", REDESIGNS)
def test_a_redesign_is_no_edit_and_hides_none(
    case: str, workshop: Workshop, play: Callable[..., Any]
) -> None:
    profile, before, after = REDESIGNS[case]

    async def scenario() -> None:
        async with FaultyServer(host=HOST) as server:
            server.routes = {path: page(before, LINES) for path in ("/same", "/edited")}
            workshop.configure(source(server, "s", "/same", "/edited", profile=f'"{profile}"'))
            await workshop.once()
            server.routes = {"/same": page(after, LINES), "/edited": page(after, EDITED)}
            await workshop.once()
            assert edits(workshop, "/same") == []
            assert edits(workshop, "/edited") == [("content", 1, 1, "[]")]
            assert workshop.events("extraction_unsure") == []
            assert rule_of_today(workshop, "/edited") == rule_of(after)
            before_again = told(workshop)
            await workshop.once()
            assert told(workshop) == before_again

    play(scenario())
    assert verify(workshop.db, replay=Replay())["ok"]


def rule_of(template: Template) -> str:
    if template is brand_new:
        return "general"
    name = "blogger_any" if template is blogger else template.__name__
    return name.replace("_", "/")


def rule_of_today(workshop: Workshop, path: str) -> str:
    ((rule,),) = workshop.rows(
        "SELECT e.rule FROM pages p JOIN versions v ON v.id = p.version_id "
        "JOIN extractions e ON e.id = v.extraction_id WHERE p.canonical_url LIKE ?",
        f"%{path}",
    )
    return str(rule)


def test_where_no_rule_reads_both_that_is_an_event(
    workshop: Workshop, play: Callable[..., Any]
) -> None:
    async def scenario() -> None:
        async with FaultyServer(host=HOST) as server:
            server.routes = {"/a": page(people_2020, LINES)}
            workshop.configure(source(server, "s", "/a", profile='"people"'))
            await workshop.once()
            server.routes = {"/a": page(two_articles, EDITED)}
            await workshop.once()
            assert [kind for kind, *_ in told(workshop)] == ["extractor"]
            assert workshop.events("extraction_unsure") == [(server.url("/a"),)]

    play(scenario())
    assert verify(workshop.db, replay=Replay())["ok"]


def mine(body: str, *drop: str) -> str:
    return (
        f'[[profile]]\nid = "mine"\nhosts = ["{HOST}"]\nselect = {{ body = "{body}", title = "h1" }}\n'
        f"drop = {list(drop)!r}\n"
    )


def test_a_profile_that_is_written_or_mended_later_is_no_edit(
    workshop: Workshop, play: Callable[..., Any]
) -> None:
    async def scenario() -> None:
        async with FaultyServer(host=HOST) as server:
            workshop.configure(source(server, "s", "/same", "/edited"))
            for number, (lines, profile) in enumerate(
                [(LINES, ""), (EDITED, mine("main")), (LINES, mine("main section", ".edit"))]
            ):
                noise = f"<!-- {number} -->"
                server.routes = {
                    "/same": page(lambda body: brand_new(body) + noise, LINES),  # noqa: B023
                    "/edited": page(brand_new, lines),
                }
                workshop.configure(source(server, "s", "/same", "/edited"), profile)
                await workshop.once()
            assert edits(workshop, "/same") == []
            assert edits(workshop, "/edited") == [("content", 1, 1, "[]")] * 2
            rules = workshop.rows("SELECT DISTINCT rule FROM extractions ORDER BY id")
            assert [rule.partition("/")[0] for (rule,) in rules] == ["general", "mine", "mine"]

    play(scenario())


def test_a_field_that_is_edited_with_the_redesign_is_told(
    workshop: Workshop, play: Callable[..., Any]
) -> None:
    async def scenario() -> None:
        async with FaultyServer(host=HOST) as server:
            server.routes = {"/a": page(people_2014, LINES)}
            workshop.configure(source(server, "s", "/a", profile='"people"'))
            await workshop.once()
            server.routes = {
                path: answer.replace("会议召开".encode(), "会议闭幕".encode())
                for path, answer in {"/a": page(people_2020, LINES)}.items()
            }
            await workshop.once()
            ((_, inserted, deleted, fields),) = edits(workshop, "/a")
            assert (inserted, deleted) == (0, 0)
            assert "会议闭幕" in fields
            assert '"editor"' not in fields

    play(scenario())


def test_an_article_in_parts_is_compared_whole_after_a_redesign(
    workshop: Workshop, play: Callable[..., Any]
) -> None:
    def parts(template: Template, lines: tuple[str, ...]) -> dict[str, bytes]:
        on = "<div class=page_n><a href=/n1/c1-2-2.html>下一页</a></div>"
        return {
            "/n1/c1-2.html": page(lambda body: template(body) + on, lines[:2]),
            "/n1/c1-2-2.html": page(template, lines[2:]),
        }

    async def scenario() -> None:
        async with FaultyServer(host=HOST) as server:
            server.routes = parts(people_2014, LINES)
            workshop.configure(source(server, "s", "/n1/c1-2.html", profile='"people"'))
            await workshop.once()
            server.routes = parts(people_2020, (*LINES[:2], LINES[2].replace("加强", "如强")))
            await workshop.once()
            assert edits(workshop, "/n1/c1-2.html") == [("content", 1, 1, "[]")]
            await workshop.once()
            assert len(edits(workshop, "/n1/c1-2.html")) == 1

    play(scenario())
    assert verify(workshop.db, replay=Replay())["ok"]
