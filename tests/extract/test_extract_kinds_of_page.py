"""Kinds of page that sites are made of: systems for blogs and forums, interviews, laws, live
reports, pages that only scripts fill. What is read is the text, all of it, and nothing beside it."""

# ruff: noqa: E501 - pages' markup stands as it is served, and Chinese counts double

import json
import time
from collections.abc import Callable

import pytest

from crawler.model import Assessment, Extraction

Read = Callable[..., Extraction]

ZH = (
    "各级党组织要把全面从严治党的要求落到实处，坚持问题导向，抓住关键环节。",
    "会议指出，要健全制度，完善机制，推动各项工作取得新的进展和成效。",
    "会议强调，要加强督促检查，确保各项部署落地见效，不断开创工作新局面。",
    "与会同志认为，这次会议为今后一个时期的工作指明了方向，提供了遵循。",
)
EN = (
    "The town council voted last night to keep the old library open for another year.",
    "“We heard from a great many people,” said the mayor, who had cast the deciding vote.",
    "The building needs a new roof, and nobody has yet said who is going to pay for it.",
    "Officials expect the repairs to begin in the spring, once the money has been found.",
)
LAW = (
    "（2018年3月20日第十三届全国人民代表大会第一次会议通过）",
    "第一章　总则",
    "第一条　为了加强监督，根据宪法，制定本法。",
    "（一）坚持依法依规；",
    "（二）未经批准不得转载、使用有关材料。",
    "第二章　附则",
    "第二条　本法自公布之日起施行。",
)
LIVE = (
    ("10:05", "会议开始，主持人宣布议程。"),
    ("10:12", "代表发言，介绍有关情况和下一步打算。"),
    ("10:40", "与会人员进行讨论，提出意见建议。"),
)
TALK = (
    "主持人：",
    "各位网友大家好，欢迎收看今天的访谈节目。",
    "嘉宾：",
    "主持人好，各位网友大家好。",
)
COMMENT = "我觉得这件事情要从两方面来看，一方面要看到成绩，另一方面也要看到不足，不能一概而论。"


def page(title: str, body: str, head: str = "") -> str:
    return (
        f"<!doctype html><html><head><meta charset=utf-8><title>{title}</title>{head}</head><body>"
        f"<div class=nav><a href=/>首页</a> <a href=/n>要闻</a></div>{body}</body></html>"
    )


def paragraphs(lines: tuple[str, ...]) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def comments(count: int) -> str:
    return "".join(
        f"<div><b>网友{n}</b> <span>{n}小时前</span><p>{COMMENT}</p><a>回复</a> <a>支持({n})</a></div>"
        for n in range(count)
    )


