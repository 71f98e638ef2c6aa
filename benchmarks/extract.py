"""How well the main text is found, beside the extractors that people use, on labelled pages.

    python benchmarks/extract.py [--pages DIR] [--sites DIR] [--sample N] [--only NAME,NAME]

Prints Markdown tables: every reader on all labelled pages; ours by set; authors; and ours on the
pages that a built-in profile reads. `--pages` is a folder with `manifest.jsonl` (id, set, language,
html, gold, url, date, author) and the files that it names, `--sites` one of pages without labels;
by default the sibling folders `shared/corpus/extraction` and `shared/corpus/pages` of the checkout.

Quality is of character 4-grams (letters and digits, NFKC), as means per page; F1 is of the means.
Steadiness puts an advertisement, a counter, related links, comments, … into both captures of a
page, one advertisement into the article itself, and changes one of them; a changed text is a false
change. Sensitivity changes one character of the article; an unchanged text is a missed change.
Times are CPU seconds. A page that a profile reads and that has less than 50 KB is also timed with
links before its end until it has that much.
"""

import argparse
import importlib
import re
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import extract_changes as changes
import extract_readers as readers
from extract_changes import shows
from extract_samples import Sample, load, page_score, paragraph_score, profiled, score

from crawler.decode import decode

_REPEATS = 25
_PAGE_BYTES = 50 * 1024
_BODY_END = re.compile(rb"</body\s*>", re.I)


def dates(reader: readers.Reader | None, samples: Iterable[Sample]) -> list[str]:
    """Cells: right of the dated pages; of those whose label has no date, how many were given one
    that a visitor does not see on the page, and how many one that stands there."""
    if reader is None:
        return ["", "", ""]
    told = [(s, readers.safely(reader, s.body, s.url)) for s in samples if s.day is not None]
    dated = [sample.day == said for sample, said in told if sample.day]
    undated = [(sample, said) for sample, said in told if not sample.day]
    given = [shows(sample.body, said) for sample, said in undated if said]
    cells = [
        (sum(dated), len(dated)),
        (given.count(False), len(undated)),
        (sum(given), len(undated)),
    ]
    return [f"{some} of {all_}" for some, all_ in cells]


def steadiness(reader: readers.Reader, samples: Sequence[Sample]) -> list[str]:
    """Cells: false changes by what stands around and by an advertisement inside, missed changes."""
    changed = changes.false_changes(reader, samples)
    pages = changed["pages"] or 1
    outside = sum(changed[kind] for kind in changes.KINDS if kind != "ad_in")
    missed, tried = changes.missed_changes(reader, samples)
    return [
        f"{outside / ((len(changes.KINDS) - 1) * pages):.1%}",
        f"{changed['ad_in']} of {changed['inside']}",
        f"{missed} of {tried}",
    ]


def quality(pairs: Sequence[tuple[float, float]]) -> list[str]:
    """Cells: precision, recall, F1."""
    it = score(pairs)
    return [f"{it.precision:.3f}", f"{it.recall:.3f}", f"**{it.f1:.3f}**"]


def line(cells: Iterable[object]) -> str:
    """A table's row."""
    return "| " + " | ".join(map(str, cells)) + " |"


def head(*names: str) -> None:
    """Prints a table's head."""
    print(f"\n{line(names)}\n|{'---|' * len(names)}")


def row(name: str, reader: readers.Reader, samples: list[Sample], steady: list[Sample]) -> str:
    """One reader's line of the first table."""
    began = time.process_time()
    found = [readers.safely(reader, sample.body, sample.url) for sample in samples]
    seconds = time.process_time() - began
    scored = [page_score(text, s.gold) for s, text in zip(samples, found, strict=True)]
    cells = [name]
    for language in ("zh", "en"):
        both = zip(samples, scored, strict=True)
        cells += quality([pair for sample, pair in both if sample.language == language])
    cells += [str(score(scored).below_half), *steadiness(reader, steady)]
    cells += [*dates(readers.DAYS.get(name), samples), f"{len(samples) / seconds:.0f}"]
    return line(cells)


def by_set(samples: Sequence[Sample]) -> None:
    """Ours on each set of labelled pages, and on the two halves of all, every second page each."""
    head("set", "pages", "P", "R", "F1", "pages < 0.5")
    scored = [(s, page_score(readers.ours_unprofiled(s.body, s.url), s.gold)) for s in samples]
    groups = {name: [p for s, p in scored if s.set == name] for name in {s.set: 0 for s in samples}}
    for language in ("zh", "en"):
        own = [pair for sample, pair in scored if sample.language == language]
        groups |= {f"{language}, odd pages": own[::2], f"{language}, even pages": own[1::2]}
    for name, pairs in groups.items():
        print(line([name, len(pairs), *quality(pairs), score(pairs).below_half]))


