"""The Atom feed carries signed heads, which its readers keep, and corrections of what it told."""

from typing import Any

from lxml import etree

from crawler.evidence.anchoring import anchor
from crawler.evidence.notes import Head, open_checkpoint
from crawler.evidence.state import State
from crawler.model import ChangeDraft, ChangeKind
from crawler.store import recounting, timeline
from crawler.web.asking import Asked
from crawler.web.feeds import all_changes

ATOM = "{http://www.w3.org/2005/Atom}"


def feed_of(world: Any) -> Any:
    asked = Asked("/-/feeds/changes.atom", {}, {}, "/", "http://localhost", "archive", "en",
                  world.now)  # fmt: skip
    return etree.fromstring(all_changes(world.archive, asked).body)


def test_a_signed_head_stands_in_the_feed_byte_for_byte(world: Any, state: State) -> None:
    world.listing("a")
    world.look("a", "一篇旧的文章")
    assert feed_of(world).findall(f"{ATOM}entry") == []
    for number in range(9):
        world.pass_time(days=1)
        world.look("a", f"一篇旧的文章，第{number}版")
        made = anchor(world.archive, state, world.now)
    entries = feed_of(world).findall(f"{ATOM}entry")
    heads = [e for e in entries if e.find(f"{ATOM}category").get("term") == "head"]
    assert len(heads) == 7
    note = heads[0].findtext(f"{ATOM}content")
    head = open_checkpoint(note, state.require_key().public)
    assert head == Head(*made["head"].values())
    assert heads[0].findtext(f"{ATOM}id").endswith(made["record"])
    assert feed_of(world).findtext(f"{ATOM}updated") == made["signed_at"]


def test_a_change_that_no_longer_stands_is_corrected(world: Any) -> None:
    world.listing("a")
    world.look("a", "一篇旧的文章")
    world.pass_time(hours=1)
    world.look("a", "一篇新的文章")
    (told,) = feed_of(world).findall(f"{ATOM}entry")
    (change,) = world.archive.changes()
    shown = timeline.sides(world.archive.conn, change["page"])
    (known,) = timeline.standing(world.archive.conn, change["page"], shown)
    step = timeline.Step(*shown, known.moments, known.id)
    draft = ChangeDraft(ChangeKind.EXTRACTOR, supersedes=known.id, reason="nothing <was> changed")
    recounting.tell(world.archive.conn, change["page"], [(step, draft)], "here", "2026-03-03")
    (corrected,) = feed_of(world).findall(f"{ATOM}entry")
    related = corrected.find(f"{ATOM}link[@rel='related']").get("href")
    assert related == told.findtext(f"{ATOM}id") != corrected.findtext(f"{ATOM}id")
    assert "nothing &lt;was&gt; changed" in corrected.findtext(f"{ATOM}content")
