"""Lines, cron strings, durations and sizes, and the schema that is shipped."""

import json
import tomllib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.config import schema
from crawler.config.cron import cron
from crawler.config.keys import BUILT_IN_PROFILES, DEFAULTS, NAMED_KINDS, SOURCE, TABLES
from crawler.config.lines import line_index, line_of
from crawler.config.values import duration, size
from crawler.discover import KINDS
from crawler.model import Gazetteer, NotifyChannel, Profile, SeedSetting, Source

TOML = '''a = 1  # [not] a = table
"quoted key" = "a # b"
text = """
[[source]]
id = 3 \\""" still
"""
raw = \'\'\'
x = [\'\'\'
list = [
  "one", # ]
  { b = 2 },
]

[network]
  contact = "x"
[[source]]
id = "first"
[source.inner]
deep = 1
[[source]]
  [[source.part]]
  n = 1
  [[source.part]]
  n = 2
'''


def test_the_lines_of_keys_and_tables() -> None:
    tomllib.loads(TOML)
    lines = line_index(TOML)
    assert lines[("a",)] == 1
    assert lines[("quoted key",)] == 2
    assert lines[("text",)] == 3
    assert lines[("raw",)] == 7
    assert lines[("list",)] == 9
    assert lines[("network",)] == 14
    assert lines[("network", "contact")] == 15
    assert lines[("source", 0, "id")] == 17
    assert lines[("source", 0, "inner", "deep")] == 19
    assert lines[("source", 1)] == 20
    assert lines[("source", 1, "part", 1, "n")] == 24
    assert ("source", 2) not in lines
    assert line_of(lines, ("list", 1, "b")) == 9
    assert line_of(lines, ("nothing",)) is None


@given(
    st.lists(
        st.sampled_from(
            ["a = 1", "", "# c [x", "[t]", "[[s]]", "l = [\n1,\n]", 'm = """\n[z]\n"""', "n = '['"]
        ),
        max_size=12,
    )
)
def test_every_line_named_is_where_its_key_stands(statements: list[str]) -> None:
    text = "\n".join(statements)
    rows = text.split("\n")
    for path, line in line_index(text).items():
        if path and isinstance(path[-1], str):
            assert path[-1] in rows[line - 1]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("0 */6 * * *", "0 */6 * * *"),
        ("0 3 * * 1", "0 3 * * mon"),
        ("0 3 * * 0", "0 3 * * sun"),
        ("0 3 * * 7", "0 3 * * sun"),
        ("0 3 * * 1-5", "0 3 * * mon,tue,wed,thu,fri"),
        ("0 3 * * 0-6", "0 3 * * *"),
        ("0 3 * * fri-sun", "0 3 * * sun,fri,sat"),
        ("0 3 * * */2", "0 3 * * sun,tue,thu,sat"),
        ("0 3 * * MON,3", "0 3 * * mon,wed"),
        ("0 3 * * 7/3", "0 3 * * sun"),
        ("0,30 8-18/2 1,16 jan-mar *", "0,30 8,10,12,14,16,18 1,16 1,2,3 *"),
        ("*/15 */40 5/40 12-dec *", "*/15 0 5 12 *"),
        ("0 3 29 2 *", "0 3 29 2 *"),
    ],
)
def test_cron_strings_mean_the_same_to_every_scheduler(written: str, read: str) -> None:
    assert cron(written) == read
    assert cron(read) == read


@pytest.mark.parametrize(
    "written",
    [
        "",
        "* * * *",
        "* * * * * *",
        "60 * * * *",
        "* * 0 * *",
        "* * * 13 *",
        "* * * * 8",
        "*/0 * * * *",
        "5-1 * * * *",
        "a * * * *",
        "* * * mon *",
        "1,, * * * *",
        "0 3 30 2 *",
        "0 3 31 feb,4,jun,9,11 *",
        "0 3 1 * mon",
        "0 3 * * 1-5/00",
        6,
    ],
)
def test_other_strings_are_no_cron(written: object) -> None:
    with pytest.raises(ValueError, match=r"has|must|write"):
        cron(written)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("5s", 5),
        ("10m", 600),
        ("6h", 21600),
        ("30d", 2592000),
        ("2w", 1209600),
        ("1h30m", 5400),
        ("1.5 h", 5400),
        ("250ms", 0.25),
        (" 1d ", 86400),
    ],
)
def test_durations(written: str, seconds: float) -> None:
    assert duration(written) == seconds


@pytest.mark.parametrize(
    "written", ["", "6", 6, "6 hours", "h", "1h x", "-1h", "0s", "6000w", None, True]
)
def test_no_durations(written: object) -> None:
    with pytest.raises(ValueError, match=r"write a duration|a hundred years"):
        duration(written)


@pytest.mark.parametrize(
    ("written", "size_bytes"),
    [("20MB", 20_000_000), ("512KiB", 524_288), ("1 gb", 10**9), (1_000, 1_000), ("7B", 7)],
)
def test_sizes(written: object, size_bytes: int) -> None:
    assert size(written) == size_bytes


@pytest.mark.parametrize("written", ["20", "MB", 0, -1, True, 1.5, "0MB", None])
def test_no_sizes(written: object) -> None:
    with pytest.raises(ValueError, match="write a size"):
        size(written)


def test_the_schema_that_is_shipped_is_the_one_that_reads() -> None:
    shipped = (files("crawler") / "data" / "sources.schema.json").read_text("utf-8")
    assert json.loads(shipped) == schema()


def test_every_key_fills_a_field_of_its_value() -> None:
    values = {
        "source": Source,
        "profile": Profile,
        "seed": SeedSetting,
        "notify": NotifyChannel,
        "gazetteer": Gazetteer,
    }
    for table, value in values.items():
        fields = set(value.__dataclass_fields__)
        assert {key.target for key in TABLES[table]} == fields


def test_every_default_may_stand_in_a_source() -> None:
    assert {key.name for key in DEFAULTS} < {key.name for key in SOURCE}


def test_every_kind_that_is_built_may_be_named() -> None:
    assert set(NAMED_KINDS) >= KINDS


def test_the_profiles_that_come_with_the_program() -> None:
    from crawler.extract.profiles import SITES

    assert sorted(site.id for site in SITES) == sorted(BUILT_IN_PROFILES)
