"""The configuration that belongs to the small web: `sources.toml` and the seed copies beside it."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from crawler.demo import newsroom, others, qiushi
from crawler.demo.library import named
from crawler.demo.seeds import SEEDS, seed_bytes

HEAD = """\
# The small web of `crawl demo`: eight sites on loopback, and the five seed copies.
[network]
contact = "demo@example.org"
allow = ["127.0.0.0/8"]

[defaults]
delay = "20ms"
timeout = "10s"
every = "1m"
min_interval = "1m"
max_gap = "48h"
# Absence is believed at the second look, however soon it comes: a tick stands for a day.
confirm_after = "1ms"
"""


def write(path: Path, bases: Mapping[str, str]) -> Path:
    """Writes the file and, in `seeds/` beside it, the seed copies; gives `path`."""
    folder = path.parent / "seeds"
    folder.mkdir(parents=True, exist_ok=True)
    for seed in SEEDS:
        (folder / seed.file).write_bytes(seed_bytes(seed))
    path.write_text("\n".join([HEAD, *_sources(bases), *_seeds(bases)]), encoding="utf-8")
    return path


def _table(kind: str, values: Mapping[str, object]) -> str:
    # A JSON string, number or list of strings reads the same in TOML.
    lines = (f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items())
    return f"[[{kind}]]\n" + "\n".join(lines) + "\n"


def _url(name: str, bases: Mapping[str, str]) -> str:
    article = named()[name]
    return bases[article.site] + article.path


def _sources(bases: Mapping[str, str]) -> Iterator[str]:
    yield _table(
        "source",
        {
            "id": "blog",
            "name": "Law at the End of the Day",
            "kind": "blogger",
            "url": bases["blog"] + "/",
            "lang": ["en", "zh"],
            "tags": ["blog"],
            "profile": "blogger",
        },
    )
    yield _table(
        "source",
        {
            "id": "qiushi",
            "name": "求是 · 红旗文稿",
            "kind": "index",
            "urls": [bases["qiushi"] + path for path in qiushi.TREE],
            "follow": [".booktitle a", ".highlight a"],
            "article": r"/(dukan/[\w/]+/\d{4}-\d{2}/\d{2}/c_\d+\.htm|\d{8}/[0-9a-f]{32}/c\.html)$",
            "lang": ["zh"],
            "tags": ["party"],
            "profile": "qstheory",
        },
    )
    yield _table(
        "source",
        {
            "id": "xinhua",
            "name": "新华网",
            "kind": "index",
            "url": bases["xinhua"] + newsroom.XINHUA_LIST,
            "article": r"(/\d{4}-\d{2}/\d{2}/c_\d+\.htm|/20\d{6}/[0-9a-f]{32}/c\.html)$",
            "lang": ["zh"],
            "tags": ["agency"],
            "profile": "xinhua",
            "terms": ["坚决拥护"],
        },
    )
    yield _table(
        "source",
        {
            "id": "chinanews",
            "name": "中国新闻网",
            "kind": "feed",
            "url": bases["chinanews"] + newsroom.CHINANEWS_FEED,
            "lang": ["zh"],
            "tags": ["agency"],
            "profile": "chinanews",
        },
    )
    yield _table(
        "source",
        {
            "id": "mirror",
            "name": "News Directory (machine translations)",
            "kind": "feed",
            "url": bases["mirror"] + others.MIRROR_FEED,
            "lang": ["en"],
            "tags": ["mirror"],
            "profile": "wordpress",
        },
    )
    for site, page, lang, name in (
        ("farm", "clean_style", "en", "Content farm"),
        ("fanwen", "study_speeches", "zh", "阿拉范文"),
        ("magazine", "obamas_army", "en", "The Magazine"),
    ):
        yield _table(
            "source",
            {
                "id": site,
                "name": name,
                "kind": "page",
                "urls": [_url(page, bases)],
                "lang": [lang],
            },
        )


def _seeds(bases: Mapping[str, str]) -> Iterator[str]:
    for seed in SEEDS:
        yield _table(
            "seed",
            {
                "id": seed.id,
                "file": f"seeds/{seed.file}",
                "sha256": hashlib.sha256(seed_bytes(seed)).hexdigest(),
                "title": seed.title,
                "url": _url(seed.page, bases),
                "url_evidence": "inferred",
                "originals": [_url(original, bases) for original in seed.originals],
            },
        )
