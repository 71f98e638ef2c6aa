"""Pages of every shape, made here: threads, notices, verse, tables, interviews, lists, quotations,
pages of one division. What is read is the text, the whole of it, and nothing beside it."""

# ruff: noqa: E501 - pages' markup stands as it is served, and Chinese counts double

from collections.abc import Callable

import pytest

from crawler.model import Assessment, Extraction

Read = Callable[..., Extraction]

LINES = (
    "各级党组织要把全面从严治党的要求落到实处，坚持问题导向，抓住关键环节。",
    "会议指出，要健全制度，完善机制，推动各项工作取得新的进展和成效。",
    "会议强调，要加强督促检查，确保各项部署落地见效，不断开创工作新局面。",
    "与会同志认为，这次会议为今后一个时期的工作指明了方向，提供了遵循。",
)
ENGLISH = (
    "The town council voted last night to keep the old library open for another year.",
    "It was close.",
    "“We heard from a great many people,” said the mayor, who had cast the deciding vote.",
    "The building needs a new roof, and nobody has yet said who is going to pay for it.",
)
NAV = "<div class=top><ul><li><a href=/>首页</a></li><li><a href=/n>新闻</a></li><li><a href=/b>论坛</a></li></ul></div>"
SIDE = (
    "<div class=right><h3>热门文章</h3><ul>"
    + "".join(f"<li><a href=/h/{n}>热门文章第{n}篇的标题写在这里</a></li>" for n in range(10))
    + "</ul></div>"
)
FOOT = "<div class=foot>关于我们 | 联系我们 | 版权所有 某某网 京ICP备1号</div>"


def page(title: str, body: str) -> str:
    return (
        f"<!doctype html><html><head><meta charset=utf-8><title>{title}_某某网</title></head><body>"
        f"{NAV}<div class=main>{body}{SIDE}</div>{FOOT}</body></html>"
    )


def paragraphs(lines: tuple[str, ...], tag: str = "p") -> str:
    return "".join(f"<{tag}>{line}</{tag}>" for line in lines)


NOTICE = (
    "各县（区）人民政府，市直各有关单位：",
    "为进一步加强农村饮水安全工作，根据有关规定，结合我市实际，现将有关事项通知如下：",
    "一、提高认识，加强领导",
    "各级各部门要充分认识农村饮水安全工作的重要意义，切实加强组织领导。",
    "附件：1.农村饮水安全工程名单",
    "2.责任分工表",
    "某某市人民政府办公室",
    "2021年5月6日",
    "（此件公开发布）",
)
VERSE = ("独立寒秋", "湘江北去", "橘子洲头", "看万山红遍", "层林尽染", "漫江碧透", "百舸争流")
REGULATED = ("红军不怕远征难，万水千山只等闲。", "五岭逶迤腾细浪，乌蒙磅礴走泥丸。")
TABLE = (
    ("指标", "单位", "绝对数", "增长（%）"),
    ("地区生产总值", "亿元", "1234.5", "6.1"),
    ("第一产业", "亿元", "123.4", "3.2"),
    ("进出口总额", "亿美元", "65.4", "-1.2"),
)
ROWS = tuple("\t".join(row) for row in TABLE)
INTERVIEW = (
    "记者：请问这次改革的主要内容是什么？",
    "答：这次改革主要包括三个方面的内容，一是完善制度，二是健全机制，三是强化监督。",
    "问：谢谢！",
    "答：不客气。",
)
POSTS = (
    "今天去听了报告，感觉很有收获，讲得很实在，特别是关于基层治理的部分。",
    "同意楼主，我们单位也组织学习了，大家讨论得很热烈，都说有启发。",
    "请问有没有完整的讲稿？想再学习一下，谢谢。",
    "讲稿还没有公布，等公布以后我再贴上来，大家不要着急。",
)
RULES = (
    "为了规范行政行为，保护公民合法权益，制定本办法。",
    "本办法适用于本市行政区域内的相关活动。",
    "本办法自公布之日起施行。",
)
POINTS = ("加强学习", "转变作风", "服务群众", "完善制度", "强化监督", "廉洁自律")
CAPTIONS = (
    "1月1日，工人在车间内作业。新华社记者 张三 摄",
    "这是1月2日拍摄的厂区外景（无人机照片）。新华社记者 李四 摄",
    "1月3日，技术人员检查设备。 新华社发（王五 摄）",
)
FRAMED = ("他在信中写道：", *LINES, "此信至今保存完好。")
MEMBERS = (
    "经研究，决定成立工作小组，组成人员如下：",
    "主任：张三",
    "委员：李四 王五",
    "小组设在市委。",
)


