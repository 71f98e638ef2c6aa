"""Every page of ours on a crawled archive: what it says, where it leads, what it is sent with."""

import html
import json
import re
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

SEED = "governing-the-party-2025"
CUT = "同时，也要防止制度过于烦琐、陷入“制度陷阱”。"


@pytest.fixture(scope="session")
def cut(browsed: Any) -> tuple[int, int, int, int]:
    """The change that cut a sentence out of the Qiushi speech: id, page, from, to."""
    return browsed.one(
        "SELECT id, page_id, from_version_id, to_version_id FROM changes WHERE seeds <> '[]'"
    )


def links_of(page: str) -> set[str]:
    """Addresses of our own origin that a page leads to, without fragments."""
    found = (html.unescape(link) for link in re.findall(r'href="([^"]*)"', page))
    return {link.partition("#")[0] for link in found if link.startswith("/")} - {""}


def test_front_page_has_the_edit_in_the_line(browsed: Any) -> None:
    page = browsed.page("/")
    assert "可以推广到全市" in page
    assert re.search(r"<ins[^>]*>不</ins>", page)
    assert re.search(r"<del[^>]*>5\.6</del>\s*<ins[^>]*>5\.2</ins>", page)
    for name in ("求是 · 红旗文稿", "新华网", "Law at the End of the Day"):
        assert name in page
    for seed in ("pseudo-loyalty-2018", SEED, "study-group-speeches"):
        assert f"/-/seeds/{seed}" in page
    assert "99.8 %" in page
    assert "sources keep their promise" in page
    assert '<svg viewBox="0 0 720.0 120.0" role="img"' in page
    heavy_first = [float(score) for score in re.findall(r'class="number">(\d\.\d\d)<', page)]
    assert heavy_first == sorted(heavy_first, reverse=True)
    assert len(heavy_first) > 8


def test_every_link_leads_somewhere(browsed: Any) -> None:
    """From the front page on, through every page of ours; Datasette's own are tried, not walked."""
    waiting, seen = ["/"], {"/"}
    kinds: dict[str, int] = {}
    while waiting:
        path = waiting.pop()
        place, _, query = path.partition("?")
        shape = re.sub(r"\d+|[0-9a-f]{16,}", "…", place) + re.sub("=[^&]*", "", query)
        kinds[shape] = kinds.get(shape, 0) + 1
        if kinds[shape] > (1 if path.startswith("/archive") else 2) or "lang=" in query:
            continue
        answer = browsed.get(path)
        if answer.status_code in (301, 302):
            continue
        assert answer.status_code == 200, (path, answer.status_code)
        ours = "Content-Security-Policy" in answer.headers
        if ours and answer.headers["content-type"].startswith("text/html"):
            assert answer.headers.get("content-disposition") or "<h1" in answer.text
            found = links_of(answer.text) - seen
            seen |= found
            waiting += sorted(found)
    assert len(kinds) > 40


PAGES = (
    "/", "/-/changes", "/-/changes?all=1", "/-/changes?label=masked", "/-/pages", "/-/seeds",
    f"/-/seeds/{SEED}", "/-/search", "/-/search?q=" + quote("忠诚"), "/-/terms",
    "/-/terms?q=" + quote("坚决拥护,一致拥护"), "/-/events", "/-/versions/1", "/-/diff/1/2",
)  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_what_every_page_keeps(browsed: Any, path: str) -> None:
    answer = browsed.get(path)
    assert answer.status_code == 200
    page = answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "<script" not in page
    assert not re.search(r"<[^>]+\son\w+=", page)
    assert not re.search(r"<[^>]+\sstyle=", page)
    assert page.count("<h1") == 1
    assert "</html>" in page
    assert 'rel="alternate" type="application/atom+xml"' in page
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for tag, address in re.findall(r'(<a href="(https?://[^"]+)"[^>]*>)', page):
        assert 'rel="noopener noreferrer nofollow"' in tag, address


def test_change_side_by_side_and_inline(browsed: Any, cut: tuple[int, ...]) -> None:
    side = browsed.page(f"/-/changes/{cut[0]}")
    assert re.search(rf"<del[^>]*>{CUT}</del>", side)
    assert 'class="redline two"' in side
    assert "Before" in side
    inline = browsed.page(f"/-/changes/{cut[0]}?view=inline")
    assert 'class="redline inline"' in inline
    assert re.search(r"<del[^>]*>鞠鹏</del><ins[^>]*>燕雁</ins>", inline)
    for page in (side, inline):
        assert f"/-/seeds/{SEED}" in page
        assert "Unchanged paragraphs" in page
        assert "/-/bodies/" in page


