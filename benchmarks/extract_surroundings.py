"""How steady the text is when only its surroundings change: twenty kinds of them, put into every
page at hand, labelled or not.

    python benchmarks/extract_surroundings.py [--pages DIR] [--sites DIR] [--sample N]
                                              [--built-in] [--peers]

Each kind is put into a page where sites have it (at the top, right below the headline's end of the
head, between two paragraphs, behind the text, at the end, round the body, on attributes) in two
states; a text or title that differs between the two is a false change. `--built-in` reads with the
profiles, else as a site that none knows; `--peers` adds trafilatura and readability-lxml. Prints a
Markdown table: for each kind the tries and the false changes.
"""

# ruff: noqa: E501 - pages' markup stands as it is served

import argparse
import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import extract_readers as readers
from extract_changes import inside, settled
from extract_samples import Sample, load, unlabelled

from crawler.decode import decode
from crawler.extract import extract
from crawler.model import Capture

State = tuple[str, int]
_BODY = re.compile(r"<body[^>]*>", re.I)
_BODY_END = re.compile(r"</body\s*>", re.I)
_HEAD_END = re.compile(r"</head\s*>", re.I)
_OPENING = re.compile(r"<(div|p|span|li|td)(?=[\s>])", re.I)


def _links(word: str, count: int) -> str:
    return "".join(
        f'<li><a href="/n/{word}{n}.html">今日要闻{word}第{n}条 Latest item {word}</a></li>'
        for n in range(count)
    )


def _comments(word: str, count: int, long: str = "") -> str:
    return "".join(
        f"<div class=comment-item><b>网友{word}{n}</b><span>{n}小时前</span><p>说得很好，支持一下，{long}希望更多人看到{word}。</p></div>"
        for n in range(count)
    )


#: where, and what stands there in a state named by a word
PIECES: dict[str, tuple[str, Callable[[str], str]]] = {
    "banner at the top": ("top", lambda w: f'<div class="top-banner"><a href="/ad/{w}"><img src="/ad/{w}.jpg"></a><p>限时{w}折，立即购买，先到先得。</p></div>'),
    "notice bar": ("top", lambda w: f'<div id="notice-bar">本站将于{w}日维护，请谅解。 We are down on day {w}, sorry.</div>'),
    "cookie dialog": ("end", lambda w: f'<div class="cookie-consent" role="dialog"><p>We use {w} cookies, and share them with {w} partners.</p><button>Accept</button></div>'),
    "breaking news ticker": ("top", lambda w: f'<div class="breaking-news"><ul>{_links(w, 4)}</ul></div>'),
    "advertisement in a div": ("middle", lambda w: f'<div class="ad-slot"><a href="http://ads.example/{w}">广告：买{w}送一，今天就来。</a></div>'),
    "advertisement in ins": ("middle", lambda w: f'<ins class="adsbygoogle" data-ad-slot="{w}"><p>Buy {w}, and get another for nothing.</p></ins>'),
    "promotion in the text": ("middle", lambda w: f'<div class="newsletter-promo"><p>Sign up for our newsletter, {w} readers have.</p><form><input></form></div>'),
    "related in the text": ("middle", lambda w: f'<div class="related-inline"><h4>相关阅读</h4><ul>{_links(w, 3)}</ul></div>'),
    "video player": ("middle", lambda w: f'<div class="video-player" data-id="{w}"><video src="/v/{w}.mp4"></video><span class="duration">0{w[:1]}:{w}</span></div>'),
    "share counts": ("below", lambda w: f'<div class="share-bar"><a>微信 {w}</a><a>微博 {w}</a><a>Facebook {w}</a></div>'),
    "readers' counts": ("below", lambda w: f'<div class="article-stats">阅读 {w}00 点赞 {w} 评论 {w}</div>'),
    "related below": ("below", lambda w: f'<div class="related-news"><h3>相关新闻</h3><ul>{_links(w, 6)}</ul></div>'),
    "teasers below": ("below", lambda w: '<div class="recommend-list">' + "".join(f'<div class="item"><h3><a href="/t/{w}{n}">推荐文章{w}之{n} Recommended {w}</a></h3><p>这篇文章讲的是{w}，值得一读，请看。</p></div>' for n in range(5)) + "</div>"),
    "comments": ("end", lambda w: f'<div id="comments" class="comments"><h3>评论({w})</h3>{_comments(w, 5)}</div>'),
    "fifty long comments": ("end", lambda w: f'<div class="comment-list"><h3>网友评论</h3>{_comments(w, 50, "我认为这件事情要从两个方面来看，" * 6)}</div>'),
    "ranking beside": ("end", lambda w: f'<aside class="sidebar"><h3>点击排行</h3><ol>{_links(w, 10)}</ol></aside>'),
    "footer": ("end", lambda w: f'<div class="footer"><p>版权所有 20{w} 某某网，未经许可不得转载。 All rights reserved.</p><ul>{_links(w, 5)}</ul></div>'),
    "frame round the body": ("frame", lambda w: f'<div class="layout-{w}"><div class="wrap-{w}">'),
    "nonces on elements": ("nonces", lambda w: f' data-v-{w}="" data-nonce="{w}"'),
    "scripts and styles": ("head", lambda w: f'<script nonce="{w}">var t={w};document.write("<p>不会显示的文字，{w}。</p>")</script><style>.a{w}{{color:red}}</style>'),
}  # fmt: skip


