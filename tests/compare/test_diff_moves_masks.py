"""Moved sentences and masked names, and what looks like them and is not."""

import pytest

from crawler.compare import diff
from crawler.model import Label, Op, OpKind

TEXT = (
    "一、健全上下贯通、执行有力的组织体系，把各项工作落到实处。\n"
    "二、健全固本培元、凝心铸魂的教育体系，夯实思想根基。\n"
    "三、健全精准发力、标本兼治的监管体系，贵在真管真严。\n"
    "四、健全科学完备、有效管用的制度体系，织密制度笼子。"
)


def kinds(a: str, b: str, kind: OpKind) -> list[Op]:
    return [op for op in diff(a, b).ops if op.op is kind]


def test_a_paragraph_moved_to_the_end_is_a_move() -> None:
    lines = TEXT.split("\n")
    b = "\n".join([lines[0], lines[2], lines[3], lines[1]])
    found = diff(TEXT, b)
    [move] = kinds(TEXT, b, OpKind.MOVE)
    assert lines[1] in TEXT[slice(*move.a)]
    assert move.labels == (Label.MOVED,)
    assert move.move == 1
    assert (found.inserted, found.deleted) == (0, 0)
    assert 0 < found.score < 0.1


def test_an_edit_inside_a_move_is_an_op_of_its_own_with_the_same_number() -> None:
    lines = TEXT.split("\n")
    b = "\n".join([lines[0], lines[2], lines[3], lines[1].replace("思想根基", "理论根基")])
    ops = [op for op in diff(TEXT, b).ops if op.move is not None]
    assert {op.move for op in ops} == {1}
    [edit] = [op for op in ops if op.op is OpKind.REPLACE]
    assert (TEXT[slice(*edit.a)], b[slice(*edit.b)]) == ("思想", "理论")
    assert sum(op.op is OpKind.MOVE for op in ops) == 2


def test_two_sentences_changing_places_are_one_move() -> None:
    a = "He went to the market in the morning. She stayed at home and read a book."
    b = "She stayed at home and read a book. He went to the market in the morning."
    found = diff(a, b)
    assert len(kinds(a, b, OpKind.MOVE)) == 1
    assert (found.inserted, found.deleted) == (0, 0)


def test_a_set_phrase_in_two_other_sentences_is_no_move() -> None:
    phrase = "以习近平同志为核心的党中央"
    a = f"去年，{phrase}召开会议研究了农村工作的若干问题。\n中间这段文字没有任何变化。"
    b = f"中间这段文字没有任何变化。\n外交部表示，坚决拥护{phrase}就台海局势作出的判断。"
    assert not kinds(a, b, OpKind.MOVE)


