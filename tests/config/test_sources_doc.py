"""docs/sources.md names every key and kind, and its example of a new kind works."""

import re
from pathlib import Path
from typing import Any

from crawler.config.keys import BUILT_IN_PROFILES, SELECT_FIELDS, TABLES
from crawler.discover import KINDS
from crawler.model import Document, Source

DOC = (Path(__file__).resolve().parents[2] / "docs" / "sources.md").read_text("utf-8")


def section(start: str, end: str) -> str:
    return DOC.split(start, 1)[1].split(end, 1)[0]


def rows(text: str) -> set[str]:
    cells = [line.split("|")[1] for line in text.splitlines() if line.startswith("|")]
    return {name for cell in cells for name in re.findall(r"`([\w]+)`", cell)}


def test_every_key_has_its_row() -> None:
    defaults = {key.name for key in TABLES["defaults"]}
    assert rows(section("## [network]", "\n## ")) == {key.name for key in TABLES["network"]}
    assert rows(section("## [defaults]", "\n## ")) == defaults
    own = {key.name for key in TABLES["source"]} - defaults
    assert rows(section("## [[source]]", "\n### Kinds")) == own
    for table in ("operating", "gazetteer"):
        assert rows(section(f"## [{table}]", "\n## ")) == {key.name for key in TABLES[table]}
    for table in ("profile", "seed", "notify"):
        assert rows(section(f"## [[{table}]]", "\n## ")) == {key.name for key in TABLES[table]}


def test_every_kind_profile_and_field_is_named() -> None:
    assert rows(section("### Kinds", "\n### ")) == set(KINDS)
    assert all(f"`{field}`" in section("## [[profile]]", "\n## ") for field in SELECT_FIELDS)
    assert all(name in section("## [[source]]", "\n### Kinds") for name in BUILT_IN_PROFILES)


def test_the_example_of_a_kind_reads_a_listing() -> None:
    code = section("```python\n", "```")
    names: dict[str, Any] = {}
    exec(compile(code, "docs/sources.md", "exec"), names)
    source = Source(id="l", kind="ledger", urls=("https://b.org/l.json",))
    body = b'[{"href": "/1.html", "name": "One"}]'
    (link,) = names["read"](Document("https://b.org/l.json", body), source).links
    assert (link.url, link.title) == ("https://b.org/1.html", "One")
