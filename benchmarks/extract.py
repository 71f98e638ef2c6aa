"""How well the main text is found, beside the extractors that people use, on labelled pages.

    python benchmarks/extract.py [--pages DIR] [--sample N] [--only NAME,NAME]

Prints one Markdown table. `--pages` is a folder with `manifest.jsonl` (id, language, html, gold,
url, date) and the files it names; by default the sibling folder `shared/corpus/extraction` of the
checkout. Quality is of character 4-grams (letters and digits, NFKC), as means per page; F1 is of
the means. Steadiness puts an advertisement, a counter, related links, comments, … into both
captures of a page and changes one of them; a changed text is a false change. Sensitivity changes
one character of the article; an unchanged text is a missed change. Times are CPU seconds.
"""

import argparse
import importlib
import json
import random
import re
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from crawler.decode import decode
from crawler.extract import extract
from crawler.model import Capture

Reader = Callable[[bytes, str], str]
_WORD = re.compile(r"\w")
_PARAGRAPH = re.compile(r"</p\s*>|<br\s*/?>\s*(?:<br\s*/?>)?", re.I)
_SCRIPT = re.compile(r"<(script|style|head|noscript)\b.*?</\1\s*>|<!--.*?-->", re.I | re.S)
_BODY_END = re.compile(r"</body\s*>", re.I)


@dataclass(frozen=True)
class Sample:
    """One labelled page."""

    id: str
    language: str
    url: str
    body: bytes
    gold: str
    #: the labelled day, "" where the page has none, None where nobody looked
    day: str | None


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


def load(folder: Path, sample: int) -> list[Sample]:
    """The labelled pages of a folder, every n-th of them."""
    rows = [json.loads(line) for line in (folder / "manifest.jsonl").read_text().splitlines()]
    return [
        Sample(
            row["id"],
            row["language"],
            row.get("url") or "",
            (folder / row["html"]).read_bytes(),
            (folder / row["gold"]).read_text("utf-8"),
            _day(row["date"]) if "date" in row else None,
        )
        for row in rows[::sample]
    ]


def _day(written: str | None) -> str:
    match = re.search(r"(\d{4})\D+(\d{1,2})\D+(\d{1,2})", written or "")
    return f"{match[1]}-{int(match[2]):02d}-{int(match[3]):02d}" if match else ""


# --- the readers -------------------------------------------------------------------------------


def ours(body: bytes, url: str) -> str:
    """The whole path, profiles included."""
    return extract(Capture((body,), url, url)).text


def ours_unprofiled(body: bytes, url: str) -> str:
    """The whole path as it goes for a site that no profile knows."""
    return extract(Capture((body,), url, url), built_in=False).text


def trafilatura(body: bytes, url: str) -> str:
    """trafilatura as it comes, handed text."""
    module = importlib.import_module("trafilatura")
    return module.extract(decode(body).text, url=url or None) or ""


def readability(body: bytes, url: str) -> str:
    """readability-lxml; its HTML as text."""
    module = importlib.import_module("readability")
    return _plain(module.Document(decode(body).text).summary())


def newspaper(body: bytes, url: str) -> str:
    """newspaper4k."""
    module = importlib.import_module("newspaper")
    article = module.Article(
        url or "http://example.org/", language="zh" if _chinese(body) else "en"
    )
    article.download(input_html=decode(body).text)
    article.parse()
    return article.text or ""


def resiliparse(body: bytes, url: str) -> str:
    """resiliparse's main content."""
    module = importlib.import_module("resiliparse.extract.html2text")
    return str(module.extract_plain_text(decode(body).text, main_content=True))


def justext(body: bytes, url: str) -> str:
    """jusText; for Chinese without a stop list."""
    module = importlib.import_module("justext")
    if _chinese(body):
        found = module.justext(
            decode(body).text, frozenset(), 30, 100, 0.0, 0.0, 0.5, 100, no_headings=False
        )
    else:
        found = module.justext(decode(body).text, module.get_stoplist("English"))
    return "\n".join(part.text for part in found if not part.is_boilerplate)


def gne(body: bytes, url: str) -> str:
    """GeneralNewsExtractor."""
    module = importlib.import_module("gne")
    return str(module.GeneralNewsExtractor().extract(decode(body).text)["content"])


def our_day(body: bytes, url: str) -> str:
    """The day that we read."""
    return (extract(Capture((body,), url, url), built_in=False).published or "")[:10]


def trafilatura_day(body: bytes, url: str) -> str:
    """The day that trafilatura reads."""
    module = importlib.import_module("trafilatura")
    found = module.extract_metadata(decode(body).text, default_url=url or None)
    return (found.date or "") if found else ""


