"""`crawl once` tells at its end, `crawl notify` tries and repeats; over the small web."""

import json

import pytest
from click.testing import CliRunner

from crawler.cli.root import crawl


@pytest.fixture
def command(small_web, tmp_path, monkeypatch):
    sources = small_web.sources_toml(tmp_path / "sources.toml")
    with sources.open("a", encoding="utf-8") as file:
        file.write('\n[[notify]]\nid = "team"\nurl = "env:TEAM_URL"\n')
    monkeypatch.setenv("CRAWL_DB", str(tmp_path / "archive.db"))
    monkeypatch.setenv("CRAWL_SOURCES", str(sources))
    monkeypatch.setenv("CRAWL_STATE", str(tmp_path / "state"))

    def run(*words: str, code: int = 0):
        result = CliRunner().invoke(crawl, list(words), catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result

    return run


def test_a_pass_tells_what_it_found_and_a_channel_can_be_tried_and_repeated(
    command, service, small_web
):
    command("once", "-q", "chinanews", "xinhua")
    first = len(service.letters)
    small_web.advance(2)
    summary = json.loads(command("once", "--json", "chinanews", "xinhua", "--no-notify").stdout)
    assert summary["changes"]
    assert len(service.letters) == first
    sent = json.loads(command("notify", "--json").stdout)
    assert sent["sent"] == len(service.letters) - first >= 1
    assert sent["waiting"] == 0
    told = len(service.letters)
    assert json.loads(command("notify", "--json").stdout)["sent"] == 0
    command("notify", "--test", "team")
    assert service.titles[-1] == "Palimpsest: a test"
    command("notify", "--since", "1h")
    assert len(service.letters) == 2 * told + 1
    assert len(set(service.keys())) == told + 1
    command("notify", "--test", "nobody", code=2)
    service.down = True
    failed = command("notify", "--test", code=3)
    assert "TEAM_URL" in failed.stderr
