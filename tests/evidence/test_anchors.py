"""Heads are signed, kept outside, stamped by a real authority; an archive that goes back fails."""

import base64
import json
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest

from crawler import chain
from crawler.errors import UsageError
from crawler.evidence import stamps
from crawler.evidence.anchoring import anchor, head_of, tell_key
from crawler.evidence.notes import Head, Key, open_checkpoint, verifier_key
from crawler.evidence.state import State
from crawler.evidence.verifier import Wrong, ed25519_valid, read_checkpoint, read_stamp
from crawler.evidence.verify import verify
from crawler.model import iso
from crawler.store.witness import tell, told


@pytest.fixture
def seen(world: Any) -> Any:
    """An archive with two versions of a page."""
    world.listing("a")
    world.look("a", "一篇旧的文章")
    world.pass_time(hours=1)
    world.look("a", "一篇新的文章")
    return world


def whats(found: dict[str, Any]) -> str:
    return "\n".join(problem["what"] for problem in found["problems"])


def test_a_head_is_signed_kept_and_told(seen: Any, state: State) -> None:
    made = anchor(seen.archive, state, seen.now)
    key = state.require_key()
    assert made["made"]
    assert made["key"] == key.fingerprint
    assert open_checkpoint(made["checkpoint"], key.public) == Head(*made["head"].values())
    found = verify(seen.path)
    assert (found["ok"], found["unprotected_tail"], found["anchors"]) == (True, 0, 1)
    assert found["anchored_until"] == made["signed_at"]
    status = seen.archive.status(now=seen.now)["archive"]
    assert status["anchored_until"] == made["signed_at"]
    seen.look("a", "又一篇")
    assert verify(seen.path)["unprotected_tail"] == 3


def test_the_note_is_what_c2sp_says(seen: Any, state: State) -> None:
    made = anchor(seen.archive, state, seen.now)
    lines = made["checkpoint"].split("\n")
    head = made["head"]
    root = base64.b64encode(bytes.fromhex(head["root"])).decode()
    assert lines[:4] == [head["origin"], str(head["size"]), root, ""]
    assert lines[4].startswith(f"— {head['origin']} ")
    assert lines[5:] == [""]
    public = state.require_key().public
    name, key_id, typed = verifier_key(head["origin"], public).split("+", 2)
    assert base64.b64decode(typed) == b"\x01" + public
    assert base64.b64decode(lines[4].split(" ")[2])[:4].hex() == key_id
    assert name == head["origin"]


def test_nothing_new_is_not_signed_again(seen: Any, state: State) -> None:
    first = anchor(seen.archive, state, seen.now)
    again = anchor(seen.archive, state, seen.now)
    assert (again["made"], again["record"]) == (False, first["record"])
    assert anchor(seen.archive, state, seen.now, again=True)["made"]
    assert verify(seen.path)["ok"]


def test_the_key_is_readable_by_its_owner_alone(state: State) -> None:
    assert stat.S_IMODE(state.key_path.stat().st_mode) == 0o600
    key, made = state.make_key()
    assert not made
    assert key.fingerprint == state.require_key().fingerprint


def test_without_a_key_nothing_is_signed(seen: Any, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="crawl init"):
        anchor(seen.archive, State(tmp_path / "none"), seen.now)


def test_an_older_copy_in_its_place_fails(seen: Any, state: State, tmp_path: Path) -> None:
    seen.archive.backup(tmp_path / "old.db")
    seen.look("a", "第三篇")
    anchor(seen.archive, state, seen.now)
    seen.archive.close()
    for suffix in ("-wal", "-shm"):
        seen.path.with_name(seen.path.name + suffix).unlink(missing_ok=True)
    shutil.copy(tmp_path / "old.db", seen.path)
    found = verify(seen.path)
    assert not found["ok"]
    assert "and a head of" in whats(found)
    # The copy itself, at its own place, lags behind and says so.
    lagging = verify(tmp_path / "old.db")
    assert lagging["ok"]
    assert "lacks the last" in lagging["unchecked"][0]
    # Without the state nobody can know.
    assert verify(seen.path, state=State(tmp_path / "elsewhere"))["ok"]


def rewritten(conn: Any, sequence: int, **fields: Any) -> None:
    """Forge one record and rebuild all hashes after it, as one who can write the file would."""
    tree, previous = chain.Frontier(), None
    conn.execute("PRAGMA foreign_keys = OFF")
    rows = conn.execute("SELECT sequence, record FROM log ORDER BY sequence").fetchall()
    for number, record in rows:
        said = {**json.loads(record), "previous": previous}
        if number == sequence:
            said |= fields
        text = chain.record_text(said)
        previous = chain.leaf_hash(text)
        subtree = tree.append(previous)
        conn.execute(
            "UPDATE log SET record = ?, hash = ?, subtree_hash = ? WHERE sequence = ?",
            (text, previous, subtree, number),
        )


