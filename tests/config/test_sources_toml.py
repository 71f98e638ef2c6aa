"""The file at the top of the project: it loads, and holds what is known of its sources."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler.config import Config, check, load
from crawler.discover import KINDS, page_links, start_urls

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "sources.toml").read_text("utf-8")


@pytest.fixture(scope="module")
def config() -> Config:
    return load(ROOT / "sources.toml")


def test_it_loads_without_a_mistake(config: Config) -> None:
    assert config.warnings == ()
    assert config.network.contact == ""
    assert {source.kind for source in config.sources} <= KINDS


def test_every_address_says_how_sure_it_is() -> None:
    uncertain = []
    before = ""
    for line in TEXT.split("[[seed]]")[0].splitlines():
        if re.search(r'"https?://', line) and not re.search(
            r"# (verified|pattern|inferred)", line + before
        ):
            uncertain.append(line)
        before = line
    assert uncertain == []


def test_every_source_leads_somewhere(config: Config) -> None:
    for source in config.sources:
        assert start_urls(source, backfill=False) or page_links(source), source.id
        assert source.lang, source.id
        assert source.tags, source.id


DELAYS_S = {
    "www.people.com.cn": 120,  # Crawl-delay: 120
    "www.qstheory.cn": 5,
    "en.qstheory.cn": 5,
    "www.news.cn": 5,
    "www.chinanews.com.cn": 4,
}


@pytest.mark.parametrize(("host", "delay_s"), DELAYS_S.items())
def test_delays_are_those_that_hosts_ask_for(config: Config, host: str, delay_s: int) -> None:
    asked = [
        source.delay_s
        for source in config.sources
        if source.kind != "wayback" and host in {urlsplit(url).hostname for url in source.urls}
    ]
    assert asked
    assert min(asked) >= delay_s


def test_the_five_seed_copies_are_declared(config: Config) -> None:
    files = {Path(seed.file).name for seed in config.seeds}
    assert files == {path.name for path in (ROOT / "archive" / "seeds").glob("*.txt")}
    assert len(config.seeds) == 5
    assert all(seed.sha256 for seed in config.seeds)
    assert {seed.id: seed.url_evidence for seed in config.seeds} == {
        "pseudo-loyalty-2018": "inferred",
        "strict-governance-2025": "unknown",
        "party-style-4idols": "verified",
        "grassroots-fortress-2021": "verified",
        "party-group-speeches-fanwen": "unknown",
    }


def test_the_pages_of_seed_copies_that_are_known_are_watched(config: Config) -> None:
    watched = {url for source in config.sources for url in source.urls}
    for seed in config.seeds:
        if seed.url_evidence == "verified":
            assert seed.url in watched


def test_the_one_host_that_cannot_keep_its_promise_is_said(config: Config) -> None:
    assert [warning.where for warning in check(config)] == ["network.contact", "www.people.com.cn"]


def test_the_notice_names_every_copy() -> None:
    notice = (ROOT / "archive" / "seeds" / "NOTICE").read_text("utf-8")
    for path in (ROOT / "archive" / "seeds").glob("*.txt"):
        assert path.name in notice
