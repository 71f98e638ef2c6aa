"""Real pages of the sites, read by hand once: their paragraphs' hashes are what must come out."""

import hashlib
import json
from collections import Counter
from pathlib import Path

import pytest

from crawler.extract import extract
from crawler.model import Assessment, Capture

LABELS = Path(__file__).resolve().parents[2] / "benchmarks/extract_labels.json"


def paragraphs(text: str) -> Counter[str]:
    return Counter(hashlib.sha256(line.encode()).hexdigest()[:12] for line in text.split("\n"))


def test_pages_that_profiles_read_come_out_as_they_were_labelled(corpus: Path) -> None:
    if not LABELS.is_file():
        pytest.skip("labels of the sites' pages: not in this copy")
    labels = json.loads(LABELS.read_text("utf-8"))
    manifest = (corpus / "pages/manifest.jsonl").read_text("utf-8").splitlines()
    urls = {row["file"].removeprefix("html/"): row.get("url") for row in map(json.loads, manifest)}
    seen = 0
    for path in sorted((corpus / "pages").rglob("*.htm*")):
        body = path.read_bytes()
        label = labels.get(hashlib.sha256(body).hexdigest())
        if label is None:
            continue
        url = urls.get(str(path.relative_to(corpus / "pages"))) or ""
        found = extract(Capture((body,), url, url))
        assert "/" in found.rule
        assert found.assessment is Assessment.ARTICLE
        assert paragraphs(found.text) == Counter(name for name, _ in label), path.name
        seen += 1
    assert seen >= 20
