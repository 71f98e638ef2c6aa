"""Cases with ground truth by provenance: every character of B knows which character of A it is.

Edits are made on real texts (the seed copies, and whatever other texts are given), so that what
changed, moved, was masked or is mere noise is known and not guessed.
"""

import random
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

KINDS = ("edits", "moves", "masks", "noise", "reflow", "all", "all+reflow")
_SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?][”’」』\"']*|[^。！？!?\n]+")
_ENGLISH_SENTENCE = re.compile(r"(?:[^.!?\n]|[.!?](?=[^\s\"”’')]))*[.!?][\"”’')]*\s?|[^.!?\n]+\s?")
_WIDE = dict(zip(",:;?!()", "，：；？！（）", strict=True))
_NAMES = ["王建国", "李秀英", "张伟", "刘洋", "陈静", "赵敏", "孙立军", "周永康", "吴晓波", "郑钧"]
_ENGLISH_NAMES = ["Wang Jianguo", "Li Xiuying", "Zhang Wei", "Liu Yang", "Zhao Min", "Sun Lijun"]
_MASKS = ("***", "×××", "××", "XX", "某某", "□□")


@dataclass(frozen=True, slots=True)
class Cell:
    """One character of B; `source` is its place in A or -1; `noise` marks added white space."""

    char: str
    source: int = -1
    noise: bool = False


@dataclass(slots=True)
class Case:
    """Two texts and what happened between them."""

    kind: str
    lang: str
    a: str
    b: str = ""
    cells: list[Cell] = field(default_factory=list)
    edits: int = 0
    #: places in A of each moved passage
    moved: list[set[int]] = field(default_factory=list)
    #: (span in A, places of the mask among the cells that was put there)
    masks: list[tuple[tuple[int, int], str]] = field(default_factory=list)

    def deleted(self) -> set[int]:
        """Places of A that are gone, white space aside."""
        kept = {cell.source for cell in self.cells}
        return {at for at, char in enumerate(self.a) if at not in kept and not char.isspace()}

    def inserted(self) -> set[int]:
        """Places of B that are new, white space aside."""
        return {
            at
            for at, cell in enumerate(self.cells)
            if cell.source < 0 and not cell.noise and _shows(cell.char)
        }


def documents(texts: Iterable[str], lang: str, size: int = 2600) -> list[str]:
    """Texts cut into articles of whole paragraphs, free of masks and of other languages."""
    found = []
    for text in texts:
        article: list[str] = []
        for line in re.split(r"\s*\n\s*", text):
            share = len(re.findall(r"[\u4e00-\u9fff]", line)) / max(1, len(line))
            if len(line) < 20 or (share > 0.5) != (lang == "zh") or re.search(r"[×*□某]|XX", line):
                continue
            article.append(line)
            if sum(map(len, article)) > size:
                found.append("\n".join(article))
                article = []
        if sum(map(len, article)) > size / 3:
            found.append("\n".join(article))
    return [text for text in found if len(set(text.split("\n"))) == len(text.split("\n"))]


def whole_documents(texts: Iterable[str], lang: str, lines: int = 30) -> list[str]:
    """Texts cut into so many lines each, headings and bylines included, no line twice in one."""
    found = []
    for text in texts:
        some = [line for line in re.split(r"\s*\n\s*", text) if re.search(r"\w", line)]
        for at in range(0, len(some), lines):
            part = list(dict.fromkeys(some[at : at + lines]))
            share = len(re.findall(r"[\u4e00-\u9fff]", "".join(part))) / len("".join(part))
            prose = len(part) > 4 and len("".join(part)) > 300
            if prose and (share > 0.5) == (lang == "zh"):
                found.append("\n".join(part))
    return found


def seed_texts(root: Path) -> dict[str, list[str]]:
    """The seed copies by language; a text in both stands in both."""
    texts = [path.read_text("utf-8") for path in sorted((root / "archive/seeds").glob("*.txt"))]
    return {"zh": texts, "en": texts[:4]}


def corpus_texts(root: Path) -> dict[str, list[str]]:
    """Main texts of the extraction corpus, where it lies beside the checkout."""
    folder = root.parent / "shared/corpus/extraction"

    def read(*sets: str) -> list[str]:
        paths = sorted(p for name in sets for p in (folder / name / "gold").glob("*.txt"))
        return [path.read_text("utf-8") for path in paths]

    return {"zh": read("zh-cwced", "zh-gne", "zh-163gbk", "zh-misc"), "en": read("en-wcxb")}


