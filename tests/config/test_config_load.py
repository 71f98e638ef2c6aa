"""sources.toml: what it says, and all that is wrong with it at once, each with its line."""

import hashlib
from pathlib import Path

import pytest

from crawler.config import Config, check, load
from crawler.errors import ConfigError, Mistake, UnknownName
from crawler.model import Gazetteer

GOOD = """
[network]
contact = "me@example.org"
allow = ["127.0.0.0/8"]

[defaults]
every = "12h"
terms = ["伪忠诚"]

[[source]]
id = "blog"
name = "A blog"
kind = "blogger"
url = "https://b.blogspot.com/"
tags = ["a"]
every = "1h30m"
max_bytes = "5MB"
formerly = ["old-blog"]

[[source]]
id = "pages"
kind = "page"
urls = ["https://b.org/1", "HTTPS://B.ORG:443/2#x"]
cron = "0 3 * * 1-5"
profile = "mine"

[[profile]]
id = "mine"
hosts = ["b.org"]
from = 2024-01-01
select = { title = "h1", body = "#content" }
drop = [".ad"]

[[seed]]
id = "copy"
file = "seeds/copy.txt"
published = 2018-02-11
url = "https://b.org/1"
url_evidence = "verified"

[[notify]]
id = "team"
url = "env:TEAM_URL"
what = ["changes"]
digest = "daily 08:00"
sources = ["blog"]
seeds = ["copy"]
tags = ["a"]
labels = ["number"]
min_score = 0.2
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "copy.txt").write_text("一段文字", "utf-8")
    return tmp_path


def read(folder: Path, text: str) -> Config:
    (folder / "sources.toml").write_text(text, "utf-8")
    return load(folder / "sources.toml")


def mistakes(folder: Path, text: str) -> tuple[Mistake, ...]:
    with pytest.raises(ConfigError) as caught:
        read(folder, text)
    return caught.value.mistakes


def source(lines: str) -> str:
    return f'[[source]]\nid = "s"\nkind = "feed"\nurl = "https://b.org/feed"\n{lines}\n'


def test_what_it_says_with_its_defaults_filled_in(folder: Path) -> None:
    config = read(folder, GOOD)
    blog, pages = config.sources
    assert config.network.allow == ("127.0.0.0/8",)
    assert (blog.every_s, pages.every_s, blog.max_bytes) == (5_400, 43_200, 5_000_000)
    assert blog.terms == pages.terms == ("伪忠诚",)
    assert (blog.max_gap_s, blog.delay_s, blog.enabled) == (172_800, 5, True)
    assert pages.urls == ("https://b.org/1", "https://b.org/2")
    assert pages.cron == "0 3 * * mon,tue,wed,thu,fri"
    assert pages.name == "pages", "a source without a name is shown by its id"
    assert config.source("old-blog") is blog
    assert config.seeds[0].file == str(folder / "seeds" / "copy.txt")
    assert config.seeds[0].published == "2018-02-11"
    assert config.profiles[0].select == {"title": "h1", "body": "#content"}
    assert config.notify[0].labels == ("number",)
    assert config.warnings == ()
    assert config.sha256 == hashlib.sha256(GOOD.encode()).hexdigest()


def test_an_empty_file_watches_nothing(folder: Path) -> None:
    config = read(folder, "")
    assert (config.sources, config.seeds, config.network.contact) == ((), (), "")


def test_words_for_labels(folder: Path) -> None:
    config = read(folder, '[gazetteer]\nnames = ["马关", "Maguan"]\nformulas = "五大会战"')
    assert config.gazetteer == Gazetteer(
        names=frozenset({"马关", "Maguan"}), formulas=frozenset({"五大会战"})
    )
    assert read(folder, "").gazetteer == Gazetteer()


def test_a_source_that_is_not_there(folder: Path) -> None:
    with pytest.raises(UnknownName, match="no source is called 'blag'"):
        read(folder, GOOD).source("blag")


def test_all_mistakes_at_once_each_with_its_line(folder: Path) -> None:
    text = """[network]
contat = "me@example.org"

[defaults]
every = 6
jitter = 2

