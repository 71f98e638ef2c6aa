"""Drop lists taken apart find what the engine finds; a selector that is none is harmless."""

from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.drops import Drops, drops_of
from crawler.extract.page import parse
from crawler.extract.vocabulary import ADS
from crawler.model import Profile

SELECTORS = (*sorted(ADS), ".pager", "#editor", "p.desc", "div > .x", "[id^=ad]", "img[src*=ewm]")
SOME = "ad ads ad-box adv-1 x-ad advert2 sponsor pager editor read head desc x ad_top guanggao3"
NAMES = st.sampled_from(SOME.split())
ELEMENT = st.tuples(
    st.sampled_from(("p", "div", "span", "ins", "img")),
    st.lists(NAMES, max_size=3),
    st.none() | NAMES,
)


def found(drops: Drops, html: str) -> set[int]:
    page = parse(f"<!doctype html><body>{html}", "http://a.org/1")
    assert page.body is not None
    return drops.below(page.body)


@given(st.lists(ELEMENT, max_size=8))
def test_a_list_taken_apart_finds_what_the_engine_finds(elements: list) -> None:  # type: ignore[type-arg]
    html = "".join(
        f'<{tag} class="{" ".join(classes)}"{f" id={name}" if name else ""} src=/ewm.png>x</{tag}>'
        for tag, classes, name in elements
    )
    page = parse(f"<!doctype html><body>{html}", "http://a.org/1")
    assert page.body is not None
    engine = {node.mem_id for node in page.body.css(", ".join(SELECTORS))}
    assert drops_of(SELECTORS).below(page.body) == engine


def test_a_selector_that_is_none_matches_nothing_and_spoils_no_other() -> None:
    drops = drops_of((".a", "::::", "p > em", "[["))
    html = "<div class=a>1</div><p><em>2</em></p><b>3</b>"
    assert len(found(drops, html)) == 2


def test_names_count_whatever_their_case() -> None:
    assert len(found(drops_of((".Pager", "#Foot")), "<p class=PAGER>1<p id=foot>2<p>3")) == 2


def test_a_users_list_may_hold_several_in_one_text(read) -> None:  # type: ignore[no-untyped-def]
    mine = Profile("mine", ("a.org",), select={"body": "#b"}, drop=(".x, .y", ".z"))
    html = "<div id=b><p>留下的一段。<p class=x>甲<p class=y>乙<p class=z>丙</div>"
    assert read(html, "http://a.org/1", profiles=(mine,)).text == "留下的一段。"
