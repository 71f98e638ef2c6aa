"""Kinds of change that stand between the plain ones: lists, notes, years behind masks, tables."""

import pytest

from crawler.compare import diff
from crawler.model import OpKind

ITEMS = [
    "深入调查研究，摸清基层的真实情况",
    "反对铺张浪费，勤俭办一切事业",
    "密切联系群众，倾听不同的意见",
    "严守政治纪律，不搞上有政策下有对策",
    "加强内部监督，发现问题及时报告",
]


def edits(a: str, b: str) -> list[tuple[str, str]]:
    """What was cut and what was put for it, noise aside."""
    ops = (op for op in diff(a, b).ops if op.op is not OpKind.EQUAL and not op.noise)
    return [(a[slice(*op.a)].strip(), b[slice(*op.b)].strip()) for op in ops]


def numbered(form: str, items: list[str]) -> str:
    return "\n".join(form.format("一二三四五六"[at], item) for at, item in enumerate(items))


@pytest.mark.parametrize("form", ["{}、{}。", "（{}）{}；", "第{}条　{}。"])
def test_an_item_cut_from_a_numbered_list_is_its_line_and_the_numbers_after_it(form: str) -> None:
    a, b = numbered(form, ITEMS), numbered(form, ITEMS[:1] + ITEMS[2:])
    cut = form.format("二", ITEMS[1])
    told = edits(a, b)
    assert told == [(cut, ""), ("三", "二"), ("四", "三"), ("五", "四")]
    assert edits(b, a) == [(new, old) for old, new in told]


@pytest.mark.parametrize("sign", ["[1]", "①", "〔3〕"])
def test_a_footnote_is_its_sign_and_its_line(sign: str) -> None:
    a = "会议在北京开幕，一千多名代表出席。\n代表们热烈讨论了报告。"
    note = f"{sign} 参见《人民日报》1998年1月1日第1版。"
    b = f"会议在北京开幕{sign}，一千多名代表出席。\n代表们热烈讨论了报告。\n{note}"
    assert edits(a, b) == [("", sign), ("", note)]
    b = f"会议在北京开幕，一千多名代表出席。\n代表们热烈讨论了报告{sign}。\n{note}"
    assert edits(a, b) == [("", sign), ("", note)]


@pytest.mark.parametrize(
    ("year", "masked"),
    [("1998", "199×"), ("2015", "20××"), ("2015", "××××"), ("一九九七", "一九××")],
)
def test_a_year_loses_digits_behind_a_mask(year: str, masked: str) -> None:
    a, b = f"他于{year}年调任该省，主持全面工作。", f"他于{masked}年调任该省，主持全面工作。"
    [op] = [op for op in diff(a, b).ops if op.op is not OpKind.EQUAL]
    assert (op.op, a[slice(*op.a)], b[slice(*op.b)]) == (OpKind.MASK, year, masked)
    [op] = [op for op in diff(b, a).ops if op.op is not OpKind.EQUAL]
    assert op.op is OpKind.UNMASK


@pytest.mark.parametrize(
    ("plain", "masked", "told"),
    [
        ("十八大以来", "十××以来", ("八大", "××")),
        ("第三十六条", "第□□六条", ("三十", "□□")),
        ("一万五千份盒饭", "一万五某某盒饭", ("千份", "某某")),
        ("也就是两三个月", "某某三个月", ("也就是两", "某某")),
        ("也就是两三个月", "＊\u200b＊三个月", ("也就是两", "＊\u200b＊")),
        ("一九八七年", "×八七年", ("一九", "×")),
    ],
)
def test_signs_hide_a_part_of_a_chinese_number(
    plain: str, masked: str, told: tuple[str, str]
) -> None:
    a, b = f"会议指出，{plain}，情况如此。", f"会议指出，{masked}，情况如此。"
    [op] = [op for op in diff(a, b).ops if op.op is not OpKind.EQUAL]
    assert (op.op, a[slice(*op.a)], b[slice(*op.b)]) == (OpKind.MASK, *told)
    [op] = [op for op in diff(b, a).ops if op.op is not OpKind.EQUAL]
    assert (op.op, a[slice(*op.b)], b[slice(*op.a)]) == (OpKind.UNMASK, *told)