[[source]]
id = "a"
kind = "blog"
url = "ftp://b.org/"

# a comment with [brackets] and "quotes"
[[source]]
id = "a"
kind = "page"
terms = [
    "one",
    "two",
]
max_intervall = "3d"
robots = "ignore"

[[seed]]
id = "x"
file = "seeds/nothing.txt"
"""
    found = [(m.line, m.where, m.what) for m in mistakes(folder, text)]
    assert found == [
        (2, "network.contat", "there is no such key; did you mean `contact`?"),
        (5, "defaults.every", 'is 6; write a duration such as "5s", "10m", "6h" or "30d"'),
        (6, "defaults.jitter", "is 2, and must be a number from 0 to 1"),
        (
            10,
            "source a.kind",
            "is 'blog', and must be one of page, feed, blogger, wordpress, index, sitemap, "
            "xinhua, chinanews, people, 12371, wayback",
        ),
        (11, "source a.url", "is 'ftp://b.org/', and must be an http or https address"),
        (14, "source a", "has no `urls`, the pages to watch"),
        (15, "source a.id", "'a' stands twice (line 9 too)"),
        (21, "source a.max_intervall", "there is no such key; did you mean `max_interval`?"),
        (22, "source a.robots", 'robots = "ignore" needs a `reason`'),
        (26, "seed x.file", "seeds/nothing.txt cannot be read: No such file or directory"),
    ]


WRONG = {
    "a wrong type": ("name = 3", "source s.name", "must be a text in quotes"),
    "a flag in quotes": ('enabled = "yes"', "source s.enabled", "must be true or false"),
    "an empty text": ('name = " "', "source s.name", "is empty"),
    "every and cron": ('every = "1h"\ncron = "0 * * * *"', "source s.cron", "cannot both stand"),
    "a cron of four fields": ('cron = "0 * * *"', "source s.cron", "five fields"),
    "an hour that is none": ('cron = "0 24 * * *"', "source s.cron", "from 0 to 23"),
    "least above most": (
        'min_interval = "2d"\nmax_interval = "1d"',
        "source s.min_interval",
        "min_interval (2d) is longer than max_interval (1d)",
    ),
    "a promise too short": ('max_gap = "2h"', "source s.max_gap", "cannot keep a promise"),
    "a zone": ('tz = "Peking"', "source s.tz", "Asia/Shanghai"),
    "a zone that climbs": ('tz = "../../etc/passwd"', "source s.tz", "Asia/Shanghai"),
    "an expression": ('article = "("', "source s.article", "no regular expression"),
    "a selector": ('follow = ["a["]', "source s.follow", "no CSS selector"),
    "an encoding": ('encoding = "gb-two"', "source s.encoding", "gb18030"),
    "an encoding of no texts": ('encoding = "rot13"', "source s.encoding", "gb18030"),
    "an encoding that refuses": ('encoding = "undefined"', "source s.encoding", "gb18030"),
    "an address with half a bracket": (
        'urls = ["http://[b.org/"]',
        "source s.urls",
        "must be an http or https address",
    ),
    "longer than anybody lives": ('max_interval = "600000w"', "source s.max_interval", "years"),
    "a proxy in the open": ('proxy = "http://u:p@h:1"', "source s.proxy", "env:NAME"),
    "a fingerprint": ('tls_fingerprint = "ab:cd"', "source s.tls_fingerprint", "64 hexadecimal"),
    "a password in an address": (
        'urls = ["https://u:p@b.org/"]',
        "source s.urls",
        "secrets come from the environment",
    ),
    "a token in an address": (
        'urls = ["https://b.org/?api_key=123"]',
        "source s.urls",
        "secrets come from the environment",
    ),
    "a profile that is not there": ('profile = "mine"', "source s.profile", "no profile 'mine'"),
    "a size": ('max_bytes = "20 apples"', "source s.max_bytes", "20MB"),
    "nothing at all": ('delay = "0s"', "source s.delay", "write a duration"),
    "less than nothing": ('delay = "-5s"', "source s.delay", "write a duration"),
    "an id with spaces": ('formerly = ["s"]', "source s.formerly", "another source's id"),
}


@pytest.mark.parametrize(("lines", "where", "what"), WRONG.values(), ids=WRONG)
def test_one_mistake_one_sentence(folder: Path, lines: str, where: str, what: str) -> None:
    (mistake,) = mistakes(folder, source(lines))
    assert mistake.where == where
    assert what in mistake.what
    assert mistake.line is not None
    assert mistake.line >= 5
    assert not mistake.warning


TABLES = {
    "an unknown table": ("[sorce]\na = 1", "did you mean `source`?"),
    "a table instead of a list": ("[source]\nid = 1", "written [[source]]"),
    "a list instead of a table": ("[[network]]\ncontact = 'x'", "written [network]"),
    "a seed without a file": ("[[seed]]\nid = 'x'", "has no `file`"),
    "an evidence without an address": (
        "[[seed]]\nid = 'x'\nfile = 'seeds/copy.txt'\nurl_evidence = 'verified'",
        "there is none",
    ),
    "a profile without a body": (
        "[[profile]]\nid='p'\nhosts=['b.org']\nselect={title='h1'}",
        "no selector for `body`",
    ),
    "a profile with an odd field": (
        "[[profile]]\nid='p'\nhosts=['b.org']\nselect={body='p',text='h1'}",
        "has no field 'text'",
    ),
    "a profile that ends first": (
        "[[profile]]\nid='p'\nhosts=['b.org']\nselect={body='p'}\nfrom=2024-01-02\nuntil=2024-01-01",
        "ends before it begins",
    ),
    "a date in quotes": (
        "[[profile]]\nid='p'\nhosts=['b.org']\nselect={body='p'}\nfrom='2024-01-02'",
        "without quotes",
    ),
    "a channel in the open": ("[[notify]]\nid='n'\nurl='mailto://x'", "env:NAME"),
    "a channel for nobody": ("[[notify]]\nid='n'\nurl='env:X'\nsources=['z']", "there is no 'z'"),
    "a digest": ("[[notify]]\nid='n'\nurl='env:X'\ndigest='daily 25:00'", "daily 08:00"),
    "a label": ("[[notify]]\nid='n'\nurl='env:X'\nlabels=['typo']", "the words are"),
    "a network": ("[network]\nallow=['10.0.0.0/64']", "write networks such as"),
    "ignoring robots everywhere": ("[defaults]\nrobots='ignore'", "stands in a source"),
    "a word list of one's own kind": ("[gazetteer]\nplaces=['马关']", "there is no such key"),
    "words that are no texts": ("[gazetteer]\nnames=[1]", "must be a list of texts"),
    "the program's own source": (
        "[[source]]\nid='manual'\nkind='page'\nurl='http://b.org/'",
        "crawl once URL",
    ),
    "a host with its scheme": (
        "[[profile]]\nid='p'\nhosts=['https://b.org/']\nselect={body='p'}",
        "names of hosts",
    ),
    "a source that is no table": ("source = [1]", "must be a table"),
}


@pytest.mark.parametrize(("text", "what"), TABLES.values(), ids=TABLES)
def test_other_tables_are_checked_as_strictly(folder: Path, text: str, what: str) -> None:
    assert any(what in mistake.what for mistake in mistakes(folder, text))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('a = "open\nb = 1\n', 1),
        ("[network]\n\ncontact = me\n", 3),
        ('[[source]]\nid = "a"\nid = "b"\n', 3),
        ('x = """\nnever closed\n', 3),
        ("[a\n", 1),
    ],
)
def test_broken_toml_gives_its_line(folder: Path, text: str, line: int) -> None:
    (mistake,) = mistakes(folder, text)
    assert "no TOML" in mistake.what
    assert mistake.line == line


