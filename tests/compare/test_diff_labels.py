"""What small edits are called, and what they weigh."""

import pytest

from crawler.compare import Gazetteer, diff
from crawler.model import NOISE_LABELS, Op, OpKind


def edits(a: str, b: str) -> list[Op]:
    return [op for op in diff(a, b).ops if op.op is not OpKind.EQUAL]


@pytest.mark.parametrize(
    ("a", "b", "old", "new", "labels"),
    [
        ("会议由习近平主持。", "会议由李强主持。", "习近平", "李强", ["name"]),
        ("投入3.5亿元", "投入4.5亿元", "3.5", "4.5", ["number"]),
        ("2024年6月27日召开", "2024年6月28日召开", "27", "28", ["date"]),
        ("第十五次会议", "第十六次会议", "十五", "十六", ["number"]),
        ("我们能做到", "我们不能做到", "", "不", ["negation"]),
        ("He did not go", "He did go", " not", "", ["negation"]),
        ("书记张三丰同志", "书记李四光同志", "张三丰", "李四光", ["name"]),
        ("任省委书记", "任省委副书记", "", "副", ["office"]),
        ("落实全面从严治党要求", "落实高质量发展要求", "全面从严治党", "高质量发展", ["formula"]),
        ("他说“好”。", "他说好。", "“好”", "好", ["quotation"]),
        ("重视工作，加强领导", "重视工作、加强领导", "，", "、", ["punctuation"]),
        ("全党同志", "全黨同志", "党", "黨", ["script"]),
        ("the Party said", "the party said", "Party", "party", ["case"]),
        ("关于推进工作", "关于保障工作", "推进", "保障", ["wording"]),
        ("a foo bar", "a foobar", "foo bar", "foobar", ["whitespace"]),
        ("坚定“四个自信”、落实", "坚定落实", "“四个自信”、", "", ["quotation", "formula"]),
        ("讲四个意识", "讲四项原则", "个意识", "项原则", ["formula"]),
        ("有9804.1万人", "有9900多万人", "9804.1", "9900多", ["number"]),
        ("于2019.5发布", "于2019.6发布", "2019.5", "2019.6", ["date"]),
        ("he can do it", "he can't do it", "", "'t", ["negation"]),
        ("the cadre party", "the cadre's party", "", "'s", ["wording"]),
        ("在六四事件后", "在政治风波后", "六四事件", "政治风波", ["formula"]),
        ("没收财产", "收缴财产", "没收", "收缴", ["wording"]),
        ("除非同意", "除了同意", "非", "了", ["wording"]),
    ],
)
def test_an_edit_has_its_label(a: str, b: str, old: str, new: str, labels: list[str]) -> None:
    [op] = edits(a, b)
    assert (a[slice(*op.a)], b[slice(*op.b)]) == (old, new)
    assert [str(label) for label in op.labels] == labels
    assert not op.noise
    assert diff(a, b).score > 0


@pytest.mark.parametrize(
    ("a", "b", "labels"),
    [
        ("党的，领导", "党的,领导", {"width"}),
        ("２０２４年", "2024年", {"width"}),
        ("cafe\u0301", "café", {"width"}),
        ("党的领导", "党 的\u200b领导", {"whitespace"}),
        ("他说“好”", "他说「好」", {"quotes"}),
        ("他——她", "他—她", {"punctuation"}),
        ("第一段。\n第二段。", "第一段。第二段。", {"whitespace", "merged"}),
        ("第一段。第二段。", "第一段。\n　　第二段。", {"whitespace", "split"}),
        ("一行文字在这里折", "一行文字\n在这里折", {"whitespace"}),
        ("one line here", "one\nline  here", {"whitespace"}),
    ],
)
def test_noise_is_named_and_weighs_nothing(a: str, b: str, labels: set[str]) -> None:
    found = diff(a, b)
    assert {str(label) for label in found.labels} == labels
    assert all(op.noise for op in edits(a, b))
    assert set(found.labels) <= NOISE_LABELS
    assert (found.score, found.inserted, found.deleted, found.moved, found.masked) == (0,) * 5


def test_a_paragraph_cut_is_a_paragraph() -> None:
    a = "第一段在这里。\n第二段在这里。\n第三段在这里。"
    [op] = edits(a, "第一段在这里。\n第三段在这里。")
    assert op.op is OpKind.DELETE
    assert [str(label) for label in op.labels] == ["paragraph"]
    assert a[slice(*op.a)].strip() == "第二段在这里。"


def test_captions_and_bylines_weigh_little() -> None:
    found = diff(
        "正文。\n新华社记者 鞠鹏/摄\n来源:新华社", "正文。\n新华社记者 谢环驰/摄\n来源:人民日报"
    )
    labels = [set(map(str, op.labels)) for op in found.ops if op.op is OpKind.REPLACE]
    assert [labels[0] >= {"caption"}, labels[1] >= {"byline"}] == [True, True]
    assert found.score < 0.11


def test_a_gazetteer_of_ones_own() -> None:
    own = Gazetteer(formulas=frozenset({"三个一百"}))
    labels = diff("推进三个一百工程", "推进各项工程", gazetteer=own).labels
    assert "formula" in map(str, labels)
    assert "formula" not in map(str, diff("推进三个一百工程", "推进各项工程").labels)


def test_one_op_more_never_lowers_the_score() -> None:
    words = ["推进", "改革", "发展", "稳定", "工作", "落实", "部署", "任务"]
    text = "，".join(f"我们要认真做好{word}这一件大事" for word in words)
    before = 0.0
    for word in words:
        changed = text.replace(word, "甲乙")
        text_score = diff(text, changed).score
        assert text_score > 0
    changed = text
    for word in words:
        changed = changed.replace(word, "甲乙")
        now = diff(text, changed).score
        assert before < now <= 1
        before = now


def test_a_text_twice_as_long_has_the_same_score() -> None:
    a, b = "会议由习近平主持。", "会议由李强主持。"
    assert diff(a, b).score == diff(a + "以下是正文。" * 200, b + "以下是正文。" * 200).score
