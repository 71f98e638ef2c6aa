"""What a notebook imports from `crawler`: values with `as_dict()`, loaded at the first need."""

import json
import subprocess
import sys

import pytest

import crawler

PAGE = (
    "<html><head><title>标题</title></head><body><article>"
    + "".join(
        f"<p>第{n}段：这一段写着一些关于党的建设的话，长得足以让人相信它是正文。</p>"
        for n in "一二三四"
    )
    + "</article></body></html>"
)


def python(code: str) -> str:
    """What a fresh interpreter prints."""
    return subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True
    ).stdout


def test_importing_the_package_loads_no_room() -> None:
    loaded = python("import crawler, sys; print([m for m in sys.modules if 'crawler.' in m])")
    assert loaded == "[]\n"


@pytest.mark.parametrize(
    "before", ["", "import crawler.extract", "import crawler.notebook, crawler.complexity"]
)
def test_extract_can_be_called_whoever_imported_the_room_first(before: str) -> None:
    code = f"""
{before}
from crawler import extract
from crawler.extract import EXTRACTOR
import crawler.extract as room
found = extract({PAGE!r}, url="https://example.org/a")
print(room is extract, found.as_dict()["extractor"] == EXTRACTOR, len(found.text) > 100)
"""
    assert python(code) == "True True True\n"


def test_extract_takes_bytes_and_text() -> None:
    by_bytes = crawler.extract(PAGE.encode("gb18030"), content_type="text/html; charset=gbk")
    by_text = crawler.extract(PAGE)
    assert by_bytes.text == by_text.text
    assert (by_bytes.charset, by_text.charset) == ("gb18030", "utf-8")
    assert by_text.as_dict()["text"] == by_text.text
    json.dumps(by_text.as_dict())


def test_diff_and_align_take_texts() -> None:
    found = crawler.diff("增长5.6%，党的建设", "增长5.2%，党的建设")
    assert found.as_dict()["score"] > 0
    copy = (
        "全面从严治党永远在路上，党的自我革命永远在路上，要始终坚持问题导向，把严的基调坚持下去。"
    )
    placed = crawler.align(copy, "前面的话。" + copy)
    assert placed.seed_coverage == 1.0
    assert placed.as_dict()["relation"] == "reprint"
    with pytest.raises(AttributeError):
        found.score = 1.0


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nothing_such"):
        crawler.nothing_such  # noqa: B018


def test_the_archive_is_the_stores() -> None:
    from crawler.store import Archive

    assert crawler.Archive is Archive