DAYS: dict[str, Reader] = {"Palimpsest unprofiled": our_day, "trafilatura": trafilatura_day}
READERS: dict[str, tuple[str, Reader]] = {
    "Palimpsest": ("crawler", ours),
    "Palimpsest unprofiled": ("crawler", ours_unprofiled),
    "trafilatura": ("trafilatura", trafilatura),
    "readability-lxml": ("readability", readability),
    "newspaper4k": ("newspaper", newspaper),
    "resiliparse": ("resiliparse", resiliparse),
    "jusText": ("justext", justext),
    "gne": ("gne", gne),
}


def _plain(html: str) -> str:
    from selectolax.lexbor import LexborHTMLParser

    return LexborHTMLParser(html).text(separator="\n")


def _chinese(body: bytes) -> bool:
    return len(re.findall("[\u4e00-\u9fff]", decode(body).text)) > 200


def safely(reader: Reader, body: bytes, url: str) -> str:
    """What a reader says; nothing where it raises, as a crawler would have to take it."""
    try:
        return reader(body, url) or ""
    except Exception:  # noqa: BLE001 - the others raise all kinds of things
        return ""


# --- quality -----------------------------------------------------------------------------------


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


_SAID = {
    "link": ("今日要闻{}号消息公布", "Latest news item {}"),
    "ad": ("限时优惠{}折，立即购买", "Sale {} percent off, buy it now"),
    "offer": ("广告：{}，扫码领取好礼。", "Advertisement {}, get yours today."),
    "counter": ("阅读 {0}00 评论 {0}", "{0}00 views {0} comments"),
    "related": ("相关新闻", "Related stories"),
    "ago": ("{}分钟前 来源：本站", "{} minutes ago by staff"),
    "comment": (
        "网友{}：说得很好，支持一下，希望更多人看到。",
        "Reader {}: well said, I agree with all of this.",
    ),
    "cookie": (
        "本网站使用{}个Cookie，继续浏览即表示同意。",
        "We use {} cookies to improve your visit.",
    ),
}

# --- steadiness --------------------------------------------------------------------------------


def furniture(word: str, chinese: bool) -> dict[str, str]:
    """What stands around (and in) articles, in a state named by `word`."""
    text = {name: pair[0 if chinese else 1].format(word) for name, pair in _SAID.items()}
    link = f'<a href="/n/{word}.html">{text["link"]}</a>'
    comment = f'<div class="comment"><p>{text["comment"]}</p></div>'
    return {
        "ad_in": f'<div class="ad-banner"><a href="http://ads.example/{word}">{text["ad"]}</a></div>',
        "ad_out": f'<div class="ad-banner"><p>{text["offer"]}</p></div>',
        "counter": f'<div class="article-info">{text["counter"]}</div>',
        "related": f'<div class="related-news"><h3>{text["related"]}</h3><ul>'
        + f"<li>{link}</li>" * 3
        + "</ul></div>",
        "reltime": f'<div class="article-info">{text["ago"]}</div>',
        "comments": f'<div class="comments" id="comments">{comment * 3}</div>',
        "cookie": f'<div class="cookie-consent"><p>{text["cookie"]}</p></div>',
    }


