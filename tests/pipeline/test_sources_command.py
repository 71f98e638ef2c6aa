"""`crawl sources`: the small web's own addresses are found out, added, switched off and on."""

import json
import tomllib

import pytest
from click.testing import CliRunner

from crawler.cli.root import crawl


@pytest.fixture
def call(workspace):
    text = workspace.sources.read_text(encoding="utf-8")
    head = text.split("[[source]]")[0] + "# what stands here stays\n"
    workspace.sources.write_text(head, encoding="utf-8")

    def invoke(*args: str):
        options = ["--db", str(workspace.db), "--sources", str(workspace.sources)]
        return CliRunner().invoke(crawl, [*options, "sources", *args])

    return invoke


def kept(workspace) -> list[dict]:
    return tomllib.loads(workspace.sources.read_text(encoding="utf-8")).get("source", [])


def test_an_address_is_found_out_and_appended_with_its_titles(call, workspace):
    url = workspace.web.url("chinanews", "/rss/scroll-news.xml")
    result = call("add", url, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert len(found["titles"]) == 3
    assert all("characters" in title for title in found["titles"])
    (source,) = kept(workspace)
    assert (source["kind"], source["url"]) == (found["kind"], url)
    assert "# what stands here stays" in workspace.sources.read_text(encoding="utf-8")
    again = call("add", url)
    assert "watched already" in again.output
    assert len(kept(workspace)) == 1


def test_a_dry_run_prints_the_block_and_writes_nothing(call, workspace):
    before = workspace.sources.read_bytes()
    result = call("add", workspace.web.url("mirror", "/feed/"), "--dry-run")
    assert result.exit_code == 0, result.output
    assert "[[source]]" in result.output
    assert workspace.sources.read_bytes() == before


def test_a_file_of_addresses_and_one_that_does_not_answer(call, workspace, tmp_path):
    names = tmp_path / "urls.txt"
    good = workspace.web.url("chinanews", "/rss/scroll-news.xml")
    names.write_text(f"# feeds\n{good}\nhttp://127.0.0.13:9/feed\n", encoding="utf-8")
    result = call("add", "--from", str(names))
    assert result.exit_code == 3
    assert len(kept(workspace)) == 1


def test_switching_keeps_comments_and_order(call, workspace):
    with workspace.sources.open("a", encoding="utf-8") as file:
        file.write(
            '\n[[source]]\nid = "one"\nkind = "page"\nurl = "http://127.0.0.1/a"\n'
            "enabled = true  # on purpose\n"
        )
    assert call("disable", "one").exit_code == 0
    text = workspace.sources.read_text(encoding="utf-8")
    assert "enabled = false" in text
    assert "# on purpose" in text
    (row,) = [json.loads(line) for line in call("list", "--json").stdout.splitlines()]
    assert row["enabled"] is False
    assert call("enable", "one").exit_code == 0
    assert kept(workspace)[0]["enabled"] is True
    assert call("enable", "two").exit_code == 2
