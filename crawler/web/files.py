"""The files that Datasette reads, from one source: `metadata.yaml` and `settings.json` for 0.65,
the same metadata with `datasette.yaml` for 1.0, which reads queries and settings there.

1.0 takes orders and facets of tables out of metadata by itself, and passes over its queries.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from crawler.model import Gazetteer
from crawler.web.queries import QUERIES
from crawler.web.schema import column_comments, columns, table_comments
from crawler.web.tables import COLUMNS, TABLES, UNITS, Shown

#: our name among Datasette's plugins
PLUGIN = "palimpsest"
TITLE = "Palimpsest: an archive of published texts"
DESCRIPTION = (
    "Every version of every page that was watched, what changed between them, and how each stands "
    "to the copies that you hold. Begin with the views recent_changes and latest_versions, or with "
    "the queries below. The texts belong to their authors and publishers."
)

SETTINGS: Mapping[str, Any] = {
    # The archive is written while it is read: nothing may be kept by a browser.
    "default_cache_ttl": 0,
    "default_page_size": 50,
    "max_returned_rows": 5000,
    "sql_time_limit_ms": 10_000,
    "facet_time_limit_ms": 1000,
    "suggest_facets": False,
    "truncate_cells_html": 400,
    # Publishing an archive publishes other people's texts: the file is not handed out.
    "allow_download": False,
}

_HEADER = "# Written by scripts/datasette-files from crawler/web; a change here is lost.\n"


def table_config(shown: Shown) -> dict[str, Any]:
    """What decides how a table is shown: metadata in 0.65, configuration in 1.0."""
    wanted = {
        "sort": shown.sort,
        "sort_desc": shown.sort_desc,
        "facets": [facet if isinstance(facet, str) else dict(facet) for facet in shown.facets],
        "label_column": shown.label_column,
        "size": shown.size,
        "hidden": shown.hidden,
        "fts_table": "search" if shown.searched_by else None,
        "fts_pk": shown.searched_by,
    }
    return {key: value for key, value in wanted.items() if value}


def table_words(table: str, shown: Shown) -> dict[str, Any]:
    """What is said of a table and its columns."""
    own = column_comments().get(table, {})
    words = {
        column: own.get(column) or COLUMNS[column]
        for column in columns().get(table, ())
        if column in own or column in COLUMNS
    }
    units = {column: UNITS[column] for column in columns().get(table, ()) if column in UNITS}
    comment = table_comments().get(table)
    said: dict[str, Any] = {"description": f"{shown.title}. {comment}" if comment else shown.title}
    if words:
        said["columns"] = words
    if units:
        said["units"] = units
    return said


def canned_queries() -> dict[str, Any]:
    """Every canned query in the form that both versions read."""
    return {
        query.name: {"title": query.title, "description": query.description, "sql": query.sql}
        for query in QUERIES
    }


def plugin_settings(gazetteer: Gazetteer | None) -> dict[str, Any]:
    """What our pages are told besides: the words that label edits, beside those of the package."""
    words = {} if gazetteer is None else asdict(gazetteer)
    given = {kind: sorted(found) for kind, found in words.items() if found}
    return {"plugins": {PLUGIN: {"gazetteer": given}}} if given else {}


def metadata(database: str = "archive", gazetteer: Gazetteer | None = None) -> dict[str, Any]:
    """`metadata.yaml`: whole for 0.65; 1.0 takes the words and the tables' orders from it."""
    tables = {
        name: table_words(name, shown) | table_config(shown)
        for name, shown in TABLES.items()
        if not shown.hidden
    } | {name: table_config(shown) for name, shown in TABLES.items() if shown.hidden}
    return {
        "title": TITLE,
        "description": DESCRIPTION,
        "databases": {database: {"tables": tables, "queries": canned_queries()}},
        **plugin_settings(gazetteer),
    }


def configuration(database: str = "archive", gazetteer: Gazetteer | None = None) -> dict[str, Any]:
    """`datasette.yaml` for 1.0."""
    tables = {name: table_config(shown) for name, shown in TABLES.items()}
    kept = {name: config for name, config in tables.items() if config}
    databases = {database: {"tables": kept, "queries": canned_queries()}}
    return {"settings": dict(SETTINGS), "databases": databases, **plugin_settings(gazetteer)}


def write_files(
    folder: Path, database: str = "archive", gazetteer: Gazetteer | None = None
) -> tuple[Path, Path, Path]:
    """Writes `metadata.yaml`, `settings.json` and `datasette.yaml` for a database of that name
    and gives their paths; raises OSError where the folder cannot be written."""
    contents = {
        "metadata.yaml": _HEADER + to_yaml(metadata(database, gazetteer)),
        "settings.json": json.dumps(SETTINGS, indent=2) + "\n",
        "datasette.yaml": _HEADER + to_yaml(configuration(database, gazetteer)),
    }
    for name, content in contents.items():
        (folder / name).write_text(content, encoding="utf-8")
    first, second, third = (folder / name for name in contents)
    return first, second, third


class _Dumper(yaml.SafeDumper):  # type: ignore[misc]
    """Writes texts of several lines as blocks, so that SQL can be read."""


def _text(dumper: Any, text: str) -> Any:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def to_yaml(value: Any) -> str:
    """YAML in the order given, Chinese unescaped."""
    return str(yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100))
