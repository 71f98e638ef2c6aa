"""The passage index: what shares a passage is found, and nothing is lost on the way."""

import random
from typing import Any

import pytest

from crawler.store import asking, indexing, passages, postings

HAN = [chr(code) for code in range(0x4E00, 0x5200)]


def prose(seed: int, size: int = 400) -> str:
    return "".join(random.Random(seed).choices(HAN, k=size))


def catch_up(world: Any) -> None:
    while world.archive.index_waiting():
        pass


def urls(world: Any, text: str, **more: Any) -> list[str]:
    found = world.archive.candidates(text, **more)
    return [version.url for version in world.archive.current_versions(found.text_ids)]


def test_a_quotation_leads_to_its_page(world: Any) -> None:
    world.listing("a", "b", "c")
    for n, name in enumerate("abc"):
        world.look(name, prose(n))
    catch_up(world)
    quotation = "引言" + prose(1)[100:140] + "结语"
    assert urls(world, quotation) == ["http://news.test/b"]
    assert not world.archive.candidates(quotation).coarse
    assert world.archive.candidates(prose(9)).text_ids == ()


def test_a_text_that_waits_is_found(world: Any) -> None:
    world.listing("a")
    world.look("a", prose(1))
    assert world.archive.status(now=world.now)["archive"]["indexes_waiting"] == 1
    assert urls(world, prose(1)[50:120]) == ["http://news.test/a"]


def test_a_later_version_adds_only_what_is_new_and_is_found_by_both(world: Any) -> None:
    world.listing("a")
    world.look("a", prose(1))
    catch_up(world)
    rows = "SELECT count(*) FROM passages"
    before = world.archive.conn.execute(rows).fetchone()[0]
    world.look("a", prose(1) + prose(2, 60))
    catch_up(world)
    after = world.archive.conn.execute(rows).fetchone()[0]
    assert 0 < after - before < before / 3
    old, new = prose(1)[20:90], prose(2, 60)
    assert urls(world, old) == urls(world, new) == ["http://news.test/a"]
    found = world.archive.candidates(old)
    assert set(found.frequency.values()) == {1}
    assert len(world.archive.all_versions(found.text_ids)) == 2


def test_a_text_that_comes_to_a_second_page_is_found_on_both(world: Any) -> None:
    world.listing("a", "b")
    world.look("a", prose(1))
    world.look("a", prose(1) + prose(2))
    catch_up(world)
    world.look("b", prose(1) + prose(2))
    catch_up(world)
    world.look("b", prose(1) + prose(2) + prose(3))
    catch_up(world)
    found = world.archive.candidates(prose(1)[30:90])
    assert sorted(v.url[-1] for v in world.archive.current_versions(found.text_ids)) == ["a", "b"]
    assert set(found.frequency.values()) == {2}
    count = world.archive.conn.execute(
        "SELECT count(*) FROM search WHERE search MATCH ?", (f'"{prose(1)[:2]}"',)
    )
    assert count.fetchone()[0] == 3


def test_the_most_reprinted_article_is_found(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"p{n}" for n in range(40)]
    world.listing(*names)
    for n, name in enumerate(names):
        world.look(name, prose(n, 50) + prose(1_000) + prose(n + 100, 50))
    catch_up(world)
    assert len(urls(world, prose(1_000))) == 40
    monkeypatch.setattr(postings, "AT_ONCE_MOST", 16)
    monkeypatch.setattr(asking, "BUDGET_ROWS", 10)
    monkeypatch.setattr(asking, "UNEXPLAINED_ROWS", 10)
    rough = world.archive.candidates(prose(1_000))
    assert rough.coarse
    assert len(rough.text_ids) == 40
    assert set(rough.frequency.values()) == {40}
    assert len(world.archive.candidates(prose(1_000), limit=7).text_ids) == 7


WORDS = [a + b + c for a in "bcdfglmn" for b in ("ar", "en", "io", "ut") for c in ("tal", "ster")]


def english(seed: int, words: int = 200) -> list[str]:
    return random.Random(seed).choices(WORDS, k=words)


@pytest.mark.parametrize("verified", [0, 12])
def test_an_english_quotation_is_found_though_edits_spoil_every_piece(
    world: Any, verified: int
) -> None:
    world.listing(*"abcdef")
    for n, name in enumerate("abcdef"):
        world.look(name, " ".join(english(n)))
    catch_up(world)
    words = ["perpetual", "guarantee", "unwritten", "agreement"]
    world.listing("x")
    world.look("x", " ".join([*english(8), *words, *english(9)]))
    catch_up(world)
    spoilt = "perpetual and guaranteed by unwritten qqqq"
    found = world.archive.candidates(spoilt, min_letters=verified and 9)
    assert [row.url for row in world.archive.current_versions(found.text_ids)][:1] == [
        "http://news.test/x"
    ]


