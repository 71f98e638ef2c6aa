"""What a change means beside other texts: told once, of the right page."""

from typing import Any

import pytest

from crawler.evidence.verify import verify
from crawler.evidence.withholding import target_of, withhold
from crawler.model import SeedSetting
from crawler.pipeline import before_the_first_look
from crawler.pipeline.reprints import within
from crawler.store.reprints import Sharing

#: all that were ever kept
TEXTS = "SELECT id FROM texts"

HEAD = "本报讯　记者某某　责任编辑某\n"


def kinds(events: list[dict[str, Any]]) -> list[str]:
    return sorted(event["kind"] for event in events)


def lines(text: str) -> list[str]:
    return text.split("\n")


def test_a_reprint_that_changes_has_diverged_from_its_original(press: Any, prose: Any) -> None:
    article = prose(1)
    original = press.publish(0, article, published="2026-01-01")
    reprint = press.publish(1, HEAD + article, published="2026-01-03")
    press.first_pass()
    press.show(
        reprint, (HEAD + article).replace(article[60:64], "另有说法"), published="2026-01-03"
    )
    (event,) = press.tell()
    assert (event["kind"], event["subject"]) == ("reprint_diverged", reprint)
    assert original in event["message"]
    assert len(event["changes"]) == 1
    assert press.tell() == []


def test_an_original_that_changes_after_it_was_quoted(press: Any, prose: Any) -> None:
    article = prose(1)
    original = press.publish(0, article, published="2026-01-01")
    quoting = press.publish(1, prose(2) + "\n" + article[60:140] + "\n" + prose(3))
    elsewhere = press.publish(2, prose(4) + article[200:260])
    press.first_pass()
    press.show(original, article.replace(article[90:93], "改动"), published="2026-01-01")
    (event,) = press.tell()
    assert (event["kind"], event["subject"]) == ("original_changed", original)
    assert quoting in event["message"]
    assert elsewhere not in event["message"]


def test_an_edit_beside_what_is_quoted_is_no_news(press: Any, prose: Any) -> None:
    article = prose(1)
    original = press.publish(0, article, published="2026-01-01")
    press.publish(1, prose(2) + article[60:140] + prose(3))
    press.first_pass()
    press.show(original, article.replace(article[250:253], "改动"), published="2026-01-01")
    assert press.tell() == []


def test_a_passage_that_one_outlet_alone_dropped(press: Any, prose: Any) -> None:
    article = prose(1)
    press.publish(0, article, published="2026-01-01")
    reprint = press.publish(1, HEAD + article, published="2026-01-02")
    press.publish(2, article + "\n来源某网", published="2026-01-02")
    press.first_pass()
    shorter = "\n".join(line for n, line in enumerate(lines(HEAD + article)) if n != 4)
    press.show(reprint, shorter, published="2026-01-02")
    (event,) = press.tell()
    assert (event["kind"], event["subject"]) == ("passage_dropped", reprint)
    assert lines(HEAD + article)[4][:20] in event["message"]


def test_a_quotation_that_stands_nowhere_any_more(press: Any, prose: Any) -> None:
    article, quoted = prose(1), lines(prose(1))[2]
    original = press.publish(0, article, published="2026-01-01")
    quoting = press.publish(1, prose(2) + "\n" + quoted + "\n" + prose(3))
    press.first_pass()
    press.show(quoting, prose(2) + "\n" + prose(3))
    assert press.tell() == []
    press.show(original, article.replace(quoted + "\n", ""), published="2026-01-01")
    (event,) = press.tell()
    assert (event["kind"], event["subject"]) == ("quotation_gone", original)
    assert quoting in event["message"]


