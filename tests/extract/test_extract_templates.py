"""Templates of systems and local papers, made after their markup: the text is whole, first and last
paragraph and captions with it, and no recommended link, share line or footer stands in it; with the
profile that knows the site, and without any."""

# ruff: noqa: E501 - pages' markup stands as it is served, and Chinese counts double

import pytest

from crawler.extract import extract
from crawler.model import Assessment, Capture

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
CAPTION = "图为会议现场。张三 摄"
PZ = "".join(f"<p>　　{line}</p>" for line in ZH)
PE = "".join(f"<p>{line}</p>" for line in EN)
PICTURE = (
    f"<p style='text-align:center'><img src=/a.jpg></p><p style='text-align:center'>{CAPTION}</p>"
)
REL = (
    "<ul>"
    + "".join(f"<li><a href=/r/{n}>相关的另一篇文章的标题之{n}写在这里</a></li>" for n in range(6))
    + "</ul>"
)
REL_EN = (
    "<ul>"
    + "".join(f"<li><a href=/r/{n}>Another story of the town number {n}</a></li>" for n in range(6))
    + "</ul>"
)


def page(title: str, body: str, head: str = "") -> str:
    return f"<!doctype html><html><head><meta charset=utf-8><title>{title}</title>{head}</head><body>{body}</body></html>"


