"""The files are what the source writes, and name only what the schema has."""

from pathlib import Path

import pytest
import yaml

from crawler.model import Gazetteer
from crawler.web.files import configuration, metadata, to_yaml, write_files
from crawler.web.schema import column_comments, columns, table_comments
from crawler.web.tables import COLUMNS, TABLES

ARCHIVE = Path(__file__).resolve().parents[2] / "archive"


def test_the_committed_files_are_what_is_written(tmp_path: Path) -> None:
    for path in write_files(tmp_path):
        committed = (ARCHIVE / path.name).read_text("utf-8")
        assert path.read_text("utf-8") == committed, "run scripts/datasette-files"


def test_every_table_and_view_is_described_or_hidden() -> None:
    shown = {name for name in columns() if not name.startswith("sqlite_")}
    assert shown <= set(TABLES)
    tables = metadata()["databases"]["archive"]["tables"]
    for name, table in tables.items():
        assert table.get("hidden") or len(table["description"]) > 20, name


def test_names_of_columns_exist() -> None:
    for name, shown in TABLES.items():
        if name not in columns():
            continue
        plain = [facet if isinstance(facet, str) else facet["array"] for facet in shown.facets]
        for column in filter(None, [shown.sort, shown.sort_desc, shown.label_column, *plain]):
            assert column in columns()[name], f"{name}.{column}"


def test_comments_are_read_from_the_schema() -> None:
    assert "Append-only" in table_comments()["log"]
    assert "RFC 8785" in column_comments()["log"]["record"]
    assert column_comments()["pages"]["next_check_at"].startswith("NULL")
    for table, comments in column_comments().items():
        assert set(comments) <= set(columns()[table])


def test_most_columns_of_the_views_are_explained() -> None:
    for view in ("recent_changes", "latest_versions", "failing_pages", "reprints"):
        missing = [column for column in columns()[view] if column not in COLUMNS]
        assert len(missing) <= 4, (view, missing)


@pytest.mark.parametrize("value", ["one line", "two\nlines: with 中文", "'quotes' and #"])
def test_yaml_reads_back(value: str) -> None:
    assert yaml.safe_load(to_yaml({"sql": value})) == {"sql": value}


def test_another_name_of_the_database() -> None:
    assert list(configuration("2026")["databases"]) == ["2026"]


def test_words_of_the_user_are_handed_to_our_pages(tmp_path: Path) -> None:
    words = Gazetteer(names=frozenset({"石桥乡", "云台县"}))
    handed = {"palimpsest": {"gazetteer": {"names": ["云台县", "石桥乡"]}}}
    first, _, third = write_files(tmp_path, "archive", words)
    for path in (first, third):
        assert yaml.safe_load(path.read_text("utf-8"))["plugins"] == handed
    assert "plugins" not in metadata()