def put(html: str, kind: str, word: str, article: str) -> str | None:
    """The page with one kind of surroundings in a state; None where it has no place for it."""
    where, piece = PIECES[kind][0], PIECES[kind][1](word)
    body, end, head = _BODY.search(html), _BODY_END.search(html), _HEAD_END.search(html)
    start, stop = body.end() if body else 0, end.start() if end else len(html)
    if where == "nonces":
        return _OPENING.sub(lambda match: match[0] + piece, html)
    if where == "frame":
        return f"{html[:start]}{piece}{html[start:stop]}</div></div>{html[stop:]}"
    if where == "middle":
        at = inside(html, article)
    elif where == "below":
        at = _below(html, article)
    else:
        at = {"top": start, "end": stop, "head": head.start() if head else None}[where]
    return None if at is None else html[:at] + piece + html[at:]


def _below(html: str, article: str) -> int | None:
    """Right behind the element that holds the article's last line."""
    lines = [line for line in article.split("\n") if len(line) > 12 and html.count(line) == 1]
    if not lines:
        return None
    behind = re.compile(r"</(?:div|article|section|td|main)\s*>", re.I)
    match = behind.search(html, html.index(lines[-1]))
    return match.end() if match else None


def false_changes(
    samples: Sequence[Sample], read: Callable[[bytes, str], str]
) -> dict[str, tuple[int, int]]:
    """For each kind: how many pages' text and title changed with its state, of how many."""
    changed: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    for sample in samples:
        html = decode(sample.body).text
        article = sample.gold or readers.ours(sample.body, sample.url)
        for kind in PIECES:
            pages = [put(html, kind, word, article) for word in ("12", "87")]
            if None in pages:
                continue
            before, after = (settled(read((page or "").encode(), sample.url)) for page in pages)
            tried[kind] += 1
            changed[kind] += before != after
    return {kind: (changed[kind], tried[kind]) for kind in PIECES}


def ours(body: bytes, url: str, *, built_in: bool) -> str:
    """Title and text as they are read; bytes in UTF-8 whatever the page declares."""
    read = extract(Capture((body,), url, url, encoding="utf-8"), built_in=built_in)
    return f"{read.title}\n{read.text}"


def main() -> int:
    """Prints the table; 0 also where there is nothing to measure on."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    corpus = Path(__file__).resolve().parents[2] / "shared/corpus"
    parser.add_argument("--pages", type=Path, default=corpus / "extraction")
    parser.add_argument("--sites", type=Path, default=corpus / "pages")
    parser.add_argument("--sample", type=int, default=1, help="every n-th page")
    parser.add_argument("--built-in", action="store_true", help="with the profiles")
    parser.add_argument("--peers", action="store_true", help="trafilatura and readability-lxml too")
    options = parser.parse_args()
    if not (options.pages / "manifest.jsonl").is_file():
        print(f"skipped: no pages at {options.pages}", file=sys.stderr)
        return 0
    samples = (load(options.pages) + list(unlabelled(options.sites)))[:: options.sample]
    table = {"Palimpsest": lambda body, url: ours(body, url, built_in=options.built_in)}
    if options.peers:
        table |= {name: readers.READERS[name][1] for name in ("trafilatura", "readability-lxml")}
    found = {name: false_changes(samples, read) for name, read in table.items()}
    print(
        f"{len(samples)} pages\n\n| surroundings | {' | '.join(table)} |\n|{'---|' * (len(table) + 1)}"
    )
    for kind in PIECES:
        cells = [f"{found[name][kind][0]} of {found[name][kind][1]}" for name in table]
        print(f"| {kind} | {' | '.join(cells)} |")
    sums = [[sum(n) for n in zip(*found[name].values(), strict=True)] for name in table]
    print(f"| all | {' | '.join(f'{c} of {t}' for c, t in sums)} |")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