class Editor:
    """Makes one case: edits are kept apart, so that each is one hunk of the truth."""

    def __init__(self, text: str, others: Sequence[str], lang: str, seed: int) -> None:
        self.random = random.Random(seed)
        self.lang = lang
        self.text = text
        self.others = others
        self.cells = [Cell(char, at) for at, char in enumerate(text)]
        self.case = Case("", lang, text)
        self.taken: list[tuple[int, int]] = []

    def make(self, kind: str) -> Case:
        """The case of a kind."""
        self.case.kind = kind
        count = max(2, len(self.text) // 350)
        if kind in ("moves", "all", "all+reflow"):
            self._moves(max(1, count // 4))
        if kind in ("edits", "all", "all+reflow"):
            self._edits(count if kind == "edits" else max(2, count // 2))
        if kind in ("masks", "all", "all+reflow"):
            self._masks(count if kind == "masks" else max(1, count // 3))
        if kind in ("noise", "all", "all+reflow"):
            self._noise()
        if kind in ("reflow", "all+reflow"):
            self._reflow()
        self.case.cells = self.cells
        self.case.b = "".join(cell.char for cell in self.cells)
        return self.case

    def altered(self, kind: str) -> str:
        """The text whole, edited, masked or heavily edited."""
        if kind == "masked":
            self._masks(max(1, len(self.text) // 150))
        elif kind != "whole":
            for _ in range(len(self.text) // (150 if kind == "edited" else 25)):
                self._word() or self._cut_word() or self._added_word()
        return self._now()

    # -- where ------------------------------------------------------------------------------

    def _now(self) -> str:
        return "".join(cell.char for cell in self.cells)

    def _sentences(self) -> list[tuple[int, int]]:
        pattern = _SENTENCE if self.lang == "zh" else _ENGLISH_SENTENCE
        return [match.span() for match in pattern.finditer(self._now()) if len(match[0]) > 17]

    def _untouched(self, start: int, end: int) -> bool:
        """Whether the cells, and some around, are as they were in A."""
        low, high = max(0, start - 6), min(len(self.cells), end + 6)
        places = [cell.source for cell in self.cells[low:high]]
        return all(two - one == 1 for one, two in pairwise(places)) and not any(
            low - 6 < spot < high + 6 for span in self.taken for spot in span
        )

    def _put(self, start: int, end: int, new: str) -> None:
        self.cells[start:end] = [Cell(char) for char in new]
        shift = len(new) - (end - start)
        self.taken = [
            (x + shift if x >= end else x, y + shift if y >= end else y) for x, y in self.taken
        ]
        self.taken.append((start, start + len(new)))

    # -- what -------------------------------------------------------------------------------

    def _edits(self, count: int) -> None:
        actions: list[Callable[[], bool]] = [
            self._word,
            self._word,
            self._added_word,
            self._cut_word,
            self._number,
            self._name,
            self._sentence_added,
            self._sentence_cut,
            self._paragraph_added,
            self._paragraph_cut,
        ]
        made = tries = 0
        while made < count and tries < count * 12:
            tries += 1
            made += self.random.choice(actions)()
        self.case.edits += made

    def _words(self) -> list[tuple[int, int]]:
        pattern = r"[\u4e00-\u9fff]{2,}" if self.lang == "zh" else r"[A-Za-z]{3,}"
        return [match.span() for match in re.finditer(pattern, self._now())]

    def _span(self) -> tuple[int, int] | None:
        """A word of two or three characters, or one of letters."""
        start, end = self.random.choice(self._words())
        if self.lang == "zh":
            size = self.random.choice((2, 2, 2, 3, 4))
            if end - start < size + 2:
                return None
            start = self.random.randrange(start + 1, end - size)
            end = start + size
        return (start, end) if self._untouched(start, end) else None

    def _other_word(self, old: str, around: str) -> str | None:
        other = self.random.choice(self.others)
        if self.lang == "zh":
            found = re.findall(r"[\u4e00-\u9fff]{2,}", other)
            run = self.random.choice(found)
            word = run[: self.random.choice((2, 2, 3))]
        else:
            word = self.random.choice(re.findall(r"[A-Za-z]{4,}", other))
        same = set(word) & set(old + around) if self.lang == "zh" else word.lower() == old.lower()
        return None if same else word

    def _word(self) -> bool:
        span = self._span()
        if not span:
            return False
        around = self._now()[max(0, span[0] - 2) : span[1] + 2]
        word = self._other_word(self._now()[slice(*span)], around)
        if word:
            self._put(*span, word)
        return bool(word)

    def _added_word(self) -> bool:
        span = self._span()
        if not span:
            return False
        word = self._other_word("", self._now()[span[0] - 3 : span[0] + 3])
        if word:
            self._put(span[0], span[0], word if self.lang == "zh" else word + " ")
        return bool(word)

    def _cut_word(self) -> bool:
        span = self._span()
        if not span:
            return False
        now = self._now()
        end = span[1] + (1 if self.lang == "en" and now[span[1] : span[1] + 1] == " " else 0)
        if now[span[0] - 1] == now[end - 1] or now[span[0]] == now[end : end + 1]:
            return False
        self._put(span[0], end, "")
        return True

    def _number(self) -> bool:
        found = [
            m.span()
            for m in re.finditer(
                r"(?<![\w.,])\d+(?![\w.,])" if self.lang == "en" else r"(?<![\d.,])\d+(?![\d.,])",
                self._now(),
            )
        ]
        if not found:
            return False
        start, end = self.random.choice(found)
        if not self._untouched(start, end):
            return False
        old = self._now()[start:end]
        new = "".join(str((int(digit) + self.random.randrange(1, 9)) % 10) for digit in old)
        self._put(start, end, new)
        return True

    def _name(self) -> bool:
        """A name put where another word stood."""
        span = self._span()
        name = self.random.choice(_NAMES if self.lang == "zh" else _ENGLISH_NAMES)
        if not span:
            return False
        around = self._now()[max(0, span[0] - 2) : span[1] + 2]
        if self.lang == "zh" and set(name) & set(around):
            return False
        self._put(*span, name)
        return True

    def _other_sentence(self) -> str:
        pattern = _SENTENCE if self.lang == "zh" else _ENGLISH_SENTENCE
        while True:
            found = self.random.choice(self.others)
            sentences = [
                match[0].strip() for match in pattern.finditer(found) if len(match[0]) > 20
            ]
            if sentences:
                return self.random.choice(sentences) + ("" if self.lang == "zh" else " ")

    def _sentence_added(self) -> bool:
        start, end = self.random.choice(self._sentences())
        if not self._untouched(start, min(start + 8, end)):
            return False
        self._put(start, start, self._other_sentence())
        return True

    def _sentence_cut(self) -> bool:
        start, end = self.random.choice(self._sentences())
        if not self._untouched(start, end):
            return False
        self._put(start, end, "")
        return True

    def _lines(self) -> list[tuple[int, int]]:
        return [match.span() for match in re.finditer(r"[^\n]+\n", self._now())]

    def _paragraph_added(self) -> bool:
        start, _ = self.random.choice(self._lines() or [(0, 0)])
        if not self._untouched(start, start + 8):
            return False
        lines = [line for line in self.random.choice(self.others).split("\n") if len(line) > 30]
        self._put(start, start, self.random.choice(lines) + "\n")
        return True

    def _paragraph_cut(self) -> bool:
        lines = self._lines()
        if len(lines) < 4:
            return False
        start, end = self.random.choice(lines)
        if end - start > len(self.text) / 4 or not self._untouched(start, end):
            return False
        self._put(start, end, "")
        return True

    def _moves(self, count: int) -> None:
        """Sentences taken elsewhere, over more text than they hold; every third is edited."""
        made = tries = 0
        while made < count and tries < 60:
            tries += 1
            sentences = self._sentences()
            start, end = self.random.choice(sentences)
            to = self.random.choice(sentences)[0]
            far = min(abs(to - start), abs(to - end))
            if start <= to <= end or far < 3 * (end - start) or not self._untouched(start, end):
                continue
            if not self._untouched(to, to) or self._now()[end - 1] == "\n":
                continue
            cells = self.cells[start:end]
            self.case.moved.append({cell.source for cell in cells})
            del self.cells[start:end]
            to -= end - start if to > start else 0
            self.cells[to:to] = cells
            self.taken = []
            made += 1
            if made % 3 == 0:
                self._edit_inside(to, to + len(cells))
        self.case.edits += made

    def _edit_inside(self, start: int, end: int) -> None:
        middle = (start + end) // 2
        now = self._now()
        if self.lang == "en":
            middle = now.find(" ", middle) + 1
            if not start < middle < end - 3:
                return
        word = self._other_word("", now[middle - 3 : middle + 3])
        if word:
            self.cells[middle:middle] = [Cell(c) for c in word + (" " if self.lang == "en" else "")]
            self.case.edits += 1

    def _masks(self, count: int) -> None:
        """Names, places and numbers hidden behind signs."""
        made = tries = 0
        while made < count and tries < count * 12:
            tries += 1
            span = self._span()
            if not span:
                continue
            if self.lang == "zh" and span[1] - span[0] < 2:
                continue
            mask = self.random.choice(_MASKS if self.lang == "zh" else _MASKS[:1])
            self.case.masks.append(
                ((self.cells[span[0]].source, self.cells[span[1] - 1].source + 1), mask)
            )
            self._put(*span, mask)
            made += 1
        self.case.edits += made

    def _noise(self) -> None:
        """Other widths, quote marks, white space: nothing that the fold keeps."""
        cells: list[Cell] = []
        for at, cell in enumerate(self.cells):
            char = cell.char
            chance = self.random.random()
            if self.lang == "zh":
                if char in _WIDE and chance < 0.5:
                    char = _WIDE[char]
                elif char == "\n" and chance < 0.7:
                    char = "\n"
                    cells.append(Cell(char, cell.source))
                    cells.extend(Cell("\u3000", noise=True) for _ in "  ")
                    continue
                elif char in "“”" and chance < 0.3:
                    char = "「」"["“”".index(char)]
                elif chance < 0.004 and at:
                    cells.append(Cell("\u200b", noise=True))
            elif char == " " and chance < 0.02:
                cells.append(Cell(" ", noise=True))
            elif char in "’'" and chance < 0.5:
                char = "’" if char == "'" else "'"
            cells.append(Cell(char, cell.source, cell.noise))
        self.cells = cells

    def _reflow(self) -> None:
        """Other line breaks: paragraphs joined, lines wrapped."""
        cells: list[Cell] = []
        column = 0
        for cell in self.cells:
            column += 1
            if cell.char == "\n" and self.random.random() < 0.5:
                cells.append(Cell(" ", cell.source))
                continue
            if self.lang == "en" and cell.char == " " and column > 70:
                cells.append(Cell("\n", cell.source))
                column = 0
                continue
            if self.lang == "zh" and column > 40:
                before = cells[-1].char if cells else ""
                if re.search(r"[\u3000-\u9fff]", before + cell.char):
                    cells.append(Cell("\n", noise=True))
                    column = 0
            cells.append(cell)
        self.cells = cells


def cases(
    texts: dict[str, list[str]], kinds: Sequence[str] = KINDS, per_kind: int = 40, seed: int = 1
) -> list[Case]:
    """So many cases of each kind and language."""
    made = []
    for lang, given in texts.items():
        pool = documents(given, lang)
        for kind in kinds:
            for number in range(per_kind):
                text = pool[number % len(pool)]
                others = [other for other in pool if other is not text]
                made.append(Editor(text, others, lang, seed * 100_000 + number).make(kind))
    return made


def measure(case: Case, ops: Sequence[object]) -> dict[str, int]:
    """What a list of ops (with `op`, `a`, `b`, and where there are any `noise`, `move`) shows of a
    case: characters that are shown and true and right, hunks, moves and masks recognised."""
    cut: set[int] = set()
    added: set[int] = set()
    moved: set[int] = set()
    masks = []
    groups = set()
    hunks = 0
    inside = False
    for op in ops:
        kind, (a0, a1), (b0, b1) = str(op.op), op.a, op.b  # type: ignore[attr-defined]
        if kind == "equal":
            inside = False
        elif kind == "move":
            inside = False
            moved.update(range(a0, a1))
            groups.add(op.move)  # type: ignore[attr-defined]
        elif getattr(op, "noise", False):
            moved.update(range(a0, a1) if getattr(op, "move", None) else ())
        else:
            cut.update(at for at in range(a0, a1) if _shows(case.a[at]))
            added.update(at for at in range(b0, b1) if _shows(case.b[at]))
            hunks += not inside
            inside = True
            if kind in ("mask", "unmask"):
                masks.append(((a0, a1), "".join(filter(_shows, case.b[b0:b1]))))
    deleted, inserted = case.deleted(), case.inserted()
    true_moves = set().union(*case.moved) if case.moved else set()
    return {
        "right": len(cut & deleted) + len(added & inserted),
        "shown": len(cut) + len(added),
        "true": len(deleted) + len(inserted),
        "moved": len(moved),
        "moved_true": len(true_moves),
        "hunks": hunks + len(groups),
        "edits": case.edits,
        "moves": len(case.moved),
        "moves_right": sum(len(moved & one) >= 0.9 * len(one - deleted) for one in case.moved),
        "masks": len(case.masks),
        "masks_shown": len(masks),
        "masks_right": sum(mask in masks for mask in case.masks),
    }


def _shows(char: str) -> bool:
    return not char.isspace() and char != "\u200b"