def test_nothing_is_said_of_all_pages_where_not_all_were_compared(
    press: Any, prose: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    article, quoted = prose(1), lines(prose(1))[2]
    original = press.publish(0, article, published="2026-01-01")
    quoting = press.publish(1, prose(2) + "\n" + quoted + "\n" + prose(3))
    press.publish(2, article + "\n来源某网", published="2026-01-02")
    press.publish(3, HEAD + article, published="2026-01-02")
    press.first_pass()
    press.show(quoting, prose(2) + "\n" + prose(3))
    monkeypatch.setattr("crawler.pipeline.reprints.OTHERS_CHARS", len(article))
    press.show(original, article.replace(quoted + "\n", ""), published="2026-01-01")
    assert not {"quotation_gone", "passage_dropped"} & set(kinds(press.tell()))


def test_as_many_texts_are_compared_as_their_size_lets() -> None:
    def row(now: str | None, ever: str) -> Sharing:
        return Sharing(1, "u", "s", None, "", now, ever)

    rows = [row("a" * 10, "a" * 10), row("b" * 10, "c" * 10), row(None, "d" * 10)]
    assert within(rows, 5, 0) == rows[:1]
    assert within(rows, 5, 15) == rows[:2]
    assert within(rows, 5, 44) == rows[:2]
    assert within(rows, 5, 45) == rows
    assert within([], 5, 45) == []


def test_a_page_that_goes_takes_a_seed_copys_passage_with_it(press: Any, prose: Any) -> None:
    from crawler.model import ChangeDraft, ChangeKind, State

    setting = SeedSetting("copy", "/x/copy.txt")
    press.archive.sync_seeds([(setting, prose(1).encode())])
    page = press.publish(0, prose(5) + "\n" + prose(1))
    press.first_pass()
    change = ChangeDraft(ChangeKind.STATE, from_state=State.LIVE, to_state=State.GONE, score=1.0)
    attempt = press.world.attempt(page, b"gone", status=404)
    from crawler.model import Outcome

    press.world.look(
        page, outcome=Outcome.GONE, attempt=attempt, reason="not_found", changes=(change,),
        page={"state": State.GONE},
    )  # fmt: skip
    (event,) = press.tell()
    assert (event["kind"], event["subject"]) == ("quotation_gone", page)
    assert "the seed copy copy" in event["message"]
    assert f"“{prose(1)[:20]}" in event["message"]


def test_a_passage_that_was_withheld_is_quoted_no_more(press: Any, prose: Any) -> None:
    article = prose(1)
    press.publish(0, article, published="2026-01-01")
    reprint = press.publish(1, HEAD + article, published="2026-01-02")
    press.publish(2, article + "\n来源某网", published="2026-01-02")
    press.first_pass()
    dropped = lines(HEAD + article)[4]
    press.show(reprint, (HEAD + article).replace(dropped + "\n", ""), published="2026-01-02")
    (told,) = press.tell()
    archive = press.archive
    for read in (told, archive.event(told["event"])):
        assert f"“{dropped[:20]}" in read["message"]
    while archive.index_waiting():
        pass
    for version in archive.all_versions([row[0] for row in archive.conn.execute(TEXTS)]):
        if dropped in version.text:
            target = target_of(archive, str(version.id), listings=True)
            withhold(archive, target, "court order 7", told["recorded_at"], everywhere=True)
    (after,) = archive.events(kind="passage_dropped")
    assert after == archive.event(told["event"]) | {"hash": after["hash"]}
    assert after["message"] == told["message"].partition(": “")[0]
    assert dropped[:12].encode() not in press.world.path.read_bytes()
    assert verify(press.world.path)["ok"]


def seed_match(press: Any, text: str, seed: str = "copy") -> Any:
    from crawler.compare import align
    from crawler.model import SeedMatchDraft

    alignment = align(press.archive.seed(seed).text, text)
    return (SeedMatchDraft(seed, alignment),) if alignment.matches else ()


def test_a_new_copy_of_a_seeds_passage_is_told_once(press: Any, prose: Any) -> None:
    press.archive.sync_seeds([(SeedSetting("copy", "/x/copy.txt"), prose(1).encode())])
    page = press.publish(0, prose(2))
    press.first_pass()
    text = prose(2) + "\n" + prose(1)[40:160]
    press.show(page, text, seed_matches=seed_match(press, text))
    (event,) = press.tell()
    assert (event["kind"], event["subject"]) == ("copy_found", "copy")
    assert page in event["message"]
    longer = text + "\n" + prose(9, 60)
    press.show(page, longer, seed_matches=seed_match(press, longer))
    assert press.tell() == []


def test_first_passes_and_backfills_tell_nothing(press: Any, prose: Any) -> None:
    press.archive.sync_seeds([(SeedSetting("copy", "/x/copy.txt"), prose(1).encode())])
    text = prose(2) + "\n" + prose(1)[40:160]
    page = press.publish(0, prose(3))
    press.show(page, text, seed_matches=seed_match(press, text))
    assert press.tell() == []
    press.first_pass()
    other = press.publish(1, prose(4))
    press.show(other, text, seed_matches=seed_match(press, text))
    assert press.tell(silent=True) == []
    assert press.tell() == []


def test_a_backfill_that_was_cut_short_is_not_told_by_the_next_pass(press: Any, prose: Any) -> None:
    press.archive.sync_seeds([(SeedSetting("copy", "/x/copy.txt"), prose(1).encode())])
    press.publish(0, prose(3))
    press.first_pass()
    text = prose(2) + "\n" + prose(1)[40:160]
    waiting = press.publish(1, prose(4))
    press.show(waiting, text, seed_matches=seed_match(press, text))
    before_the_first_look(press.archive, backfill=True)
    (event,) = press.archive.events(kind="copy_found")
    assert waiting in event["message"]
    older = press.publish(2, prose(5))
    press.show(older, text, seed_matches=seed_match(press, text))
    # It is killed here; what comes in the next pass is told.
    before_the_first_look(press.archive, backfill=False)
    newer = press.publish(3, prose(6))
    press.show(newer, text, seed_matches=seed_match(press, text))
    (event,) = press.tell()
    assert newer in event["message"]


def test_what_came_before_a_crash_is_told_by_the_next_pass(press: Any, prose: Any) -> None:
    article = prose(1)
    press.publish(0, article, published="2026-01-01")
    reprint = press.publish(1, HEAD + article, published="2026-01-03")
    press.first_pass()
    press.show(
        reprint, (HEAD + article).replace(article[60:64], "另有说法"), published="2026-01-03"
    )
    press.world.pass_time(days=3)
    assert kinds(press.tell()) == ["reprint_diverged"]


def test_what_an_outlets_own_pages_share_is_its_furniture(press: Any, prose: Any) -> None:
    footer = "\n" + prose(50, 60)
    page = press.publish(0, prose(1) + footer, published="2026-01-01")
    press.publish(0, prose(2) + footer, published="2026-01-02")
    press.first_pass()
    changed = footer.replace(footer[20:23], "改动")
    press.show(page, prose(1) + changed, published="2026-01-01")
    assert press.tell() == []
    press.show(page, prose(1), published="2026-01-01")
    assert press.tell() == []


def test_another_credit_or_mark_is_no_news(press: Any, prose: Any) -> None:
    credit = "\n（新华社记者张三摄）\n"
    article = prose(1) + credit + prose(2)
    original = press.publish(0, article, published="2026-01-01")
    press.publish(1, prose(3) + "\n" + article, published="2026-01-02")
    press.first_pass()
    press.show(original, article.replace("张三", "李四"), published="2026-01-01")
    assert press.tell() == []
    press.show(original, article.replace("。\n", "；\n", 1), published="2026-01-01")
    assert press.tell() == []


def test_the_gravest_of_several_edits_is_named(press: Any, prose: Any) -> None:
    article = prose(1)
    original = press.publish(0, article, published="2026-01-01")
    press.publish(1, prose(2) + "\n" + article, published="2026-01-02")
    press.first_pass()
    cut = article[150:185]
    edited = article.replace(article[20:21], "改", 1).replace(cut, "")
    press.show(original, edited, published="2026-01-01")
    (event,) = press.tell()
    assert event["kind"] == "original_changed"
    assert cut.split("\n")[0][:10] in event["message"]


def test_another_form_of_marks_keeps_no_copies_apart(press: Any, prose: Any) -> None:
    article = "\n".join(f"“{line[:12]}”，{line[12:]}" for line in lines(prose(1)))
    original = press.publish(0, article, published="2026-01-01")
    quoting = press.publish(
        1, prose(2) + article.translate(str.maketrans("“”，", "「」,")), published="2026-01-02"
    )
    press.first_pass()
    cut = lines(article)[2]
    press.show(original, article.replace(cut + "\n", ""), published="2026-01-01")
    (event,) = press.tell()
    assert event["kind"] == "original_changed"
    assert quoting in event["message"]


def test_a_page_that_used_a_set_phrase_of_the_copy_is_told_when_it_quotes_it(
    press: Any, prose: Any
) -> None:
    """The phrase stands on forty pages; before, it hid every later copy of a passage."""
    phrase, quoted = prose(1).replace("\n", "")[:44], prose(2)[:120]
    press.archive.sync_seeds([(SeedSetting("copy", "/x/copy.txt"), f"{phrase}\n{quoted}".encode())])

    def matched(text: str) -> dict[str, Any]:
        return {"seed_matches": seed_match(press, text)}

    pages = [press.publish(n % 5, prose(10 + n) + "\n" + phrase) for n in range(40)]
    for n, page in enumerate(pages):
        text = prose(60 + n) + "\n" + phrase
        press.show(page, text, **matched(text))
    press.first_pass()
    page = pages[7]
    again = prose(210) + "\n" + phrase
    press.show(page, again, **matched(again))
    assert [event for event in press.tell() if event["kind"] == "copy_found"] == []
    text = again + "\n" + quoted
    press.show(page, text, **matched(text))
    (event,) = (event for event in press.tell() if event["kind"] == "copy_found")
    assert page in event["message"]
    longer = text + "\n" + prose(211)
    press.show(page, longer, **matched(longer))
    assert [event for event in press.tell() if event["kind"] == "copy_found"] == []


def test_one_passage_is_one(press: Any, prose: Any) -> None:
    press.archive.sync_seeds([(SeedSetting("copy", "/x/copy.txt"), prose(1).encode())])
    page = press.publish(0, prose(2))
    press.first_pass()
    text = prose(2) + "\n" + prose(1)[40:160]
    press.show(page, text, seed_matches=seed_match(press, text))
    (event,) = press.tell()
    assert f"{page} shares 1 passage with the seed copy copy" in event["message"]


def test_a_passage_that_comes_back_is_no_divergence(press: Any, prose: Any) -> None:
    article = prose(1)
    press.publish(0, article, published="2026-01-01")
    reprint = press.publish(1, HEAD + article, published="2026-01-02")
    press.publish(2, article + "\n来源某网", published="2026-01-02")
    press.first_pass()
    dropped = lines(HEAD + article)[4]
    press.show(reprint, (HEAD + article).replace(dropped + "\n", ""), published="2026-01-02")
    assert kinds(press.tell()) == ["passage_dropped"]
    press.show(reprint, HEAD + article, published="2026-01-02")
    assert press.tell() == [], "it reads as its original again"


def test_what_one_puts_into_its_reprint_is_a_divergence(press: Any, prose: Any) -> None:
    article = prose(1)
    press.publish(0, article, published="2026-01-01")
    reprint = press.publish(1, HEAD + article, published="2026-01-02")
    press.first_pass()
    longer = article[:100] + "另有一句原文没有的话，" + article[100:]
    press.show(reprint, HEAD + longer, published="2026-01-02")
    assert kinds(press.tell()) == ["reprint_diverged"]


def test_of_prints_of_one_day_none_is_called_the_original(press: Any, prose: Any) -> None:
    article = prose(1)
    one = press.publish(0, article)
    two = press.publish(1, HEAD + article)
    press.publish(2, prose(2) + "\n" + lines(article)[1] + "\n" + prose(3))
    press.first_pass()
    for page, text, other in ((one, article, two), (two, HEAD + article, one)):
        press.show(page, text.replace(article[60:64], "另有说法"))
        (event,) = press.tell()
        assert (event["kind"], event["subject"]) == ("reprint_diverged", page)
        assert f"no longer reads as {other}, another print of the article" in event["message"]
        assert "is not known" in event["message"]
        press.show(page, text)
        assert press.tell() == [], "it reads as the other one again"


def test_of_a_passage_of_one_day_nobody_is_said_to_quote(press: Any, prose: Any) -> None:
    article = prose(1)
    page = press.publish(0, article)
    other = press.publish(1, prose(2) + "\n" + article[60:140] + "\n" + prose(3))
    press.first_pass()
    press.show(page, article.replace(article[90:93], "改动"))
    (event,) = press.tell()
    assert (event["kind"], event["subject"]) == ("original_changed", page)
    assert f"is not known); as it was it still stands at {other}" in event["message"]


def test_of_pages_that_go_in_one_pass_the_last_is_told(press: Any, prose: Any) -> None:
    article = prose(1)
    pages = [press.publish(n, article, published=f"2026-01-0{n + 1}") for n in range(3)]
    press.first_pass()
    for page, number in zip(pages, (1, 2, 3), strict=True):
        press.show(page, prose(20 + number), published=f"2026-01-0{number}")
    (event,) = (event for event in press.tell() if event["kind"] == "quotation_gone")
    assert event["subject"] == pages[2]
    assert all(page in event["message"] for page in pages)


def test_a_passage_is_quoted_without_the_end_of_the_sentence_before(press: Any, prose: Any) -> None:
    article = prose(1)
    quoted = article[46:140]
    assert article[45] == prose(3)[-1] == "。"
    page = press.publish(0, prose(2) + "\n" + article, published="2026-01-01")
    other = press.publish(1, prose(3) + quoted + prose(4), published="2026-01-02")
    press.first_pass()
    press.show(other, prose(3) + "\n" + prose(4), published="2026-01-02")
    press.tell()
    press.show(page, prose(2), published="2026-01-01")
    (event,) = press.tell()
    assert f"“{quoted.strip()[:20]}" in event["message"]
