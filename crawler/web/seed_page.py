"""`/-/seeds/<id>`: a copy in full, coloured by what became of each paragraph."""

import json
from collections import Counter
from typing import Any

from crawler.errors import UnknownName
from crawler.store import Archive, SeedRow
from crawler.web.asking import Answer, Asked, json_answer
from crawler.web.changes_shown import read_ops
from crawler.web.seed_paragraphs import Carrier, paragraphs
from crawler.web.templating import html

#: pages whose words colour the copy, and passages that a page has beyond it
CARRIERS = 40
LACKS = 25
#: a share or a passage below which a page has set phrases in common, and no more
FEW = 0.05
LONG_PASSAGE = 120
ONLINE = frozenset({"live", "restored", "suspect"})

_MATCHES = """
SELECT m.version_id, m.seed_coverage, m.page_coverage, m.relation, m.alignment, m.coarse,
    coalesce(p.joined_with, p.id), p.canonical_url, p.title, p.source_id, s.name, p.state,
    p.version_id = m.version_id, v.as_of, t.text
FROM seed_matches m JOIN versions v ON v.id = m.version_id JOIN pages p ON p.id = v.page_id
JOIN sources s ON s.id = p.source_id JOIN texts t ON t.id = v.text_id
WHERE m.seed_id = ? ORDER BY 13 DESC, m.seed_coverage DESC, m.version_id DESC
"""
_KEYS = (
    "version", "seed_coverage", "page_coverage", "relation", "alignment", "coarse", "page", "url",
    "title", "source", "source_name", "state", "current", "as_of", "text",
)  # fmt: skip


def seed(archive: Archive, asked: Asked) -> Answer:
    """The page; `?page=` sets the copy against one page alone."""
    copy = archive.seed(asked.parts["id"])
    matches = found_matches(archive, copy)
    one = asked.number("page", 0)
    if one and not any(row["page"] == one for row in matches):
        raise UnknownName(f"the copy shares no passage with page {one}", "see the list of pages")
    used = [row for row in matches if not one or row["page"] == one]
    shown = list(paragraphs(copy.text, [_carrier(row) for row in used[:CARRIERS]]))
    current = [row for row in matches if row["current"]]
    return html(
        "seed.html",
        asked,
        seed=copy,
        paragraphs=shown,
        counts=Counter(paragraph.kind for paragraph in shown),
        otherwise=sum(bool(paragraph.otherwise) for paragraph in shown),
        pages=[row for row in current if row["substantial"]],
        phrases=[row for row in current if not row["substantial"]],
        former=[row for row in matches if not row["current"] and row["substantial"]],
        one=next((row for row in matches if row["page"] == one), None),
        lacks=[_lacks(row) for row in current if row["substantial"] and (not one or row in used)],
        changes=archive.conn.execute(_TOUCHING, (copy.name,)).fetchall(),
        feed={
            "title": copy.title or copy.name,
            "url": asked.url(f"-/feeds/seeds/{copy.name}.atom"),
        },
        json_url=asked.url(f"-/seeds/{copy.name}.json"),
    )


_TOUCHING = """
SELECT c.id, c.new_first_seen, c.score, p.title, p.canonical_url FROM changes c
JOIN pages p ON p.id = c.page_id JOIN json_each(c.seeds) g
WHERE c.seeds <> '[]' AND json_extract(g.value, '$.seed') = ? ORDER BY c.id DESC LIMIT 50
"""


def seed_json(archive: Archive, asked: Asked) -> Answer:
    """The lines of `crawl seeds compare`, as they are kept."""
    rows = found_matches(archive, archive.seed(asked.parts["id"]))
    for row in rows:
        row.pop("text")
        row |= row.pop("alignment")
    return json_answer(rows)


def found_matches(archive: Archive, copy: SeedRow) -> list[dict[str, Any]]:
    """How each version stands to the copy: what stands online today first, best first."""
    rows = []
    for values in archive.conn.execute(_MATCHES, (copy.row_id,)):
        row = dict(zip(_KEYS, values, strict=True))
        row["alignment"] = json.loads(row["alignment"])
        row["text"] = row["text"] or ""
        row["current"] = bool(row["current"])
        row["substantial"] = _substantial(row)
        rows.append(row)
    return rows


def _substantial(row: dict[str, Any]) -> bool:
    """Whether more than set phrases are shared."""
    spans = (match["seed"] for match in row["alignment"]["matches"])
    return (
        row["relation"] != "overlap"
        or row["seed_coverage"] >= FEW
        or any(end - start >= LONG_PASSAGE for start, end in spans)
    )


def _carrier(row: dict[str, Any]) -> Carrier:
    ops = [op for match in row["alignment"]["matches"] for op in read_ops(match["ops"])]
    online = row["current"] and row["state"] in ONLINE
    title = row["title"] or row["url"]
    return Carrier(
        row["page"], row["version"], title, online, row["relation"], row["text"], tuple(ops)
    )


def _lacks(row: dict[str, Any]) -> dict[str, Any]:
    """What a page has and the copy lacks."""
    spans = row["alignment"]["missing_from_seed"]
    passages = [row["text"][start:end].strip() for start, end in spans]
    return {
        **row,
        "passages": [passage for passage in passages if passage][:LACKS],
        "more": max(0, len(passages) - LACKS),
        "chars": sum(end - start for start, end in spans),
    }