def table() -> str:
    rows = "".join("<tr>" + paragraphs(row, "td") + "</tr>" for row in TABLE)
    return f"<table border=1>{rows}</table>"


def post(number: int, text: str) -> str:
    """A post of a thread as forums set it: who wrote it on the left, the text on the right."""
    return (
        f"<div id=post_{1000 + number}><table><tr><td class=pls><a href=/u/{number}>网友{number}</a>"
        f"<p>帖子 {number * 37}</p><p>注册时间 2009-1-{number + 1}</p></td><td class=plc><div class=pi>"
        f"<strong>{number + 1}楼</strong> 发表于 2012-3-{number + 4} 10:00</div><div class=pct><table><tr>"
        f"<td class=t_f id=postmessage_{number}>{text}</td></tr></table></div></td></tr></table></div>"
    )


def comment(number: int) -> str:
    return (
        f"<div class=c{number}><b>网友{number}</b><span>{number}小时前</span>"
        "<p>说得很对，我完全同意文章的观点，希望今后能多看到这样的好文章，也希望有关部门重视起来。</p></div>"
    )


SHAPES: dict[str, tuple[str, tuple[str, ...]]] = {
    "a thread": ("".join(post(n, text) for n, text in enumerate(POSTS)), POSTS),
    "a notice with its table of particulars": (
        "<table class=xxgk><tr><td>索引号：</td><td>000014349/2021-00012</td></tr><tr><td>发布日期：</td>"
        "<td>2021年05月08日</td></tr></table><div class=sub>来源：市政府办 发布时间：2021-05-08 "
        "浏览次数：<span>1234</span> 字体：[大 中 小]</div>"
        f"<div class=con>{paragraphs(NOTICE)}</div><div class=dy>【打印本页】【关闭窗口】</div>",
        NOTICE,
    ),
    "verse on broken lines": (f"<div class=content>{'<br>'.join(VERSE)}</div>", VERSE),
    "verse in paragraphs": (f"<div class=content>{paragraphs(VERSE)}</div>", VERSE),
    "verse with marks": (f"<div class=content>{paragraphs(REGULATED)}</div>", REGULATED),
    "a table behind a paragraph": (
        f"<div class=content><p>{LINES[0]}</p>{table()}</div>",
        (LINES[0], *ROWS),
    ),
    "nothing but a table": (f"<div class=content>{table()}</div>", ROWS),
    "an interview": (f"<div class=content>{paragraphs(INTERVIEW)}</div>", INTERVIEW),
    "questions as terms": (
        f"<dl><dt>{INTERVIEW[0]}</dt><dd>{INTERVIEW[1]}</dd><dt>{INTERVIEW[2]}</dt><dd>{INTERVIEW[3]}</dd></dl>",
        INTERVIEW,
    ),
    "articles of a law in a list": (f"<ol>{paragraphs(RULES, 'li')}</ol>", RULES),
    "a list between two paragraphs": (
        f"<div class=c><p>现将办法印发如下：</p><ol>{paragraphs(RULES, 'li')}</ol><p>特此通知。</p></div>",
        ("现将办法印发如下：", *RULES, "特此通知。"),
    ),
    "a list of short points": (f"<ul class=list>{paragraphs(POINTS, 'li')}</ul>", POINTS),
    "a quotation that outweighs its frame": (
        f"<div class=content><p>{FRAMED[0]}</p><blockquote>{paragraphs(LINES)}</blockquote><p>{FRAMED[-1]}</p></div>",
        FRAMED,
    ),
    "comments that outweigh the article": (
        f"<div class=x1>{paragraphs(LINES)}</div><div class=x2><h3>网友评论</h3>"
        f"{''.join(comment(n) for n in range(8))}</div>",
        LINES,
    ),
    "one short sentence": (
        "<div class=info>2020-01-02 08:00</div><div class=content><p>北京市气象台今天下午发布预报，明天白天晴转多云。</p></div>",
        ("北京市气象台今天下午发布预报，明天白天晴转多云。",),
    ),
    "pictures with captions": (
        "<div class=content>"
        + "".join(
            f"<p align=center><img src=/{n}.jpg></p><p>{c}</p>" for n, c in enumerate(CAPTIONS)
        )
        + "</div>",
        CAPTIONS,
    ),
    "text full of links": (
        "<div class=content><p>《<a href=/1>人民日报</a>》发表社论，<a href=/2>新华社</a>播发通稿，<a href=/3>央视</a>作了报道。</p>"
        "<p>此前，<a href=/7>有关部门</a>曾就<a href=/8>征求意见稿</a>公开征求意见。</p></div>",
        ("《人民日报》发表社论，新华社播发通稿，央视作了报道。", "此前，有关部门曾就征求意见稿公开征求意见。"),
    ),
    "a list of names": (f"<div class=content>{paragraphs(MEMBERS)}</div>", MEMBERS),
    "words in spans": (
        "<div class=detail>"
        + "".join(f"<div><span>　　{x[:9]}</span><b>{x[9:14]}</b>{x[14:]}</div>" for x in LINES)
        + "</div>",
        LINES,
    ),
    "a headline of its own below words about the site": (
        f"<div class=a><p>本站刊登各地来稿，欢迎投稿，来稿请寄编辑部。</p><h1>要闻一则</h1>{paragraphs(LINES)}</div>",
        LINES,
    ),
    "a headline of its own below a lead picture's caption": (
        f"<div class=a><p>{CAPTIONS[0]}</p><h1>要闻一则</h1>{paragraphs(LINES)}</div>",
        (CAPTIONS[0], *LINES),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_the_text_of_each_shape_is_read_whole_and_alone(name: str, read: Read) -> None:
    body, lines = SHAPES[name]
    head = "" if "headline" in name else "<h1>要闻一则</h1>"
    found = read(page("要闻一则", head + body))
    assert found.text.split("\n") == list(lines)
    assert (found.assessment, found.rule) == (Assessment.ARTICLE, "general")
    assert found.title == "要闻一则"


@pytest.mark.parametrize("name", SHAPES)
def test_what_stands_beside_each_shape_changes_nothing(name: str, read: Read) -> None:
    body, _ = SHAPES[name]
    head = "" if "headline" in name else "<h1>要闻一则</h1>"
    one = read(page("要闻一则", head + body))
    other = page("要闻一则", head + body).replace("热门文章第", "昨日热门第").replace("/h/", "/h2/")
    other = other.replace("论坛", "社区").replace("联系我们", "招聘信息")
    assert read(other).text == one.text
    assert read(other).fields == one.fields


@pytest.mark.parametrize("name", SHAPES)
def test_each_line_of_each_shape_counts(name: str, read: Read) -> None:
    body, lines = SHAPES[name]
    if "<a href" in body and "links" in name:
        body = SHAPES["an interview"][0]
        lines = INTERVIEW
    whole = page("要闻一则", ("" if "headline" in name else "<h1>要闻一则</h1>") + body)
    for cell in "\t".join(lines).split("\t"):
        changed = whole.replace(f">{cell}", f">{cell[:-1]}变", 1)
        if changed != whole:
            assert read(changed).text != read(whole).text


def test_english_on_one_division_with_breaks(read: Read) -> None:
    html = (
        "<html><head><title>Library stays open</title></head><body><a href=/>Home</a> | "
        "<a href=/about>About</a><hr><h2>Library stays open</h2>Posted by Jane on March 3, 2009<br><br>"
        f"{'<br><br>'.join(ENGLISH)}<br><br><a href=prev.html>&lt;&lt; Previous</a> "
        "<a href=next.html>Next &gt;&gt;</a></body></html>"
    )
    found = read(html)
    assert found.text == "\n".join(ENGLISH)
    assert (found.title, found.published) == ("Library stays open", "2009-03-03")


def test_english_of_the_nineties_in_a_layout_table(read: Read) -> None:
    html = (
        "<html><head><title>Library stays open</title></head><body bgcolor=white><center><table "
        "width=600><tr><td><font size=4><b>Library stays open</b></font><p><font size=2>"
        f"{'<p>'.join(ENGLISH)}</font></td><td width=120><a href=1>One</a><br><a href=2>Two</a><br>"
        "<a href=3>Three</a></td></tr></table></center></body></html>"
    )
    assert read(html).text == "\n".join(ENGLISH)


def test_a_page_of_links_is_a_list_though_it_has_a_heading(read: Read) -> None:
    rows = "".join(f"<li><a href=/n/{n}>第{n}条新闻的标题写在这里</a></li>" for n in range(20))
    found = read(page("要闻", f"<h1>要闻</h1><ul>{rows}</ul><div>共 20 条 第 1 页</div>"))
    assert found.assessment is Assessment.LIST
