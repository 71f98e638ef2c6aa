"""The ground truth: edits are what they say, and the served texts stand in the seed copies."""

import pytest

from crawler.demo import EDITS, LAST_TICK, STORY, Edit, EditKind
from crawler.demo.edits import article_at, edits_of, standing, told_at
from crawler.demo.library import articles, named
from crawler.demo.seeds import SEEDS, seed_bytes, seed_lines

TEXT_EDITS = [edit for edit in EDITS if edit.changes_text]


@pytest.mark.parametrize("edit", TEXT_EDITS, ids=lambda edit: f"{edit.tick}-{edit.kind}")
def test_a_text_edit_changes_its_page_at_its_tick(edit: Edit) -> None:
    before = article_at(edit.site, edit.path, edit.tick - 1)
    after = article_at(edit.site, edit.path, edit.tick)
    assert before is not None
    assert after is not None
    if edit.kind is EditKind.PARAGRAPH_MOVED:
        assert sorted(before.paragraphs, key=repr) == sorted(after.paragraphs, key=repr)
        assert before.text != after.text
        return
    assert before.text.count(edit.old) == 1
    assert edit.new in after.text
    assert before.title == after.title


def test_a_page_without_an_edit_reads_the_same_at_every_tick() -> None:
    edited = {(edit.site, edit.path) for edit in EDITS}
    still = [key for key in articles() if key not in edited]
    assert len(still) > 20
    for key in still:
        texts = {article_at(*key, tick) for tick in range(LAST_TICK + 1)}
        assert len(texts) == 1


def test_back_and_forth_ends_where_it_began() -> None:
    edits = [edit for edit in EDITS if edit.kind is EditKind.WORDING]
    assert [edit.tick for edit in edits] == [1, 2]
    site, path = edits[0].site, edits[0].path
    texts = [article_at(site, path, tick) for tick in (0, 1, 2)]
    assert texts[0] == texts[2] != texts[1]


def test_absence_is_told_one_tick_later() -> None:
    for edit in EDITS:
        if edit.is_absence:
            assert standing(edit.site, edit.path, edit.tick) is edit.kind
            assert edit in told_at(edit.tick + 1)


def test_every_edit_is_told_once_and_the_last_tick_is_quiet() -> None:
    told = [edit for step in STORY for edit in step.told]
    assert sorted(told, key=repr) == sorted(EDITS, key=repr)
    assert STORY[LAST_TICK].edits == STORY[LAST_TICK].told == ()
    assert STORY[0].told == ()


def test_the_served_article_holds_what_the_seed_copy_kept() -> None:
    article = named()["pseudo_loyalty"]
    seed = seed_bytes(SEEDS[0]).decode()
    kept = [part for part in article.paragraphs if part.text[-12:-1] in seed]
    assert len(article.paragraphs) - len(kept) >= 8
    assert len(kept) >= 2
    assert not edits_of(article.site, article.path, LAST_TICK)


def test_the_whole_speech_of_the_second_seed_copy_is_served() -> None:
    article = named()["governing_party"]
    lines = seed_lines(1)
    assert article.paragraphs[0].text.startswith(lines[10][:8])
    assert len(article.paragraphs) == 17
    assert article.paragraphs[-1].text.endswith("坚强保障。")
    assert sum(part.kind == "caption" for part in article.paragraphs) == 2
