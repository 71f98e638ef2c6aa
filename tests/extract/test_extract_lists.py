"""Lists of contents read without a profile are told apart from articles that hold links."""

# ruff: noqa: E501 - pages' markup stands as it is served, and Chinese counts double

from collections.abc import Callable

import pytest

from crawler.model import Assessment, Extraction

Read = Callable[..., Extraction]

TITLES = (
    "学好用好马克思主义哲学这个看家本领", "增强脚力眼力脑力笔力做好新形势下宣传思想工作",
    "不断开创中国特色大国外交新局面", "新时代中国文艺的前进方向", "电视理论节目的创新", "兰考：会它千顷澄碧",
    "学理论是党员领导干部的责任", "古代丝绸之路的历史价值及启示", "多敲警钟才能少敲丧钟", "推动高质量发展不断取得新成效",
)  # fmt: skip
NAMES = (
    "本刊编辑部",
    "黄坤明",
    "王 毅",
    "铁 凝",
    "董 城",
    "刘雅鸣 陈聪",
    "李 君",
    "王均伟",
    "李国强",
    "评论员",
)
SAID = (
    "近日，有关部门召开会议，部署下一阶段重点工作，要求各地结合实际抓好贯彻落实，确保取得实效。",
    "文章指出，理论学习是党员干部的必修课，要在学懂弄通做实上下功夫，不断提高政治能力……",
    "记者从会上获悉，今年以来各项工作稳步推进，一批重点项目相继开工建设，发展势头良好。",
)
TITLES_EN = (
    "Council votes to keep the old library open", "Three questions on the new budget answered",
    "How the river was cleaned in ten years", "What the court said about the law",
    "A short history of the town hall", "The mayor speaks about the harvest",
    "Why the bridge was closed last week", "Notes on the translation of a speech",
)  # fmt: skip
SAID_EN = (
    "The town council voted last night to keep the old library open for another year, after a long debate about money.",
    "Officials expect the repairs to begin in the spring, once the money has been found, the mayor said on Monday.",
    "We heard from a great many people, said the mayor, who had cast the deciding vote in the council …",
)


def page(title: str, body: str) -> str:
    return (
        f"<!doctype html><html><head><meta charset=utf-8><title>{title}</title></head><body>"
        f"<div class=nav><a href=/>首页</a> <a href=/n>要闻</a> <a href=/l>理论</a></div>{body}"
        "<div class=footer><p>版权所有 某某网 未经书面授权禁止使用，京ICP备12345678号。</p></div></body></html>"
    )


def rows(form: str, *, english: bool = False) -> str:
    """One row for each title: `{u}` is its address, `{t}` it, `{a}` its author, `{s}` what it says,
    `{n}` its number."""
    titles, said = (TITLES_EN, SAID_EN) if english else (TITLES, SAID)
    return "".join(
        form.format(u=f"/2024/0424/c{1000 + n}.html", t=t, a=NAMES[n], s=said[n % 3], n=n + 1)
        for n, t in enumerate(titles)
    )


