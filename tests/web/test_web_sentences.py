"""What events say has Chinese words, whatever part of the program says it."""

import ast
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

import crawler
from crawler.pipeline.reprints import _SAYS, _SAYS_UNDATED, Finding
from crawler.pipeline.watching import _WORDS
from crawler.web.language import NAMES
from crawler.web.sentences import said

HOME = Path(crawler.__file__).parent
#: what a variable of a sentence may hold, where it is more than a name or a number
HOLDS = {
    "way": ("back", "ahead"),
    "count": ("1 passage", "2,345 passages"),
    "what": ("came to be gone", "changed alike (title)"),
    "more": ("", " (and 3 more hosts of this source)"),
}


def sentences() -> Iterator[str]:
    """Every sentence of an event in the program, with something put in."""
    for path in sorted(HOME.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                yield from _of_a_function(function)
    for pair in (*_SAYS.values(), *_SAYS_UNDATED.values()):
        for text in pair:
            yield text.format(url="http://a.test/1", others="http://b.test/2 and 4 more")


def _of_a_function(function: Any) -> Iterator[str]:
    named = {
        target.id: node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(function):
        parts: list[ast.expr] = []
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "EventDraft":
            parts = node.args[2:4]
        elif isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
            told = any(one.arg == "alarms" for one in function.args.args)
            parts = node.value.elts if told else []
        for part in parts:
            text = named.get(part.id) if isinstance(part, ast.Name) else part
            yield from _filled(text, named)


def _filled(text: ast.expr | None, named: dict[str, ast.expr]) -> Iterator[str]:
    if isinstance(text, ast.Constant):
        yield text.value
    if not isinstance(text, ast.JoinedStr):
        return
    options: list[tuple[str, ...]] = []
    for piece in text.values:
        if isinstance(piece, ast.Constant):
            options.append((piece.value,))
        else:
            assert isinstance(piece, ast.FormattedValue)
            name = getattr(piece.value, "id", "")
            options.append(HOLDS.get(name, ("X7",)))
    yield from map("".join, product(*options))


def test_every_sentence_has_chinese_words() -> None:
    found = list(sentences())
    assert len(found) > 50
    assert [one for one in found if said(one, "zh").language != "zh"] == []
    assert all(said(one, "en") == (one, "en") for one in found)


def test_every_kind_of_event_has_a_name() -> None:
    kinds = {str(one) for one in Finding} | set(_WORDS)
    for path in HOME.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "EventDraft":
                kinds |= {node.args[0].value} if isinstance(node.args[0], ast.Constant) else set()
    assert len(kinds) > 20
    assert sorted(kind for kind in kinds if f"event:{kind}" not in NAMES) == []


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        (
            "12 addresses of qiushi had no conclusive look for 50.1 h, and 48 h were promised: "
            "http://a.test/1, http://a.test/2 and 10 more",
            "qiushi 有 12 个网址已 50.1 小时没有明确结果，而承诺为 48 小时："
            "http://a.test/1, http://a.test/2 等，另有 10 处",
        ),
        ("the clock of this machine stepped back by 60 s", "本机时钟后退了 60 秒"),
        (
            "3 pages of s came to be gone between 2026-01-01 and 2026-01-02",
            "s 有 3 个网页在 2026-01-01 至 2026-01-02 之间变为：消失",
        ),
    ],
)
def test_what_was_put_in_stays(english: str, chinese: str) -> None:
    assert said(english, "zh").text == chinese


def test_a_sentence_of_another_is_left_as_it_is() -> None:
    for odd in ("", "nothing known {url}", "x" * 100_000, "http://a.test/ shows\n two texts"):
        assert said(odd, "zh") == (odd, "en")


def test_a_hostile_address_is_put_in_as_it_is() -> None:
    told = said("http://a.test/{zh}{url}<script> shows two texts in turn", "zh")
    assert told == ("http://a.test/{zh}{url}<script> 轮流显示两种文本", "zh")


def test_the_page_of_events_speaks_its_reader_s_language(browsed: Any) -> None:
    english, chinese = (
        browsed.get("/-/events", headers={"accept-language": one}).text for one in ("en", "zh")
    )
    assert "was taken into the archive" in english
    assert "was taken into the archive" not in chinese
    assert "已收入存档" in chinese
    marked = re.findall(r'<p lang="(\w+)">', chinese)
    assert set(marked) == {"zh"}
    assert set(re.findall(r'<p lang="(\w+)">', english)) == {"en"}


def test_events_in_json_stay_english(browsed: Any) -> None:
    told = browsed.get("/archive/events.json?_shape=array", headers={"accept-language": "zh"}).text
    assert "was taken into the archive" in told
    assert quote("已收入") not in told