def test_change_has_its_evidence_and_citation(browsed: Any, cut: tuple[int, ...]) -> None:
    page = html.unescape(browsed.page(f"/-/changes/{cut[0]}"))
    record, old_seen, new_seen = browsed.one(
        "SELECT l.hash, c.old_last_seen, c.new_first_seen FROM changes c "
        "JOIN log l ON l.sequence = c.sequence WHERE c.id = ?",
        cut[0],
    )
    citation = page.partition('<p class="copy">')[2].partition("</p>")[0]
    assert record in citation
    assert old_seen in citation
    assert new_seen in citation
    for version in cut[2:]:
        digest = browsed.one(
            "SELECT t.sha256 FROM texts t JOIN versions v ON v.text_id = t.id WHERE v.id = ?",
            version,
        )
        assert digest in citation
    permalink = re.search(r"http://localhost(/-/changes/[0-9a-f]{16})", citation)
    assert permalink is not None
    assert browsed.page(permalink[1]).count(record) >= 2
    for column in ("old_last_observation_id", "new_first_observation_id"):
        look = browsed.one(f"SELECT {column} FROM changes WHERE id = ?", cut[0])
        assert f"/archive/observations/{look}" in page


def test_change_as_json_and_as_a_file(browsed: Any, cut: tuple[int, ...]) -> None:
    told = json.loads(browsed.page(f"/-/changes/{cut[0]}.json"))
    assert told["change"] == cut[0]
    assert told["seeds"][0]["seed"] == SEED
    assert sum(op["op"] == "delete" for op in told["ops"]) == 1
    answer = browsed.get(f"/-/changes/{cut[0]}.html")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "<style>" in answer.text
    assert 'href="/-/palimpsest' not in answer.text
    assert CUT in answer.text


def test_moves_masks_noise_and_states_are_drawn(browsed: Any) -> None:
    def page_of(label: str) -> str:
        number = browsed.one(
            "SELECT id FROM changes WHERE EXISTS (SELECT 1 FROM json_each(labels) WHERE value = ?)",
            label,
        )
        return browsed.page(f"/-/changes/{number}")

    moved = page_of("moved")
    assert moved.count('<del class="moved"') == 1
    assert moved.count('<ins class="moved"') >= 1
    masked = page_of("masked")
    assert re.search(r'<del class="masked"[^>]*>朱镕基</del>', masked)
    assert re.search(r'<ins class="mask"[^>]*>\*\*\*</ins>', masked)
    width = page_of("width")
    assert 'class="noise"' in width
    assert "no word differs" in width
    gone = browsed.one("SELECT id FROM changes WHERE to_state = 'gone'")
    assert "state-gone" in browsed.page(f"/-/changes/{gone}")


def test_page_has_its_life_and_its_choices(browsed: Any, cut: tuple[int, ...]) -> None:
    page = browsed.page(f"/-/pages/{cut[1]}")
    assert page.count('<rect class="band ') >= 3
    assert 'class="tick-changed"' in page
    assert f'name="a" value="{cut[2]}"' in page
    assert f'name="b" value="{cut[3]}"' in page
    chosen = browsed.get(f"/-/diff?a={cut[2]}&b={cut[3]}")
    assert chosen.headers["location"] == f"/-/diff/{cut[2]}/{cut[3]}"
    early, late = (
        browsed.get(f"/-/pages/{cut[1]}/on?day={day}").headers["location"]
        for day in ("2026-03-03", "2026-03-09")
    )
    assert early.startswith(f"/-/versions/{cut[2]}?")
    assert late.startswith(f"/-/versions/{cut[3]}?")
    assert browsed.get(f"/-/pages/{cut[1]}/on?day=2020-01-01").status_code == 404
    assert browsed.get(f"/-/pages/{cut[1]}/on?day=nonsense").status_code == 404


def test_page_by_its_address(browsed: Any, cut: tuple[int, ...]) -> None:
    url = browsed.one("SELECT canonical_url FROM pages WHERE id = ?", cut[1])
    assert browsed.get("/-/pages?url=" + quote(url)).headers["location"] == f"/-/pages/{cut[1]}"
    assert browsed.get("/-/pages?url=https://nowhere.example/").status_code == 404
    assert browsed.get("/-/pages?url=%00javascript:1").status_code in (400, 404)


