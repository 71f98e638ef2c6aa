"""Where an article begins and ends on pages that no profile knows, and what is said at its edges."""

# ruff: noqa: E501 - pages' markup stands as it is served, and Chinese counts double

from collections.abc import Callable

import pytest

from crawler.extract.labels import is_above, is_disclaimer, is_parting
from crawler.model import Extraction

Read = Callable[..., Extraction]

LINES = tuple(
    f"第{n}段：会议指出，要健全制度，完善机制，推动各项工作取得新的进展和成效。"
    for n in "一二三四五六"
)
ARTICLE = "".join(f"<p>{line}</p>" for line in LINES)
TEASER = "<div class=item><p>另一条新闻的标题写在这里，不是正文。</p><p>它的摘要也写在这里，说的是别的事情，与正文没有关系。</p></div>"


def test_nothing_behind_the_comments_is_the_article(read: Read) -> None:
    page = f"<div><div class=artibody>{ARTICLE}</div><div class=comment-list><p>网友：说得好，支持。</p></div>{TEASER * 3}</div>"
    assert read(page).text == "\n".join(LINES)


def test_related_things_that_outweigh_the_article_do_not_take_its_place(read: Read) -> None:
    related = "".join(
        f"<div class=box><div><a href=/s{n}>Share</a> <a href=/t{n}>Pin</a></div><p>A vida número {n} requer otimismo e coragem, "
        "para esperar o melhor e fazer o melhor acontecer, todos os dias.</p></div>"
        for n in range(6)
    )
    own = "Viver uma verdadeira experiência é um dos maiores prazeres da vida, e gostar é sentir com a alma, sem pressa."
    page = f"<html><head><title>Gostar</title></head><body><div class=col><div class=postbox><h1>Gostar</h1><p>{own}</p></div><div class=postbox><h4>Você pode gostar...</h4>{related}</div></div></body></html>"
    assert read(page).text == own


@pytest.mark.parametrize("heading", ["免责声明：", "【版权声明】", "Disclaimer & Disclosures:"])
def test_a_disclaimer_ends_the_article(read: Read, heading: str) -> None:
    legal = "<p>本文观点仅供参考，投资者据此操作，风险自担，与本刊和作者均无关系。</p>" * 3
    assert read(f"<div>{ARTICLE}<p>{heading}</p>{legal}</div>").text == "\n".join(LINES)


def test_a_statement_that_is_the_article_is_kept(read: Read) -> None:
    found = read(
        f"<div><p>本公司今天就有关传言作出说明，全文如下。</p><p>特别声明</p>{ARTICLE}</div>"
    )
    assert all(line in found.text for line in LINES)


def test_the_date_line_below_a_headline_that_reads_like_a_sentence_is_no_text(read: Read) -> None:
    title = "定了！地铁即将开通，直达码头，全程免费！"
    page = f"<html><head><title>{title}_某某新闻</title></head><body><div class=news><h2>{title}</h2><div>2019-08-13 14:07 来源：某某新闻·政务</div>{ARTICLE}</div></body></html>"
    found = read(page)
    assert found.text == "\n".join(LINES)
    assert found.published == "2019-08-13T14:07"


def test_a_link_that_goes_on_over_the_text_is_text(read: Read) -> None:
    lines = tuple(f"{line}{n}" for n in range(2) for line in LINES)
    page = f"<div class=post><a href=/x>◎译名 某某<br>{'<br>'.join(lines)}</a><p>{LINES[0]}完。</p></div>"
    assert all(line in read(page).text for line in lines)


def test_a_box_above_that_asks_to_click_is_none_of_the_article(read: Read) -> None:
    box = "<div class=new_style><p>年度人物评选火热进行中！<a href=/v>点击投票</a>，选出你心目中的人物。</p></div>"
    assert read(
        f"<div class=left>{box}<div class=artibody>{ARTICLE}</div></div>"
    ).text == "\n".join(LINES)


@pytest.mark.parametrize(
    "line",
    [
        "扫描下方二维码解锁更多技能",
        "1、回复【公租房】查看最新消息",
        "（原题为《新年伊始》）",
        "(本文来自某某新闻，更多原创资讯请下载“某某”APP)",
        "Subscribe to our newsletter and never miss a post.",
        "This document is subject to copyright. Apart from any fair dealing, no part may be reproduced.",
        "Categories: articles",
    ],
)
def test_lines_that_take_leave_are_left_out_at_the_end_alone(read: Read, line: str) -> None:
    assert is_parting(line)
    assert read(f"<div>{ARTICLE}<p>{line}</p></div>").text == "\n".join(LINES)
    within = f"<div>{ARTICLE}<p>{line}</p>{ARTICLE}</div>"
    assert read(within).text.count(LINES[-1]) == 2


@pytest.mark.parametrize(
    "line",
    [
        "05/10/2018 - Publicado por: C. B. - Categoria: Saúde",
        "July 21, 2025",
        "2005-02-06 13:26更新 来源：转载文章 发表评论",
    ],
)
def test_date_lines_of_every_form_stand_above(line: str) -> None:
    assert is_above(line)


@pytest.mark.parametrize(
    "line", ["2020年1月3日，会议在北京召开。", "On July 21, 2025 the council met again."]
)
def test_a_sentence_with_a_date_is_no_date_line(line: str) -> None:
    assert not is_above(line)
    assert not is_disclaimer(line)


def test_a_date_labelled_in_the_text_or_followed_by_its_update_is_read(read: Read) -> None:
    labelled = f"<div>{ARTICLE}<p>〓 明星话题 发布时间 2005/03/15 22:36:13 by someone 〓</p>{ARTICLE}</div>"
    assert read(labelled).published == "2005-03-15T22:36:13"
    updated = f"<div>{ARTICLE}<p class=date>December 3, 2025. <i>Updated: December 7, 2025</i></p>{ARTICLE}</div>"
    assert read(updated).published == "2025-12-03"


def test_a_date_that_the_text_speaks_of_is_not_the_publications(read: Read) -> None:
    assert (
        read(
            f"<div>{ARTICLE}<p>会议定于2005年3月15日召开，由本会主办。</p>{ARTICLE}</div>"
        ).published
        is None
    )


@pytest.mark.parametrize(
    "line",
    [
        "1,200 views 12 comments",
        "12 minutes ago by staff",
        "12分钟前 来源：本站",
        "阅读 1200 评论 12",
    ],
)
def test_counters_and_ages_are_no_text(line: str) -> None:
    assert is_above(line)


@pytest.mark.parametrize(
    "line",
    [
        "37 views",
        "阅读 1.2万 点赞 30",
        "1,204次阅读 12评论",
        "Want to hear more of us? Sign up here",
        "精彩视频推荐",
    ],
)
def test_counters_and_offers_at_the_end_are_no_text(line: str, read: Read) -> None:
    assert read(f"<div>{ARTICLE}<p>{line}</p></div>").text == "\n".join(LINES)
