"""Texts for benchmarks/passages.py: as many as wanted, from the seed copies, the corpus where it
lies beside the checkout, and what else of real texts is given.

Real articles come first. The others are written by a chain over the real ones (the next character,
or word, is one that followed there), with set phrases of the real ones as often as Zipf's law has
them. In English every tenth word is any word: so four million words of the chain have as many
different words, pairs, threes and fours as four million real ones (within 10 %), where a bare chain
says the same over and over. Then a share of all is derived by edits, as reprints and later prints
are.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import compare_cases
import numpy as np

ROOT = Path(__file__).resolve().parents[1]
#: share of the archive that is derived from other texts of it
DERIVED = 0.64
MEAN_CHARS = {"zh": 850, "en": 2_400}
_CJK = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Archive:
    """The texts of an archive; `origin[i]` is the text from which text i was derived, or i."""

    texts: list[str]
    origin: list[int]
    lang: str


def archive(lang: str, size: int, seed: int, more: Sequence[str] = ()) -> Archive:
    """An archive of so many texts; `more` are further real ones."""
    draw = random.Random(seed)
    base = [*base_texts(lang), *more]
    originals = [part for text in base for part in cut(text, MEAN_CHARS[lang])]
    wanted = int(size * (1 - DERIVED))
    writer = Writer(base, lang, seed)
    originals = originals[:wanted] + writer.texts(max(0, wanted - len(originals)))
    texts, origin = list(originals), list(range(len(originals)))
    while len(texts) < size:
        source = draw.randrange(len(originals))
        texts.append(derived(originals[source], texts[draw.randrange(len(texts))], lang, draw))
        origin.append(source)
    return Archive(texts, origin, lang)


def base_texts(lang: str) -> list[str]:
    """The real texts of a language: the lines of the seed copies in it, and the corpus."""
    seeds = [text.split("\n") for text in compare_cases.seed_texts(ROOT)[lang]]
    chinese = lang == "zh"
    own = [
        "\n".join(line for line in lines if (len(_CJK.findall(line)) * 3 > len(line)) == chinese)
        for lines in seeds
    ]
    return [text for text in (*own, *compare_cases.corpus_texts(ROOT)[lang]) if len(text) > 200]


def cut(text: str, mean: int) -> Iterator[str]:
    """A long text as articles of whole lines."""
    lines: list[str] = []
    for line in text.split("\n"):
        lines.append(line)
        if sum(map(len, lines)) >= mean:
            yield "\n".join(lines)
            lines = []
    if sum(map(len, lines)) > 100:
        yield "\n".join(lines)


class Writer:
    """Writes new text by a chain of places in the real ones."""

    def __init__(self, base: Sequence[str], lang: str, seed: int) -> None:
        self.lang = lang
        self.random = np.random.default_rng(seed)
        text = "\n".join(base)
        self.tokens = list(text) if lang == "zh" else re.findall(r"\S+\s*", text)
        names: dict[str, int] = {}
        ids = np.array([names.setdefault(token, len(names)) for token in self.tokens])
        pairs = ids[:-1].astype(np.int64) * len(names) + ids[1:]
        self.anywhere = np.unique(ids[1:-2], return_index=True)[1] + 1
        self.one = _Places(ids[1:-1])
        self.two = _Places(pairs[:-1])
        self.phrases = self.random.integers(0, len(ids) - 60, 5_000)
        weights = 1 / (np.arange(len(self.phrases)) + 30)
        self.often = np.cumsum(weights / weights.sum())

    def texts(self, count: int) -> list[str]:
        """So many new texts."""
        made: list[str] = []
        while len(made) < count:
            made += self._batch(min(4_000, count - len(made)))
        return made

    def _batch(self, count: int) -> list[str]:
        per_token = 1 if self.lang == "zh" else 6
        mean = MEAN_CHARS[self.lang] / per_token
        sizes = np.clip(self.random.lognormal(np.log(mean) - 0.32, 0.8, count), 40, 12 * mean)
        at = self.random.integers(1, len(self.tokens) - 2, count)
        path = np.empty((int(sizes.max()), count), np.int32)
        phrase = np.zeros(count, np.int32)
        for step in range(len(path)):
            path[step] = at
            at = self._next(at, phrase)
        order = path.T
        return [
            "".join(map(self.tokens.__getitem__, row[: int(size)].tolist()))
            for row, size in zip(order, sizes, strict=True)
        ]

    def _next(self, at: np.ndarray, phrase: np.ndarray) -> np.ndarray:
        """The next places: mostly what followed somewhere, now and then a set phrase begins."""
        chance = self.random.random(at.size)
        free = phrase <= 0
        jumped = self.one.another(at, self.random)
        jumped = np.where(chance < 0.45, jumped, self.two.another(at, self.random))
        if self.lang == "en":
            any_word = self.anywhere[self.random.integers(0, self.anywhere.size, at.size)]
            jumped = np.where(self.random.random(at.size) < 0.1, any_word, jumped)
        begins = free & (self.random.random(at.size) < (0.008 if self.lang == "zh" else 0.004))
        rank = np.searchsorted(self.often[:-1], self.random.random(at.size))
        span = self.random.integers(6, 22, at.size) // (1 if self.lang == "zh" else 2)
        phrase[begins] = span[begins]
        phrase[~begins] -= 1
        follow = np.where(free, jumped, at) + 1
        follow = np.where(begins, self.phrases[rank], follow)
        return np.where(follow >= len(self.tokens) - 2, 1, follow)


class _Places:
    """Where else the same stands: any of the places of an id, at random."""

    def __init__(self, ids: np.ndarray) -> None:
        self.order = np.argsort(ids, kind="stable") + 1
        _, inverse, counts = np.unique(ids, return_inverse=True, return_counts=True)
        starts = np.cumsum(counts) - counts
        self.start, self.count = starts[inverse], counts[inverse]

    def another(self, at: np.ndarray, chance: np.random.Generator) -> np.ndarray:
        """A place where the same stands, for each place."""
        known = np.clip(at - 1, 0, len(self.start) - 1)
        step = (chance.random(at.size) * self.count[known]).astype(np.int64)
        return self.order[self.start[known] + step]


# -- what is derived ----------------------------------------------------------------------------


def derived(text: str, other: str, lang: str, draw: random.Random) -> str:
    """A reprint, a later print, an excerpt or a text that quotes."""
    kind = draw.random()
    if kind < 0.35:
        return reprint(text, lang, draw)
    if kind < 0.7:
        return edited(reprint(text, lang, draw), draw.randint(1, 5), lang, draw)
    if kind < 0.8:
        return shortened(text, draw)
    if kind < 0.9:
        return excerpt(text, other, draw)
    return quoting(quotation(text, draw), other, draw)


def reprint(text: str, lang: str, draw: random.Random) -> str:
    """The text with another head and foot, and other spacing."""
    number = draw.randrange(10**6)
    day = f"2026-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}"
    if lang == "en":
        head = f"Posted {day} by desk {number}\nShare this\n"
        return f"{head}{text}\nFiled under item {number}. All rights of the outlet reserved.\n"
    head = f"{day}　来源：某报第{number}号　责任编辑：小{number % 97}\n【字体：大 中 小】\n"
    body = "\n".join("　　" + line for line in text.split("\n")).replace("，", draw.choice("，,"))
    return f"{head}{body}\n（记者{number}）\n打印本页　关闭窗口\n"


def edited(text: str, edits: int, lang: str, draw: random.Random) -> str:
    """The text with words put, cut or exchanged."""
    for _ in range(edits):
        at = draw.randrange(1, max(2, len(text) - 8))
        size = draw.randint(1, 3) if lang == "zh" else draw.randint(4, 9)
        word = "".join(draw.choices("甲乙丙丁戊己庚辛" if lang == "zh" else "qzxjvk", k=size))
        kind = draw.randrange(3)
        gone = 0 if kind == 0 else size
        text = text[:at] + ("" if kind == 1 else word) + text[at + gone :]
    return text


def shortened(text: str, draw: random.Random) -> str:
    """The text without 15 % of its sentences."""
    sentences = re.findall(r"[^。.!?！？\n]*[。.!?！？\n]?", text)
    return "".join(one for one in sentences if draw.random() > 0.15)


def excerpt(text: str, other: str, draw: random.Random) -> str:
    """30 to 60 % of the text inside another one."""
    size = int(len(text) * draw.uniform(0.3, 0.6))
    start = draw.randrange(max(1, len(text) - size))
    return quoting(text[start : start + size], other, draw)


def quotation(text: str, draw: random.Random, times: int = 1) -> str:
    """30 to 90 letters and digits of the text, or so many times as many, with the marks among
    them."""
    at = [place for place, char in enumerate(text) if char.isalnum()]
    size = min(draw.randint(30 * times, 90 * times), len(at))
    start = draw.randrange(len(at) - size + 1)
    return text[at[start] : at[start + size - 1] + 1]


def masked(text: str, draw: random.Random) -> str:
    """The text with a word of two or three characters behind three stars."""
    at = draw.randrange(1, max(2, len(text) - 4))
    return text[:at] + "***" + text[at + draw.randint(2, 3) :]


def quoting(quoted: str, other: str, draw: random.Random) -> str:
    """Another text that quotes this one."""
    at = draw.randrange(max(1, min(len(other), 800)))
    return f"{other[:at]}\n“{quoted}”\n{other[at:1_200]}"