def test_seed_paragraph_by_paragraph(browsed: Any, cut: tuple[int, ...]) -> None:
    page = browsed.page(f"/-/seeds/{SEED}")
    assert page.count('class="same"') > 40
    assert page.count('<p class="otherwise"') == 2
    assert re.search("<del[^>]*>[^<]*制度陷阱[^<]*</del>", page.partition('"otherwise"')[2])
    against = browsed.page(f"/-/seeds/{SEED}?page={cut[1]}")
    assert 'class="changed"' in against
    assert 'class="only"' in against
    assert "against all pages" in against
    lines = json.loads(browsed.page(f"/-/seeds/{SEED}.json"))
    assert {"same", "quoted_by"} <= {line["relation"] for line in lines}
    assert browsed.get("/-/seeds/unknown").status_code == 404


def test_a_copys_paragraph_that_went_offline(changed: Any) -> None:
    shown = changed(("UPDATE pages SET state = 'gone' WHERE source_id = 'fanwen'", ()))
    page = shown.page("/-/seeds/study-group-speeches")
    assert page.count('class="gone"') > 100
    assert 'class="same"' not in page


def test_what_the_original_has_and_the_copy_lacks(browsed: Any) -> None:
    page = browsed.page("/-/seeds/pseudo-loyalty-2018")
    assert 'id="lacks"' in page
    assert 'class="lacks"' in page


def test_reprints(browsed: Any) -> None:
    digest, pages = browsed.one(
        "SELECT t.sha256, count(DISTINCT v.page_id) FROM texts t "
        "JOIN versions v ON v.text_id = t.id "
        "GROUP BY t.fold_sha256 ORDER BY 2 DESC LIMIT 1"
    )
    assert pages == 2
    page = browsed.page(f"/-/texts/{digest}")
    assert page.count("nothing but form") == 2
    assert 'class="matrix"' in page
    assert page.count('<rect class="fill" x=') == 2
    assert f"sha256:{digest}" in browsed.page(f"/-/texts/{digest[:12]}")
    assert browsed.get("/-/texts/0123456789").status_code == 404
    assert browsed.get("/-/texts/01").status_code == 404


def test_reprints_that_differ_are_counted(browsed: Any, cut: tuple[int, ...]) -> None:
    digest = browsed.one(
        "SELECT t.sha256 FROM seeds s JOIN texts t ON t.id = s.text_id WHERE s.name = ?", SEED
    )
    page = browsed.page(f"/-/texts/{digest}")
    assert re.search(r"<ins>\+\d+</ins> <del>−\d+</del>", page)
    assert f"/-/seeds/{SEED}" in page


def test_forms_for_scripts(browsed: Any) -> None:
    word = quote("制度陷阱")
    told = json.loads(browsed.page(f"/-/search.json?removed=1&q={word}"))
    assert [hit["removed"] for hit in told] == [True]
    table = browsed.page(f"/-/search.csv?q={word}").splitlines()
    assert table[0].startswith("version,seed,url")
    assert len(table) >= 2
    counted = browsed.page("/-/terms.csv?q=" + quote("坚决拥护")).splitlines()
    assert any(line.startswith("坚决拥护,2024-") and ",1,1," in line for line in counted)
    assert len(json.loads(browsed.page("/-/seeds.json"))) == 5


def test_versions_and_their_files(browsed: Any, cut: tuple[int, ...]) -> None:
    answer = browsed.get(f"/-/versions/{cut[3]}")
    assert answer.headers["memento-datetime"].endswith("GMT")
    assert 'rel="original"' in answer.headers["link"]
    assert f"/-/diff/{cut[2]}/{cut[3]}" in answer.text
    text = browsed.get(f"/-/versions/{cut[2]}.txt")
    assert CUT in text.text
    assert text.headers["content-disposition"].startswith("attachment")
    assert json.loads(browsed.page(f"/-/versions/{cut[3]}.json"))["id"] == cut[3]


def test_bytes_are_never_shown(browsed: Any) -> None:
    digest = browsed.one("SELECT body_sha256 FROM observations WHERE outcome = 'new'")
    answer = browsed.get(f"/-/bodies/{digest}")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert b"<html" in answer.content.lower()
    assert browsed.get("/-/bodies/" + "0" * 64).status_code == 404