def test_a_quotation_inside_a_text_of_other_origin_is_found_with_few_places(world: Any) -> None:
    """Many texts share more with the query than the source of its one quoted sentence does."""
    names = [f"p{n}" for n in range(60)]
    world.listing(*names, "source")
    article = prose(1_000, 800)
    for n, name in enumerate(names):
        world.look(name, prose(n, 40) + article)
    world.look("source", prose(77, 300))
    catch_up(world)
    query = article[:400] + "“" + prose(77, 300)[100:120] + "”" + article[400:]
    found = world.archive.candidates(query, limit=10)
    assert found.coarse
    assert "http://news.test/source" in urls(world, query, limit=10)
    assert "http://news.test/source" in urls(world, query, limit=10, min_letters=12)


def test_seed_copies_are_found_and_count_like_pages(world: Any) -> None:
    from crawler.model import SeedSetting

    world.archive.sync_seeds([(SeedSetting("copy", "/x/copy.txt"), prose(5).encode())])
    world.listing("a")
    world.look("a", prose(5))
    catch_up(world)
    found = world.archive.candidates(prose(5)[10:80])
    assert found.text_ids == (world.archive.seed("copy").text_id,)
    assert [v.url for v in world.archive.current_versions(found.text_ids)] == ["http://news.test/a"]
    assert world.archive.search(prose(5)[:3])[0]["version"] == 1


def test_traditional_and_simplified_find_each_other(world: Any) -> None:
    world.listing("a")
    world.look("a", "全面从严治党体系是一个内涵丰富功能完备科学规范运行高效的动态系统")
    catch_up(world)
    assert urls(world, "全面從嚴治黨體系是一個內涵豐富功能完備科學規範運行高效的動態系統")


def test_a_crash_between_text_and_index_loses_nothing(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.listing("a", "b")
    world.look("a", prose(1))
    world.look("b", prose(2))
    wrote = passages.index

    def crash(conn: Any, text_id: int, found: Any) -> None:
        wrote(conn, text_id, found)
        if text_id == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(indexing.passages, "index", crash)
    with pytest.raises(KeyboardInterrupt):
        world.archive.index_waiting()
    assert world.archive.conn.execute("SELECT count(*) FROM passages").fetchone() == (0,)
    monkeypatch.undo()
    assert (world.archive.index_waiting(), world.archive.index_waiting()) == (2, 0)
    assert urls(world, prose(2)[9:99]) == ["http://news.test/b"]


def test_a_stubs_text_stays_out_of_the_indexes(world: Any, building: Any) -> None:
    from crawler.model import Outcome

    world.listing("a")
    stub = building.extracted(prose(1))
    world.look("a", prose(1), outcome=Outcome.NEW, new_version=False, extraction=stub)
    assert world.archive.index_waiting() == 1
    assert world.archive.candidates(prose(1)).text_ids == ()
    world.look("a", prose(1))
    assert world.archive.index_waiting() == 1
    assert urls(world, prose(1)) == ["http://news.test/a"]


def test_a_seed_copy_that_comes_late_is_placed_too(world: Any) -> None:
    from crawler.model import SeedSetting

    world.listing("a", "b")
    world.look("a", prose(1) + prose(2))
    world.look("b", prose(3))
    catch_up(world)
    setting = SeedSetting("copy", "/x/copy.txt", title="抄本", retrieved="2026-01-01")
    world.archive.sync_seeds([(setting, prose(1).encode())])
    catch_up(world)
    (listed,) = world.archive.seeds_list()
    assert (listed["best_version"], listed["best_coverage"], listed["state"]) == (1, 1.0, "live")
    assert listed["changed_since_retrieved"] is False
    assert world.archive.page_state(1).shares_seed
    assert not world.archive.page_state(2).shares_seed
    renamed = SeedSetting("copy", "/x/copy.txt", title="另题", retrieved="2026-01-01")
    world.archive.sync_seeds([(renamed, prose(1).encode())])
    catch_up(world)
    (listed,) = world.archive.seeds_list()
    assert (listed["best_version"], listed["title"]) == (1, "另题")