TEMPLATES: dict[str, tuple[str, str, tuple[str, ...], str]] = {
    "WordPress, a classic theme": (
        "https://n.example/a/77.html",
        page(
            "Library stays | Notes",
            f"<div id=page class=site><header class=site-header><h2 class=site-title><a href=/>Notes</a></h2><nav class=main-navigation>{REL_EN}</nav></header><div class=site-content><main><article id=post-77 class='post-77 post hentry'>"
            "<header class=entry-header><h1 class=entry-title>Library stays</h1><div class=entry-meta>Posted on <time class=entry-date>May 6, 2021</time> by <span class='author vcard'><a class='url fn n'>Jane Doe</a></span></div></header>"
            f"<div class=entry-content>{PE}<figure class=wp-block-image><img src=/a.jpg><figcaption>The library in 1999</figcaption></figure><div class='sharedaddy sd-sharing-enabled'><h3 class=sd-title>Share this:</h3><ul><li><a>Twitter</a></li><li><a>Facebook</a></li></ul></div>"
            f"<div class='sharedaddy sd-block'><h3>Like this:</h3><span>Like</span> <span>Loading...</span></div><div id=jp-relatedposts class=jp-relatedposts><h3><em>Related</em></h3>{REL_EN}</div></div><footer class=entry-footer><span>Categories: <a>News</a></span><span>Tags: <a>books</a></span></footer></article>"
            "<nav class=post-navigation><a>Previous: An older post</a><a>Next: A newer post</a></nav><div id=comments class=comments-area><h2>2 thoughts on “Library stays”</h2><ol><li><p>I love this library a lot, and go there every week with my children.</p></li></ol></div></main>"
            f"<aside class=widget-area><h2>Recent Posts</h2>{REL_EN}</aside></div><footer class=site-footer><p>Proudly powered by WordPress, and by readers like you.</p></footer></div>",
            "<meta name=generator content='WordPress 5.8'><meta property=article:published_time content=2021-05-06T08:00:00+00:00>",
        ),
        (*EN, "The library in 1999"),
        "2021-05-06",
    ),
    "WordPress, a mirror's news theme": (
        "https://n.example/strengthen-the-foundation-chinanews-com/",
        page(
            "Strengthen the foundation - News Directory 3",
            f"<div class=td-container><div class=td-crumb-container><span><a>Home</a></span> » <span><a>World</a></span></div><article class=post><div class=td-post-header><h1 class=entry-title>Strengthen the foundation</h1><div class=td-module-meta-info><div class=td-post-author-name>By <a>news dir</a></div><div class=td-post-views>35</div></div></div>"
            f"<div class=td-post-sharing-top><a>Facebook</a><a>Twitter</a></div><div class=td-post-content><div class='td-a-rec td-a-rec-id-content_top'><span class=td-adspot-title>- Advertisement -</span></div>{PE}</div><footer><div class=td-post-source-tags><ul class=td-tags><li><span>TAGS</span></li><li><a>party</a></li></ul></div>"
            f"<div class=td-block-row-next-prev><div><span>Previous article</span><a>An older one</a></div></div><div class=author-box-wrap><p>news dir</p></div></footer></article><div class=td_block_related_posts><h4>RELATED ARTICLES</h4>{REL_EN}</div></div>",
        ),
        EN,
        "",
    ),
    "Blogspot": (
        "https://lcbackerblog.blogspot.com/2018/05/on-library.html",
        page(
            "Notes on the law: On the library",
            "<div id=header><h1 class=title>Notes on the law</h1></div><div class='main section' id=main><div class=date-outer><h2 class=date-header><span>Sunday, May 06, 2018</span></h2><div class='post hentry'><h3 class='post-title entry-title'>On the library</h3>"
            f"<div class='post-body entry-content' id=post-body-1234567>{'<br /><br />'.join(EN)}<div style='clear: both;'></div></div><div class=post-footer><span class=post-author>Posted by <span class=fn>Larry</span></span> <abbr class=published title=2018-05-06T10:00:00-05:00>10:00 AM</abbr><div class=post-share-buttons><a>Email This</a><a>BlogThis!</a></div><span class=post-labels>Labels: <a>law</a></span></div></div></div>"
            f"<div class=comments id=comments><h4>2 comments:</h4><p>A fine post, and I learnt a lot from it today.</p></div><div class=blog-pager id=blog-pager><a>Newer Post</a><a>Older Post</a></div></div><div id=sidebar><h2>Blog Archive</h2>{REL_EN}</div>",
            "<link rel=alternate href=https://x.blogspot.com/feeds/posts/default><meta content=blogger name=generator>",
        ),
        EN,
        "2018-05-06",
    ),
    "chinanews, a reprint": (
        "https://www.chinanews.com/gn/2020/07-04/9228000.shtml",
        page(
            "会议召开-中新网",
            f"<div class=nav><a>首页</a></div><div id=cont_1_1_2 class=content><h1>会议召开</h1><div class=left-time><div class=left-t>2020年07月04日 12:10　来源：<a href=http://www.qstheory.cn/x>求是网</a><a>参与互动</a></div></div><!--正文start--><div class=left_zw style=position:relative>{PICTURE}{PZ}"
            "<table class=adInContent><tr><td><script></script><a>广告位招租，欢迎来电。</a></td></tr></table><div id=function_code_page></div></div><!--正文end--><div class=left_name><div class=adEditor><span>【编辑:王五】</span></div></div><div class=channel><a>更多精彩内容请进入国内频道</a></div></div>"
            f"<div class=lunbo><h3>国内新闻精选：</h3>{REL}</div><div class=footer><p>本网站所刊载信息，不代表中新社和中新网观点。 刊用本网站稿件，务经书面授权。</p></div>",
        ),
        (CAPTION, *ZH),
        "2020-07-04",
    ),
    "a province's people.cn": (
        "http://js.people.com.cn/n2/2022/0213/c360300-35130000.html",
        page(
            "会议召开--江苏频道--人民网",
            "<div class='layout rm_txt cf'><div class='col col-1'><h3 class=pre></h3><h1>会议召开</h1><h4 class=sub>——记某会议</h4><div class=author>张三</div><div class='channel cf'><div class=col-1-1>2022年02月13日07:48 | 来源：<a href=http://xh.xhby.net/a>新华日报</a></div><div class=col-1-2>小字号</div></div>"
            f"<div class='rm_txt_con cf'><div class=bza><p><span>小</span></p></div>{PICTURE}{PZ}<div class='zdfy clearfix'></div><div class='edit cf'>(责编：李四、王五)</div></div><div class=share><p>分享让更多人看到</p></div></div><div class='col col-2'><h2>热门排行</h2>{REL}</div></div><div class=rm_relevant><h3>相关新闻</h3>{REL}</div><div class=footer>人民日报社概况 | 版权所有，未经书面授权禁止使用</div>",
            "<meta name=publishdate content=2022-02-13><meta name=source content='来源：新华日报'>",
        ),
        (CAPTION, *ZH),
        "2022-02-13",
    ),
    "a town on gov.cn": (
        "http://www.mou.gov.cn/zw/202201/t20220102_1.html",
        page(
            "会议召开 - 某某市人民政府",
            "<div class=header><img></div><div class=dqwz>当前位置：<a>首页</a>&gt;<a>政务动态</a>&gt;<a>今日要闻</a></div><div class=article><h2 class=title>会议召开</h2><div class=info><span>发布时间：2022-01-02 10:11</span><span>来源：某某日报</span><span>浏览次数：<i>123</i>次</span><span>字体：[<a>大</a> <a>中</a> <a>小</a>]</span></div>"
            f"<div class=view><div class='TRS_UEDITOR trs_paper_default'>{PICTURE}{PZ}</div></div><div class=ewm><p>扫一扫在手机打开当前页</p></div><div class=tool><a>【打印】</a><a>【关闭】</a></div></div><div class=xgxx><h3>相关信息</h3>{REL}</div>"
            "<div class=footer><p>主办：某某市人民政府办公室 承办：某某市大数据局，网站标识码：1234560001</p><p>京ICP备12345号</p></div>",
            "<meta name=ArticleTitle content=会议召开><meta name=PubDate content='2022-01-02 10:11'><meta name=ContentSource content=某某日报>",
        ),
        (CAPTION, *ZH),
        "2022-01-02",
    ),
    "a local paper's pages": (
        "http://epaper.mou.example/html/2022-01/02/content_1.htm",
        page(
            "某某日报数字报-会议召开",
            f"<div class=left><a>上一版</a><a>下一版</a>{REL}</div><div class=right><div class=title1>会议召开</div><div class=title2>——记某会议</div><div class=pub>2022年01月02日 第01版：要闻</div><div id=ozoom><founder-content><!--enpcontent-->{PZ}<!--/enpcontent--></founder-content></div><div class=bq><p>版权所有 某某日报社，未经授权不得转载。</p></div></div>",
        ),
        ZH,
        "2022-01-02",
    ),
    "a site of model speeches": (
        "http://www.fanwen.example/jianghuagao/123.html",
        page(
            "党组书记讲话稿2篇-某某范文",
            "<div class=head><a>首页</a><a>工作总结</a></div><div class=main><div class=place>当前位置：<a>首页</a> &gt; <a>讲话稿</a></div><h1>党组书记讲话稿2篇</h1><div class=info>时间：2022-01-02 浏览：123</div><div class=content>"
            f"<p>以下是由网友整理分享的讲话稿，欢迎阅读参考。</p><h2>党组书记讲话稿1</h2>{PZ}<h2>党组书记讲话稿2</h2>{PZ}</div><div class=fx><a>分享到微信</a></div><div class=pre><p>上一篇:<a href=/1>电路教学的有效方法8篇</a></p><p>下一篇:<a href=/2>另一篇总结(精彩8篇)</a></p></div><div class=tui><h3>推荐阅读</h3>{REL}</div></div><div class=foot>尽在某某范文。Copyright 2022</div>",
        ),
        ("以下是由网友整理分享的讲话稿，欢迎阅读参考。", "党组书记讲话稿1", *ZH, "党组书记讲话稿2", *ZH),
        "2022-01-02",
    ),
    "gov.cn": (
        "http://www.gov.cn/xinwen/2022-01/02/content_1.htm",
        page(
            "会议召开_中国政府网",
            f"<div class=header><a>首页</a></div><div class=article><h1>会议召开</h1><div class=pages-date>2022-01-02 10:11<span class=font>来源： 新华社</span><div class=pages_print>【字体：<a>大</a> <a>中</a>】<a>打印</a></div></div><div class=pages_content id=UCAP-CONTENT>{PICTURE}{PZ}</div><div class=editor>责任编辑：张三</div></div><div class=related><h3>相关稿件</h3>{REL}</div>",
            "<meta name=firstpublishedtime content=2022-01-02-10:11:00>",
        ),
        (CAPTION, *ZH),
        "2022-01-02",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize("built_in", [True, False])
def test_the_text_is_whole_and_nothing_else(name: str, built_in: bool) -> None:
    url, html, lines, day = TEMPLATES[name]
    found = extract(Capture((html.encode(),), url, url), built_in=built_in)
    assert found.assessment is Assessment.ARTICLE
    assert found.text.split("\n") == list(lines)
    assert (found.published or "")[:10] == day
    captions = [found.text[start:end] for start, end, kind in found.marked if kind == "caption"]
    assert captions == [line for line in lines if line in (CAPTION, "The library in 1999")]


def test_who_wrote_a_wordpress_post_is_read_from_its_card() -> None:
    url, html, _, _ = TEMPLATES["WordPress, a classic theme"]
    assert extract(Capture((html.encode(),), url, url)).author == "Jane Doe"
