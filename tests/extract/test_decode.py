"""Bytes to text: the rows E1 to E6 of the fault table, and that nothing makes it raise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.decode import decode

NAMES = "朱镕基、陶喆、万钢、李堃在会上讲话，强调要把各项工作落到实处，让人民群众满意。" * 5
TRADITIONAL = "中國共產黨的領導是中國特色社會主義最本質的特徵，我們要堅持和完善黨的領導。" * 5


def page(label: str, text: str = NAMES, before: str = "") -> str:
    return f"<html><head>{before}<meta charset={label}><title>t</title></head><body>{text}</body>"


@pytest.mark.parametrize("label", ["gb2312", "gbk", "x-gbk", "GB18030", "gb_2312-80"])
@pytest.mark.parametrize("place", ["header", "meta"])
def test_e1_gb18030_bytes_under_any_gb_label(label: str, place: str) -> None:
    html = page(label if place == "meta" else "")
    header = f"text/html; charset={label}" if place == "header" else None
    decoded = decode(html.encode("gb18030"), header)
    assert decoded.text == html
    assert (decoded.charset, decoded.charset_from, decoded.flags) == ("gb18030", place, ())


@pytest.mark.parametrize("header", ["utf-8", "ISO-8859-1", "no-such-charset", ""])
def test_e2_valid_bytes_beat_the_label(header: str) -> None:
    html = page("", NAMES)
    decoded = decode(html.encode("gb18030"), f"text/html; charset={header}" if header else None)
    assert decoded.text == html
    assert decoded.charset == "gb18030"
    assert "guessed" in decoded.flags


@pytest.mark.parametrize("header", ["text/html; charset=gb2312", None])
def test_e3_utf8_bytes_that_say_gb2312(header: str | None) -> None:
    html = page("gb2312")
    decoded = decode(html.encode(), header)
    assert (decoded.text, decoded.charset, decoded.charset_from) == (html, "utf-8", "utf-8")


@pytest.mark.parametrize(
    ("codec", "charset"),
    [("utf-8-sig", "utf-8"), ("utf-16", "utf-16-le"), ("utf-32", "utf-32-le")],
)
def test_e4_a_byte_order_mark_beats_the_meta(codec: str, charset: str) -> None:
    html = page("gb2312")
    decoded = decode(html.encode(codec), "text/html; charset=gb2312")
    assert (decoded.text, decoded.charset, decoded.charset_from) == (html, charset, "bom")


def test_e4_utf16_without_a_mark_is_told_by_its_zero_bytes() -> None:
    html = page("utf-16", "plain words")
    assert decode(html.encode("utf-16-be")).text == html
    assert decode(html.encode("utf-16-le")).text == html


@pytest.mark.parametrize("text", [NAMES, "Où était-il allé hier? " * 40])
def test_e5_one_bad_byte_in_a_long_utf8_page(text: str) -> None:
    html = page("utf-8", text)
    middle = len(html) // 2
    body = html[:middle].encode() + b"\xff" + html[middle:].encode()
    decoded = decode(body, "text/html; charset=utf-8")
    assert decoded.charset == "utf-8"
    assert decoded.flags == ("replaced",)
    assert decoded.text == html[:middle] + "\ufffd" + html[middle:]


def test_e5_a_character_cut_in_two_at_the_end() -> None:
    decoded = decode(page("utf-8").encode()[:-8])
    assert (decoded.charset, decoded.flags) == ("utf-8", ("replaced",))


def test_e6_meta_after_the_first_kilobyte() -> None:
    html = page("gbk", before="<!-- " + "x" * 5_000 + " -->")
    decoded = decode(html.encode("gb18030"))
    assert (decoded.text, decoded.charset_from) == (html, "meta")


def test_e6_of_two_metas_the_one_that_fits() -> None:
    html = page("big5", before="<meta http-equiv=Content-Type content='text/html; charset=utf-8'>")
    body = html.replace(NAMES, TRADITIONAL).encode("big5")
    decoded = decode(body)
    assert (decoded.charset, decoded.charset_from) == ("big5hkscs", "meta")
    assert TRADITIONAL in decoded.text


@pytest.mark.parametrize(
    ("text", "codec", "charset"),
    [
        (TRADITIONAL, "big5", "big5hkscs"),
        (NAMES, "gb18030", "gb18030"),
        ("これは日本語の文章です。そこに書いてあることを読みます。" * 5, "shift_jis", "cp932"),
        ("이것은 한국어 문장입니다. 그리고 그것을 읽고 있습니다." * 5, "euc_kr", "cp949"),
    ],
)
def test_e6_a_wrong_label_of_the_same_family_is_seen_through(
    text: str, codec: str, charset: str
) -> None:
    wrong = "gb2312" if codec != "gb18030" else "big5"
    decoded = decode(page(wrong, text).encode(codec))
    assert decoded.charset == charset
    assert text in decoded.text


def test_e6_private_use_characters_are_flagged() -> None:
    decoded = decode(page("gbk").encode("gb18030") + "\ue5e5".encode("gb18030"))
    assert "private_use" in decoded.flags


def test_western_pages_stay_western() -> None:
    html = "<p>Le résumé de l'été dernier à la campagne, où l'on était bien.</p>"
    assert decode(html.encode("cp1252"), "text/html; charset=iso-8859-1").text == html
    assert decode(html.encode("cp1252")).text == html


def test_the_sources_own_encoding_beats_everything() -> None:
    decoded = decode("中文".encode("gb18030"), "text/html; charset=utf-8", "gb2312")
    assert (decoded.text, decoded.charset_from) == ("中文", "source")
    assert decode(b"abc", None, "no-such-codec").charset_from == "utf-8"
    assert decode(b"abc", "text/html; charset=base64").text == "abc"


@given(st.binary(max_size=400), st.text(max_size=20))
def test_nothing_raises(body: bytes, label: str) -> None:
    decoded = decode(body, f"text/html; charset={label}")
    assert isinstance(decoded.text, str)
    assert decode(body, f"text/html; charset={label}") == decoded


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
def test_utf8_comes_back_character_by_character(text: str) -> None:
    body = text.encode()
    if not text.startswith("\ufeff") and b"\0" not in body:
        assert decode(body).text == text


@pytest.mark.parametrize("codec", ["gb18030", "big5", "euc-jp", "euc-kr"])
def test_a_few_words_in_a_long_page_of_markup_tell_the_encoding(codec: str) -> None:
    words = {
        "gb18030": "中国人的生活是在大地上的，我们有一个国家，这是他们说的。",
        "big5": "中國人的生活是在大地上的，我們有一個國家，這是他們說的。",
        "euc-jp": "日本の人が大きいといいました。これは年のはじめのことです。",
        "euc-kr": "이 나라의 사람들은 그것을 보고 있다. 우리는 하나의 나라이다.",
    }[codec]
    markup = '<div class="nav"><a href="/index.html">-</a></div>\n' * 4_000
    page = markup + "".join(f"<p>{words}</p>" for _ in range(12)) + markup
    assert decode(page.encode(codec)).text == page


LINES = (
    "各级党组织要把全面从严治党的要求落到实处，坚持问题导向，抓住关键环节。",
    "会议指出，要健全制度，完善机制，推动各项工作取得新的进展和成效。",
    "会议强调，要加强督促检查，确保各项部署落地见效，不断开创工作新局面。",
)


@pytest.mark.parametrize(
    ("codecs", "main"),
    [
        (("utf-8", "gb18030", "utf-8"), "utf-8"),
        (("gb18030", "utf-8", "gb18030"), "gb18030"),
    ],
)
@pytest.mark.parametrize("label", ["utf-8", "gb2312", "big5"])
def test_a_part_in_another_encoding_is_read_by_its_own(
    codecs: tuple[str, ...], main: str, label: str
) -> None:
    """A header included in GB on a page in UTF-8, or the other way round."""
    parts = zip(LINES, codecs, strict=True)
    body = b"".join(f"<p>{line}</p>".encode(codec) for line, codec in parts)
    found = decode(f"<meta charset={label}>".encode() + body)
    assert [line in found.text for line in LINES] == [True] * 3
    assert (found.charset, found.flags) == (main, ("mixed",))


def test_a_broken_byte_makes_no_other_encoding() -> None:
    body = "".join(f"<p>{line}</p>" for line in LINES).encode()
    for at in (20, 60, 121):
        broken = body[:at] + b"\xff" + body[at + 1 :]
        found = decode(broken)
        assert (found.charset, found.flags) == ("utf-8", ("replaced",))
