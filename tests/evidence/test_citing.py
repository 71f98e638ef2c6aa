"""A citation says what was seen; its bundle convinces a stranger, until one byte is changed."""

import gzip
import html
import html.parser
import json
import random
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from crawler.cli.root import crawl
from crawler.errors import UnknownName
from crawler.evidence import verifier
from crawler.evidence.anchoring import anchor
from crawler.evidence.bundle import write_bundle
from crawler.evidence.citation_text import FORMATS, render
from crawler.evidence.citing import cite
from crawler.evidence.state import State
from crawler.model import SeedSetting
from crawler.model import State as PageStates

OLD = "我们坚决反对伪忠诚。\n这是第二段，没有改动，留在这里。"
NEW = "我们旗帜鲜明地反对伪忠诚。\n这是第二段，没有改动，留在这里。"


@pytest.fixture
def edited(world: Any) -> Any:
    """A page that was edited, one that went, and a seed copy."""
    setting = SeedSetting("copy", "/x/copy.txt", title="抄本", url_evidence="unknown")
    world.archive.sync_seeds([(setting, OLD.encode())])
    world.listing("a", "b")
    world.look("a", OLD)
    world.pass_time(hours=1)
    world.look("a", OLD)
    world.look("b", "另一篇文章")
    world.pass_time(hours=1)
    world.look("a", NEW)
    world.absent("b", state=PageStates.GONE)
    return world


def bundled(world: Any, state: State, ref: str, target: Path) -> Path:
    """The unpacked bundle of a citation."""
    found = cite(world.archive, state, ref)
    write_bundle(world.archive, state, found, target / "bundle.zip", "2026-03-02T00:00:00.000Z")
    with zipfile.ZipFile(target / "bundle.zip") as file:
        file.extractall(target / "bundle")
    return target / "bundle"


