"""What came back is judged before it is believed (rows A2, A3, A5, A12, A17)."""

# ruff: noqa: E501 - pages' markup stands as it is served, and Chinese counts double

from collections.abc import Callable

import pytest

from crawler.model import Assessment, Extraction

Read = Callable[..., Extraction]

LONG = "".join(
    f"<p>第{n}段：会议指出，验证码和登录后查看等做法给群众带来不便，页面不存在的情况也要整改。</p>"
    for n in range(20)
)
STUBS = [
    "<title>稿件详情</title><body><div>稿件详情</div></body>",
    "<title>404</title><body><h1>您访问的页面不存在！</h1><a href=/>返回首页</a></body>",
    "<title>提示信息 - 某某网</title><body>抱歉，您要查看的文章已被删除。</body>",
    "<body>该内容已被发布者删除</body>",
    "<title>Page not found</title><body><h1>Oops!</h1><p>Try the search.</p></body>",
    "<body><p>Sorry, the page you are looking for could not be found.</p></body>",
]
CHALLENGES = [
    "<title>Just a moment...</title><body><script src=/cdn-cgi/challenge-platform/x></script>",
    "<html><script>$_ts=window['$_ts'];$_ts.cd='x';</script><body></body></html>",
    "<body><script>var arg1='A';function setCookie(){document.cookie='acw_sc__v2='}</script></body>",
    "<body><p>正在检查您的浏览器，请稍候……</p></body>",
    "<body><p>为了您的访问安全，请完成以下验证：请输入验证码</p></body>",
    "<body><h1>Verify you are human</h1><p>Please complete the security check.</p></body>",
]
BLOCKS = [
    "<body><p>很抱歉，由于您访问的URL有可能对网站造成安全威胁，您的访问被阻断。</p></body>",
    "<body><h1>403 Forbidden</h1><p>访问被拒绝，您的IP已被网站防火墙拦截。</p></body>",
    "<body><h1>Access Denied</h1><p>You don't have permission to access this.</p></body>",
    "<body><p>The requested URL was rejected. Your support ID is: 123</p></body>",
]
WALLS = [
    "<body><form>请先登录后查看全文 <input></form></body>",
    "<body><p>扫码登录</p><p>登录后继续阅读</p></body>",
    "<body><p>Please log in to continue reading.</p></body>",
    "<body><p>This post is for paid subscribers</p></body>",
]


@pytest.mark.parametrize(
    ("kind", "html"),
    [(Assessment.STUB, html) for html in STUBS]
    + [(Assessment.CHALLENGE, html) for html in CHALLENGES]
    + [(Assessment.BLOCK, html) for html in BLOCKS]
    + [(Assessment.WALL, html) for html in WALLS],
)
@pytest.mark.parametrize("status", [200, 403])
def test_a_page_that_is_none_is_told_by_its_words(
    kind: Assessment, html: str, status: int, read: Read
) -> None:
    found = read(html, status=status)
    assert found.assessment is kind
    assert found.reason.startswith(f"{kind}: ")


@pytest.mark.parametrize(
    "html", ["", "<html></html>", "<body><div id=app></div><script>1</script>"]
)
def test_a_shell_without_text_is_empty(html: str, read: Read) -> None:
    assert read(html).assessment is Assessment.EMPTY


def test_script_with_a_challenges_status_and_nothing_else_is_a_challenge(read: Read) -> None:
    html = "<html><body><script>(function(){var a=1})()</script></body></html>"
    assert read(html, status=521).assessment is Assessment.CHALLENGE
    assert read(html, status=200).assessment is Assessment.EMPTY


def test_an_article_about_such_things_is_an_article(read: Read) -> None:
    found = read(f"<title>整改验证码问题</title><article>{LONG}</article>")
    assert (found.assessment, found.reason) == (Assessment.ARTICLE, "article")


def test_a_short_piece_of_news_is_an_article(read: Read) -> None:
    html = "<title>天气</title><div><p>北京市气象台今天下午发布预报，明天白天晴转多云。</p></div>"
    assert read(html).assessment is Assessment.ARTICLE


def test_a_home_page_that_was_led_to_is_a_list(read: Read) -> None:
    html = f"<title>某某网</title><div>{LONG}</div>"
    found = read(html, "https://a.org/", asked="https://a.org/n/1.html")
    assert found.assessment is Assessment.LIST
    assert read(html, "https://a.org/").assessment is Assessment.ARTICLE


def test_links_and_nothing_else_are_a_list(read: Read) -> None:
    rows = "".join(f"<li><a href=/n/{n}>第{n}条新闻的标题写在这里</a></li>" for n in range(20))
    assert read(f"<title>要闻</title><ul>{rows}</ul>").assessment is Assessment.LIST
    toc = f"<div class=inner><h1>2019年第1期</h1><div class=highlight>{rows}</div></div>"
    found = read(toc, "http://www.qstheory.cn/dukan/qs/2014/2019-01/01/c_1123924172.htm")
    assert (found.assessment, len(found.links)) == (Assessment.LIST, 20)
    assert found.text


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"%PDF-1.7 ...", "text/html"),
        (b"PK\x03\x04rest", "application/octet-stream"),
        (b"\x89PNG\r\n\x1a\nrest", "text/html"),
        (b"\xff\xd8\xff\xe0", None),
        (b"whatever", "video/mp4"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "text/html"),
    ],
)
def test_a17_what_is_no_page_of_text_is_unsupported(
    body: bytes, content_type: str | None, read: Read
) -> None:
    found = read(body, content_type=content_type)
    assert found.assessment is Assessment.UNSUPPORTED
    assert found.text == ""


def test_a_wrong_type_on_a_page_is_forgiven(read: Read) -> None:
    found = read(f"<html><body>{LONG}</body></html>", content_type="application/octet-stream")
    assert found.assessment is Assessment.ARTICLE


def test_one_part_that_is_a_stub_spoils_the_whole_capture() -> None:
    from crawler.extract import extract
    from crawler.model import Capture

    bodies = (f"<article>{LONG}</article>".encode(), STUBS[0].encode())
    found = extract(Capture(bodies, "http://a.org/1.html", "http://a.org/1.html"))
    assert found.assessment is Assessment.STUB
