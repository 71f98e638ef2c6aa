"""Which page an address is: the same over hosts, schemes and eras, never one of two sites."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discover import page_key, same_site, site_of
from crawler.model import PageKey, Source

HEX = "c8b766e961a44312a3ea2e17c9464330"

ONE_PAGE = {
    "xinhua by number": [
        "http://www.xinhuanet.com/politics/2021-06/30/c_1127611111.htm",
        "https://www.news.cn/politics/2021-06/30/c_1127611111.htm",
        "http://m.xinhuanet.com/2021-06/30/c_1127611111.htm?utm_source=x",
        "http://www.xinhuanet.com/2021-06/30/c_1127611111.html#p",
    ],
    "xinhua by day and hex": [
        f"https://www.news.cn/politics/20250113/{HEX}/c.html",
        f"http://www.xinhuanet.com/20250113/{HEX}/c.html",
        f"https://english.news.cn/20250113/{HEX}/c.html",
    ],
    "xinhua in 2005": [
        "http://news.xinhuanet.com/politics/2005-11/18/content_3799453.htm",
        "https://www.xinhuanet.com/2005-11/18/content_3799453.htm",
        "http://www.news.cn/politics/2005-11/18/content_3799453.htm",
    ],
    "qstheory by number": [
        "http://www.qstheory.cn/dukan/qs/2018-12/31/c_1123923896.htm",
        "https://www.qstheory.cn/2018-12/31/c_1123923896.htm",
        "https://qstheory.cn/dukan/qs/2014/2018-12/31/c_1123923896.htm?spm=1",
    ],
    "qstheory since 2025": [
        f"https://www.qstheory.cn/20250113/{HEX}/c.html",
        f"http://www.qstheory.cn/20250113/{HEX}/c.html",
    ],
    "chinanews": [
        "https://www.chinanews.com/gn/2021/06-30/9510541.shtml",
        "http://www.chinanews.com.cn/gn/2021/06-30/9510541.shtml",
        "https://www.chinanews.com.cn/m/gn/2021/06-30/9510541.shtml",
        "http://www.chinanews.com/sh/2021/06-30/9510541.shtml",
    ],
    "people": [
        "http://politics.people.com.cn/n1/2022/0213/c1001-32351234.html",
        "http://politics.people.com.cn/n/2022/0213/c1001-32351234.html",
        "https://cpc.people.com.cn/n1/2022/0213/c64387-32351234.html",
        "http://politics.people.cn/n1/2022/0213/c1001-32351234.html",
    ],
    "people, speeches": [
        "http://jhsjk.people.cn/article/32351234",
        "https://jhsjk.people.cn/article/32351234/",
    ],
    "12371": [
        "https://www.12371.cn/2021/06/30/ARTI1625012345678901.shtml",
        "http://news.12371.cn/2021/06/30/ARTI1625012345678901.shtml",
    ],
    "a blog and its country's domain": [
        "https://lcbackerblog.blogspot.com/2018/02/elite.html",
        "http://lcbackerblog.blogspot.de/2018/02/elite.html",
        "http://lcbackerblog.blogspot.co.uk/2018/02/elite.html?m=1",
        "http://lcbackerblog.blogspot.com.au/2018/02/elite.html?m=0",
    ],
    "gov.cn": [
        "https://www.gov.cn/yaowen/liebiao/202402/content_6930000.htm",
        "http://www.gov.cn/zhengce/202402/content_6930000.htm",
    ],
    "wechat": [
        "https://mp.weixin.qq.com/s?__biz=MzA%3D%3D&mid=265&idx=1&sn=ab&chksm=cd&scene=21",
        "http://mp.weixin.qq.com/s?__biz=MzA%3D%3D&mid=265&idx=1&sn=ab",
    ],
    "any site": [
        "http://www.example.org/a/%7Eb?id=7&utm_medium=x",
        "https://example.org/a/~b?id=7",
    ],
}


@pytest.mark.parametrize("addresses", ONE_PAGE.values(), ids=ONE_PAGE)
def test_addresses_of_one_page_share_its_key(addresses: list[str]) -> None:
    assert len({page_key(address) for address in addresses}) == 1


DIFFERENT = [
    # the same number at two sites
    (
        "http://www.qstheory.cn/2018-12/31/c_1123923896.htm",
        "http://www.news.cn/2018-12/31/c_1123923896.htm",
    ),
    # a branch counts its articles by itself
    (
        "https://www.chinanews.com/gn/2021/06-30/9510541.shtml",
        "http://www.gd.chinanews.com/gn/2021/06-30/9510541.shtml",
    ),
    # regions and phones of people.cn as well
    (
        "http://sc.people.com.cn/n2/2022/0213/c1-32351234.html",
        "http://cpc.people.com.cn/n1/2022/0213/c1-32351234.html",
    ),
    # an article and its video
    (
        "https://www.chinanews.com/gn/shipin/2021/06-30/news951054.shtml",
        "https://www.chinanews.com/gn/2021/06-30/951054.shtml",
    ),
    # channels of 2005 had numbers of their own
    (
        "http://chinaneast.xinhuanet.com/jizhe/2005-08/16/content_4894059.htm",
        "http://www.xinhuanet.com/jizhe/2005-08/16/content_4894059.htm",
    ),
    # a second part is another document
    (
        "http://www.news.cn/2018-12/31/c_1123923896_2.htm",
        "http://www.news.cn/2018-12/31/c_1123923896.htm",
    ),
    # somebody's page about the site
    ("http://qstheory.cn.example.org/c_1123923896.htm", "http://qstheory.cn/c_1123923896.htm"),
    ("http://notnews.cn/c_1123923896.htm", "http://news.cn/c_1123923896.htm"),
    # other blogs, ports, queries
    ("http://a.blogspot.com/x.html", "http://b.blogspot.com/x.html"),
    ("http://127.0.0.1:8001/x", "http://127.0.0.1:8002/x"),
    ("http://example.org/x?id=1", "http://example.org/x?id=2"),
    ("http://m.example.org/x", "http://example.org/x"),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_other_pages_have_other_keys(one: str, other: str) -> None:
    assert page_key(one) != page_key(other)


def test_a_profile_lends_its_numbers_to_another_host() -> None:
    source = Source(id="s", kind="index", profile="qstheory")
    key = page_key("http://127.0.0.1:8001/dukan/qs/2018-12/31/c_1123923896.htm", source)
    assert key == PageKey("127.0.0.1:8001", "c_1123923896")


def test_wordpress_numbers_count_only_where_wordpress_is_known() -> None:
    blog = Source(id="w", kind="wordpress")
    assert page_key("https://example.org/?p=17", blog) == PageKey("example.org", "p:17")
    assert page_key("https://example.org/?p=17").key.startswith("url:")
    assert page_key("https://example.org/list?p=17", blog).key.startswith("url:")


def test_sites_are_told_apart() -> None:
    assert same_site("https://www.news.cn/", "http://bj.xinhuanet.com/x")
    assert same_site("http://politics.people.com.cn/a", "https://www.people.cn/")
    assert not same_site("http://a.blogspot.com/", "http://b.blogspot.com/")
    assert not same_site("http://news.cn/", "javascript:alert(1)")
    assert site_of("http://a.blogspot.com.au/") == "a.blogspot.com"


labels = st.from_regex(r"[a-z][a-z0-9]{0,8}", fullmatch=True)
paths = st.from_regex(r"(/[A-Za-z0-9_.~-]{1,12}){1,4}", fullmatch=True)


@given(labels, labels, paths)
def test_no_key_joins_pages_of_two_sites(one: str, other: str, path: str) -> None:
    first, second = f"http://{one}.org{path}", f"http://{other}.org{path}"
    if one != other:
        assert page_key(first) != page_key(second)
        assert not same_site(first, second)


@given(labels, paths, st.sampled_from(["utm_source=a", "fbclid=b", "spm=1.2"]))
def test_a_key_survives_https_www_and_tracking(host: str, path: str, tracking: str) -> None:
    plain = page_key(f"http://{host}.org{path}")
    assert page_key(f"https://www.{host}.org{path}?{tracking}#x") == plain


@given(st.integers(10**8, 10**10 - 1), st.sampled_from(["news.cn", "qstheory.cn"]))
def test_a_number_survives_every_path_it_has_had(number: int, site: str) -> None:
    written = {
        f"http://www.{site}/politics/2021-06/30/c_{number}.htm",
        f"https://{site}/2021-06/30/c_{number}.htm",
        f"http://www.{site}/dukan/qs/2014/2021-06/30/c_{number}.htm",
    }
    assert {page_key(url) for url in written} == {PageKey(site, f"c_{number}")}
