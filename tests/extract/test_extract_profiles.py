"""Sites' own templates, in every era: text, fields, and that no advertisement gets in."""

# ruff: noqa: E501 - pages' markup stands as it is served, and Chinese counts double

import datetime as dt
from collections.abc import Callable

import pytest

from crawler.extract.profiles import SITES, candidates, known, split_selectors
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
HEX = "c8b766e961a44312a3ea2e17c9464330"

# id -> (address, page with {body} in it, what must come out)
PAGES: dict[str, tuple[str, str, dict[str, str]]] = {
    "qstheory/2025": (
        f"https://www.qstheory.cn/20250215/{HEX}/c.html",
        "<div class=inner><h1>健全全面从严治党体系</h1><span class=appellation>来源：《求是》2025/04"
        "</span><span class=appellation>作者：李四</span><span class=pubtime>2025-02-15 16:00:00"
        "</span><div class=text><div class=highlight>{body}</div></div>"
        "<div class='fs-text pull-right'>网站编辑 - 王 五</div></div>",
        {"title": "健全全面从严治党体系", "source_name": "《求是》2025/04", "author": "李四",
         "published": "2025-02-15T16:00:00+08:00", "editor": "王 五"},
    ),
    "qstheory/2017": (
        "http://www.qstheory.cn/dukan/hqwg/2018-01/25/c_1122312345.htm",
        "<div class=inner><h1>旗帜鲜明</h1><h2></h2><span class=appellation>来源：《红旗文稿》"
        "</span><span class=appellation></span><span class=pubtime>2018-01-25 11:13:30</span>"
        "<div class=text><div class=clipboard_text><div class=highlight>{body}"
        "<p>扫描二维码分享到手机</p></div></div></div></div>",
        {"title": "旗帜鲜明", "source_name": "《红旗文稿》", "published": "2018-01-25T11:13:30+08:00"},
    ),
    "qstheory/2014": (
        "http://www.qstheory.cn/dukan/qs/2014-05/01/c_1110460000.htm",
        "<div class=headtitle><h1>旧版标题</h1><span>2014年05月01日 09:00:00 来源： 求是</span></div>"
        "<div id=detailContent>{body}</div>",
        {"title": "旧版标题", "source_name": "求是", "published": "2014-05-01T09:00:00+08:00"},
    ),
    "xinhua/2022": (
        f"https://www.news.cn/politics/20231117/{HEX}/c.html",
        "<div class=header><div class='header-time left'><span class=year><em> 2023</em></span>"
        "<span class=day><em>11</em>/<em>17</em></span><span class=time>20:52:15</span></div>"
        "<div class=head-line><h1><span class=title>会议召开</span></h1></div>"
        "<div class=source>来源：新华网</div></div><div id=detail>{body}"
        "<div id=articleEdit><span class=tiyi1>【纠错】</span><span class=editor>【责任编辑:赵六】"
        "</span></div></div>",
        {"title": "会议召开", "source_name": "新华网", "published": "2023-11-17T20:52:15+08:00",
         "editor": "赵六"},
    ),
    "xinhua/2017": (
        "http://www.xinhuanet.com/politics/2019-12/10/c_1125327450.htm",
        "<div class=h-title>会议召开</div><div class=h-info><span class=h-time> 2019-12-10 07:57:40"
        "</span><span>来源：<em id=source> 新华网</em></span></div><div id=p-detail>"
        "<div class=lb><span class=tj>图集</span></div>{body}<div class=tadd><div class=zan-i>+1"
        "</div></div><div class=p-tags><span class=p-jc>责任编辑： 尹世杰</span></div></div>",
        {"title": "会议召开", "source_name": "新华网", "published": "2019-12-10T07:57:40+08:00",
         "editor": "尹世杰"},
    ),
    "xinhua/2005": (
        "http://chinaneast.xinhuanet.com/jizhe/2005-08/16/content_4894059.htm",
        "<table><tr><td id=Title>会议召开</td></tr><tr><td id=Content>{body}</td></tr></table>",
        {"title": "会议召开", "published": "2005-08-16"},
    ),
    "chinanews/2022": (
        "https://www.chinanews.com.cn/gn/2022/06-30/9793000.shtml",
        "<h1 class=content_left_title>会议召开</h1><div class=content_left_time>2022年06月30日 12:10"
        "　来源：中国新闻网</div><span id=source_baidu>来源：新华网</span><div class=left_zw>{body}"
        "<div id=function_code_page></div></div><div class=adEditor>【编辑:陈海峰】</div>",
        {"title": "会议召开", "source_name": "新华网", "published": "2022-06-30T12:10+08:00",
         "editor": "陈海峰"},
    ),
    "people/2020": (
        "http://politics.people.com.cn/n1/2024/0424/c1001-40223222.html",
        "<div class=rm_txt><h1></h1><h1 id=newstit>会议召开</h1><div class=author>钱七</div>"
        "<div class=channel><div class=col-1-1>2024年04月24日23:52 | 来源：<a href="
        "'https://www.news.cn/20240424/x/c.html'>新华网</a></div></div><div class=rm_txt_con>{body}"
        "<div class=paper_num>分享让更多人看到</div><div class='edit cf'>(责编：牛镛、岳弘彬)</div>"
        "</div></div>",
        {"title": "会议召开", "source_name": "新华网", "published": "2024-04-24T23:52+08:00",
         "editor": "牛镛、岳弘彬", "author": "钱七",
         "source_url": "https://www.news.cn/20240424/x/c.html"},
    ),
    "people/2014": (
        "http://culture.people.com.cn/n1/2019/0615/c1013-31153719.html",
        "<div class=text_title><h1>会议召开</h1></div><div class=box01><div class=fl>"
        "2019年06月15日08:18&nbsp;&nbsp;来源：<a href=http://culture.people.com.cn/>人民网</a></div></div>"
        "<div class=box_con id=rwb_zw>{body}<div class=zdfy>【1】【2】</div>"
        "<div class=edit>(责编：汤诗瑶)</div></div>",
        {"title": "会议召开", "published": "2019-06-15T08:18+08:00", "editor": "汤诗瑶"},
    ),
    "12371/2012": (
        "https://www.12371.cn/2024/04/24/ARTI1713950000000123.shtml",
        "<h1 class=big_title>会议召开</h1><div class=showtime>发布时间：2024年04月24日 18:10 "
        "来源：新华社</div><div class=word>{body}</div>",
        {"title": "会议召开", "source_name": "新华社", "published": "2024-04-24T18:10+08:00"},
    ),
    "gov/2014": (
        "https://www.gov.cn/yaowen/liebiao/202404/content_6947000.htm",
        "<meta name=firstpublishedtime content='2024-04-24-23:59:59'><div class=article>"
        "<h1>会议召开</h1><div class=pages-date>2024-04-24 23:59 <span class=font>来源： 新华社</span>"
        "</div><div id=UCAP-CONTENT>{body}</div></div>",
        {"title": "会议召开", "source_name": "新华社", "published": "2024-04-24T23:59:59+08:00"},
    ),
    "wechat/2014": (
        "https://mp.weixin.qq.com/s/abc",
        "<h1 id=activity-name> 会议召开 </h1><a id=js_name> 学习小组 </a><em id=publish_time>前天</em>"
        "<script>var ct = \"1581517074\";</script><div id=js_content style='visibility:hidden'>"
        "<section><span>{body}</span></section></div>",
        {"title": "会议召开", "source_name": "学习小组", "published": "2020-02-12T22:17:54+08:00"},
    ),
    "blogger/any": (
        "https://example.blogspot.com/2018/02/elite.html",
        "<meta content=blogger name=generator><div class=post><h2 class=date-header>Sunday, "
        "February 11, 2018</h2><h3 class='post-title entry-title'>Elite</h3><div class='post-body "
        "entry-content' id=post-body-932306423056216142>{body}</div><div class=post-footer>Posted by"
        "</div></div><div id=comments>No comments:</div>",
        {"title": "Elite", "published": "2018-02-11"},
    ),
    "xinhua/2013": (
        "http://news.xinhuanet.com/politics/2014-03/05/c_119622922.htm",
        "<h1 id=title>会议召开</h1><div class=info><span class=time id=pubtime>2014年03月05日 09:10:11"
        "</span> 来源： <em id=source>新华网</em></div><div class=article id=content>{body}</div>"
        "<span class=editor id=editor>[责任编辑：赵六]</span>",
        {"title": "会议召开", "source_name": "新华网", "published": "2014-03-05T09:10:11+08:00",
         "editor": "赵六"},
    ),
    "xinhua_en/2021": (
        f"https://english.news.cn/20240424/{HEX}/c.html",
        "<div class=head-line><h1><span class=title>Meeting held</span></h1></div><div class=info>"
        "Source: Xinhua 2024-04-24 20:15:30</div><div id=detailContent>{body}</div>"
        "<div class=editor>Editor: Z. L.</div>",
        {"title": "Meeting held", "published": "2024-04-24T20:15:30"},
    ),
    "chinanews/2010": (
        "http://www.chinanews.com/gn/2011/09-30/3366000.shtml",
        "<div id=cont_1_1_2><h1>会议召开</h1></div><div class=left-t>2011年09月30日 12:10 来源："
        "<a href=http://www.qstheory.cn/x>求是网</a></div><div class=left_zw>{body}<table class=adInContent>"
        "<tr><td>广告</td></tr></table><div id=function_code_page></div></div>"
        "<div class=adEditor>【编辑:陈海峰】</div>",
        {"title": "会议召开", "source_name": "求是网", "published": "2011-09-30T12:10+08:00",
         "editor": "陈海峰", "source_url": "https://www.qstheory.cn/x"},
    ),
    "chinanews/video": (
        "https://www.chinanews.com.cn/shipin/2022/06-30/news930000.shtml",
        "<h1>会议召开</h1><div class=left-time>2022年06月30日 12:10 来源：中国新闻网</div>"
        "<div class=content_desc>{body}</div>",
        {"title": "会议召开", "published": "2022-06-30T12:10+08:00"},
    ),
    "people/2010": (
        "http://politics.people.com.cn/n/2012/1109/c1001-19530000.html",
        "<h1 id=p_title>会议召开</h1><div class=text_t><span id=p_publishtime>2012年11月09日00:00</span>"
        "&nbsp;&nbsp;&nbsp;&nbsp;来源：<span id=p_origin><a href=http://paper.people.com.cn/>人民网</a></span>"
        "</div><div id=p_content>{body}</div><div id=p_editor>(责任编辑：某甲、某乙)</div>",
        {"title": "会议召开", "source_name": "人民网", "editor": "某甲、某乙"},
    ),
    "people/speeches": (
        "http://jhsjk.people.cn/article/32400000",
        "<div class='d2txt clearfix'><h1>在会议上的讲话</h1><div class='d2txt_1 clearfix'>来源：新华社　发布时间："
        "2022-04-15</div><div class='d2txt_con clearfix'>{body}<div class=editor></div></div></div>",
        {"title": "在会议上的讲话", "published": "2022-04-15"},
    ),
    "people/newspaper": (
        "http://paper.people.com.cn/rmrb/html/2023-05/17/nw.D110000renmrb_20230517_1-01.htm",
        "<div class=article><h3>引题</h3><h1>会议召开</h1><p class=sec>本报记者　孙八<span class=date>"
        "《 人民日报 》（ 2023年05月17日 第 01 版）</span></p><div id=ozoom>{body}</div></div>",
        {"title": "会议召开", "published": "2023-05-17"},
    ),
    "gov/trs": (
        "https://www.shanxi.gov.cn/ywdt/202201/t20220128_1.shtml",
        "<meta name=ArticleTitle content=会议召开><meta name=PubDate content='2022-01-28 08:30:00'>"
        "<meta name=ContentSource content=山西日报><div class=article><h2>会议召开</h2>"
        "<div class=TRS_UEDITOR>{body}</div></div>",
        {"title": "会议召开", "source_name": "山西日报", "published": "2022-01-28T08:30:00+08:00"},
    ),
    "qstheory_en/2011": (
        "http://en.qstheory.cn/2023-01/05/c_845000.htm",
        "<h1>On Governance</h1><div class=info2_l>Source: English Edition of Qiushi Journal "
        "Updated: 2023-01-05 09:00</div><div class=arcCont2>{body}</div>",
        {"title": "On Governance", "published": "2023-01-05T09:00"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("rule", PAGES)
@pytest.mark.parametrize("place", ["outside", "inside"])
def test_each_era_gives_text_and_fields_whatever_is_advertised(
    rule: str, place: str, read: Read
) -> None:
    url, html, expected = PAGES[rule]
    body = BODY if place == "outside" else BODY.replace("</p>", "</p>" + AD, 2)
    page = f"<html><body><div class=nav>首页 要闻</div>{html.format(body=body)}{AD}</body></html>"
    found = read(page, url)
    assert found.rule == rule
    assert found.text == TEXT
    assert found.assessment is Assessment.ARTICLE
    assert found.links == ()
    assert {name: getattr(found, name) for name in expected} == expected


def test_each_era_of_each_site_has_a_page_here() -> None:
    rules = {rule.name for site in SITES for rule in site.rules}
    assert rules - set(PAGES) == {"wordpress/any"}


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
    url, html, _ = PAGES["blogger/any"]
    key = PageKey("example.blogspot.com", "post:932306423056216142")
    assert read(html.format(body=BODY), url).page_key == key


def test_a_wordpress_shortlink_is_the_pages_key(read: Read) -> None:
    html = f"<link rel=shortlink href='https://a.org/?p=4711'><article>{BODY}</article>"
    assert read(html, "https://www.a.org/2020/x/").page_key == PageKey("a.org", "p:4711")


def test_a_copy_in_a_web_archive_is_read_as_the_page(read: Read) -> None:
    url, html, _ = PAGES["qstheory/2017"]
    found = read(html.format(body=BODY), f"https://web.archive.org/web/20180301000000id_/{url}")
    assert (found.rule, found.text) == ("qstheory/2017", TEXT)


def test_a_saved_page_is_known_by_its_links(read: Read) -> None:
    _, html, _ = PAGES["people/2014"]
    links = "<a href='http://culture.people.com.cn/a'>a</a>" * 9
    assert read(html.format(body=BODY) + links, "file:///tmp/x.html").rule == "people/2014"


def test_the_users_own_profile_comes_first(read: Read) -> None:
    url, html, _ = PAGES["people/2020"]
    mine = Profile("mine", ("people.com.cn",), select={"body": ".own", "title": "h4, h5"})
    page = html.format(body=BODY) + "<h5>自己的标题</h5><div class=own><p>自己选的正文。</p></div>"
    found = read(page, url, profiles=(mine,))
    assert (found.rule, found.text, found.title) == ("mine", "自己选的正文。", "自己的标题")


def test_a_users_profile_that_finds_nothing_is_told_and_the_next_serves(read: Read) -> None:
    url, html, _ = PAGES["people/2020"]
    mine = Profile("mine", ("people.com.cn",), select={"body": ".gone"})
    found = read(html.format(body=BODY), url, profiles=(mine,))
    assert (found.rule, found.text) == ("people/2020", TEXT)
    broken = Profile("broken", ("people.com.cn",), select={"body": "::::"})
    assert read(html.format(body=BODY), url, profiles=(broken,)).rule == "people/2020"


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
        assert read(page, f"http://a.org/{day}/x.html", profiles=(early, late)).rule == rule


def test_a_profile_can_be_asked_for_by_name(read: Read) -> None:
    _, html, _ = PAGES["qstheory/2017"]
    page = html.format(body=BODY)
    assert read(page, "http://127.0.0.1:8000/x.html").rule == "general"
    assert read(page, "http://127.0.0.1:8000/x.html", profile="qstheory").rule == "qstheory/2017"


def test_an_article_in_parts_is_one_text(read: Read) -> None:
    from crawler.extract import extract
    from crawler.model import Capture

    url, html, _ = PAGES["people/2014"]
    pager = (
        "<a href='/n1/2019/0615/c1013-31153719.html'>【1】</a>"
        "<a href='/n1/2019/0615/c1013-31153719-2.html'>【2】</a>"
        "<a href='/n1/2019/0616/c1013-31153720.html'>下一篇</a>"
    )
    first = html.format(body=f"<p>{LINES[0]}</p><p>{LINES[1]}</p>") + pager
    second = html.format(body=f"<p>{LINES[2]}</p><p>{LINES[3]}</p>") + pager
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


@pytest.mark.parametrize("rule", PAGES)
def test_one_character_of_any_paragraph_is_seen_in_every_era(rule: str, read: Read) -> None:
    url, html, _ = PAGES[rule]
    for line in LINES:
        for spot in (0, len(line) // 2, len(line) - 1):
            edited = TEXT.replace(line, f"{line[:spot]}变{line[spot + 1 :]}")
            body = "".join(f"<p>　　{paragraph}</p>" for paragraph in edited.split("\n"))
            assert read(html.format(body=body), url).text == edited