def ran(folder: Path, *arguments: str) -> tuple[int, str]:
    """The bundle's own program, as a stranger runs it: isolated, in its folder."""
    done = subprocess.run(
        [sys.executable, "-I", "-B", "verify.py", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={"PYTHONUTF8": "1", "PATH": "/usr/bin:/bin"},
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_a_change_is_cited_in_two_languages(edited: Any, state: State) -> None:
    anchor(edited.archive, state, edited.now)
    found = cite(edited.archive, state, "1")
    assert (found.kind, found.url) == ("change", "http://news.test/a")
    assert found.since == "2026-03-01T09:00:00.000Z"
    assert found.until == "2026-03-01T10:00:01.000Z"
    assert found.anchored_until
    written = render(found, "text")
    for words in (
        "坚决",
        "旗帜鲜明地",
        "改为",
        "became",
        "《题目》",
        "求是",
        found.record,
        "未知有公开副本",
    ):
        assert words in written
    assert found.text_sha256["new"] in written
    assert cite(edited.archive, state, found.record[:12]).record == found.record


def test_versions_seeds_and_texts_are_cited(edited: Any, state: State) -> None:
    assert cite(edited.archive, state, "http://news.test/a").kind == "version"
    assert cite(edited.archive, state, "version:1").id == 1
    assert cite(edited.archive, state, "copy").kind == "seed"
    text = edited.archive.find_version("1").text_sha256
    assert cite(edited.archive, state, text[:16]).kind == "version"
    gone = next(c for c in edited.archive.changes() if c["kind"] == "state")
    assert "gone" in render(cite(edited.archive, state, str(gone["change"])), "text")
    for ref in ("999", "nothing", "ffffffffffff", "change:77", "http://other.test/"):
        with pytest.raises(UnknownName):
            cite(edited.archive, state, ref)


def test_every_format_is_well_formed(edited: Any, state: State) -> None:
    for ref in ("1", "2", "version:1", "copy"):
        found = cite(edited.archive, state, ref)
        (item,) = json.loads(render(found, "csl"))
        assert item["type"] == "webpage"
        assert item["title"]
        ris = render(found, "ris").split("\r\n")
        assert (ris[0], ris[-1].strip()) == ("TY  - ELEC", "ER  -")
        bibtex = render(found, "bibtex")
        assert bibtex.count("{") == bibtex.count("}")
        assert bibtex.startswith("@online{palimpsest-")
        assert "[EB/OL]" in render(found, "gb7714")
    assert json.loads(render(cite(edited.archive, state, "1"), "csl"))[0]["issued"] == {
        "date-parts": [[2026, 2, 28]]
    }


def test_what_a_page_calls_itself_cannot_break_a_format(edited: Any, state: State) -> None:
    edited.listing("hostile")
    from dataclasses import replace

    hostile = replace(
        cite(edited.archive, state, "1"),
        title="}, evil = {x}\nER  - \\input{/etc/passwd} 100% & #",
        url="http://news.test/a}{\\b c",
    )
    assert render(hostile, "ris").count("\r\nER  -") == 1
    bibtex = render(hostile, "bibtex")
    assert "\\input" not in bibtex
    assert "http://news.test/a%7D%7B%5Cb%20c" in bibtex
    assert json.loads(render(hostile, "csl"))[0]["title"] == hostile.title


@pytest.mark.parametrize("ref", ["1", "2", "version:1", "version:3", "copy"])
def test_a_stranger_checks_a_bundle(edited: Any, state: State, tmp_path: Path, ref: str) -> None:
    anchor(edited.archive, state, edited.now)
    folder = bundled(edited, state, ref, tmp_path)
    code, said = ran(folder)
    assert code == 0, said
    key = state.require_key().fingerprint
    assert key in said
    assert "Nothing outside this bundle vouches" in said
    assert ran(folder, "--key", key)[0] == 0
    code, said = ran(folder, "--key", "00" * 32)
    assert code == 1
    assert "not the one that you named" in said


def test_the_quoted_words_are_found_in_the_bytes(edited: Any, state: State, tmp_path: Path) -> None:
    folder = bundled(edited, state, "1", tmp_path)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    old, new = manifest["sides"]["old"], manifest["sides"]["new"]
    assert (old["words"], new["words"]) == (["坚决"], ["旗帜鲜明地"])
    assert old["unfound"] == new["unfound"] == []
    assert "坚决" in (folder / "old.body").read_text("utf-8")
    assert (folder / "captures.warc.gz").stat().st_size > 0


def test_a_stamp_in_a_bundle_is_checked(
    edited: Any, state: State, tmp_path: Path, authority: Any, loaded: Any
) -> None:
    with loaded.Served(authority) as served:
        anchor(edited.archive, state, edited.now, [served.url])
    folder = bundled(edited, state, "1", tmp_path)
    lines = verifier.check(folder)
    assert any(line.startswith("Stamped: the head stood at 20") for line in lines)
    assert any("--tsa-ca" in line for line in lines)
    lines = verifier.check(folder, roots=str(authority.roots))
    assert not any("Not checked" in line for line in lines)
    stranger = loaded.Authority(tmp_path / "stranger")
    with pytest.raises(verifier.Wrong, match="was not signed by an authority"):
        verifier.check(folder, roots=str(stranger.roots))


def test_one_changed_byte_of_any_file_is_seen(
    edited: Any, state: State, tmp_path: Path, authority: Any, loaded: Any
) -> None:
    with loaded.Served(authority) as served:
        anchor(edited.archive, state, edited.now, [served.url])
    folder = bundled(edited, state, "1", tmp_path)
    verifier.check(folder)
    draw = random.Random(0)
    names = sorted(path for path in folder.rglob("*") if path.is_file())
    assert len(names) > 20
    for path in names:
        content = path.read_bytes()
        places = {0, len(content) - 1, draw.randrange(len(content)), draw.randrange(len(content))}
        for place in places:
            changed = bytearray(content)
            changed[place] ^= 1 << draw.randrange(8)
            path.write_bytes(bytes(changed))
            with pytest.raises(verifier.Wrong):
                verifier.check(folder)
            path.write_bytes(content)
    changed = bytearray((folder / "verify.py").read_bytes())
    changed[40] ^= 1
    (folder / "verify.py").write_bytes(bytes(changed))
    assert ran(folder)[0] == 1


def test_files_that_come_or_go_are_seen(edited: Any, state: State, tmp_path: Path) -> None:
    folder = bundled(edited, state, "1", tmp_path)
    (folder / "more.txt").write_text("x")
    with pytest.raises(verifier.Wrong, match=r"more\.txt"):
        verifier.check(folder)
    (folder / "more.txt").unlink()
    (folder / "old.txt").unlink()
    with pytest.raises(verifier.Wrong, match=r"old\.txt"):
        verifier.check(folder)


def test_a_whole_forged_bundle_is_only_vouched_for_by_itself(
    edited: Any, state: State, tmp_path: Path, building: Any
) -> None:
    """A forger makes an archive of his own with other words, and signs it with his own key."""
    forger = State(tmp_path / "forger")
    forger.make_key()
    forged = building.World(tmp_path / "forged.db")
    forged.listing("a")
    forged.look("a", OLD)
    forged.pass_time(hours=1)
    forged.look("a", OLD.replace("反对", "拥护"))
    folder = bundled(forged, forger, "1", tmp_path)
    forged.close()
    code, said = ran(folder)
    assert code == 0
    assert "Nothing outside this bundle vouches for that key" in said
    assert ran(folder, "--key", state.require_key().fingerprint)[0] == 1


def resigned(folder: Path, state: State) -> None:
    """Rewrite the manifest's hashes and sign it again, as the holder of the key could."""
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    from hashlib import sha256

    for name in manifest["files"]:
        data = (folder / name).read_bytes()
        manifest["files"][name] = {"sha256": sha256(data).hexdigest(), "bytes": len(data)}
    text = json.dumps(manifest, ensure_ascii=False).encode()
    (folder / "manifest.json").write_bytes(text)
    (folder / "manifest.sig").write_bytes(state.require_key().sign(text))


@pytest.mark.parametrize(
    ("name", "old", "new", "wrong"),
    [
        ("old.body", "坚决", "坚定", "received"),
        ("new.txt", "旗帜", "旗号", "not the text"),
        ("ops.json", '"replace"', '"equal"', "ops.json"),
        ("records/change.json", "content", "listing", "not in the log"),
        ("records/new-observation.json", "2026", "2025", "not in the log"),
    ],
)
def test_even_the_keys_holder_cannot_change_what_the_log_names(
    edited: Any, state: State, tmp_path: Path, name: str, old: str, new: str, wrong: str
) -> None:
    folder = bundled(edited, state, "1", tmp_path)
    content = (folder / name).read_text("utf-8")
    assert old in content
    (folder / name).write_text(content.replace(old, new), "utf-8")
    resigned(folder, state)
    with pytest.raises(verifier.Wrong, match=wrong):
        verifier.check(folder)


FORGED = [
    ("cited words", "1", lambda m: m["cited"]["words"].append({"from": "x", "to": "y"}), "quotes"),
    ("no words", "1", lambda m: m["cited"].update(words=[]), "quotes other words"),
    ("words not looked for", "1", lambda m: m["sides"]["old"].update(words=[]), "looked for"),
    ("another record", "1", lambda m: m["cited"].update(record="ab" * 32), "another record"),
    ("another author", "1", lambda m: m["cited"].update(author="某人"), "author"),
    ("another date", "version:1", lambda m: m["cited"].update(published="2020"), "published"),
    ("another moment", "version:1", lambda m: m["cited"].update(until="2030"), "not seen when"),
    ("another end", "1", lambda m: m["cited"].update(until="2020"), "citation's until"),
    ("another beginning", "1", lambda m: m["cited"].update(since="2020"), "citation's since"),
    ("another state", "2", lambda m: m["cited"].update(to_state="live"), "citation's to_state"),
    ("another title", "1", lambda m: m["cited"].update(title="别的题目"), "citation's title"),
    ("another text", "1", lambda m: m["cited"]["text_sha256"].update(old="ab"), "text_sha256"),
    ("words of a state", "2", lambda m: m["cited"]["words"].append({"from": "x", "to": "y"}),
     "no operations"),
    ("words of a version", "version:1",
     lambda m: m["cited"]["words"].append({"from": "x", "to": "y"}), "quotes words"),
    ("another kind", "version:1", lambda m: m["cited"].update(kind="change"), "calls itself"),
    ("another key", "1", lambda m: m["cited"].update(key="ab" * 32), "another key"),
    ("another size", "1", lambda m: m["cited"]["head"].update(size=99), "another head"),
    ("another root", "1", lambda m: m["cited"]["head"].update(root="ab" * 32), "another head"),
    ("a copy's author", "copy", lambda m: m["cited"].update(author="某人"), "citation's author"),
    ("a copy's moment", "copy", lambda m: m["cited"].update(until="2020"), "citation's until"),
    ("a copy's title", "copy", lambda m: m["cited"].update(title="别的"), "citation's title"),
    ("another format", "1", lambda m: m.update(format=2), "format is 2"),
    ("another head", "1", lambda m: m["head"].update(size=3), "another head"),
    ("another log", "1", lambda m: m["cited"].update(origin="x"), "another log"),
    ("a look that is none", "1",
     lambda m: m["sides"]["old"].update(observation=m["change"]), "no observation"),
    ("a change that is none", "1",
     lambda m: m.update(change=m["sides"]["old"]["observation"]), "no change"),
    ("a file outside", "1", lambda m: m["sides"]["old"].update(body="../../x"), "leads out"),
    ("nothing", "1", lambda m: m.clear(), "not put together"),
    ("a list", "1", lambda m: m.update(sides=[]), "not put together"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "ref", "forge", "wrong"), FORGED, ids=[row[0] for row in FORGED])
def test_what_the_manifest_says_is_held_against_the_records(
    edited: Any, state: State, tmp_path: Path, what: str, ref: str, forge: Any, wrong: str
) -> None:
    """Signed by the very key: only the records speak against it."""
    folder = bundled(edited, state, ref, tmp_path)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    forge(manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    if "files" in manifest:
        resigned(folder, state)
    else:
        text = (folder / "manifest.json").read_bytes()
        (folder / "manifest.sig").write_bytes(state.require_key().sign(text))
    with pytest.raises(verifier.Wrong, match=wrong):
        verifier.check(folder)


def test_what_is_left_out_is_told(edited: Any, state: State, tmp_path: Path) -> None:
    folder = bundled(edited, state, "1", tmp_path)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    manifest["ops"] = None
    manifest["sides"]["old"] |= {"body": None, "extraction": None}
    manifest["sides"]["new"]["text"] = manifest["sides"]["new"]["extraction"] = None
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    resigned(folder, state)
    said = "\n".join(verifier.check(folder))
    for part in ("the operations", "the new text", "the bytes of the old look", "was read from"):
        assert part in said


def test_another_address_is_told(edited: Any, state: State, tmp_path: Path) -> None:
    """A page may be known by an address that no look in the bundle was at."""
    folder = bundled(edited, state, "1", tmp_path)
    assert "Not checked: that http" not in "\n".join(verifier.check(folder))
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    manifest["cited"]["url"] = "http://elsewhere.test/x"
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    resigned(folder, state)
    said = "\n".join(verifier.check(folder))
    assert "Not checked: that http://elsewhere.test/x is another address" in said


def test_captures_of_other_bytes_are_refused(edited: Any, state: State, tmp_path: Path) -> None:
    folder = bundled(edited, state, "1", tmp_path)
    (folder / "captures.warc.gz").write_bytes(gzip.compress(b"WARC/1.1"))
    resigned(folder, state)
    with pytest.raises(verifier.Wrong, match="does not hold"):
        verifier.check(folder)
    (folder / "captures.warc.gz").write_bytes(b"no gzip")
    resigned(folder, state)
    with pytest.raises(verifier.Wrong):
        verifier.check(folder)


def test_it_says_in_its_own_words_what_is_proved(edited: Any, state: State, tmp_path: Path) -> None:
    lines = verifier.check(bundled(edited, state, "1", tmp_path))
    assert any("“坚决” → “旗帜鲜明地”" in line for line in lines)
    assert any("http://news.test/a" in line and "2026-03-01T10:00:01" in line for line in lines)
    assert "No look at that address lies between the two." in lines
    (tmp_path / "version").mkdir()
    lines = verifier.check(bundled(edited, state, "version:1", tmp_path / "version"))
    assert any("from 2026-03-01T08:00:01.000Z to 2026-03-01T09:00:00.000Z" in x for x in lines)
    assert verifier.plain("a\x1b[31m\u202eb\n") == "a\\u001b[31m\\u202eb\\u000a"


def test_a_reader_may_bring_the_program_along(edited: Any, state: State, tmp_path: Path) -> None:
    folder = bundled(edited, state, "1", tmp_path)
    (folder / "verify.py").write_text("print('all is well')")
    assert verifier.main([str(folder)]) == 1
    (tmp_path / "again").mkdir()
    assert verifier.main([str(bundled(edited, state, "1", tmp_path / "again"))]) == 0


def test_ops_that_leave_something_out_are_refused() -> None:
    old, new = "一二三", "一三四"
    good = [
        {"op": "equal", "a": [0, 1], "b": [0, 1]},
        {"op": "delete", "a": [1, 2], "b": [1, 1]},
        {"op": "equal", "a": [2, 3], "b": [1, 2]},
        {"op": "insert", "a": [3, 3], "b": [2, 3]},
    ]
    verifier.check_ops(old, new, good)
    for number in range(4):
        with pytest.raises(verifier.Wrong):
            verifier.check_ops(old, new, good[:number] + good[number + 1 :])
    for bad in (
        [{**good[0], "a": [0, 2]}, *good[2:]],
        [good[0], {**good[1], "op": "insert"}, *good[2:]],
        [*good[:3], {**good[3], "op": "delete"}],
        [*good[:3], {**good[3], "b": [2, 9]}],
        [*good, {"op": "delete", "a": [-1, 0], "b": [3, 3]}],
    ):
        with pytest.raises(verifier.Wrong):
            verifier.check_ops(old, new, bad)
    with pytest.raises(verifier.Wrong):
        verifier.check_ops("一X三", new, [{**good[0], "a": [0, 2]}, *good[2:]])


@pytest.mark.parametrize(
    "piece",
    ["<", "</", "<!", "<!--", "<a ", "<a\n", "<a/", '<a b="', "<a b='", "<a b=", "<![CDATA[",
     "<?", "&", "&#", "<script>", "</script <", "<style", "<!-", "\\u4e2d", "= "],
)  # fmt: skip
def test_no_page_holds_up_a_proof(piece: str) -> None:
    """Python's own parser goes back for each of these: it would take hours."""
    body = (piece * (300_000 // len(piece))).encode()
    assert verifier.missing_words(body, "utf-8", ["从严治党"]) == ["从严治党"]


def test_a_number_that_is_no_character_is_no_error() -> None:
    body = f"<p>从&#{'9' * 5_000};严&#x{'f' * 5_000};治&#20826;</p>".encode()
    assert verifier.missing_words(body, "utf-8", ["治党"]) == []


TEXT = st.text(st.sampled_from("从严治党 <>&;ab\n"), max_size=12)
TAGS = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<b class='x>y'>",
        '<a href="?a>b&c">',
        "<br/>",
        "<!-- 注 > -->",
        "<!doctype html>",
    ]
)
PAGES = st.lists(TEXT.map(html.escape) | TAGS, max_size=20).map("".join)


@given(PAGES)
def test_a_page_gives_the_words_that_pythons_parser_finds(page: str) -> None:
    found: list[str] = []
    parser = html.parser.HTMLParser()
    parser.handle_data = found.append  # type: ignore[method-assign]
    parser.feed(page)
    parser.close()
    assert verifier.words_of(page) == "".join(found)


def test_words_in_scripts_and_in_feeds_are_found() -> None:
    page = "<script>var a = '<b>从严</b>治党';</script><p>党的<b title='a>b'>建设</b></p>"
    assert verifier.words_of(page) == "var a = '<b>从严</b>治党';党的建设"
    assert "从严治党" in verifier.words_of("<d><![CDATA[<p>从严<i>治党</i></p>]]></d>")


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "big5", "utf-16"])
def test_words_are_found_through_markup_and_escapes(charset: str) -> None:
    words = ["習近平", "同志"]
    page = "<p>習<b>近</b>平 &#21516;\n<!-- x -->志</p><script>var a=1</script>".encode(charset)
    assert verifier.missing_words(page, charset, words) == []
    assert verifier.missing_words(page, charset, ["沒有"]) == ["沒有"]
    feed = "<content>&lt;p&gt;習近平&lt;/p&gt;同志</content>".encode(charset)
    assert verifier.missing_words(feed, charset, words) == []
    assert verifier.missing_words(b'{"t":"\\u7fd2\\u8fd1\\u5e73"}', "utf-8", words[:1]) == []


def test_a_withheld_body_leaves_a_bundle_that_still_holds(
    edited: Any, state: State, tmp_path: Path
) -> None:
    edited.archive.conn.execute("UPDATE bodies SET data = NULL")
    code, said = ran(bundled(edited, state, "1", tmp_path))
    assert code == 0
    assert "Not checked: 1 of the old words" in said


def test_the_command_writes_both(edited: Any, state: State, tmp_path: Path) -> None:
    edited.archive.close()
    target = tmp_path / "c.zip"
    arguments = ["--db", str(edited.path), "cite", "1"]
    done = CliRunner().invoke(crawl, [*arguments, "--bundle", str(target)])
    assert done.exit_code == 0, done.output
    assert "坚决" in done.stdout
    with zipfile.ZipFile(target) as file:
        names = set(file.namelist())
        assert {"diff.html", "verify.py", "citation.txt", "README.txt"} <= names
        drawn = file.read("diff.html").decode()
        assert re.search(r"<del[^>]*>(<[^>]+>)*坚决<", drawn)
        file.extractall(tmp_path / "c")
    assert ran(tmp_path / "c", "--key", state.require_key().fingerprint)[0] == 0
    for form in FORMATS:
        done = CliRunner().invoke(crawl, [*arguments, "--format", form])
        assert done.exit_code == 0
    assert json.loads(CliRunner().invoke(crawl, [*arguments, "--json"]).stdout)["kind"] == "change"


def test_the_program_needs_the_standard_library_alone() -> None:
    import ast

    tree = ast.parse(Path(verifier.__file__).read_text("utf-8"), feature_version=(3, 11))
    names = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert names <= sys.stdlib_module_names
    assert not names & {"urllib", "http", "socket", "ssl"}
