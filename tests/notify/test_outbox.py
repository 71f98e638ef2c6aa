"""Messages are written with what they tell, and delivered at least once, in order, not twice."""

import socket
import threading
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from crawler import config as configuration
from crawler.errors import UnknownName
from crawler.model import EventDraft, NotifyChannel, State, iso
from crawler.notify import Letter, channels
from crawler.pipeline.telling import deliver, router, trial
from crawler.store import outbox


@dataclass
class Told:
    """A world whose archive tells the channels of a configuration."""

    world: object
    config: object

    def __getattr__(self, name):
        return getattr(self.world, name)

    def send(self, *, seconds: float = 20.0, final: bool = False):
        return deliver(
            self.world.archive, self.config, lambda: self.world.now, seconds=seconds, final=final
        )


@pytest.fixture
def told(world, tmp_path: Path):
    def make(*channels: NotifyChannel) -> Told:
        path = tmp_path / "sources.toml"
        path.write_text("", "utf-8")
        config = replace(
            configuration.load(path),
            notify=channels or (NotifyChannel("team", "env:TEAM_URL"),),
        )
        world.archive.router = router(config)
        return Told(world, config)

    return make


def shown(team: Told, count: int) -> list[str]:
    """So many pages that were listed and looked at."""
    names = [f"p{n}" for n in range(count)]
    team.listing(*names)
    for name in names:
        team.look(name, f"{name} 的正文。")
    return names


def changed(told, name: str = "one", text: str = "正文第二版，改了几个字。") -> None:
    told.look(name, text)


def test_a_change_is_told_once_with_both_sides_and_both_times(told, service):
    team = told()
    team.listing("one")
    team.look("one", "我们要坚持自我革命的精神。")
    assert team.send().sent == 0
    team.pass_time(hours=5)
    changed(team, text="我们要坚持伟大的斗争精神。")
    assert team.send().sent == 1
    assert team.send().sent == 0
    (letter,) = service.letters
    assert "题目" in letter["title"]
    assert "自我革命" in letter["message"]
    assert "伟大的斗争" in letter["message"]
    assert "2026-03-01 08:00 UTC" in letter["message"]
    assert "2026-03-01 13:00 UTC" in letter["message"]
    assert "http://news.test/one" in letter["message"]


def test_links_lead_to_pages_that_crawl_browse_has(told, service, monkeypatch):
    import re
    from urllib.parse import urlsplit

    from crawler.web.routes import ROUTES

    team = told()
    monkeypatch.setenv("CRAWL_PUBLIC_URL", "https://archive.example/read/")
    team.listing("one")
    team.look("one", "正文第一版。")
    changed(team)
    team.archive.record_event(EventDraft("clock_step", "clock", "Back.", "See."))
    team.send()
    daily = replace(team.config.notify[0], digest="daily 09:00")
    team.config = replace(team.config, notify=(daily,))
    team.send()
    team.pass_time(days=1)
    team.send()
    links = [
        line
        for letter in service.letters
        for line in letter["message"].splitlines()
        if line.startswith("https://archive.example/read/")
    ]
    assert len(links) == 3
    for address in links:
        path = urlsplit(address).path.removeprefix("/read")
        assert any(re.fullmatch(pattern, path) for pattern, _ in ROUTES), address


def test_noise_is_told_to_nobody(told, service):
    team = told()
    team.listing("one")
    team.look("one", "他说：“引文”。")
    changed(team, text="他说：「引文」。")
    assert team.send().sent == 0
    assert service.letters == []


def test_d5_a_service_that_is_down_gets_everything_later_in_order_and_nothing_twice(told, service):
    """D5 of the fault table."""
    team = told()
    team.listing("one")
    team.look("one", "正文第一版。")
    service.down = True
    for n in range(2, 6):
        team.pass_time(hours=3)
        changed(team, text=f"正文第{n}版，字数各有不同{'啊' * n}。")
        team.send()
    assert team.archive.outbox_depth()["waiting"] == 4
    assert "TEAM_URL" in team.archive.outbox_depth()["errors"][0]["error"]
    assert service.url not in team.archive.outbox_depth()["errors"][0]["error"]
    service.down = False
    for _ in range(40):
        team.pass_time(hours=1)
        team.send()
    assert len(service.letters) == 4
    for n, letter in enumerate(service.letters, 2):
        assert f"+ 正文第[{n}" in letter["message"]
    assert len(set(service.keys())) == 4
    assert team.archive.outbox_depth() == {"waiting": 0, "oldest": None, "errors": []}