def dressed(html: str, states: dict[str, str], chinese: bool) -> str:
    """A page with all furniture, each piece in its state; the article itself is untouched."""
    pieces = {name: furniture(word, chinese)[name] for name, word in states.items()}
    breaks = [match.end() for match in _PARAGRAPH.finditer(html)]
    middle = breaks[len(breaks) // 2] if len(breaks) > 3 else None
    end = match.start() if (match := _BODY_END.search(html)) else len(html)
    start = match.end() if (match := re.search(r"<body[^>]*>", html, re.I)) else 0
    tail = "".join(pieces[name] for name in ("ad_out", "related", "comments", "cookie"))
    head = pieces["counter"] + pieces["reltime"]
    if middle and start < middle < end:
        html = html[:end] + tail + html[end:]
        html = html[:middle] + pieces["ad_in"] + html[middle:]
        return html[:start] + head + html[start:]
    return html[:start] + head + html[start:end] + tail + html[end:]


KINDS = ("ad_in", "ad_out", "counter", "related", "reltime", "comments", "cookie")


def settled(text: str) -> str:
    """Text as it is compared here: white space and width aside."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def false_changes(reader: Reader, samples: Iterable[Sample]) -> Counter[str]:
    """How many pages' text changed with each kind of furniture; `pages` counts them."""
    changed: Counter[str] = Counter()
    for sample in samples:
        html = decode(sample.body).text
        chinese = sample.language == "zh"
        before = dict.fromkeys(KINDS, "12")
        first = settled(safely(reader, dressed(html, before, chinese).encode(), sample.url))
        changed["pages"] += 1
        for kind in KINDS:
            after = {**before, kind: "87"}
            second = settled(safely(reader, dressed(html, after, chinese).encode(), sample.url))
            changed[kind] += first != second
    return changed


def _stands_alone(line: str, html: str) -> bool:
    """Whether a line of text stands in the markup once, right behind a tag."""
    return html.count(line) == 1 and html[: html.index(line)].rstrip(" \t\n\u3000").endswith(">")


def missed_changes(reader: Reader, samples: Iterable[Sample], seed: int = 7) -> tuple[int, int]:
    """(missed, tried): one character of the text that was read is changed in the page itself, in
    the first line, the last and one between."""
    rng = random.Random(seed)
    missed = tried = 0
    for sample in samples:
        html = decode(sample.body).text
        text = safely(reader, html.encode(), sample.url)
        bare = _SCRIPT.sub(lambda match: " " * len(match[0]), html)
        lines = [line for line in text.split("\n") if len(line) > 12 and _stands_alone(line, bare)]
        if not lines:
            continue
        for line in {lines[0], lines[-1], rng.choice(lines)}:
            spot = bare.index(line) + len(line) // 2
            other = "变" if "\u4e00" <= html[spot] <= "\u9fff" else "q"
            edited = html[:spot] + other + html[spot + 1 :]
            tried += 1
            missed += safely(reader, edited.encode(), sample.url) == text
    return missed, tried


# --- the table ---------------------------------------------------------------------------------


def dates(reader: Reader | None, samples: Iterable[Sample]) -> list[str]:
    """Cells: right of the dated pages, invented on the undated ones."""
    if reader is None:
        return ["", ""]
    told = [(s.day, safely(reader, s.body, s.url)) for s in samples if s.day is not None]
    dated = [day == said for day, said in told if day]
    undated = [bool(said) for day, said in told if not day]
    return [f"{sum(dated)} of {len(dated)}", f"{sum(undated)} of {len(undated)}"]


def row(name: str, reader: Reader, samples: list[Sample], steady: list[Sample]) -> str:
    """One reader's line of the table."""
    began = time.process_time()
    found = [safely(reader, sample.body, sample.url) for sample in samples]
    seconds = time.process_time() - began
    by_language: dict[str, list[tuple[float, float]]] = {"zh": [], "en": []}
    for sample, text in zip(samples, found, strict=True):
        by_language[sample.language].append(page_score(text, sample.gold))
    cells = [name]
    below = 0
    for pairs in by_language.values():
        it = score(pairs)
        below += it.below_half
        cells += [f"{it.precision:.3f}", f"{it.recall:.3f}", f"**{it.f1:.3f}**"]
    changed = false_changes(reader, steady)
    kinds = [changed[kind] for kind in KINDS]
    outside = sum(kinds[1:]) / ((len(KINDS) - 1) * changed["pages"] or 1)
    missed, tried = missed_changes(reader, steady)
    cells += [
        str(below),
        f"{outside:.1%}",
        f"{changed['ad_in'] / (changed['pages'] or 1):.1%}",
        f"{missed} of {tried}",
        *dates(DAYS.get(name), samples),
        f"{len(samples) / seconds:.0f}",
    ]
    return "| " + " | ".join(cells) + " |"


def main() -> int:
    """Prints the table; 0 also where there is nothing to measure on."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    default = Path(__file__).resolve().parents[2] / "shared/corpus/extraction"
    parser.add_argument("--pages", type=Path, default=default)
    parser.add_argument("--sample", type=int, default=1, help="every n-th page")
    parser.add_argument("--only", help="names of readers, with commas between")
    options = parser.parse_args()
    if not (options.pages / "manifest.jsonl").is_file():
        print(f"skipped: no labelled pages at {options.pages}", file=sys.stderr)
        return 0
    samples = load(options.pages, options.sample)
    steady = samples[::3]
    size = sum(len(sample.body) for sample in samples) / len(samples) / 1024
    print(f"{len(samples)} pages of {size:.0f} KB; steadiness on {len(steady)} of them\n")
    print(
        "| reader | zh P | zh R | zh F1 | en P | en R | en F1 | pages < 0.5 | false changes around "
        "| … by an advertisement inside | missed changes | dates right | invented | pages/s |"
    )
    print("|" + "---|" * 14)
    for name, (package, reader) in READERS.items():
        if options.only and name not in options.only.split(","):
            continue
        try:
            importlib.import_module(package)
        except ImportError:
            print(f"{name}: not installed, skipped", file=sys.stderr)
            continue
        print(row(name, reader, samples, steady), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
