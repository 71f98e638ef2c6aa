"""Edits beside each other: what stands between them stays, and each ends where a reader would."""

import pytest

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
    assert edits(a, b) == [("赵乐际、", ""), ("", "赵乐际、"), ("丁薛祥、", "")]


def test_of_alignments_that_show_as_much_the_one_in_the_fewest_pieces_is_shown() -> None:
    a = "国家对耕地实行特殊保护，严格限制把耕地转为他用，并且组织开垦，任何人不得占用。"
    b = "国家实行占用耕地补偿制度，严格控制耕地转为非耕地，应当补充开垦，任何人不得占用。"
    assert edits(a, b) == [
        ("对", "实行占用"),
        ("实行特殊保护", "补偿制度"),
        ("限制把", "控制"),
        ("他用", "非耕地"),
        ("并且组织", "应当补充"),
    ]


def test_one_character_between_two_edits_is_part_of_one() -> None:
    a = "依法受让的农民集体土地，其经营权人同意，方可抵押。"
    b = "依法受让的农场所有土地，其经营人可以转让，方可抵押。"
    assert edits(a, b) == [("民集体", "场所有"), ("权人同意", "人可以转让")]


def test_a_moved_sentence_of_which_half_was_rewritten_is_a_move() -> None:
    keeps = "可以留置所占有的船舶，以保证造船费用得以偿还的权利"
    lines = [
        "各方应当遵守本章的规定，主管部门负责监督检查本章的施行。",
        "港口经营人应当备有与其业务相适应的设施，并且接受检验。",
        "托运人应当妥善包装货物，并且保证装船时所提供的资料正确。",
    ]
    old = f"前款所称的船舶留置权，是指造船人在另一方未履行时，{keeps}。"
    new = f"造船人、修船人在合同的另一方未按照约定支付时{keeps}，由本章第三节规定。"
    a, b = "\n".join([lines[0], old, *lines[1:]]), "\n".join([*lines, new])
    [move] = {op.move for op in diff(a, b).ops if op.move}
    moved = [op for op in diff(a, b).ops if op.move == move and op.op is OpKind.MOVE]
    assert keeps in "".join(a[slice(*op.a)] for op in moved)


def test_two_numbers_are_two_edits_whatever_their_length() -> None:
    a = "全国有9804.1万名党员、506.5万个基层党组织。"
    b = "全国有9900多万名党员、517.6万个基层党组织。"
    assert edits(a, b) == [("9804.1", "9900多"), ("506.5", "517.6")]


@pytest.mark.parametrize(
    ("a", "b", "told"),
    [
        ("第二十一条", "第二十五条", [("二十一", "二十五")]),
        ("第十条", "第十三条", [("十", "十三")]),
        ("共三百万元", "共四百万元", [("三百万", "四百万")]),
        ("一九九七年十二月", "一九九八年十二月", [("一九九七", "一九九八")]),
        ("一百二十四条至一百二十八条", "一百二十四条至一百三十条", [("一百二十八", "一百三十")]),
    ],
)
def test_a_chinese_number_is_shown_as_a_whole(a: str, b: str, told: list[tuple[str, str]]) -> None:
    assert edits(f"依照{a}的规定办理。", f"依照{b}的规定办理。") == told


def test_a_line_break_inside_a_number_is_noise() -> None:
    found = diff("本章共有二十三条规定。", "本章共有二十\n三条规定。")
    assert found.score == 0
    assert not any(op.op is not OpKind.EQUAL and not op.noise for op in found.ops)


def test_an_added_article_is_whole_lines_and_the_next_number_an_edit_of_its_own() -> None:
    head = "第二条　国家鼓励发展对外贸易，维护公平、自由的对外贸易秩序。\n"
    added = "第三条　从事对外贸易的，应当遵守有关法律，诚实守信，接受监督。"
    tail = "条　任何组织和个人都可以向主管部门检举违法行为，主管部门应当保密。"
    a, b = f"{head}第三{tail}", f"{head}{added}\n第四{tail}"
    assert edits(a, b) == [("", added), ("三", "四")]
    assert edits(b, a) == [(added, ""), ("四", "三")]


def test_a_reworded_sentence_keeps_the_words_that_stand_in_both() -> None:
    a = "第三条　平等主体的公民、法人和其他组织之间发生的合同纠纷，可以仲裁。"
    b = "第三条　平等主体的自然人、法人、非法人组织之间发生的合同纠纷，可以仲裁。"
    assert edits(a, b) == [("公民", "自然人"), ("和其他", "、非法人")]
    a = "实行自动许可的货物，未办理自动许可手续的，海关不予放行。"
    b = "实行自动许可的货物，海关凭提交的自动许可证明，办理验放手续。"
    assert ("手续", "手续") not in edits(a, b)
    assert "".join(x for x, _ in edits(a, b)) == "未办理的，海关不予放行"


def test_two_insertions_around_a_character_that_the_second_repeats_are_one() -> None:
    a = "违反本法规定的，由有关部门责令改正；拒不改正的，给予警告。"
    b = "违反本法规定的，由有关部门依据各自职责责令改正；拒不改正的，给予警告。"
    assert edits(a, b) == [("", "依据各自职责")]


def test_a_character_that_two_small_edits_share_is_part_of_one() -> None:
    a, b = "我们要坚持自我革命的精神。", "我们要坚持伟大的斗争精神。"
    assert edits(a, b) == [("自我革命的", "伟大的斗争")]