LISTS = {
    "an issue's contents": page("《某刊》2019年第1期", "<div><h1>《某刊》2019年第1期</h1><div class=highlight>" + rows("<p>　　<a href={u}><strong>{t}</strong></a> <font>/{a}</font></p>") + "</div></div>"),
    "with abstracts": page("2024年第4期目录", "<h1>2024年第4期目录</h1><div>" + rows("<div class=item><h3><a href={u}>{t}</a></h3><p class=by>{a}</p><p>摘要：{s}</p></div>") + "</div>"),
    "with a word of the editors": page("2024年第4期", "<h1>2024年第4期</h1><p>本期刊发重要文章，深入阐述了新时代党的建设的重大问题，请读者认真学习领会。</p><ul>" + rows("<li><a href={u}>{t}</a> {a}</li>") + "</ul>"),
    "a column with days": page("要闻-某某网", "<h2>要闻</h2><ul>" + rows("<li><a href={u}>{t}</a><span>2024-04-{n:02d}</span></li>") + "</ul>"),
    "a column with what they say": page("理论频道--某某网", "<div class=main>" + rows("<div class=news_item><h3><a href={u}>{t}</a></h3><p>{s}<a href={u}>[详细]</a></p><span>2024-04-{n:02d} 10:00</span></div>") + "</div>"),
    "a column of pictures": page("图片频道", "<ul>" + rows("<li><a href={u}><img src=/{n}.jpg></a><div><a href={u}>{t}</a></div><em>{s}</em></li>") + "</ul>"),
    "results of a search": page("搜索结果", "<p>为您找到相关结果约12,000个，用时0.2秒。</p><div>" + rows("<div class=result><a href={u}>{t}</a><div class=abs>{s}</div><div>www.example.cn 2024-04-{n:02d}</div></div>") + "</div>"),
    "results in a list of terms": page("站内检索", "<dl>" + rows("<dt><a href={u}>{t}</a></dt><dd>{s}</dd><dd>来源：某某网 2024年4月{n}日</dd>") + "</dl>"),
    "a table of documents": page("政策文件库", "<table><tr><th>标题</th><th>文号</th></tr>" + rows("<tr><td><a href={u}>关于{t}的通知</a></td><td>某发〔2024〕{n}号</td></tr>") + "</table>"),
    "titles on lines of one cell": page("滚动新闻", "<table><tr><td>" + rows("[国内] <a href={u}>{t}</a> 4-{n} 10:00<br>") + "</td></tr></table>"),
    "a special with a word before": page("专题：学习贯彻", "<div class=intro><p>为深入学习贯彻会议精神，本网开设专题，刊发系列报道和评论文章，敬请关注。</p></div>" + ("<div><h2>板块</h2><ul>" + rows("<li><a href={u}>{t}</a></li>") + "</ul></div>") * 3),
    "a home page with a lead": page("某某网", f"<div class=lead><h2><a href=/t>重要会议今天在北京召开</a></h2><p>{SAID[0]}<a href=/t>[详细]</a></p></div>" + ("<div><h3>栏目</h3><ul>" + rows("<li><a href={u}>{t}</a></li>") + "</ul></div>") * 4),
    "a home page of columns": page("某某网", "<div><h2><a href=/t>重要会议今天在北京召开，部署下一阶段工作</a></h2></div>" + ("<div><h3><a href=/c>栏目</a></h3><ul>" + rows("<li><a href={u}>{t}</a></li>") + "</ul></div>") * 6),
    "a blog's home page": page("Blog – Notes", rows("<article class='post-{n} post'><h2 class=entry-title><a href={u}>{t}</a></h2><div class=entry-summary><p>{s} <a href={u}>Continue reading →</a></p></div></article>", english=True)),
    "a blog's search": page("Search Results for “library” – Notes", "<h1>Search Results for: library</h1>" + rows("<article class='post-{n} post'><h2><a href=https://www.example.org{u}>{t}</a></h2><p>{s}</p></article>", english=True)),
}  # fmt: skip
ARTICLES = {
    "a short one beside lists": page("会议在京召开_某某网", f"<div><h1>会议在京召开</h1><div>2024-04-24 来源：新华社</div><p>{SAID[0]}</p></div>" + ("<div class=r><h3>推荐</h3><ul>" + rows("<li><a href={u}>{t}</a></li>") + "</ul></div>") * 3),
    "links of the week": page("Links for the weekend – Notes", "<article><h1>Links for the weekend</h1><p>It has been a long week, and there is much to read about the library.</p><ul>" + rows("<li><a href=https://site{n}.example/>{t}</a>: {s}</li>", english=True) + "</ul></article>"),
    "books with a shop's links": page("The best books", "<article><h1>The best books</h1><p>We read a great many books this year, and these are the ones that stayed with us.</p>" + rows("<div class=prod><h3><a href=https://shop.example/{n}>{t}</a></h3><p>{s}</p></div>", english=True) + "</article>"),
    "a notice with files": page("关于印发工作方案的通知", "<div><h1>关于印发工作方案的通知</h1><p>各区县人民政府：</p><p>现将工作方案印发给你们，请认真贯彻执行。</p>" + rows("<p>附件{n}：<a href=P0{n}.doc>{t}实施细则.doc</a></p>") + "</div>"),
    "a law with its contents": page("某某法", "<div><h1>某某法</h1><ul>" + rows("<li><a href=#c{n}>第{n}章　{t}</a></li>") + "</ul>" + rows("<h3 id=c{n}>第{n}章　{t}</h3><p>第{n}条　为了规范有关工作，根据宪法，制定本法。</p>") + "</div>"),
    "an encyclopedia's": page("某某会议 - 百科", "<h1>某某会议</h1>" + rows("<p><a href=/w/{n}>{t}</a>是指有关部门在工作中形成的一项<a href=/w/x{n}>制度安排</a>，具有重要意义。</p>")),
    "posts in full": page("Notes: May 2023", rows("<article class=post><h2><a href={u}>{t}</a></h2>" + "<p>{s}</p>" * 9 + "</article>", english=True)),
    "letters of readers": page("读者来信选登", "<h1>读者来信选登</h1>" + rows("<h3>{t}</h3><p>{s}</p><p>{a}</p>")),
    "a press review": page("今日媒体评论摘编_某某网", "<h1>今日媒体评论摘编</h1><div>2024年4月24日 来源：某某网</div>" + rows("<p><strong>某某日报：<a href={u}>{t}</a></strong></p><p>{s}</p>")),
    "one with references": page("On libraries", "<article><h1>On libraries</h1>" + "".join(f"<p>{x}</p>" for x in SAID_EN) + "<h2>References</h2><ol>" + rows("<li>Smith, J. <a href=https://doi.example/{n}>{t}</a>. Press, 2001.</li>", english=True) + "</ol></article>"),
}  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_contents_is_told(name: str, read: Read) -> None:
    found = read(LISTS[name])
    assert found.assessment is Assessment.LIST
    assert found.reason.startswith("list: ")
    assert found.rule in ("general", "trafilatura")


@pytest.mark.parametrize("name", ARTICLES)
def test_an_article_that_holds_links_is_one(name: str, read: Read) -> None:
    assert read(ARTICLES[name]).assessment is Assessment.ARTICLE


def test_a_page_that_says_it_is_an_article_is_one(read: Read) -> None:
    """However short it is, and however many titles stand beside it."""
    lists = f"<ul>{rows('<li><a href={u}>{t}</a></li>')}</ul>" * 2
    short = page("短讯", f"<h1>短讯</h1><p>{SAID[0]}</p>{lists}")
    assert read(short).assessment is Assessment.LIST
    declared = short.replace("<title>", "<meta name=PubDate content='2024-04-24'><title>")
    assert read(declared).assessment is Assessment.ARTICLE


def test_the_articles_of_a_law_with_arabic_numbers_are_its_text(read: Read) -> None:
    law = [f"第{n}条　为了规范有关工作，根据宪法，制定本规定的第{n}个方面。" for n in range(1, 9)]
    html = page(
        "某某规定", "<h1>某某规定</h1><div>" + "".join(f"<p>{x}</p>" for x in law) + "</div>"
    )
    assert read(html).text.split("\n") == law
