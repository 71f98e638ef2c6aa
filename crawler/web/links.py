"""What Datasette's own pages learn from us: where a cell leads, and how its search boxes ask."""

from collections.abc import Mapping
from urllib.parse import quote

from crawler.text import search_query
from crawler.web.marking import link

MENU: Mapping[str, str] = {
    "/": "Palimpsest: front page",
    "/-/changes": "Changes",
    "/-/search": "Search the texts",
}

#: columns of any table or view that hold an id of ours -> the page of that id
_COLUMNS: Mapping[str, str] = {
    "change": "changes",
    "change_id": "changes",
    "supersedes_id": "changes",
    "version": "versions",
    "version_id": "versions",
    "from_version": "versions",
    "from_version_id": "versions",
    "to_version": "versions",
    "to_version_id": "versions",
    "last_version": "versions",
    "page": "pages",
    "page_id": "pages",
    "text_sha256": "texts",
    "seed": "seeds",
}
#: the table's own column -> the page
_OWN: Mapping[tuple[str, str], str] = {
    ("texts", "sha256"): "texts",
    ("seeds", "name"): "seeds",
}


def of_cell(table: str | None, column: str, value: object) -> str | None:
    """The path of our page for a cell, None where it has none."""
    kind = _OWN.get((table or "", column)) or _COLUMNS.get(column)
    if kind is None or not isinstance(value, int | str) or value == "":
        return None
    if kind in ("changes", "versions", "pages") and not str(value).isdecimal():
        return None
    return f"/-/{kind}/{quote(str(value)[:200], safe='')}"


def anchor(path: str, value: object) -> str:
    """A link."""
    return link(path, value)


def search_expression(query: str | None) -> str:
    """An FTS5 expression for what was typed; finds nothing where no word is in it."""
    return search_query(query or "") or '""'