@pytest.mark.parametrize("sequence", [0, 2])
def test_a_log_forged_from_a_record_on_fails_with_the_state(
    seen: Any, state: State, sequence: int
) -> None:
    made = anchor(seen.archive, state, seen.now)
    rewritten(seen.archive.conn, sequence, finished_at="2020-01-01T00:00:00.000Z")
    found = verify(seen.path)
    assert not found["ok"]
    assert "not those that were signed" in whats(found) or "was signed at this place" in whats(
        found
    )
    with pytest.raises(UsageError, match="is not signed"):
        anchor(seen.archive, state, seen.now, again=True)
    assert made["made"]


def test_another_archive_in_its_place_fails(
    seen: Any, state: State, tmp_path: Path, building: Any
) -> None:
    anchor(seen.archive, state, seen.now)
    other = building.World(tmp_path / "other.db")
    other.listing("b")
    other.close()
    seen.archive.close()
    for suffix in ("-wal", "-shm"):
        seen.path.with_name(seen.path.name + suffix).unlink(missing_ok=True)
    shutil.copy(tmp_path / "other.db", seen.path)
    assert "was signed at this place" in whats(verify(seen.path))


def test_a_key_gives_way_to_another_and_says_so(seen: Any, state: State) -> None:
    anchor(seen.archive, state, seen.now)
    old, new = state.replace_key()
    assert tell_key(seen.archive, new, seen.now, old)
    made = anchor(seen.archive, state, seen.now)
    assert made["key"] == new.fingerprint != old.fingerprint
    keys = [record.fields for record in told(seen.archive.conn, "key")]
    assert [key["fingerprint"] for key in keys] == [old.fingerprint, new.fingerprint]
    assert keys[1]["endorsement"]
    assert verify(seen.path)["ok"]
    # A lost key signs nothing; the log tells that it was replaced.
    state.key_path.unlink()
    lost, _ = state.make_key()
    tell_key(seen.archive, lost, seen.now)
    anchor(seen.archive, state, seen.now)
    assert verify(seen.path)["ok"]


def test_an_anchor_signed_by_a_stranger_is_named(seen: Any, state: State) -> None:
    anchor(seen.archive, state, seen.now)
    (last,) = told(seen.archive.conn, "anchor")
    head = head_of(seen.archive)._replace(size=2, root="00" * 32)
    rewritten(seen.archive.conn, last.sequence, checkpoint=Key.make().checkpoint(head))
    found = verify(seen.path, state=State(state.folder / "none"))
    assert any(problem["row"] == last.sequence for problem in found["problems"])


def test_an_anchor_that_is_told_again_is_named(seen: Any, state: State) -> None:
    """Whoever may write the file and has no key copies an old anchor, with a later time."""
    anchor(seen.archive, state, seen.now)
    (old,) = told(seen.archive.conn, "anchor")
    seen.look("a", "又一篇")
    anchor(seen.archive, state, seen.now)
    assert verify(seen.path)["ok"]
    tell(seen.archive.conn, "anchor", {**old.fields, "signed_at": "2030-01-01"}, iso(seen.now))
    assert "goes back behind" in whats(verify(seen.path))


def test_a_strangers_key_in_the_log_is_named_with_the_state(
    seen: Any, state: State, tmp_path: Path
) -> None:
    """A stranger appends a key of his own, and signs with it what he adds."""
    anchor(seen.archive, state, seen.now)
    stranger = State(tmp_path / "stranger")
    stranger.make_key()
    seen.look("a", "他加的一篇")
    anchor(seen.archive, stranger, seen.now)
    found = verify(seen.path)
    assert "in the place of yours" in whats(found)
    assert not found["ok"]
    # Who has no head of this log can only be told that no key vouches for that one.
    found = verify(seen.path, state=State(tmp_path / "nobody"))
    assert found["ok"]
    assert any("did not vouch for it" in what for what in found["unchecked"])


