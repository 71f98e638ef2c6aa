"""A narrowed search: the pages, in the order, that a plain look at all hits gives, for no more
work than the texts that it is narrowed to are worth."""

import itertools
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crawler.store import Archive, matching, words

PAGES = 60
STANDING = {"live", "restored", "suspect", "blocked"}


def body(text: int, page: int) -> str:
    """Most texts have the words; every third page says something else today."""
    if text > PAGES and page % 3 == 0:
        return f"别的话{page}"
    return "无关的话。" * (text % 7) + "全党" * (1 + text % 4) + ("力量" if text % 2 else "国家")


def day(text: int) -> str:
    return f"2026-{1 + text % 6:02d}-{10 + text % 9}T00:00:00.000Z"


def fill(conn: sqlite3.Connection, pages: int, waiting: bool) -> None:
    """Pages of three sources with two versions each, written by hand."""
    conn.execute("PRAGMA foreign_keys = OFF")
    for page, late in itertools.product(range(1, pages + 1), (False, True)):
        text = page + (pages if late else 0)
        conn.execute(
            "INSERT INTO texts (id, sha256, fold_sha256, characters, text, indexed) "
            "VALUES (?, ?, '', 1, ?, ?)",
            (text, f"{text}", body(text, page), 0 if waiting and page == 2 else 1),
        )
        conn.execute(
            "INSERT INTO versions (id, page_id, extraction_id, text_id, first_observation_id, "
            "as_of, origin) VALUES (?, ?, ?, ?, 1, ?, 'here')",
            (text, page, text, text, day(text)),
        )
        if not (waiting and page == 2):
            from crawler.text import search_tokens

            words.add(conn, text, search_tokens(body(text, page)))
    for page in range(1, pages + 1):
        conn.execute(
            "INSERT INTO pages (id, source_id, site, key, canonical_url, first_seen_at, state, "
            "version_id) VALUES (?, ?, 's', ?, ?, '', ?, ?)",
            (page, f"s{page % 3}", f"{page}", f"http://s.test/{page}",
             "live" if page % 5 else "gone", page + pages),
        )  # fmt: skip
        label = '["masked"]' if page % 7 == 0 else '["wording"]'
        conn.execute(
            "INSERT INTO changes (sequence, source_id, page_id, kind, new_first_seen, "
            "new_first_observation_id, recorded_at, inserted, deleted, moved, masked, labels, "
            "score, coarse, fields, seeds, terms, origin) "
            "VALUES (?, '', ?, 'content', '', 1, '', 0, 0, 0, 0, ?, 0.2, 0, '[]', '[]', '[]', '')",
            (-page, page, label),
        )
    conn.execute(
        "INSERT INTO texts (id, sha256, fold_sha256, characters, text, indexed) "
        "VALUES (9999, 'seed', '', 1, '全党国家', 1)"
    )
    conn.execute(
        "INSERT INTO seeds (id, sequence, name, revision, current, file_name, file_sha256, "
        "text_id, url_evidence, originals, lang, recorded_at) VALUES "
        "(1, -9999, 'copy', 1, 1, '', '', 9999, 'unknown', '[]', '[]', '2026-03-01T00:00:00.000Z')"
    )
    words.add(conn, 9999, "全党 党国 国家")


@pytest.fixture(params=[False, True], ids=["indexed", "some wait"])
def archive(tmp_path: Path, request: Any) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive.db") as opened:
        fill(opened.conn, PAGES, request.param)
        yield opened


def expected(archive: Archive, query: str, narrowed: dict[str, Any]) -> list[str | None]:
    """The addresses by a look at each text: ranks as the whole index gives them."""
    ranks = matching.Matching.newest(archive.conn, query, 10**6)
    assert ranks.complete
    since, until = narrowed.get("since", ""), narrowed.get("until", "9")
    found: list[tuple[float, str, str, int, str | None]] = []
    for text, rank in ranks.ranks.items():
        moment = "2026-03-01" if text == 9999 else day(text)
        if not (since <= moment and moment[: len(until)] <= until):
            continue
        if text == 9999:
            if not {"source", "label", "removed"} & set(narrowed):
                found.append((rank, moment, "seed", text, None))
            continue
        page = (text - 1) % PAGES + 1
        removed = page + PAGES not in ranks.ranks or page % 5 == 0
        if (
            narrowed.get("source", f"s{page % 3}") == f"s{page % 3}"
            and ("label" not in narrowed or page % 7 == 0)
            and ("removed" not in narrowed or removed)
        ):
            found.append((rank, moment, "page", text, f"http://s.test/{page}"))
    by_time = sorted(found, key=lambda hit: hit[1], reverse=True)
    return list(dict.fromkeys(hit[4] for hit in sorted(by_time, key=lambda hit: hit[0])))


NARROWED: list[dict[str, Any]] = [
    {},
    {"source": "s1"},
    {"since": "2026-03"},
    {"since": "2026-02-12", "until": "2026-04"},
    {"label": "masked"},
    {"removed": True},
    {"removed": True, "source": "s0"},
    {"removed": True, "label": "masked", "until": "2026-05"},
]


@pytest.mark.parametrize("narrowed", NARROWED, ids=str)
@pytest.mark.parametrize("query", ["全党", "国家 全党", "力", "党 力量", "没有"])
@pytest.mark.parametrize("first", [1, 7, 400])
def test_it_finds_what_a_look_at_every_hit_finds(
    archive: Archive,
    monkeypatch: pytest.MonkeyPatch,
    query: str,
    narrowed: dict[str, Any],
    first: int,
) -> None:
    monkeypatch.setattr(matching, "FIRST", first)
    monkeypatch.setattr(matching, "COMMON_TEXTS", 10**6)
    hits = archive.search(query, limit=200, **narrowed)
    assert [hit["url"] for hit in hits] == expected(archive, query, narrowed)
    few = archive.search(query, limit=3, **narrowed)
    if narrowed:
        assert few == hits[:3]


@pytest.mark.parametrize(
    "narrowed", [{"source": "rare"}, {"since": "2027"}, {"label": "script"}, {"removed": True}]
)
def test_a_word_of_every_text_costs_no_more_than_what_it_is_narrowed_to(
    tmp_path: Path, narrowed: dict[str, Any]
) -> None:
    """Counted in steps of SQLite's machine; each text that is ranked and handed on takes dozens."""
    with Archive.open(tmp_path / "archive.db") as archive:
        conn, pages = archive.conn, 3_000
        fill(conn, pages, False)
        conn.execute("UPDATE pages SET state = 'live', version_id = id WHERE id > 5")
        conn.execute("DELETE FROM versions WHERE id <> page_id AND page_id > 5")
        conn.execute("UPDATE pages SET source_id = 'rare' WHERE id < 5")
        conn.execute("UPDATE versions SET as_of = '2027-01-01T00:00:00.000Z' WHERE id < 5")
        conn.execute("""UPDATE changes SET labels = '["script"]' WHERE page_id < 5""")
        steps = itertools.count()
        conn.set_progress_handler(lambda: next(steps) < 0, 100)
        found = archive.search("全党", **narrowed)
        conn.set_progress_handler(None, 0)
    assert 0 < len(found) <= 5
    assert next(steps) * 100 < 60 * pages