def by_author(samples: Sequence[Sample]) -> None:
    """Ours and trafilatura's authors against the labelled ones, white space and marks aside."""
    head("reader", "language", "right", "another", "none", "given where none is labelled")
    for name, reader in readers.AUTHORS.items():
        for language in ("zh", "en"):
            own = [s for s in samples if s.author is not None and s.language == language]
            said = [(s.author or "", readers.safely(reader, s.body, s.url)) for s in own]
            named = [(_plain(gold), _plain(found)) for gold, found in said if gold]
            right = sum(gold == found for gold, found in named)
            without = sum(not found for _, found in named)
            others = [found for gold, found in said if not gold]
            cells = [f"{right} of {len(named)}", len(named) - right - without, without]
            print(line([name, language, *cells, f"{sum(map(bool, others))} of {len(others)}"]))


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()


def fastest_s(sample: Sample) -> float:
    """CPU seconds of one page, the best of several tries."""
    tries = []
    for _ in range(_REPEATS):
        began = time.process_time()
        readers.ours(sample.body, sample.url)
        tries.append(time.process_time() - began)
    return min(tries)


def filled(sample: Sample) -> Sample:
    """The page with links before its end until it has 50 KB; larger ones as they are."""
    # an element in a hundred bytes or so, as on the pages themselves
    link = (
        b'<li class="list-item"><a class="list-link" target="_blank" title="%s" '
        b'href="/n1/2024/0424/c1001-40223222.html" data-from="footer">%s</a>\n</li>\n'
    )
    words = "今日要闻一则".encode(decode(sample.body).charset, "replace")
    missing = _PAGE_BYTES - len(sample.body)
    end = match.start() if (match := _BODY_END.search(sample.body)) else len(sample.body)
    one = link % (words * 3, words * 3)
    links = one * max(0, missing // len(one))
    body = (
        sample.body[:end] + b"<div class=footer><ul>" + links + b"</ul></div>" + sample.body[end:]
    )
    return replace(sample, body=body) if missing > 0 else sample


def on_profiles(samples: Sequence[Sample]) -> None:
    """Ours on the pages that a profile reads, by profile."""
    head(
        "profile", "pages", "labelled", "F1 of these", "false changes around",
        "… by an advertisement inside", "missed changes", "mean KB", "pages/s",
        "filled to 50 KB", "by 50 KB",
    )  # fmt: skip
    sites = sorted({sample.rule.split("/")[0] for sample in samples})
    for site in (*sites, "all"):
        own = [s for s in samples if site in ("all", s.rule.split("/")[0])]
        pairs = [profiled_score(s) for s in own if s.labelled]
        seconds = sum(map(fastest_s, own))
        size_kb = sum(len(s.body) for s in own) / 1024
        small = [filled(s) for s in own if len(s.body) < _PAGE_BYTES]
        rate = f"{len(small) / sum(map(fastest_s, small)):.0f}" if small else ""
        cells = [site, len(own), len(pairs), f"{score(pairs).f1:.3f}" if pairs else ""]
        cells += [*steadiness(readers.ours, own), f"{size_kb / len(own):.0f}"]
        cells += [f"{len(own) / seconds:.0f}", rate, f"{size_kb / 50 / seconds:.0f}"]
        print(line(cells))


def profiled_score(sample: Sample) -> tuple[float, float]:
    """(precision, recall) of what a profile reads: by paragraphs where the label is of those."""
    text = readers.ours(sample.body, sample.url)
    if sample.paragraphs:
        return paragraph_score(text, sample.paragraphs)
    return page_score(text, sample.gold)


def compare(samples: list[Sample], only: str | None) -> None:
    """The first table: all readers that are installed."""
    steady = samples[::3]
    size_kb = sum(len(sample.body) for sample in samples) / len(samples) / 1024
    print(f"{len(samples)} pages of {size_kb:.0f} KB; steadiness on {len(steady)} of them")
    head(
        "reader", "zh P", "zh R", "zh F1", "en P", "en R", "en F1", "pages < 0.5",
        "false changes around", "… by an advertisement inside", "missed changes", "dates right",
        "invented", "shown, not labelled", "pages/s",
    )  # fmt: skip
    for name, (package, reader) in readers.READERS.items():
        if only and name not in only.split(","):
            continue
        try:
            importlib.import_module(package)
        except ImportError:
            print(f"{name}: not installed, skipped", file=sys.stderr)
            continue
        print(row(name, reader, samples, steady), flush=True)


def main() -> int:
    """Prints the tables; 0 also where there is nothing to measure on."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    corpus = Path(__file__).resolve().parents[2] / "shared/corpus"
    parser.add_argument("--pages", type=Path, default=corpus / "extraction")
    parser.add_argument("--sites", type=Path, default=corpus / "pages")
    parser.add_argument("--sample", type=int, default=1, help="every n-th page")
    parser.add_argument("--only", help="readers with commas between; the first table alone")
    options = parser.parse_args()
    if not (options.pages / "manifest.jsonl").is_file():
        print(f"skipped: no labelled pages at {options.pages}", file=sys.stderr)
        return 0
    samples = load(options.pages, options.sample)
    compare(samples, options.only)
    if not options.only:
        by_set(samples)
        by_author(samples)
        on_profiles(profiled(samples, options.sites))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
