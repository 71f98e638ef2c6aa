"""What stands beside a text, and watched words."""

from crawler.compare import compare_fields, count_terms, diff
from crawler.model import Fields, TermChange


def test_fields_that_read_otherwise() -> None:
    old = Fields(title="健全体系", source_name="新华社", images=("a.jpg",), links=("/x",))
    new = Fields(title="健全制度", source_name="新华社", images=("b.jpg",), links=("/x",))
    changes = {change.field: change for change in compare_fields(old, new)}
    assert set(changes) == {"title", "images"}
    assert changes["title"].as_dict() == {
        "field": "title",
        "from": "健全体系",
        "to": "健全制度",
        "labels": ["title"],
        "noise": False,
    }
    assert [str(label) for label in changes["images"].labels] == ["image"]


def test_a_field_of_another_form_is_noise_and_weighs_nothing() -> None:
    old, new = Fields(title="党的，领导"), Fields(title="党的,领导 ")
    [change] = compare_fields(old, new)
    assert change.noise
    assert diff("正文", "正文", old=old, new=new).score == 0
    assert compare_fields(Fields(editor=None), Fields(editor="")) != ()


def test_a_new_title_counts_though_the_text_stands() -> None:
    found = diff("正文", "正文", old=Fields(title="甲"), new=Fields(title="乙"))
    assert found.score > 0.2
    assert "title" in map(str, found.labels)
    assert (found.inserted, found.deleted) == (0, 0)


def test_watched_words_that_appear_or_vanish() -> None:
    terms = ["两个维护", "自我革命", "Party", "无此"]
    changes = count_terms(
        terms, "两个维护，兩個維護。the party", "自我\n革命。The Party, the PARTY"
    )
    assert changes == (
        TermChange("两个维护", 2, 0),
        TermChange("自我革命", 0, 1),
        TermChange("Party", 1, 2),
    )