def test_any_two_texts(browsed: Any, cut: tuple[int, ...]) -> None:
    stored = json.loads(browsed.page(f"/-/diff/{cut[2]}/{cut[3]}.json"))
    told = json.loads(browsed.page(f"/-/changes/{cut[0]}.json"))
    assert stored["ops"] == told["ops"]
    back = json.loads(browsed.page(f"/-/diff/{cut[3]}/{cut[2]}.json"))
    assert back["inserted"] == stored["deleted"] == 25
    same = browsed.page(f"/-/diff/{cut[3]}/{cut[3]}")
    assert "same, character by character" in same
    assert "制度陷阱" in browsed.page(f"/-/diff/seed:{SEED}/{cut[3]}")
    assert browsed.get("/-/diff/seed:none/1").status_code == 404
    # Nobody knows who is said to have written a copy: that is no change.
    assert browsed.get(f"/-/diff/seed:{SEED}/{cut[3]}.json").json()["fields"] == []


@pytest.mark.parametrize(
    ("query", "found"),
    [("忠诚", True), ("制度陷阱", True), ("全面從嚴治黨", True), ("“制度陷阱”", True),
     ("党", True), ("archive public", True), ("没有这样的词语", False)],
)  # fmt: skip
def test_search(browsed: Any, query: str, found: bool) -> None:
    page = browsed.page("/-/search?q=" + quote(query))
    assert ("<mark>" in page) == found
    assert ("Nothing was found" in page) != found


@pytest.mark.parametrize(
    "query", ['"', "'", '"NEAR(', "*", "a AND", "(", ":", "-", "{", "\\", "忠诚 OR", "x" * 10_000,
              "\x00", "%", "^a", "＂忠诚", "col:x", "\ud800".encode("utf-8", "surrogatepass")],
)  # fmt: skip
def test_odd_queries_get_an_answer(browsed: Any, query: str | bytes) -> None:
    for place in ("search", "terms"):
        answer = browsed.get(f"/-/{place}?q=" + quote(query))
        assert answer.status_code == 200, answer.text[:500]


def test_search_inside_removed_text(browsed: Any, cut: tuple[int, ...]) -> None:
    page = browsed.page("/-/search?removed=1&q=" + quote("制度陷阱"))
    assert page.count('class="snippet"') == 1
    assert f"/-/changes/{cut[0]}" in page
    assert "no longer stands there" in page


def test_search_filters(browsed: Any) -> None:
    word = quote("党")
    assert "/-/seeds/" not in browsed.page(f"/-/search?source=qiushi&q={word}").split("<main")[1]
    none = browsed.page(f"/-/search?since=2030-01-01&q={word}")
    assert "Nothing was found" in none
    early = browsed.page(f"/-/search?until=2020-01-01&q={word}")
    assert "Nothing was found" in early
    day = browsed.one("SELECT substr(min(as_of), 1, 10) FROM versions")
    assert "/-/versions/" in browsed.page(f"/-/search?until={day}&since={day}&q={word}")
    by_label = browsed.page("/-/search?label=negation&q=" + quote("推广"))
    assert by_label.count('class="snippet"') == 1


def test_terms(browsed: Any) -> None:
    page = browsed.page("/-/terms?q=" + quote("坚决拥护，不可以"))
    assert page.count("<polyline") == 2
    assert re.search(r"1 → 0", page)
    assert re.search(r"0 → 1", page)
    assert re.search(r"<del[^>]*>坚决</del>\s*<ins[^>]*>一致</ins>", page)
    swaps = browsed.page("/-/terms")
    assert re.search(r"<del[^>]*>5\.6</del></td><td><ins[^>]*>5\.2</ins>", swaps)
    assert "坚决拥护" in swaps


def test_events(browsed: Any) -> None:
    page = browsed.page("/-/events?kind=seed_added")
    assert page.count('class="change"') == 5
    assert "Nothing happened" in browsed.page("/-/events?kind=none")


def test_unknown_names_are_pages(browsed: Any) -> None:
    for path in (
        "/-/changes/99999",
        "/-/versions/99999",
        "/-/pages/99999",
        "/-/seeds/x",
        "/-/versions/zzz",
        "/-/feeds/sources/x.atom",
        "/-/timemap/link/http://x.example/",
    ):
        answer = browsed.get(path)
        assert answer.status_code == 404, path
        assert "<h1>404</h1>" in answer.text


def test_chinese(browsed: Any, cut: tuple[int, ...]) -> None:
    page = browsed.get("/", headers={"accept-language": "zh-CN,zh;q=0.9,en;q=0.5"})
    assert '<html lang="zh">' in page.text
    assert "近期变动" in page.text
    chosen = browsed.get("/?lang=zh")
    cookie = chosen.headers["set-cookie"]
    assert "httponly" in cookie.lower()
    assert "引用此变动" in browsed.page(
        f"/-/changes/{cut[0]}", headers={"cookie": cookie.partition(";")[0]}
    )
    assert "Cite this change" in browsed.page(
        f"/-/changes/{cut[0]}?lang=en", headers={"accept-language": "zh"}
    )