def test_a_file_that_is_not_there_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="crawl init"):
        load(tmp_path / "sources.toml")


def test_a_folder_in_its_place_and_bytes_that_are_no_text(folder: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load(folder)
    (folder / "sources.toml").write_bytes(b'[network]\ncontact = "\xd6\xd0"\n')
    with pytest.raises(ConfigError) as caught:
        load(folder / "sources.toml")
    assert caught.value.mistakes[0].line == 2
    assert "UTF-8" in caught.value.mistakes[0].what


def test_a_byte_order_mark_and_line_ends_of_windows_do_no_harm(folder: Path) -> None:
    text = "\ufeff" + GOOD.replace("\n", "\r\n")
    (folder / "sources.toml").write_bytes(text.encode())
    assert len(load(folder / "sources.toml").sources) == 2


def test_a_changed_seed_copy_is_a_new_revision_and_stops_nothing(folder: Path) -> None:
    text = f"[[seed]]\nid = 'x'\nfile = 'seeds/copy.txt'\nsha256 = '{'0' * 64}'\n"
    (warning,) = read(folder, text).warnings
    assert warning.warning
    assert warning.line == 4
    assert hashlib.sha256("一段文字".encode()).hexdigest() in warning.what
    assert "new revision" in warning.what


def test_a_kind_that_is_named_and_not_built_is_a_warning(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.config.contradictions.KINDS", frozenset({"feed"}))
    text = '[[source]]\nid = "s"\nkind = "wayback"\nurl = "https://b.org/"\n'
    (warning,) = read(folder, text).warnings
    assert (warning.line, warning.what) == (3, "kind wayback is not built yet")


def test_profiles_beside_the_file(folder: Path) -> None:
    (folder / "profiles").mkdir()
    good = "[[profile]]\nid = 'beside'\nhosts = ['c.org']\nselect = { body = 'p' }\n"
    (folder / "profiles" / "a.toml").write_text(good)
    config = read(folder, source('profile = "beside"'))
    assert config.profiles[0].id == "beside"
    assert config.sha256 != hashlib.sha256((folder / "sources.toml").read_bytes()).hexdigest()
    (folder / "profiles" / "b.toml").write_text(
        "[[profile]]\nid = 'b'\nhost = 'c.org'\n[network]\n"
    )
    found = mistakes(folder, source('profile = "beside"'))
    assert all(m.where.startswith("profiles/b.toml") for m in found)
    assert [m.line for m in found] == [1, 1, 3, 4]


def test_a_mistake_in_the_defaults_is_told_once(folder: Path) -> None:
    text = '[defaults]\nmin_interval = "9d"\nmax_interval = "1d"\n' + source("")
    found = mistakes(folder, text)
    assert {m.line for m in found} <= {2, 3}


def test_what_is_told_reads_well(folder: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        read(folder, source("nam = 'x'"))
    assert str(caught.value) == (
        f"{folder / 'sources.toml'} cannot be used:\n"
        "  line 5: source s.nam: there is no such key; did you mean `name`?\n"
        "  mend these lines and try again"
    )


def test_hosts_that_cannot_carry_their_promise(folder: Path) -> None:
    text = """[network]
contact = "me@example.org"
[[source]]
id = "people"
kind = "people"
url = "http://www.people.com.cn/rss/politics.xml"
every = "2h"
delay = "120s"
[[source]]
id = "fast"
kind = "feed"
url = "https://b.org/feed"
"""
    (warning,) = check(read(folder, text))
    assert (warning.line, warning.where, warning.warning) == (3, "www.people.com.cn", True)
    assert "1,416 pages fit into 48 h" in warning.what
    assert "people" in warning.what
    assert check(read(folder, text), {"www.people.com.cn": 1_416}) == ()
    (counted,) = check(read(folder, text), {"www.people.com.cn": 1_417})
    assert "taking" not in counted.what


def test_two_sources_share_their_hosts_pace(folder: Path) -> None:
    one = '[[source]]\nid = "{}"\nkind = "page"\nurl = "https://b.org/{}"\ndelay = "30h"\n'
    text = '[network]\ncontact = "x"\n' + one.format("a", "a") + one.format("b", "b")
    (warning,) = check(read(folder, text))
    assert warning.where == "b.org"
    assert warning.what.endswith("for a, b")


def test_no_contact_is_said(folder: Path) -> None:
    (warning,) = check(read(folder, source("")))
    assert warning.where == "network.contact"
    assert 'contact = "me@example.org"' in warning.what
