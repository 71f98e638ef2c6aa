"""Where a passage stands: the index at its extremes, and every place listed once."""

import random
from typing import Any

import pytest

from crawler.copies import reuse
from crawler.store import indexing, passages
from crawler.text import simplify


def catch_up(press: Any) -> None:
    while press.archive.index_waiting():
        pass


@pytest.fixture
def bulk(press: Any) -> Any:
    """Writes texts straight into the archive: a page for each, or all on one page."""

    def write(texts: list[str], *, one_page: bool = False) -> None:
        conn, at = press.archive.conn, "2026-01-01T00:00:00.000Z"
        conn.execute("PRAGMA foreign_keys = OFF")
        pages = {1 if one_page else number for number, _ in enumerate(texts, 1)}
        conn.executemany(
            "INSERT INTO pages (id, source_id, site, key, canonical_url, first_seen_at) "
            "VALUES (?, 'outlet0', 's', ?, ?, ?)",
            ((page, str(page), f"http://s.test/{page}", at) for page in pages),
        )
        for number, text in enumerate(texts, 1):
            page = 1 if one_page else number
            conn.execute(
                "INSERT INTO texts (id, sha256, fold_sha256, characters, text) "
                "VALUES (?, ?, '', ?, ?)",
                (number, f"{number:064x}", len(text), text),
            )
            conn.execute(
                "INSERT INTO versions (id, page_id, extraction_id, text_id, "
                "first_observation_id, as_of, origin) VALUES (?, ?, 1, ?, 1, ?, 'here')",
                (number, page, number, at),
            )
            conn.execute("UPDATE pages SET version_id = ? WHERE id = ?", (number, page))
        conn.execute("PRAGMA foreign_keys = ON")
        catch_up(press)

    return write


def rows(press: Any) -> int:
    return press.archive.conn.execute("SELECT count(*) FROM passages").fetchone()[0]


def test_an_article_of_a_thousand_reprints_is_found(press: Any, prose: Any, bulk: Any) -> None:
    article = prose(1_000_000, 135)
    bulk([prose(n, 20) + article + prose(n + 5_000, 20) for n in range(1_000)])
    found = press.archive.candidates(article, limit=2_000, min_letters=100)
    assert len(found.text_ids) == 1_000
    assert set(found.frequency.values()) == {1_000}
    few = press.archive.candidates(article[20:80], limit=50, min_letters=30)
    assert len(few.text_ids) == 50
    assert few.coarse


def test_a_page_of_a_thousand_versions_costs_its_news_alone(
    press: Any, prose: Any, bulk: Any
) -> None:
    article = prose(1, 225)
    bulk([article + "\n" + prose(n + 10, 40) for n in range(1_000)], one_page=True)
    assert rows(press) < 1_000 * 14
    found = press.archive.candidates(article[100:160])
    assert set(found.frequency.values()) == {1}
    last = press.archive.candidates(prose(1_009, 40), min_letters=12)
    assert last.text_ids == (1_000,)


def test_what_is_taken_out_is_found_no_more_and_leaves_its_neighbours_whole(
    press: Any, prose: Any
) -> None:
    shared, own = prose(1), prose(2)
    page = press.publish(0, shared + "\n" + own)
    press.show(page, shared)
    catch_up(press)
    conn = press.archive.conn
    text_id, text = conn.execute("SELECT id, text FROM texts ORDER BY id LIMIT 1").fetchone()
    passages.remove(conn, text_id, passages.fingerprints_of(text))
    conn.execute("UPDATE texts SET text = NULL, indexed = 1 WHERE id = ?", (text_id,))
    assert indexing.waiting(conn) == 1
    catch_up(press)
    assert press.archive.candidates(own).text_ids == ()
    assert len(press.archive.candidates(shared[50:120]).text_ids) == 1


def test_letters_in_exact_runs_verify_a_candidate(press: Any, prose: Any) -> None:
    article = prose(1)
    whole = press.publish(0, article.replace("。", "，\n"))
    part = press.publish(1, prose(2) + article[60:76] + prose(3))
    catch_up(press)

    def urls(letters: int) -> set[str]:
        found = press.archive.candidates(article, min_letters=letters)
        return {row.url for row in press.archive.current_versions(found.text_ids)}

    assert urls(0) == urls(14) == {whole, part}
    assert urls(40) == {whole}


def test_a_place_is_listed_once_however_often_it_was_edited(press: Any, prose: Any) -> None:
    article = prose(1)
    page = press.publish(0, prose(2) + "\n" + article)
    for n in range(4):
        press.show(page, prose(2) + "\n" + article[: 200 + n] + "改" + article[201 + n :])
    found = list(reuse(press.archive, article))
    assert [(row["url"], row["version"]) for row in found] == [(page, 1)]


def test_a_text_that_waits_is_found_by_search(press: Any) -> None:
    traditional = "全面從嚴治黨體系是一個內涵豐富的動態系統"
    page = press.publish(0, traditional)
    assert indexing.waiting(press.archive.conn) == 1
    for query in ("从严治党", simplify(traditional)[:7], "黨", "统"):
        assert [hit["url"] for hit in press.archive.search(query)] == [page], query
    assert press.archive.search("從嚴治水") == []
    catch_up(press)
    assert [hit["url"] for hit in press.archive.search("從嚴治黨")] == [page]


def test_a_common_character_gives_the_newest_texts_first(press: Any, prose: Any, bulk: Any) -> None:
    draw = random.Random(3)
    bulk([prose(n, 60) + "國" * (draw.random() < 0.9) for n in range(300)])
    hits = press.archive.search("国", limit=20)
    assert len(hits) == 20
    numbers = [int(hit["url"].rsplit("/", 1)[1]) for hit in hits]
    assert numbers == sorted(numbers, reverse=True)
    assert all("國" in hit["snippet"] for hit in hits)
    assert len(press.archive.search("国", limit=1_000)) > 200
