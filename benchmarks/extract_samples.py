"""Pages to measure extraction on, and how a text is scored against a label."""

import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from crawler.extract import extract
from crawler.model import Assessment, Capture

_WORD = re.compile(r"\w")
_SMALLEST_PAGE_BYTES = 3_000


@dataclass(frozen=True)
class Sample:
    """One page with its label; `text` is what a profile reads where nobody labelled it."""

    id: str
    set: str
    language: str
    url: str
    body: bytes
    gold: str
    #: the labelled day, "" where the page has none, None where nobody looked
    day: str | None = None
    #: the labelled author, likewise
    author: str | None = None
    #: the built-in rule that reads it, where one does
    rule: str = ""
    labelled: bool = True
    #: the label as hashes and lengths of its paragraphs, where the text is not ours to keep
    paragraphs: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Score:
    """Means over pages, and how many pages were all but lost."""

    precision: float
    recall: float
    below_half: int

    @property
    def f1(self) -> float:
        """The harmonic mean of the means."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def load(folder: Path, every: int = 1) -> list[Sample]:
    """The labelled pages of a folder, every n-th of them."""
    rows = [json.loads(line) for line in (folder / "manifest.jsonl").read_text().splitlines()]
    return [
        Sample(
            row["id"],
            row["set"],
            row["language"],
            row.get("url") or "",
            (folder / row["html"]).read_bytes(),
            (folder / row["gold"]).read_text("utf-8"),
            _day(row["date"]) if "date" in row else None,
            _author(row["author"]) if "author" in row else None,
        )
        for row in rows[::every]
    ]


def paragraph_labels() -> dict[str, tuple[tuple[str, int], ...]]:
    """By the sha256 of a page: the first 12 hex digits of its paragraphs' sha256, and how many
    characters each has. Made by reading the pages beside what was taken of them."""
    path = Path(__file__).with_name("extract_labels.json")
    found = json.loads(path.read_text("utf-8"))
    return {page: tuple((name, size) for name, size in label) for page, label in found.items()}


def hashed(text: str) -> Counter[tuple[str, int]]:
    """A text's paragraphs as the labels name them."""
    return Counter(
        (hashlib.sha256(line.encode()).hexdigest()[:12], len(line)) for line in text.split("\n")
    )


def paragraph_score(found: str, label: Sequence[tuple[str, int]]) -> tuple[float, float]:
    """(precision, recall) of one page by whole paragraphs: one character off costs all of them."""
    mine, true = hashed(found), Counter(label)
    shared = _chars(mine & true)
    return shared / (_chars(mine) or 1), shared / (_chars(true) or 1)


def _chars(paragraphs: Counter[tuple[str, int]]) -> int:
    return sum(size * count for (_, size), count in paragraphs.items())


def profiled(labelled: Sequence[Sample], folder: Path) -> list[Sample]:
    """The articles that a built-in profile reads: labelled ones and those of a folder of unlabelled
    pages, which stand for themselves. No page twice."""
    found: dict[str, Sample] = {}
    labels = paragraph_labels()
    for sample in (*labelled, *unlabelled(folder)):
        key = hashlib.sha256(sample.body).hexdigest()
        read = extract(Capture((sample.body,), sample.url, sample.url))
        if "/" not in read.rule or read.assessment is not Assessment.ARTICLE:
            continue
        if key not in found and len(sample.body) >= _SMALLEST_PAGE_BYTES:
            language = read.lang if read.lang in ("zh", "en") else sample.language
            gold = sample.gold or read.text
            found[key] = Sample(
                sample.id, sample.set, language, sample.url, sample.body, gold,
                rule=read.rule, labelled=sample.labelled or key in labels,
                paragraphs=() if sample.labelled else labels.get(key, ()),
            )  # fmt: skip
    return list(found.values())


def unlabelled(folder: Path) -> Iterator[Sample]:
    """The articles of a folder of pages without labels."""
    manifest = folder / "manifest.jsonl"
    if not manifest.is_file():
        return
    for row in map(json.loads, manifest.read_text("utf-8").splitlines()):
        path = folder / row["file"].removeprefix("html/")
        if path.suffix in (".html", ".htm") and path.is_file():
            url = row.get("url") or ""
            yield Sample(path.name, "", "en", url, path.read_bytes(), "", labelled=False)


def _day(written: str | None) -> str:
    match = re.search(r"(\d{4})\D+(\d{1,2})\D+(\d{1,2})", written or "")
    return f"{match[1]}-{int(match[2]):02d}-{int(match[3]):02d}" if match else ""


def _author(written: str | None) -> str:
    return "" if written in (None, "UNKNOWN") else written


def grams(text: str) -> Counter[str]:
    """Character 4-grams of the letters and digits."""
    kept = "".join(_WORD.findall(unicodedata.normalize("NFKC", text)))
    return Counter(kept[i : i + 4] for i in range(max(1, len(kept) - 3))) if kept else Counter()


def page_score(found: str, gold: str) -> tuple[float, float]:
    """(precision, recall) of one page."""
    mine, true = grams(found), grams(gold)
    shared = (mine & true).total()
    return shared / (mine.total() or 1), shared / (true.total() or 1)


def score(pairs: Sequence[tuple[float, float]]) -> Score:
    """The means of pages' precisions and recalls."""
    below = sum(2 * p * r < 0.5 * (p + r) or p + r == 0 for p, r in pairs)
    count = len(pairs) or 1
    return Score(sum(p for p, _ in pairs) / count, sum(r for _, r in pairs) / count, below)
