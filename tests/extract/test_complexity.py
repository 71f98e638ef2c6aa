"""What no parser should be given (rows Z6 to Z8): told from the bytes, and fast."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.complexity import MAX_DEPTH, too_complex
from crawler.extract import extract
from crawler.model import Capture

MANY = 200_000
TOO_MUCH = {
    "nested": b"<div>" * 100_000,
    "attributes": b"<p " + b" ".join(b"a%d=1" % n for n in range(MANY)) + b">",
    "bare attributes": b"<p " + b" ".join(b"a%d" % n for n in range(MANY)) + b">",
    "attributes that hold >": b"<p " + b" ".join(b"a%d='>'" % n for n in range(MANY)) + b">",
    "many heavy tags": (b"<p " + b" ".join(b"a%d" % n for n in range(1_500)) + b">") * 500,
    "options": b"<select>" + b"<option>x</option>" * 100_000,
    "mis-nested links": b"<a><div>" * 20_000,
    "open links": b"<a href=x>" * 20_000,
    "paragraphs": b"<p>x" * 300_000,
    "nested behind a script": b"<script>var a='<p>'</script>" + b"<b><i>" * 50_000,
    "upper case": b"<DIV>" * 100_000,
}
SENTENCE = "<p>网友甲3小时前说，新闻一则，写在这里。</p>".encode()
ENOUGH = {
    "one text node": b"x" * 5_000_000,
    "breaks": b"<br>" * 100_000,
    "white space": b" " * 1_000_000,
    "an unclosed comment": b"<p>a</p><!-- " + b"<div>" * 10_000,
    "NUL bytes": b"<p>a\0b</p>" * 1_000,
    "open paragraphs": b"<p>a<li>b" * 20_000,
    "a script full of tags": b"<script>" + b"'<div>'+" * 10_000 + b"</script><p>a</p>",
    "lone surrogates": "<p>\ud800</p>".encode("utf-8", "surrogatepass"),
    "lines in quotations in quotations": b"<blockquote>" * 1_900 + SENTENCE * 20_000,
    "comments in comments": ("<div>网友评论" * 1_900).encode() + SENTENCE * 20_000,
    "lists in lists": ("<ul><li>一条" * 900).encode() + SENTENCE * 20_000,
    "depth that a page may have": b"<div>" * (MAX_DEPTH - 1) + b"x",
}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_z7_too_complex_is_said_at_once(name: str) -> None:
    began = time.process_time()
    assert too_complex(TOO_MUCH[name])
    assert time.process_time() - began < 2


@pytest.mark.parametrize("name", ENOUGH)
def test_z6_z8_what_a_parser_can_bear_is_read(name: str) -> None:
    assert too_complex(ENOUGH[name]) is None
    began = time.process_time()
    extract(Capture((ENOUGH[name],), "http://a.org/1", "http://a.org/1"))
    assert time.process_time() - began < 5


@given(st.binary(max_size=300))
def test_any_bytes_are_answered(body: bytes) -> None:
    assert too_complex(body) is None


@given(st.lists(st.sampled_from(["<div>", "</div>", "<p>", "<a>", "<b x='>'>", "<!--", "x"])))
def test_small_documents_are_never_too_complex(parts: list[str]) -> None:
    assert too_complex("".join(parts).encode()) is None
