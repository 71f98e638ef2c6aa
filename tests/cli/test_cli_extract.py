"""`crawl extract`: one page from a file or the web, with what would be kept of it."""

import hashlib
import json
from pathlib import Path

import pytest

from crawler.demo import DemoWeb

CONTRACT = {
    "url", "final_url", "status", "charset", "state", "title", "author", "source_name", "editor",
    "published", "lang", "text", "text_sha256", "extractor", "profile", "page_key",
}  # fmt: skip

PAGE = (
    "<html><head><title>标题</title></head><body><h1>标题</h1><article>"
    + "".join(
        f"<p>第{n}段：这一段写着一些关于党的建设的话，长得足以让人相信它是正文。</p>"
        for n in "一二三四五"
    )
    + "</article></body></html>"
)


def test_a_saved_page(run, tmp_path: Path) -> None:
    (tmp_path / "p.html").write_bytes(PAGE.encode("gb18030"))
    result = run("extract", "p.html", "--url", "https://example.org/p.html", "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert set(found) >= CONTRACT
    assert found["charset"] == "gb18030"
    assert found["url"] == "https://example.org/p.html"
    assert found["text"].split("\n")[0].startswith("第一段")
    assert found["text_sha256"] == hashlib.sha256(found["text"].encode()).hexdigest()
    shown = run("extract", "p.html").stdout
    assert "gb18030" in shown
    assert "第五段" in shown


@pytest.mark.parametrize("body", [b"", b"\x00\xff\xfe", b"<" * 5000, b"%PDF-1.7 \x00\x01"])
def test_what_is_no_page_is_judged_and_never_a_traceback(run, tmp_path: Path, body: bytes) -> None:
    (tmp_path / "x").write_bytes(body)
    result = run("extract", "x", "--json")
    assert result.exit_code == 0, result.output
    assert set(json.loads(result.stdout)) >= CONTRACT


def test_no_such_file(run) -> None:
    result = run("extract", "nowhere.html")
    assert result.exit_code == 2
    assert "nowhere.html" in result.stderr


def test_without_contact_nothing_outside_is_asked(run, tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text("[network]\ncontact = ''\n", encoding="utf-8")
    result = run("extract", "http://example.org/")
    assert result.exit_code == 2, result.output
    assert "contact" in result.stderr


def test_a_page_of_the_web_is_read_and_nothing_is_kept(run, tmp_path: Path) -> None:
    with DemoWeb() as web:
        web.sources_toml(tmp_path / "sources.toml")
        url = web.url("qiushi", "/20250215/5d1f0c9a7b3e4628a1c4e0f7d9b2a653/c.html")
        result = run("extract", url, "--json")
        assert result.exit_code == 0, result.output
        found = json.loads(result.stdout)
        assert found["state"] == "article"
        assert "全面从严治党" in found["title"]
        assert "qstheory" in found["profile"]
        lost = run("extract", web.url("qiushi", "/nowhere.htm"))
    assert lost.exit_code in (0, 1)
    assert "Traceback" not in lost.output
    assert not (tmp_path / "archive").exists()


MINE = """
[[profile]]
id = "mine"
hosts = ["example.org"]
select = { title = "h1", body = "#text", source = ".from" }
drop = [".ad"]
"""


def test_the_users_own_profile_is_tried_and_what_it_gave_is_told(run, tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(MINE, encoding="utf-8")
    page = PAGE.replace(
        "<article>", "<p class=from>来源：新华社</p><article id=text><p class=ad>买</p>"
    )
    (tmp_path / "p.html").write_text(page, encoding="utf-8")
    shown = run("extract", "p.html", "--profile", "mine")
    assert shown.exit_code == 0, shown.output
    assert "mine:.from" in shown.stdout
    assert "买" not in shown.stdout
    assert run("extract", "p.html", "--url", "https://example.org/1", "--json").stdout.count(
        '"mine/'
    )
    (tmp_path / "q.html").write_text(PAGE, encoding="utf-8")
    missed = run("extract", "q.html", "--profile", "mine").stdout
    assert "the profile mine found no article here" in missed
    assert "body #text matches 0 elements with 0 characters" in missed
    assert "general" in missed


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('select = { body = "div[[" }', "is no CSS selector: 'div[['"),
        ('select = { titel = "h1", body = "p" }', "no field 'titel'"),
        ('select = { title = "h1" }', "no selector for `body`"),
        ('select = { body = "p" }\nzone = "Beijing"', "hours and minutes from UTC"),
        ('select = { body = "p" }\nleave_out = ["("]', "no regular expression"),
        ('select = { body = "p" }\nevidence = "::::"', "no CSS selector"),
        ("select = [", "this is no TOML"),
    ],
)
def test_a_mistake_in_a_file_of_profiles_is_said_with_its_place(
    run, tmp_path: Path, line: str, said: str
) -> None:
    (tmp_path / "sources.toml").write_text("", encoding="utf-8")
    (tmp_path / "profiles").mkdir()
    text = f'[[profile]]\nid = "mine"\nhosts = ["example.org"]\n{line}\n'
    (tmp_path / "profiles/mine.toml").write_text(text, encoding="utf-8")
    (tmp_path / "p.html").write_text(PAGE, encoding="utf-8")
    result = run("extract", "p.html", "--profile", "mine")
    assert result.exit_code == 2
    assert said in result.stderr
    assert "profiles/mine.toml" in result.stderr
    other = run("extract", "p.html")
    assert other.exit_code == 0
    assert "no profile of yours was tried" in other.stderr


def test_a_profile_that_nobody_has_is_a_mistake(run, tmp_path: Path) -> None:
    (tmp_path / "p.html").write_text(PAGE, encoding="utf-8")
    result = run("extract", "p.html", "--profile", "nobodys")
    assert result.exit_code == 2
    assert "nobodys" in result.stderr
    assert "qstheory" in result.stderr
