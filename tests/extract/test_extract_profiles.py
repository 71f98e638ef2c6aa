"""Sites' own templates, in every era: text, fields, and that no advertisement gets in."""

# ruff: noqa: E501 - pages' markup stands as it is served, and Chinese counts double

import datetime as dt
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crawler.extract.profiles import (
    SITES,
    candidates,
    known,
    rule_named,
    split_selectors,
    user_rule,
)
from crawler.model import Assessment, Extraction, PageKey, Profile

Read = Callable[..., Extraction]

LINES = (
    "新华社北京1月1日电（记者 张三）各级党组织要把全面从严治党的要求落到实处，坚持问题导向。",
    "会议指出，要健全制度，完善机制，推动各项工作取得新的进展和成效。",
    "会议强调，要加强督促检查，确保各项部署落地见效，不断开创工作新局面。",
    "与会同志认为，这次会议为今后一个时期的工作指明了方向，提供了遵循。",
)
TEXT = "\n".join(LINES)
BODY = "".join(f"<p>　　{line}</p>" for line in LINES)
AD = '<div class="ad-banner"><a href="http://ads.example/1">限时优惠，立即购买</a></div>'
WRITTEN = tomllib.loads((Path(__file__).parent / "era_pages.toml").read_text("utf-8"))["page"]
#: the eras' pages by rule and variant; the first of a rule by the rule alone
PAGES: dict[str, dict[str, Any]] = {
    ": ".join(filter(None, (page["rule"], page.get("variant")))): page for page in WRITTEN
}


def filled(page: dict[str, Any], body: str) -> str:
    """The page's markup around an article."""
    return str(page["html"].replace("{body}", body))


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("place", ["outside", "inside"])
def test_each_era_gives_text_and_fields_whatever_is_advertised(
    name: str, place: str, read: Read
) -> None:
    page = PAGES[name]
    body = BODY if place == "outside" else BODY.replace("</p>", "</p>" + AD, 2)
    html = f"<html><body><div class=nav>首页 要闻</div>{filled(page, body)}{AD}</body></html>"
    found = read(html, page["url"])
    assert found.rule == page["rule"]
    assert found.text == "\n".join(filter(None, (page.get("caption"), TEXT)))
    assert found.assessment is Assessment.ARTICLE
    assert (list(found.images), found.links) == (page.get("images", []), ())
    captions = [found.text[start:end] for start, end, kind in found.marked if kind == "caption"]
    assert captions == ([page["caption"]] if "caption" in page else [])
    expected = page["expected"]
    assert {field: getattr(found, field) for field in expected} == expected


def test_each_era_of_each_site_has_a_page_here() -> None:
    rules = {rule.name for site in SITES for rule in site.rules}
    assert rules - {page["rule"] for page in WRITTEN} == {"wordpress/any"}


def test_wordpress_is_read_by_name_alone(read: Read) -> None:
    url = "https://example.org/2020/x/"
    page = (
        "<article><h1 class=entry-title>Meeting</h1><time class=entry-date datetime=2020-05-06T07:08:09+00:00>"
        f"May 6</time><div class=entry-content>{BODY}<div class=sharedaddy>Share this:</div></div></article>"
    )
    found = read(page, url, profile="wordpress")
    assert (found.rule, found.text, found.title) == ("wordpress/any", TEXT, "Meeting")
    assert found.published == "2020-05-06T07:08:09+00:00"
    assert read(page, url).rule == "general"


def test_a_bloggers_post_shows_its_own_number(read: Read) -> None:
    page = PAGES["blogger/any"]
    key = PageKey("example.blogspot.com", "post:932306423056216142")
    assert read(filled(page, BODY), page["url"]).page_key == key


def test_a_wordpress_shortlink_is_the_pages_key(read: Read) -> None:
    html = f"<link rel=shortlink href='https://a.org/?p=4711'><article>{BODY}</article>"
    assert read(html, "https://www.a.org/2020/x/").page_key == PageKey("a.org", "p:4711")


def test_a_copy_in_a_web_archive_is_read_as_the_page(read: Read) -> None:
    page = PAGES["qstheory/2017"]
    copy = f"https://web.archive.org/web/20180301000000id_/{page['url']}"
    found = read(filled(page, BODY), copy)
    assert (found.rule, found.text) == ("qstheory/2017", TEXT)


def test_a_saved_page_is_known_by_its_links(read: Read) -> None:
    links = "<a href='http://culture.people.com.cn/a'>a</a>" * 9
    assert (
        read(filled(PAGES["people/2014"], BODY) + links, "file:///tmp/x.html").rule == "people/2014"
    )


def test_the_users_own_profile_comes_first(read: Read) -> None:
    url, own = PAGES["people/2020"]["url"], filled(PAGES["people/2020"], BODY)
    mine = Profile("mine", ("people.com.cn",), select={"body": ".own", "title": "h4, h5"})
    page = own + "<h5>自己的标题</h5><div class=own><p>自己选的正文。</p></div>"
    found = read(page, url, profiles=(mine,))
    assert (found.rule.split("/")[0], found.text, found.title) == (
        "mine",
        "自己选的正文。",
        "自己的标题",
    )


def test_a_users_profile_that_finds_nothing_is_told_and_the_next_serves(read: Read) -> None:
    url, page = PAGES["people/2020"]["url"], filled(PAGES["people/2020"], BODY)
    mine = Profile("mine", ("people.com.cn",), select={"body": ".gone"})
    found = read(page, url, profiles=(mine,))
    assert (found.rule, found.text) == ("people/2020", TEXT)
    broken = Profile("broken", ("people.com.cn",), select={"body": "::::"})
    assert read(page, url, profiles=(broken,)).rule == "people/2020"


