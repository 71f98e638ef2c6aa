"""Our diff beside others, on cases with ground truth: `python benchmarks/compare.py`.

Prints Markdown tables: the cases of each kind and language, missing paragraphs, amended laws (where
a folder of them is given), speed. Times are
processor time, so that a busy machine counts little; jsdiff's hold the start of node for each case.
"""

import argparse
import random
import resource
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import compare_cases as cases
import compare_laws
import compare_tools

from crawler.compare import align, diff
from crawler.model import Alignment

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Reads the options and prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cases", type=int, default=20, help="cases of each kind and language")
    parser.add_argument("--seed", type=int, default=1, help="of the random edits")
    parser.add_argument("--only-ours", action="store_true")
    parser.add_argument("--no-speed", action="store_true")
    parser.add_argument("--no-cases", action="store_true", help="speed and laws alone")
    parser.add_argument("--laws", type=Path, metavar="FOLDER", help="amended laws, LAW/DATE.txt")
    given = parser.parse_args()
    texts = cases.seed_texts(ROOT)
    for lang, more in cases.corpus_texts(ROOT).items():
        texts[lang] = texts[lang] + more
    names = ["palimpsest"] if given.only_ours else list(compare_tools.tools())
    if not given.no_cases:
        print("\n".join(quality(texts, names, given.cases, given.seed)))
        print("\n" + "\n".join(paragraphs(texts, given.cases)))
    if given.laws and given.laws.is_dir():
        print("\n" + "\n".join(compare_laws.table(given.laws, names)))
    else:
        print("\nAmended laws: not measured, no folder of them (--laws FOLDER).")
    if not given.no_speed:
        print("\n" + "\n".join(speed()))


def quality(texts: dict[str, list[str]], names: list[str], count: int, seed: int) -> Iterator[str]:
    """Precision and recall of edited characters, shown against true size, hunks for each edit,
    moves and masks recognised, thousand characters a second."""
    yield "| cases | tool | precision | recall | shown/true | hunks/edit | moves | masks | kch/s |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    tools = compare_tools.tools()
    for lang in texts:
        for kind in cases.KINDS:
            made = cases.cases({lang: texts[lang]}, [kind], count, seed)
            for name in names:
                yield _row(f"{lang} {kind}", name, made, tools[name])


def _row(label: str, name: str, made: list[cases.Case], tool: compare_tools.Tool) -> str:
    total: Counter[str] = Counter()
    spent = 0.0
    for case in made:
        start = _cpu_s()
        ops = tool(case.a, case.b)
        spent += _cpu_s() - start
        total.update(cases.measure(case, ops))
    size = sum(len(case.a) for case in made)
    shown, true = total["shown"] + total["moved"], total["true"] + total["moved_true"]
    cells = [
        _ratio(total["right"], total["shown"]),
        _ratio(total["right"], total["true"]),
        _ratio(shown, true) if true else f"{shown} shown, 0 true",
        _ratio(total["hunks"], total["edits"]),
        f"{total['moves_right']}/{total['moves']}",
        f"{total['masks_right']}/{total['masks']}",
        f"{size / spent / 1000:,.0f}",
    ]
    return f"| {label} | {name} | " + " | ".join(cells) + " |"


def _cpu_s() -> float:
    """Processor seconds of this process and of those that it started."""
    started = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + started.ru_utime + started.ru_stime


