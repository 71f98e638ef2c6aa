"""The bars on generated cases with ground truth by provenance, from the seed copies."""

from collections import Counter
from types import ModuleType

import pytest

from crawler.compare import diff
from crawler.model import NOISE_LABELS, OpKind

COUNT = 14


def totals(generated: ModuleType, seeds: list[str], lang: str, kind: str) -> Counter[str]:
    texts = {lang: seeds if lang == "zh" else seeds[2:4]}
    total: Counter[str] = Counter()
    for case in generated.cases(texts, [kind], COUNT, seed=7):
        total.update(generated.measure(case, diff(case.a, case.b).ops))
    return total


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_plain_edits(generated: ModuleType, seeds: list[str], lang: str) -> None:
    total = totals(generated, seeds, lang, "edits")
    assert total["right"] >= 0.995 * total["shown"]
    assert total["right"] >= 0.99 * total["true"]
    assert total["hunks"] <= 1.1 * total["edits"]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", ["all", "all+reflow"])
def test_everything_mixed(generated: ModuleType, seeds: list[str], lang: str, kind: str) -> None:
    total = totals(generated, seeds, lang, kind)
    size = total["true"] + total["moved_true"]
    assert total["shown"] + total["moved"] <= (1.05 if lang == "zh" else 1.10) * size
    assert total["hunks"] <= 1.1 * total["edits"]
    assert total["masks_right"] >= 0.92 * total["masks"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_masks_alone(generated: ModuleType, seeds: list[str], lang: str) -> None:
    total = totals(generated, seeds, lang, "masks")
    assert total["masks_right"] >= 0.99 * total["masks"]
    assert total["masks_shown"] <= total["masks"]


def test_moves(generated: ModuleType, seeds: list[str]) -> None:
    total = totals(generated, seeds, "zh", "moves")
    assert total["moves_right"] >= 0.98 * total["moves"]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", ["noise", "reflow"])
def test_noise_alone(generated: ModuleType, seeds: list[str], lang: str, kind: str) -> None:
    texts = {lang: seeds if lang == "zh" else seeds[:4]}
    for case in generated.cases(texts, [kind], 8):
        found = diff(case.a, case.b)
        assert found.score == 0
        assert set(found.labels) <= NOISE_LABELS
        assert all(op.noise or op.op is OpKind.EQUAL for op in found.ops)