def test_a_message_whose_sender_was_killed_comes_once_more_after_its_lease(told, service):
    team = told()
    team.listing("one")
    team.look("one", "正文第一版。")
    changed(team)
    claimed = team.archive.claim_message(["team"], team.now)
    assert claimed is not None  # and here its sender is killed
    assert team.send().sent == 0
    team.pass_time(minutes=6)
    assert team.send().sent == 1
    assert service.keys() == [claimed.key]


def test_what_a_killed_transaction_told_is_not_told(told, service):
    team = told()
    team.listing("one")
    team.look("one", "正文第一版。")
    with pytest.raises(ZeroDivisionError):
        team.archive.commit([team.intent("one", "正文第二版。"), 1 / 0])
    assert team.archive.outbox_depth()["waiting"] == 0


def test_d7_many_pages_that_change_alike_are_one_event(told, service):
    """D7 of the fault table."""
    team = told()
    names = shown(team, 40)
    for name in names[:20]:
        changed(team, name, f"{name} 的正文。版权所有，新的页脚。")
    team.send()
    assert service.letters == []
    team.pass_time(minutes=30)
    for name in names[20:]:
        changed(team, name, f"{name} 的正文。版权所有，新的页脚。")
    team.send()
    assert service.letters == []
    team.pass_time(minutes=70)
    team.send()
    assert len(service.letters) == 1
    assert "40 pages" in service.letters[0]["message"]
    (event,) = team.archive.events(kind="redesign")
    assert len(event["changes"]) == 40
    team.pass_time(hours=30)
    assert team.send().sent == 0


def test_d7_a_redesign_is_one_event_also_where_nobody_is_told(told, service):
    team = told()
    team.config = replace(team.config, notify=())
    team.archive.router = None
    for name in shown(team, 12):
        changed(team, name, f"{name} 的正文。新的页脚。")
    team.send()
    assert list(team.archive.events(kind="redesign")) == []
    team.pass_time(minutes=61)
    team.send()
    team.pass_time(hours=1)
    team.send()
    (event,) = team.archive.events(kind="redesign")
    assert len(event["changes"]) == 12


def test_a_busy_day_is_no_redesign(told, service):
    """A dozen edits of the same kind among many pages that stayed as they were are told one by
    one."""
    team = told()
    names = shown(team, 70)
    for name in names[:12]:
        team.pass_time(minutes=5)
        changed(team, name, f"{name} 的正文，改了几个字。")
    for name in names[12:]:
        team.look(name, f"{name} 的正文。")
    assert team.send(final=True).sent == 12
    assert list(team.archive.events(kind="redesign")) == []


def test_pages_that_are_taken_down_together_are_one_story_however_large_the_site(told, service):
    team = told()
    names = shown(team, 80)
    for name in names[:12]:
        team.absent(name, state=State.GONE)
    assert team.send(final=True).sent == 1
    assert "12 pages of news came to be gone" in service.letters[0]["message"]


def test_a_digest_comes_in_time_after_a_clock_that_ran_ahead(told, service):
    team = told(NotifyChannel("team", "env:TEAM_URL", digest="daily 09:00"))
    team.listing("one")
    team.pass_time(minutes=1)
    team.send()
    team.pass_time(days=5)
    team.send()
    team.pass_time(days=-5)
    team.archive.heal()
    team.pass_time(days=1, hours=2)
    team.send()
    assert len(service.letters) == 2
    assert "2026-03-02 09:00" in service.letters[1]["message"]
    for _ in range(7):
        team.pass_time(days=1)
        team.send()
    assert len(set(service.keys())) == len(service.letters) == 9


def test_at_the_end_of_a_pass_a_story_does_not_wait(told, service):
    team = told()
    for name in shown(team, 12):
        changed(team, name, f"{name} 的正文。新的页脚。")
    assert team.send(final=True).sent == 1


def test_a_digest_goes_out_also_when_nothing_changed(told, service):
    team = told(NotifyChannel("team", "env:TEAM_URL", digest="daily 09:00"))
    team.send()
    team.pass_time(days=1, hours=2)
    team.send()
    team.send()
    assert service.titles == ["0 checks, 0 changes, promise kept"]
    team.listing("one")
    team.look("one", "正文第一版。")
    team.pass_time(hours=1)
    changed(team)
    team.send()
    assert len(service.letters) == 1
    team.pass_time(days=3)
    team.send()
    assert service.titles[1] == "2 checks, 1 changes, promise kept"
    assert "题目" in service.letters[1]["message"]
    assert team.archive.outbox_depth()["waiting"] == 0


