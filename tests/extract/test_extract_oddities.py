"""What looks like furniture and is text, and what looks like text and is furniture."""

# ruff: noqa: E501 - pages' markup stands as it is served, and Chinese counts double

from collections.abc import Callable

import pytest

from crawler.extract.lines import read_editor
from crawler.model import Assessment, Extraction

Read = Callable[..., Extraction]

LINES = (
    "各级党组织要把全面从严治党的要求落到实处，坚持问题导向，抓住关键环节。",
    "会议指出，要健全制度，完善机制，推动各项工作取得新的进展和成效。",
    "会议强调，要加强督促检查，确保各项部署落地见效，不断开创工作新局面。",
    "与会同志认为，这次会议为今后一个时期的工作指明了方向，提供了遵循。",
)
BODY = "".join(f"<p>{line}</p>" for line in LINES)


def page(body: str, title: str = "要闻") -> str:
    return (
        f"<!doctype html><title>{title}_某某网</title><div class=nav><a href=/>首页</a></div>"
        f"<div class=main><h1>{title}</h1>{body}</div><div class=foot>版权所有 某某网</div>"
    )


@pytest.mark.parametrize(
    "line",
    [
        "第二条　未经著作权人许可使用其作品的，应当承担民事责任。",
        "第三条　转载请注明作者姓名，法律另有规定的除外。",
        "责编是他的第一份工作，他干了十年。",
        "以上内容不构成投资建议，这是他反复强调的一点。",
        "相关链接已经失效，记者未能核实。",
        "2019年6月5日",
        "问：怎么办？",
        "＊＊＊",
    ],
)
def test_lines_in_the_midst_of_an_article_are_its_own(line: str, read: Read) -> None:
    body = f"<div class=c><p>{LINES[0]}</p><p>{LINES[1]}</p><p>{line}</p><p>{LINES[2]}</p></div>"
    assert read(page(body)).text.split("\n") == [*LINES[:2], line, LINES[2]]


@pytest.mark.parametrize(
    "line",
    [
        "延伸阅读：<a href=/1>另一条新闻的标题写在这里</a>",
        "【相关阅读】<a href=/1>另一条新闻的标题写在这里</a>",
        "Read more: <a href=/1>Another story that you may want to read</a>",
        "<a href=/1>另一条新闻的标题写在这里，很长很长很长很长</a>",
        "[打印] [关闭] [返回顶部]",
        "大 | 中 | 小",
        "责任编辑：王五 审核：赵六",
    ],
)
def test_furniture_in_the_midst_of_an_article_is_none_of_it(line: str, read: Read) -> None:
    body = f"<div class=c><p>{LINES[0]}</p><p>{LINES[1]}</p><p>{line}</p><p>{LINES[2]}</p></div>"
    found = read(page(body))
    assert found.text.split("\n") == list(LINES[:3])
    assert found.links == ()


@pytest.mark.parametrize(
    "line",
    [
        "未经本网授权不得转载使用",
        "声明：本文不代表本站观点",
        "<a href=a>上一页</a> 1 <a href=b>下一页</a>",
    ],
)
def test_what_closes_a_page_is_left_out_there(line: str, read: Read) -> None:
    assert read(page(f"<div class=c>{BODY}<p>{line}</p></div>")).text.split("\n") == list(LINES)


def test_an_editor_stands_without_who_checked_the_page() -> None:
    assert read_editor("责任编辑：王五 审核：赵六") == "王五"


def test_tables_inside_tables_of_the_nineties(read: Read) -> None:
    html = (
        "<title>要闻</title><table width=760><tr><td colspan=2><a href=/>首页</a> <a href=/a>国内</a></td></tr>"
        "<tr><td width=160><table><tr><td>·<a href=1>新闻一的标题</a></td></tr><tr><td>·<a href=2>新闻二的标题</a>"
        "</td></tr></table></td><td width=600><table><tr><td align=center><font size=5><b>要闻</b></font></td></tr>"
        "<tr><td>http://www.a.cn 2003年5月6日 10:11 来源：新华网</td></tr><tr><td><p>　　"
        f"{'</p><p>　　'.join(LINES)}</p></td></tr><tr><td align=right>（责任编辑：王五）</td></tr></table></td></tr>"
        "<tr><td colspan=2>Copyright &copy; 2003</td></tr></table>"
    )
    found = read(html)
    assert found.text == "\n".join(LINES)
    assert (found.published, found.source_name, found.editor) == (
        "2003-05-06T10:11",
        "新华网",
        "王五",
    )


def test_text_right_in_the_body(read: Read) -> None:
    html = (
        "<html><head><title>要闻</title></head><body><a href=/>返回首页</a><br><br><b>要闻</b><br><br>"
        f"{'<br>'.join('　　' + line for line in LINES)}<br><br><a href=/>返回首页</a></body></html>"
    )
    assert read(html).text == "\n".join(LINES)


def test_columns_beside_each_other_are_one_text(read: Read) -> None:
    halves = (BODY[: BODY.index("</p>", BODY.index("</p>") + 1) + 4], "")
    left, right = halves[0], BODY[len(halves[0]) :]
    body = f"<div class=row><div class=col>{left}</div><div class=col>{right}</div></div>"
    assert read(page(body)).text == "\n".join(LINES)


def test_an_advertisement_between_two_breaks(read: Read) -> None:
    advert = "<div class=ad-slot><p>限时优惠，立即购买，数量有限，先到先得。</p></div>"
    body = f"<div class=c>{LINES[0]}<br>{LINES[1]}<br>{advert}<br>{LINES[2]}<br>{LINES[3]}</div>"
    assert read(page(body)).text == "\n".join(LINES)


@pytest.mark.parametrize(
    "html",
    [
        "<title>要闻</title><div id=app></div><noscript>You need to enable JavaScript to run this app.</noscript>",
        "<title>要闻</title><div id=root></div><noscript>您的浏览器不支持脚本，请更换浏览器后再来访问。</noscript>",
    ],
)
def test_what_is_said_to_readers_without_scripts_is_no_article(html: str, read: Read) -> None:
    found = read(f"{html}<script>var a={{}}</script>")
    assert found.assessment is not Assessment.ARTICLE


@pytest.mark.parametrize(
    "lines",
    [
        ("中國共產黨的領導是中國特色社會主義最本質的特徵，我們要堅持和完善黨的領導。", "這次會議為今後一個時期的工作指明了方向，提供了遵循。"),
        ("བོད་ལྗོངས་ཀྱི་ས་ཆ་ཁག་ནས་སློབ་སྦྱོང་བྱེད་བཞིན་ཡོད།", "ཚོགས་འདུའི་ཐོག་ནས་གསལ་པོར་བཤད་པ་རེད།"),
        ("尊敬的***书记，各位×××，下午好。", "今天，***同志和×××同志也来了。"),
    ],
)  # fmt: skip
def test_other_scripts_and_masked_names(lines: tuple[str, ...], read: Read) -> None:
    body = "".join(f"<p>{line}</p>" for line in lines)
    assert read(page(f"<div class=c>{body}</div>")).text == "\n".join(lines)