@pytest.mark.parametrize(
    ("a", "b", "hidden"),
    [
        ("学习习近平重要讲话", "学习***重要讲话", [("习近平", "***")]),
        ("王小明同志通报", "×同志通报", [("王小明", "×")]),
        ("王小明同志通报", "王某某同志通报", [("小明", "某某")]),
        ("王小明同志通报", "王*明同志通报", [("小", "*")]),
        ("法治马关建设", "法治XX建设", [("马关", "XX")]),
        ("甲县乙镇丙村", "×县×镇丙村", [("甲", "×"), ("乙", "×")]),
        ("由张三、李四出席", "由***、***出席", [("张三", "***"), ("李四", "***")]),
        ("涉案3500万元", "涉案□□万元", [("3500", "□□")]),
        ("河北地区经济落后", "某地区经济落后", [("河北", "某")]),
        ("甲公司的负责人", "某公司的负责人", [("甲", "某")]),
        ("我们的总统", "***的总统", [("我们", "***")]),
        ("涉案马小云等人", "涉案[…]等人", [("马小云", "[…]")]),
        ("he met Xi Jinping there", "he met *** there", [("Xi Jinping", "***")]),
        (
            "he met Xi Jinping Li Qiang there",
            "he met *** *** there",
            [("Xi Jinping Li Qiang", "*** ***")],
        ),
        ("6月27日发布", "X月X日发布", [("6", "X"), ("27", "X")]),
        ("电话13812345678。", "电话138****5678。", [("13812345678", "138****5678")]),
    ],
)
def test_masks_and_what_they_hide(a: str, b: str, hidden: list[tuple[str, str]]) -> None:
    masks = kinds(a, b, OpKind.MASK)
    assert [(a[slice(*op.a)], b[slice(*op.b)]) for op in masks] == hidden
    assert all(op.labels == (Label.MASKED,) for op in masks)
    unmasks = kinds(b, a, OpKind.UNMASK)
    assert [(b[slice(*op.a)], a[slice(*op.b)]) for op in unmasks] == [(y, x) for x, y in hidden]
    assert diff(a, b).masked == diff(b, a).masked == sum(len(x) for x, _ in hidden)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("一是抓好学习", "* 一是抓好学习"),
        ("一、抓好学习", "* 抓好学习"),
        ("面积3×4米", "面积3-4米"),
        ("面积3×4米", "面积12米"),
        ("面积3×4米", "面积3乘4米"),
        ("共3 X 4米", "共3乘4米"),
        ("电话139****5678。", "电话13812345678。"),
        ("这一结论", "这一结论*"),
        ("这一结论1", "这一结论*"),
        ("这些人在场", "某些人在场"),
        ("这个地区经济落后", "某地区经济落后"),
        ("这一地区经济落后", "某地区经济落后"),
        ("那家公司的负责人", "某公司的负责人"),
        ("我市公安局通报", "某市公安局通报"),
        ("上述公司的负责人", "某公司的负责人"),
        ("有关部门的负责人", "某部门的负责人"),
        ("他们单位的领导", "某单位的领导"),
        ("另一公司的领导", "某公司的领导"),
        ("一些地区的经验", "某地区的经验"),
        ("当地的干部群众", "某地的干部群众"),
        ("说得好，做得好", "说得好**做得好"),
        ("***讲话", "×××讲话"),
        ("删去的一句话。", "***。"),
        ("", "***"),
    ],
)
def test_what_is_no_mask(a: str, b: str) -> None:
    expected = a.startswith("删去")
    for one, other in ((a, b), (b, a)):
        found = kinds(one, other, OpKind.MASK) + kinds(one, other, OpKind.UNMASK)
        assert bool(found) == expected


def test_masks_beside_edits_moves_and_noise() -> None:
    lines = TEXT.split("\n")
    a = TEXT + "\n五、习近平同志强调，要健全主体明确的责任体系。"
    b = "\n".join(
        [
            lines[0].replace("，", ","),
            *(lines[2], lines[3], lines[1]),
            "五、***同志指出,要健全主体明确的责任体系。",
        ]
    )
    found = diff(a, b)
    masks = [(a[slice(*op.a)], b[slice(*op.b)]) for op in found.ops if op.op is OpKind.MASK]
    edits = [(a[slice(*op.a)], b[slice(*op.b)]) for op in found.ops if op.op is OpKind.REPLACE]
    assert masks == [("习近平", "***")]
    assert ("强调", "指出") in edits
    assert sum(op.op is OpKind.MOVE for op in found.ops) >= 1


def test_a_sentence_that_begins_with_a_quote_or_follows_a_bracket_moves() -> None:
    english = [
        "The host was Rebecca Lavoie.",
        "“There was some great reporting.”",
        "Since 2014 the panel has reviewed more than five hundred shows from many countries.",
        "Toby Ball writes noir novels, and has done so for a good many years now.",
    ]
    a, b = " ".join(english), " ".join([english[0], *english[2:], english[1]])
    assert len(kinds(a, b, OpKind.MOVE)) == 1
    chinese = ["（这是第一句话，说的是组织体系。）", "要把各项工作落到实处，不折不扣地抓好落实。"]
    tail = TEXT.split("\n")
    a = "".join([tail[0], *chinese, *tail[1:]])
    b = "".join([tail[0], chinese[0][:-1], *tail[1:], "）", chinese[1]])
    assert len(kinds(a, b, OpKind.MOVE)) == 1


def test_a_moved_sentence_of_three_words_is_a_move() -> None:
    lines = [
        "The study followed the mice for a year and a half.",
        "Neuroimmunol Neuroinflamm.",
        "None of them was told what it was for, and none of them asked.",
        "The second study is not out yet.",
    ]
    b = "\n".join([lines[0], *lines[2:], lines[1]])
    assert len(kinds("\n".join(lines), b, OpKind.MOVE)) == 1
