"""Edits beside each other: what stands between them stays, and each ends where a reader would."""

from crawler.compare import diff
from crawler.model import OpKind


def edits(a: str, b: str) -> list[tuple[str, str]]:
    """What was cut and what was put for it, noise aside."""
    ops = (op for op in diff(a, b).ops if op.op is not OpKind.EQUAL and not op.noise)
    return [(a[slice(*op.a)].strip(), b[slice(*op.b)].strip()) for op in ops]


HEAD = "The report was published on a Monday in spring and read by nobody at all.\n"
TAIL = "\nThe next report was published in autumn, and everybody who could read did read it."


def test_a_short_line_between_two_large_edits_stays() -> None:
    cut = "Etsy clothing brands that no longer answer any letters"
    added = "A wholly new paragraph about tooth brushes, their seven modes and their travel case."
    a = f"{HEAD}- swim fabric\n{cut}{TAIL}"
    b = f"{HEAD}{added}\n- swim fabric{TAIL}"
    assert edits(a, b) == [("", added), (cut, "")]


def test_a_heading_cut_before_a_line_that_begins_with_its_last_word() -> None:
    a = f"{HEAD}Benefits of AI in the care of AI\nAI is poised to deliver gains{TAIL}"
    b = f"{HEAD}AI is poised to visual gains{TAIL}"
    assert edits(a, b) == [("Benefits of AI in the care of AI", ""), ("deliver", "visual")]


def test_a_sentence_cut_before_one_that_begins_alike() -> None:
    cut = "It evaluates the content against what it knows of the reader and his projects."
    a = f"{HEAD}Nobody hurries. {cut} It’s the first reader you will have to pass.{TAIL}"
    b = f"{HEAD}Nobody hurries. It’s the first reader Identify will have to pass.{TAIL}"
    assert edits(a, b) == [(cut, ""), ("you", "Identify")]


def test_of_two_headings_alike_but_for_case_the_exact_one_stays() -> None:
    cut = (
        "Support keeps the app useful to those who paid for it.",
        "Factor Native development Cross-platform development",
    )
    a = f"{HEAD}{cut[0]}\nNative vs. cross-platform development\n{cut[1]}{TAIL}"
    b = f"{HEAD}Native vs. cross-platform development{TAIL}"
    assert edits(a, b) == [(cut[0], ""), (cut[1], "")]


def test_characters_shared_by_chance_do_not_cut_a_rewriting_to_pieces() -> None:
    a = "会议指出，这项工作要抓紧落实，不能再拖。"
    b = "会议指出，各地区各部门必须立即行动起来，不能再拖。"
    assert edits(a, b) == [("这项工作要抓紧落实", "各地区各部门必须立即行动起来")]


def test_names_taken_from_a_list_are_told_one_by_one() -> None:
    a = "出席的有：习近平、李强、赵乐际、王沪宁、蔡奇、丁薛祥、李希。"
    b = "出席的有：习近平、李强、王沪宁、赵乐际、蔡奇、李希。"
    assert edits(a, b) == [("", "王沪宁、"), ("王沪宁、", ""), ("丁薛祥、", "")]


def test_two_numbers_are_two_edits_whatever_their_length() -> None:
    a = "全国有9804.1万名党员、506.5万个基层党组织。"
    b = "全国有9900多万名党员、517.6万个基层党组织。"
    assert edits(a, b) == [("9804.1", "9900多"), ("506.5", "517.6")]