@pytest.mark.parametrize(
    ("plain", "hidden"),
    [("6月27日", "27"), ("1998年春", "1998"), ("一九九八年", "一九九八"), ("2024年12月", "2024")],
)
def test_a_date_hides_its_number_behind_some(plain: str, hidden: str) -> None:
    a = f"会议于{plain}在北京召开。"
    b = a.replace(hidden, "某", 1)
    [op] = [op for op in diff(a, b).ops if op.op is not OpKind.EQUAL]
    assert (op.op, a[slice(*op.a)], b[slice(*op.b)]) == (OpKind.MASK, hidden, "某")


def test_a_sign_after_a_line_of_marks_is_a_mask_and_the_line_stays() -> None:
    a = "Do they want to keep building?\n_ _ _ _\n\n2018年01月25日 来源：红旗文稿"
    b = a.replace("2018", "×")
    [op] = [op for op in diff(a, b).ops if op.op is not OpKind.EQUAL]
    assert (op.op, a[slice(*op.a)], b[slice(*op.b)]) == (OpKind.MASK, "2018", "×")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("某年", "去年"),
        ("某日", "那一日"),
        ("某日", "一日"),
        ("某人", "27人"),
        ("某人", "有些人"),
        ("某年", "3年"),
        ("党的十×大", "党的二十大"),
        ("某种原因", "这种原因"),
        ("第XX届", "第XXI届"),
        ("面积3×4米", "面积3×5米"),
        ("1998年", "199×5年"),
    ],
)
def test_signs_that_hide_nothing_are_no_masks(old: str, new: str) -> None:
    for a, b in ((old, new), (new, old)):
        found = diff(f"大会于{a}在此地举行。", f"大会于{b}在此地举行。")
        assert not {OpKind.MASK, OpKind.UNMASK} & {op.op for op in found.ops}


def test_a_number_in_a_row_of_numbers_changes_alone() -> None:
    assert edits("甲县，90100，36937，75143，30582", "甲县，90100，36937，75185，30582") == [
        ("75143", "75185")
    ]
    assert edits("共有1,024人出席。", "共有1,042人出席。") == [("1,024", "1,042")]
    assert edits("It cost 1,024,500 yuan.", "It cost 1,024,700 yuan.") == [
        ("1,024,500", "1,024,700")
    ]


def test_one_of_many_equal_sentences_is_edited() -> None:
    line = "我们一定要把这件事情办好。"
    a = line * 40
    b = line * 17 + "我们一定要把那件事情办好。" + line * 22
    assert edits(a, b) == [("这", "那")]


def test_verse_in_lines_of_another_form_with_one_line_edited() -> None:
    lines = ["白日依山尽", "黄河入海流", "欲穷千里目", "更上一层楼"]
    a = "\n".join(lines)
    b = "\n\n".join(["　　" + line for line in [*lines[:2], "欲穷万里目", lines[3]]])
    assert edits(a, b) == [("千", "万")]


def test_a_paragraph_that_moved_has_its_mask_inside() -> None:
    moved = "省委书记李建国同志主持会议并讲话，他要求各地认真学习，抓好落实。"
    lines = [f"第{at}段讲的是别的事情，和前面后面都没有关系，只占一个位置。" for at in "甲乙丙丁戊"]
    a = "\n".join([moved, *lines])
    b = "\n".join([*lines, moved.replace("李建国", "×××")])
    ops = [op for op in diff(a, b).ops if op.op is OpKind.MASK]
    assert [(a[slice(*op.a)], op.move is not None) for op in ops] == [("李建国", True)]