def _ratio(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "-"


def paragraphs(texts: dict[str, list[str]], count: int) -> Iterator[str]:
    """Which paragraphs of a page a copy lacks, told by `align`: what it names, and those of which
    its passages cover less than half. The last column but one takes a paragraph for lacking only
    when a tenth of it at most is covered, so that a set phrase shared with another paragraph counts
    as wrong; the last is of whole texts, headings and bylines of a few characters counted too."""
    yield "| copies | paragraphs | named right | covered right | strictly | named, every line |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for lang, given in texts.items():
        prose = [text for text in cases.documents(given, lang) if _prose(text)]
        whole = [text for text in cases.whole_documents(given, lang) if not _prose(text)]
        for kind in ("whole", "edited", "masked", "heavily edited"):
            told = [_told(prose, number, kind, lang) for number in range(count)]
            named, right, strictly, total = (sum(column) for column in zip(*told, strict=True))
            lines = [_told(whole, number, kind, lang) for number in range(count)]
            shares = " | ".join(_ratio(part, total) for part in (named, right, strictly))
            every = _ratio(sum(line[0] for line in lines), sum(line[3] for line in lines))
            yield f"| {lang} {kind} | {total} | {shares} | {every} |"


def _prose(text: str) -> bool:
    return min(map(len, text.split("\n"))) >= 40


def _told(pool: list[str], number: int, kind: str, lang: str) -> tuple[int, int, int, int]:
    """Paragraphs named right, told right by what is covered, told right strictly, and all, of one
    copy."""
    rng = random.Random(number)
    text = pool[number % len(pool)]
    others = [other for other in pool if other is not text]
    lines = text.split("\n")
    gone = {at for at in range(len(lines)) if rng.random() < 0.3}
    copy = "\n".join(line for at, line in enumerate(lines) if at not in gone)
    if len(copy) < 40:
        return 0, 0, 0, 0
    editor = cases.Editor(copy, others, lang, number)
    copy = editor.altered(kind)
    head, foot = rng.sample(others, 2)
    page = "\n".join([*head.split("\n")[:3], text, *foot.split("\n")[:3]])
    found = align(copy, page)
    covered = bytearray(len(page))
    for op in (op for match in found.matches for op in match.ops):
        if op.noise or op.op in ("equal", "move", "mask", "unmask"):
            covered[op.b[0] : op.b[1]] = b"\1" * (op.b[1] - op.b[0])
    at = page.index(text)
    named = right = strictly = 0
    for place, line in enumerate(lines):
        span = (at, at + len(line))
        lacking = any(start < span[1] and span[0] < end for start, end in _lacking(found))
        share = sum(covered[slice(*span)]) / len(line)
        named += lacking == (place in gone)
        right += (share < 0.5) == (place in gone)
        strictly += (share <= 0.1) if place in gone else (share >= 0.5)
        at = span[1] + 1
    return named, right, strictly, len(lines)


def _lacking(found: Alignment) -> tuple[tuple[int, int], ...]:
    return found.paragraphs_missing_from_seed


def speed() -> Iterator[str]:
    """Seconds of our diff for texts of many sizes and for the worst of a million characters."""
    yield "| texts | characters | milliseconds | coarse | peak MB of the process |"
    yield "| --- | --- | --- | --- | --- |"
    for name, make in WORKLOADS.items():
        a, b = make()
        rounds = max(1, min(9, 100_000 // max(1, len(a))))
        best = float("inf")
        for _ in range(rounds):
            start = time.process_time()
            found = diff(a, b)
            best = min(best, time.process_time() - start)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        yield f"| {name} | {len(a):,} | {best * 1000:,.1f} | {found.coarse} | {peak} |"


def _prose_of(size: int, lang: str = "zh") -> str:
    """Sentences of a seed copy in random order, each with a few characters of its own."""
    rng = random.Random(size)
    source = cases.seed_texts(ROOT)[lang][4 if lang == "zh" else 3]
    mark, joint = ("。", "") if lang == "zh" else (". ", " ")
    sentences = [sentence for sentence in source.replace("\n", joint).split(mark) if sentence]
    words = list(source) if lang == "zh" else source.split()
    made, length = [], 0
    while length < size:
        own = joint.join(rng.choice(words) for _ in range(8))
        made.append(rng.choice(sentences) + own + mark + ("\n" if rng.random() < 0.15 else ""))
        length += len(made[-1])
    return "".join(made)[:size]


def _edited(text: str) -> str:
    """One character of every 400 is another."""
    letters = list(text)
    letters[200::400] = "囧" * len(letters[200::400])
    return "".join(letters)


def _shuffled(text: str, mark: str) -> str:
    parts = text.split(mark)
    random.Random(1).shuffle(parts)
    return mark.join(parts)


def _with_edits(text: str) -> tuple[str, str]:
    return text, _edited(text)


MILLION = 1_000_000
WORKLOADS: dict[str, Callable[[], tuple[str, str]]] = {
    "Chinese, an edit every 400": lambda: _with_edits(_prose_of(3_000)),
    "Chinese, an edit every 400 ": lambda: _with_edits(_prose_of(30_000)),
    "English, an edit every 400": lambda: _with_edits(_prose_of(3_000, "en")),
    "English, an edit every 400 ": lambda: _with_edits(_prose_of(30_000, "en")),
    "Chinese, an edit every 400  ": lambda: _with_edits(_prose_of(MILLION)),
    "English, an edit every 400  ": lambda: _with_edits(_prose_of(MILLION, "en")),
    "one line": lambda: _with_edits(_prose_of(MILLION).replace("\n", "")),
    "different": lambda: (_prose_of(MILLION), _prose_of(MILLION + 1)),
    "random": lambda: tuple(  # type: ignore[return-value]
        "".join(random.Random(seed).choices([chr(0x4E00 + n) for n in range(3000)], k=MILLION))
        for seed in (1, 2)
    ),
    "one sentence repeated": lambda: _with_edits(
        "这一句话说了又说，说过还要再说一遍，说到大家都记住为止。" * 35_000
    ),
    "paragraphs shuffled": lambda: (_prose_of(MILLION), _shuffled(_prose_of(MILLION), "\n")),
    "sentences shuffled": lambda: (_prose_of(MILLION), _shuffled(_prose_of(MILLION), "。")),
}


if __name__ == "__main__":
    main()