@pytest.mark.parametrize("chain_order", ["up", "down", "none"])
def test_a_stamp_of_a_real_authority_is_kept_and_checked(
    seen: Any, state: State, tmp_path: Path, loaded: Any, chain_order: str
) -> None:
    authority = loaded.Authority(tmp_path / "tsa", chain_order)
    state.keep_authority("test", authority.roots.read_bytes())
    with loaded.Served(authority) as served:
        made = anchor(seen.archive, state, seen.now, [served.url])
    (stamp,) = made["stamps"]
    assert stamp["problem"] is None
    assert stamp["checked_by"] in ("library", "openssl")
    assert stamp["moment"].startswith("20")
    (record,) = told(seen.archive.conn, "anchor")
    raw = base64.b64decode(record.fields["stamps"][0]["response"])
    assert stamps.by_openssl(raw, made["checkpoint"].encode(), authority.roots)[0]
    found = verify(seen.path)
    assert (found["ok"], found["unchecked"]) == (True, [])


def test_without_the_authoritys_certificates_its_signature_stays_unchecked(
    seen: Any, state: State, authority: Any, loaded: Any
) -> None:
    with loaded.Served(authority) as served:
        made = anchor(seen.archive, state, seen.now, [served.url])
    assert made["stamps"][0]["unchecked"]
    assert made["stamps"][0]["moment"]
    found = verify(seen.path)
    assert found["ok"]
    assert "--tsa-ca" in found["unchecked"][0]


def test_a_stamp_of_another_authority_is_refused(
    seen: Any, state: State, authority: Any, loaded: Any, tmp_path: Path
) -> None:
    stranger = loaded.Authority(tmp_path / "stranger")
    state.keep_authority("known", authority.roots.read_bytes())
    with loaded.Served(stranger) as served:
        made = anchor(seen.archive, state, seen.now, [served.url])
    assert "no known authority" in made["stamps"][0]["problem"]


ANSWERS = [
    (500, b"no"),
    (200, b""),
    (200, b"\x30\x03\x02\x01"),
    (200, b"<p>"),
    (200, b"0" * 70_000),
]


@pytest.mark.parametrize("answer", ANSWERS)
def test_whatever_an_authority_says_the_head_is_signed_and_the_answer_kept(
    seen: Any, state: State, authority: Any, loaded: Any, answer: tuple[int, bytes]
) -> None:
    with loaded.Served(authority) as served:
        served.said = answer
        made = anchor(seen.archive, state, seen.now, [served.url])
        assert made["stamps"][0]["problem"]
        served.said = None
        # The stamp is asked for again until there is one.
        assert anchor(seen.archive, state, seen.now, [served.url])["made"]
        assert not anchor(seen.archive, state, seen.now, [served.url])["made"]
    assert verify(seen.path)["ok"]


def test_a_stamp_over_something_else_is_refused(authority: Any) -> None:
    from hashlib import sha256

    response = authority.reply(stamps.query(sha256(b"one").digest(), 2**62))
    assert stamps.check(response, b"one", [authority.roots]).checked_by
    with pytest.raises(Wrong, match="something else"):
        stamps.check(response, b"two", [authority.roots])
    flipped = bytearray(response)
    flipped[-1] ^= 1
    with pytest.raises(Wrong):
        stamps.check(bytes(flipped), b"one", [authority.roots])
    for cut in range(0, len(response), 97):
        with pytest.raises(Wrong):
            read_stamp(response[:cut])


def test_ed25519_by_rfc_8032_agrees_with_the_library() -> None:
    """The signature check of a bundle is written out; RFC 8032's first vector, and cryptography's
    own signatures, flipped too."""
    public = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    signed = bytes.fromhex(
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bac"
        "c61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )
    assert ed25519_valid(public, b"", signed)
    assert not ed25519_valid(public, b"x", signed)
    key = Key.make()
    for size in (0, 1, 100):
        message = b"m" * size
        good = key.sign(message)
        assert ed25519_valid(key.public, message, good)
        for at in range(0, 512, 61):
            bad = bytearray(good)
            bad[at // 8] ^= 1 << at % 8
            assert not ed25519_valid(key.public, message, bytes(bad))
    assert not ed25519_valid(key.public, message, good[:32] + b"\xff" * 32)


def test_a_bundles_reader_reads_the_checkpoint() -> None:
    key, head = Key.make(), Head("palimpsest/0123456789abcdef", 7, "ab" * 32)
    note = key.checkpoint(head)
    assert read_checkpoint(note.encode(), key.public) == head
    for wrong in (note.replace("\n7\n", "\n8\n"), note[:-1], note.replace("— ", "- "), "x"):
        with pytest.raises(Wrong):
            read_checkpoint(wrong.encode(), key.public)
    with pytest.raises(Wrong):
        read_checkpoint(note.encode(), Key.make().public)
