"""One form of an address, and what a page means by its links."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discover import normalise_url, resolve

SAME = [
    ("HTTP://WWW.Example.ORG:80/a", "http://www.example.org/a"),
    ("https://example.org:443", "https://example.org/"),
    ("https://example.org:8443/", "https://example.org:8443/"),
    ("http://example.org./a", "http://example.org/a"),
    ("http://example.org/a#top", "http://example.org/a"),
    ("http://example.org/a?", "http://example.org/a"),
    ("http://example.org/%7Ea/%e4%b8%ad", "http://example.org/~a/%E4%B8%AD"),
    ("http://example.org/中?题=文", "http://example.org/%E4%B8%AD?%E9%A2%98=%E6%96%87"),
    ("http://例子.中国/", "http://xn--fsqu00a.xn--fiqs8s/"),
    ("http://ｗｗｗ.news.cn/", "http://www.news.cn/"),
    ("http://example.org/a/./b/../c", "http://example.org/a/c"),
    ("http://example.org/a/..", "http://example.org/"),
    ("http://example.org/../../a", "http://example.org/a"),
    ("http://example.org/%2e%2e/a", "http://example.org/a"),
    ("http://example.org/web/1id_/http://a.b/", "http://example.org/web/1id_/http://a.b/"),
    ("http://example.org/a?utm_source=x&id=7&fbclid=y", "http://example.org/a?id=7"),
    ("http://example.org/a?from=timeline&isappinstalled=0", "http://example.org/a"),
    ("http://example.org/a?from=2024", "http://example.org/a?from=2024"),
    ("http://example.org/a?b=2&a=1&a=1", "http://example.org/a?b=2&a=1&a=1"),
    ("http://x.blogspot.com/2018/02/a.html?m=1", "http://x.blogspot.com/2018/02/a.html"),
    ("http://example.org/list?m=1", "http://example.org/list?m=1"),
    ("http://user:secret@example.org/a", "http://example.org/a"),
    ("http://example.org\\a\\b", "http://example.org/a/b"),
    (" \thttp://exam\nple.org/a\r\n", "http://example.org/a"),
    ("http://[2001:DB8::1]:80/", "http://[2001:db8::1]/"),
]


@pytest.mark.parametrize(("written", "normal"), SAME)
def test_an_address_has_one_form(written: str, normal: str) -> None:
    assert normalise_url(written) == normal


@pytest.mark.parametrize(
    "written",
    [
        "",
        "example.org",
        "javascript:alert(1)",
        "ftp://example.org/",
        "http://",
        "http:///a",
        "http://exa mple.org/",
        "http://example.org:99999/",
        "http://example.org:x/",
        "http://[::1",
        "http://<b>/",
        "http://\udc80.org/",
        "http://example.org/\udc80",
    ],
)
def test_what_is_no_address_is_refused(written: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - UnicodeError is one too
        normalise_url(written)


@given(st.text(max_size=40), st.text(max_size=40))
def test_the_one_form_does_not_change_again(path: str, query: str) -> None:
    try:
        once = normalise_url(f"http://example.org/{path}?{query}")
    except ValueError:
        return
    assert normalise_url(once) == once
    assert once.isascii()


@given(st.from_regex(r"(/(%[0-9a-fA-F]{2}|[a-z.%]){0,6}){0,4}(\?[a-z&=%]{0,12})?", fullmatch=True))
def test_escapes_and_dots_settle_at_once(rest: str) -> None:
    once = normalise_url("https://example.org" + rest)
    assert normalise_url(once) == once
    assert "/../" not in once.split("?")[0]


@pytest.mark.parametrize(
    ("reference", "meant"),
    [
        ("b.html", "http://example.org/list/b.html"),
        ("../b.html", "http://example.org/b.html"),
        ("//news.cn/b", "http://news.cn/b"),
        ("?page=2", "http://example.org/list/?page=2"),
        ("HTTPS://example.org/b", "https://example.org/b"),
        ("javascript:void(0)", None),
        ("JaVaScRiPt:alert(1)", None),
        ("java\nscript:alert(1)", None),
        ("data:text/html,x", None),
        ("mailto:a@b.c", None),
        ("file:///etc/passwd", None),
        ("", None),
        ("/" + "a" * 3_000, None),
        ("/" + "中" * 700, None),
    ],
)
def test_links_count_from_their_page(reference: str, meant: str | None) -> None:
    assert resolve("http://example.org/list/", reference) == meant