def test_datasettes_pages_stay_and_lead_back(browsed: Any) -> None:
    database = browsed.page("/archive")
    assert "Palimpsest: front page" in database
    changes = browsed.page("/archive/recent_changes")
    assert re.search(r'<a href="/-/changes/\d+">', changes)
    assert browsed.get("/-/versions.json").json()["datasette"]["version"]
    found = browsed.get("/archive/texts.json?_searchmode=raw&_shape=array&_size=1")
    assert found.status_code == 200


def test_feeds_are_atom(browsed: Any) -> None:
    from lxml import etree

    atom = "{http://www.w3.org/2005/Atom}"
    for path, least in (
        ("/-/feeds/changes.atom", 9),
        ("/-/feeds/sources/qiushi.atom", 2),
        (f"/-/feeds/seeds/{SEED}.atom", 1),
    ):
        answer = browsed.get(path)
        assert answer.headers["content-type"].startswith("application/atom+xml")
        feed = etree.fromstring(answer.content)
        assert feed.tag == atom + "feed"
        entries = feed.findall(atom + "entry")
        assert len(entries) >= least
        ids = [feed.findtext(atom + "id"), *(entry.findtext(atom + "id") for entry in entries)]
        assert all(re.fullmatch(r"tag:[\w.]+,\d{4}:[\w:%.-]+", one) for one in ids)
        assert len(set(ids)) == len(ids)
        assert feed.find(f"{atom}link[@rel='self']").get("href") == f"http://localhost{path}"
        assert feed.findtext(f"{atom}author/{atom}name")
        for entry in entries:
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", entry.findtext(atom + "updated"))
            assert entry.findtext(atom + "title")
            link = entry.find(f"{atom}link[@rel='alternate']").get("href")
            assert browsed.get(urlsplit(link).path).status_code == 200


def test_timemap(browsed: Any, cut: tuple[int, ...]) -> None:
    url = browsed.one("SELECT canonical_url FROM pages WHERE id = ?", cut[1])
    answer = browsed.get(f"/-/timemap/link/{url}")
    assert answer.headers["content-type"] == "application/link-format"
    links = answer.text.strip().split(",\n")
    assert links[0] == f'<{url}>; rel="original"'
    assert 'rel="self"; type="application/link-format"; from="Mon, 02 Mar 2026' in links[1]
    assert links[2].startswith(f'<http://localhost/-/versions/{cut[2]}>; rel="first memento"; ')
    assert links[-1].startswith(f'<http://localhost/-/versions/{cut[3]}>; rel="last memento"; ')


def test_the_forms_hold_every_filter_and_links_keep_them(browsed: Any) -> None:
    asked = "q=" + quote("的") + "&source=qiushi&since=2026-01-01&until=2030-01-01"
    page = browsed.page(f"/-/search?{asked}&limit=1")
    for name in ("q", "source", "label", "since", "until", "removed"):
        assert len(re.findall(rf'<(?:input|select)[^>]*name="{name}"', page)) >= 1
    assert 'name="since" value="2026-01-01"' in page
    assert 'name="until" value="2030-01-01"' in page
    more = re.search(r'href="([^"]*limit=2[^"]*)"', page)
    assert more is not None
    for link in (more[1], *re.findall(r'href="([^"]*search\.(?:json|csv)[^"]*)"', page)):
        assert {"since=2026-01-01", "until=2030-01-01", "source=qiushi"} <= set(
            link.partition("?")[2].replace("&amp;", "&").split("&")
        )
    labelled = browsed.page(f"/-/search?{asked}&label=wording")
    assert '<option value="wording" selected>' in labelled
    assert "label=wording" in labelled.partition("search.csv")[2][:300]
    listed = browsed.page("/-/changes?until=2030-01-01&seed=qiushi-2026&term=%E5%85%9A")
    assert 'name="until" value="2030-01-01"' in listed
    assert '<input type="hidden" name="term" value="党">' in listed


def test_a_last_day_is_told_whole(browsed: Any) -> None:
    day, number = browsed.one("SELECT substr(recorded_at, 1, 10), id FROM changes WHERE score > 0")
    page = browsed.page(f"/-/changes?since={day}&until={day}")
    assert f"/-/changes/{number}" in page