def test_a_redesign_falls_through_to_the_general_rules_and_is_flagged(read: Read) -> None:
    page = f"<title>t</title><div class=brandnew>{BODY}</div>"
    found = read(page, "http://politics.people.com.cn/n1/2031/0424/c1001-1.html")
    assert found.rule == "general"
    assert found.text == TEXT
    assert "profile_missed:people" not in read(page).flags


def test_a_scrap_inside_the_article_does_not_pass_for_it(read: Read) -> None:
    mine = Profile("mine", ("example.org",), select={"body": ".intro"})
    page = f"<article><div class=intro><p>{LINES[0]}</p></div>{BODY[len(LINES[0]) :] * 3}</article>"
    found = read(page, profiles=(mine,))
    assert found.rule == "general"
    assert found.flags == ("profile_missed:mine",)
    assert LINES[3] in found.text


def test_eras_of_a_users_profile_go_by_the_addresss_date_and_never_by_the_clock(read: Read) -> None:
    early = Profile("early", ("a.org",), until=dt.date(2019, 12, 31), select={"body": "#b"})
    late = Profile("late", ("a.org",), since=dt.date(2020, 1, 1), select={"body": "#b"})
    page = f"<div id=b>{BODY}</div>"
    for day, rule in (("2019-12-31", "early"), ("2020-01-01", "late")):
        found = read(page, f"http://a.org/{day}/x.html", profiles=(early, late))
        assert found.rule.split("/")[0] == rule


def test_a_users_profile_knows_its_zone_its_evidence_and_what_to_leave_out(read: Read) -> None:
    mine = Profile(
        "mine",
        ("a.org",),
        select={"body": "#b", "date": ".t"},
        zone="+08:00",
        evidence=".new",
        leave_out=("责任编辑.*", "广告"),
    )
    page = f"<p class=t>2024-05-06 07:08</p><div id=b>{BODY}<p>广告</p><p>责任编辑：赵六</p></div>"
    found = read(f"<main class=new>{page}</main>", "http://a.org/1", profiles=(mine,))
    assert found.rule.startswith("mine/")
    assert (found.text, found.editor) == (TEXT, "赵六")
    assert found.published == "2024-05-06T07:08+08:00"
    assert read(page, "http://a.org/1", profiles=(mine,)).rule == "general"


def test_a_users_rule_is_named_by_what_it_selects() -> None:
    mine = Profile("mine", ("a.org",), select={"body": "#b"})
    others = (
        replace(mine, select={"body": "#c"}),
        replace(mine, drop=(".ad",)),
        replace(mine, leave_out=("广告",)),
        replace(mine, zone="+08:00"),
    )
    names = {user_rule(profile).name for profile in (mine, *others)}
    assert len(names) == 5
    same = replace(mine, hosts=("a.org", "b.org"))
    assert user_rule(same).name == user_rule(mine).name
    assert rule_named(user_rule(mine).name, (*others, mine)) == user_rule(mine)
    assert rule_named("mine/00000000", (mine,)) is None


def test_a_profile_can_be_asked_for_by_name(read: Read) -> None:
    page = filled(PAGES["qstheory/2017"], BODY)
    assert read(page, "http://127.0.0.1:8000/x.html").rule == "general"
    assert read(page, "http://127.0.0.1:8000/x.html", profile="qstheory").rule == "qstheory/2017"


def test_an_article_in_parts_is_one_text(read: Read) -> None:
    from crawler.extract import extract
    from crawler.model import Capture

    url = PAGES["people/2014"]["url"]
    pager = (
        "<a href='/n1/2019/0615/c1013-31153719.html'>【1】</a>"
        "<a href='/n1/2019/0615/c1013-31153719-2.html'>【2】</a>"
        "<a href='/n1/2019/0616/c1013-31153720.html'>下一篇</a>"
    )
    halves = (f"<p>{LINES[0]}</p><p>{LINES[1]}</p>", f"<p>{LINES[2]}</p><p>{LINES[3]}</p>")
    first, second = (filled(PAGES["people/2014"], half) + pager for half in halves)
    assert read(first, url).next_url == url.replace(".html", "-2.html")
    assert read(second, url.replace(".html", "-2.html")).next_url is None
    both = extract(Capture((first.encode(), second.encode()), url, url))
    assert both.text == TEXT
    assert both.title == "会议召开"


def test_profiles_are_known_by_the_names_that_sources_use() -> None:
    names = ("blogger", "qstheory", "xinhua", "chinanews", "people", "12371", "gov", "wechat")
    assert all(known(name) for name in (*names, "wordpress"))
    assert not known("nobody")
    assert next(rule.name for rule in candidates("en.qstheory.cn", None, ())) == "qstheory_en/2011"
    assert all(rule.body for site in SITES for rule in site.rules)


def test_selector_lists_are_cut_at_their_own_commas() -> None:
    selectors = "h1, a[title='x, y'], :is(.a, .b) p"
    assert split_selectors(selectors) == ["h1", "a[title='x, y']", ":is(.a, .b) p"]


@pytest.mark.parametrize("name", PAGES)
def test_one_character_of_any_paragraph_is_seen_in_every_era(name: str, read: Read) -> None:
    page = PAGES[name]
    for line in LINES:
        for spot in (0, len(line) // 2, len(line) - 1):
            edited = TEXT.replace(line, f"{line[:spot]}变{line[spot + 1 :]}")
            body = "".join(f"<p>　　{paragraph}</p>" for paragraph in edited.split("\n"))
            assert read(filled(page, body), page["url"]).text.endswith(edited)