def test_a_large_change_does_not_wait_for_the_digest(told, service):
    channel = NotifyChannel("team", "env:TEAM_URL", digest="weekly mon 09:00", at_once=0.3)
    team = told(channel)
    team.send()
    team.listing("one", "two")
    team.look("one", "一段很长的正文。" * 40)
    team.look("two", "正文第一版。")
    changed(team, "one", "完全不同的另外一篇文章，讲别的事情。" * 20)
    scores = [change["score"] for change in team.archive.changes()]
    assert max(scores) >= 0.3
    assert team.send().sent == 1


def test_an_event_of_operation_goes_to_those_who_asked_for_it(told, service, monkeypatch):
    monkeypatch.setenv("OTHER_URL", "json://127.0.0.1:1/")
    team = told(
        NotifyChannel("scholar", "env:OTHER_URL", what=("changes",)),
        NotifyChannel("operator", "env:TEAM_URL", what=("operations",)),
    )
    team.archive.record_event(EventDraft("clock_step", "clock", "The clock went back.", "See."))
    assert team.send().sent == 1
    assert service.titles == ["clock step: clock"]


def test_a_channel_that_fails_does_not_hold_up_another(told, service, monkeypatch):
    monkeypatch.setenv("OTHER_URL", "json://127.0.0.1:1/")
    team = told(NotifyChannel("dead", "env:OTHER_URL"), NotifyChannel("team", "env:TEAM_URL"))
    team.archive.record_event(EventDraft("clock_step", "clock", "Back.", "See."))
    done = team.send()
    assert done.sent == 1
    assert list(done.errors) == ["dead"]


def test_what_was_told_can_be_told_again(told, service):
    team = told()
    since = iso(team.now - timedelta(minutes=1))
    team.archive.record_event(EventDraft("clock_step", "clock", "Back.", "See."))
    team.send()
    assert team.archive.resend_since(since) == 1
    team.send()
    assert len(service.letters) == 2
    assert len(set(service.keys())) == 1


def test_a_channel_can_be_tried(told, service):
    team = told()
    assert trial(team.archive, team.config, "team", team.now).sent == 1
    assert service.titles == ["Palimpsest: a test"]
    with pytest.raises(UnknownName):
        trial(team.archive, team.config, "nobody", team.now)


def test_a_channel_without_its_address_says_which_variable_is_missing(told, service, monkeypatch):
    monkeypatch.delenv("TEAM_URL")
    team = told()
    assert "TEAM_URL" in trial(team.archive, team.config, None, team.now).errors["team"]


def test_the_last_digest_is_found_without_a_look_at_every_message(told, service):
    """The daemon looks for it every two seconds."""
    conn = told().archive.conn
    steps = [row[3] for row in conn.execute(f"EXPLAIN QUERY PLAN {outbox._LAST_DIGEST}", "abc")]
    assert [step.split(" (")[0].split(" USING")[0] for step in steps] == ["SEARCH outbox"]


def test_a_plugin_that_breaks_holds_up_no_other_channel_and_tells_no_address(
    told, service, monkeypatch
):
    def breaks(*_, **__):
        raise RuntimeError("json://secret@example.org")

    class Broken:
        AppriseAsset = staticmethod(dict)
        Apprise = breaks

    monkeypatch.setenv("TEAM_URL", service.url)
    monkeypatch.setattr(channels, "library", lambda: Broken)
    with pytest.raises(channels.NotSent, match="env:TEAM_URL broke: RuntimeError") as caught:
        channels.send(NotifyChannel("team", "env:TEAM_URL"), Letter("a", "b"))
    assert "secret" not in str(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("answer", [b"garbage\r\n\r\n", b"HTTP/1.1 200 OK\r\nA:" + b"a" * 70_000])
def test_a_heartbeat_that_nobody_understands_is_no_fault_of_the_chores(answer, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=answer_once, args=(listener, answer))
        thread.start()
        monkeypatch.setenv("BEAT", f"http://127.0.0.1:{listener.getsockname()[1]}/secret")
        with pytest.raises(channels.NotSent, match="env:BEAT could not be fetched") as caught:
            channels.beat("env:BEAT")
        thread.join()
    assert "secret" not in str(caught.value)


def test_a_heartbeat_address_with_a_blank_is_not_told(monkeypatch):
    monkeypatch.setenv("BEAT", "http://127.0.0.1:9/secret place")
    with pytest.raises(channels.NotSent, match="InvalidURL"):
        channels.beat("env:BEAT")


def answer_once(listener: socket.socket, answer: bytes) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.recv(65_536)
        connection.sendall(answer)