GUTENBERG = page(
    "Library to stay open – The Daily Herald",
    "<header class=wp-block-template-part><nav class=wp-block-navigation><a href=/n>News</a></nav></header>"
    "<main class=wp-block-group><h1 class=wp-block-post-title>Library to stay open</h1>"
    "<div class=wp-block-group><time datetime=2023-05-04T08:00:00+00:00>May 4, 2023</time></div>"
    f"<div class='entry-content wp-block-post-content'><p>{EN[0]}</p><h2>What was said</h2>"
    f"<blockquote><p>{EN[1]}</p><cite>The mayor</cite></blockquote><ul><li>One roof</li><li>Two chimneys</li></ul>"
    f"<p>{EN[2]}</p><figure><img src=/a.jpg><figcaption>The library in 1999</figcaption></figure></div>"
    "<div class=wp-block-comments><h2>2 responses to “Library to stay open”</h2><p>I love this library, and go there every week.</p></div></main>",
)
SUBSTACK = page(
    "On libraries - by Jane Doe - The Reader",
    "<article class='newsletter-post post'><h1 class=post-title>On libraries</h1><div class=byline-wrapper>Jane Doe</div>"
    f"<div class=available-content><div class='body markup'><p>{EN[0]}</p><p>{EN[1]}</p>"
    "<div class=subscription-widget-wrap><p class=cta-caption>Thanks for reading! Subscribe for free to receive new posts and support my work.</p></div>"
    f"<p>{EN[2]}</p><p>{EN[3]}</p></div></div></article><div id=discussion><div class=comment><p>What a fine post this is.</p></div></div>",
)
DISCUZ = page(
    "谈谈体会 - 党建论坛 - Powered by Discuz!",
    "<div id=postlist>"
    + "".join(
        f"<div id=post_{n}><table class=plhin><tr><td class=pls><div class=authi><a href=u{n}>网友{n}</a></div></td><td class=plc>"
        f"<div class=authi><em>发表于 2013-5-{n + 1} 10:2{n}:11</em> <a href=x>只看该作者</a></div>"
        f"<table><tr><td class=t_f id=postmessage_{n}>{line}</td></tr></table><div class=po><a href=r>回复</a></div></td></tr></table></div>"
        for n, line in enumerate(ZH)
    )
    + "</div>",
)
KINDS = {
    "gutenberg": (GUTENBERG, (EN[0], "What was said", EN[1], "The mayor", "One roof", "Two chimneys", EN[2], "The library in 1999")),
    "substack": (SUBSTACK, EN),
    "discuz": (DISCUZ, ZH),
    "law": (
        page("某某法_中国人大网", f"<div class=box><h1>某某法</h1><div>来源：中国人大网　2018年03月21日</div><div class=txt>{paragraphs(LAW)}</div></div>"),
        LAW,
    ),
    "interview": (page("访谈实录：今年的工作", f"<div id=content><h1>访谈实录：今年的工作</h1>{paragraphs(TALK)}</div>"), TALK),
    "live": (
        page("直播：某某会议", "<h1>直播：某某会议</h1><div class=live-list>" + "".join(f"<div class=item><span>{t}</span><div class=live-text><p>{x}</p></div></div>" for t, x in LIVE) + "</div>"),
        tuple(part for pair in LIVE for part in pair),
    ),
    "a language beside another": (
        page("双语阅读", "<div class=article><h1>双语阅读</h1>" + paragraphs(tuple(line for pair in zip(ZH, EN, strict=True) for line in pair)) + "</div>"),
        tuple(line for pair in zip(ZH, EN, strict=True) for line in pair),
    ),
    "comments that outweigh the article": (
        page("短新闻一则", f"<div class=art><h1>短新闻一则</h1>{paragraphs(ZH[:2])}</div><div class=lst><h3>网友评论</h3>{comments(50)}</div>"),
        ZH[:2],
    ),
    "comments of a name that says so": (
        page("短新闻一则", f"<div class=art><h1>短新闻一则</h1>{paragraphs(ZH[:2])}</div><div class=comment-list>{comments(50)}</div>"),
        ZH[:2],
    ),
    "a copy that is hidden": (
        page("会议召开", f"<div><h1>会议召开</h1><div>{paragraphs(ZH)}</div></div><div hidden><h1>会议召开</h1><div>{paragraphs(ZH)}</div></div>"),
        ZH,
    ),
    "a notice with a file": (
        page("关于开展检查的通知", f"<div class=c><h1>关于开展检查的通知</h1>{paragraphs(ZH[:2])}<p>附件：<a href=a.doc>检查表.doc</a></p><p>某某局</p><p>2021年5月6日</p></div>"),
        (*ZH[:2], "附件：检查表.doc", "某某局", "2021年5月6日"),
    ),
    "names that are hexadecimal numbers": (
        page("Notes", "<div class=content><h1>Notes</h1>" + "".join(f"<div id=section-org{n}7109ad><p>{line}</p></div>" for n, line in enumerate(EN)) + "</div>"),
        EN,
    ),
    "lines broken within sentences": (
        page(
            "Notes",
            "<div id=blog><div class=content>"
            + "".join(f"<div class=outline-{n}><h2>Part {n}</h2><div class=text-{n}><p>{line.replace(' ', '<br>', 1).replace(' the ', '<br>the ')}</p></div></div>" for n, line in enumerate(EN * 2, 1))
            + "</div></div>",
        ),
        None,
    ),
    "preformatted text in many elements": (
        page("代码", f"<div class=c><h1>代码</h1><p>{ZH[0]}</p><pre><code><span>if</span> x:</code>\n<code><span>    </span><span>return</span> y</code></pre><p>{ZH[1]}</p></div>"),
        (ZH[0], "if x:", "    return y", ZH[1]),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_of_page_is_read_whole_and_alone(name: str, read: Read) -> None:
    html, lines = KINDS[name]
    found = read(html)
    assert found.assessment is Assessment.ARTICLE
    if lines is None:
        lines = tuple(
            part
            for n, line in enumerate(EN * 2, 1)
            for part in (f"Part {n}", *line.replace(" ", "\n", 1).replace(" the ", "\nthe ").split("\n"))
        )  # fmt: skip
    assert found.text.split("\n") == list(lines)


def test_markup_that_a_script_is_to_show_is_read(read: Read) -> None:
    inner = f"<span class=byline>Posted by the team</span>{paragraphs(EN)}"
    html = page(
        "News", f"<h2>News</h2><div><script type='text/template'>{inner}</script></div>"
        "<div class=foot>Give us feedback in our forums.</div>",
    )  # fmt: skip
    found = read(html)
    assert found.assessment is Assessment.ARTICLE
    assert found.text.split("\n")[-4:] == list(EN)


@pytest.mark.parametrize("body", ["\n".join(ZH * 5), "<br>".join(ZH * 5)])
def test_a_text_that_is_declared_alone_is_read(body: str, read: Read) -> None:
    linked = json.dumps({"@type": "NewsArticle", "headline": "会议召开", "articleBody": body})
    html = f'<title>会议召开</title><script type="application/ld+json">{linked}</script><div id=app></div>'
    found = read(html)
    assert found.text.split("\n") == list(ZH * 5)
    assert found.assessment is Assessment.ARTICLE


def test_a_template_with_nothing_to_read_leaves_what_is_shown(read: Read) -> None:
    template = (
        "<script type='text/template'><li><%= title %></li><li>{{ name }}, {{ age }}.</li></script>"
    )
    assert (
        read(
            page("气温下降", f"<div><h1>气温下降</h1><p>明天起气温将下降。</p></div>{template}")
        ).text
        == "明天起气温将下降。"
    )


def test_verse_is_read_though_a_sentence_stands_beside_it(read: Read) -> None:
    verse = (
        "爱 逝去的爱 讨不回来",
        "我还有话想对你说",
        "舍不得说 来不及说",
        "离别的话最难说出口",
        "你会找到新的生活",
    )
    html = (
        "<title>Lyrics: 只能想念你 - 蕭敬騰 (2011)</title><body><h1><a href=/>Lyrics</a></h1>"
        "<div class=post><h3 class=post-title>只能想念你 - 蕭敬騰 (2011)</h3>"
        f"<div class=post-body>{'<br>'.join(verse * 3)}</div></div>"
        "<div class=widget><h2>Support Us</h2><div class=widget-content>Your help allows us to go on, thank you.</div></div>"
    )  # fmt: skip
    found = read(html)
    assert found.text.split("\n") == list(verse * 3)
    assert found.title == "只能想念你 - 蕭敬騰 (2011)"


@pytest.mark.parametrize(
    ("title", "above", "said"),
    [
        ("会议召开圆满成功-纪检", "<b>会议召开圆满成功</b>", "会议召开圆满成功"),
        ("会议召开圆满成功_某某会_CN", "<div>会议召开圆满成功</div>", "会议召开圆满成功"),
        ("街道领导一行到金融街开展调研工作 办事处", "<b>街道领导一行到金融街开展调研工作</b>", "街道领导一行到金融街开展调研工作"),
        ("Silicon Exposed: A flow for devices", "<h1>Silicon Exposed</h1><h3>A flow for devices</h3>", "A flow for devices"),
        ("谈谈体会 - 论坛 - Powered by Discuz!", "<h2>体会</h2>", "谈谈体会"),
        # a part of the headline alone is not it
        ("某某省人民政府办公厅 关于印发工作方案的通知", "<p>某某省人民政府办公厅</p>", "某某省人民政府办公厅 关于印发工作方案的通知"),
    ],
)  # fmt: skip
def test_a_headline_is_what_stands_above_the_article(
    title: str, above: str, said: str, read: Read
) -> None:
    assert (
        read(f"<title>{title}</title><body><div>{above}<div>{paragraphs(ZH)}</div></div>").title
        == said
    )


def test_a_moment_is_read_where_only_its_day_is_declared(read: Read) -> None:
    head = "<meta name=publishdate content=2024-04-24>"
    for shown, said in (
        ("2024年04月24日23:52", "2024-04-24T23:52"),
        ("2024年04月25日08:00", "2024-04-24"),
    ):
        body = (
            f"<div><h1>会议召开圆满成功</h1><div>{shown} | 来源：某某网</div>{paragraphs(ZH)}</div>"
        )
        assert read(page("会议召开圆满成功", body, head)).published == said


@pytest.mark.parametrize(
    "marked",
    [
        "<abbr class=published title=2016-05-08T00:55:00-07:00>12:55 AM</abbr>",
        "<span itemprop=datePublished>May 8, 2016</span>",
        "<time itemprop=datePublished datetime=2016-05-08>last spring</time>",
    ],
)
def test_dates_that_markup_names_are_read(marked: str, read: Read) -> None:
    html = page(
        "Notes",
        f"<div><h1>Notes</h1><div>{paragraphs(EN)}</div><div class=foot>{marked}</div></div>",
    )
    assert (read(html).published or "")[:10] == "2016-05-08"


def test_an_editor_is_read_behind_a_way_to_report_mistakes(read: Read) -> None:
    html = page(
        "会议召开",
        f"<div><h1>会议召开</h1>{paragraphs(ZH)}<div>+1</div><div>【纠错】责任编辑：尹某某</div></div>",
    )
    found = read(html)
    assert found.editor == "尹某某"
    assert found.text.split("\n") == list(ZH)


BOX = "<div class=share-bar><a href=x>Facebook</a><a href=y>Twitter</a><a href=z>WhatsApp</a></div>"
AD = "<ins class=adsbygoogle><p>Buy it now, and get another for nothing.</p></ins>"
RELATED = "<div class=related-box><h4>Related</h4><ul><li><a href=/1>Council meets to discuss the next phase</a></li><li><a href=/2>Five points of the policy explained</a></li></ul></div>"


@pytest.mark.parametrize("box", [BOX, AD, RELATED])
def test_a_box_beside_a_caption_takes_nothing_with_it(box: str, read: Read) -> None:
    html = page(
        "Library to stay open",
        f"<div class=a><h1>Library to stay open</h1><p>{EN[0]}</p>"
        f"<div class=part><h3>Figure 3</h3><p>The roof</p>{box}</div><p>{EN[1]}</p><p>{EN[2]}</p></div>",
    )
    assert read(html).text.split("\n") == [EN[0], "Figure 3", "The roof", EN[1], EN[2]]


def test_a_page_of_links_with_one_sentence_in_a_box_is_a_list(read: Read) -> None:
    rows = "".join(
        f"<p><a href=/a/{n}>坚持和完善制度的第{n}个方面</a> /某某</p>" for n in range(12)
    )
    html = page(
        "《某刊》第1期",
        f"<div class=in><h1>《某刊》第1期</h1><div class=list>{rows}</div>"
        "<div class=fs-pinglun>评论 登录后发表评论。请您文明上网、理性发言并遵守规定。</div></div>",
    )
    assert read(html).assessment is Assessment.LIST


def test_a_template_that_would_keep_the_parser_busy_is_left_alone(read: Read) -> None:
    deep = "<div>" * 100_000 + EN[0]
    linked = json.dumps({"@type": "NewsArticle", "headline": "x", "articleBody": deep + "</div>"})
    html = page(
        "News",
        f"<script type='text/template'>{deep}</script>"
        f"<script type='application/ld+json'>{linked}</script><p>Give us feedback, please.</p>",
    )
    began = time.process_time()
    assert EN[0] not in read(html).text
    assert time.process_time() - began < 10
