"""The rate of change of a page: a posterior over shapes and rates, with a prior that is learnt
from all pages of the source (empirical Bayes, by expectation and maximisation).

The use of one bit a look follows Cho & Garcia-Molina, Estimating frequency of change (2003).
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crawler.schedule.evidence import (
    DECAY_FLOOR,
    DECAY_START_DAYS,
    FORMAT,
    SHAPES,
    RateEvidence,
)

Floats = NDArray[Any]

#: The rates m, in changes a day for the constant shape: from one in 270 years to 100 a day.
CELLS = 48
GRID: Floats = np.logspace(-5.0, 2.0, CELLS)
#: How many pages the built-in prior weighs as when another is learnt.
PRIOR_PAGES = 2.0
EM_ROUNDS = 40
#: Pages whose likelihoods are worked out at once: 4,096 take some 20 MB.
SLICE = 4096


@dataclass(frozen=True, slots=True)
class Prior:
    """How likely each shape and rate is for a page of a source before its first look: SHAPES rows
    of CELLS weights, all of them above 0 and together 1."""

    weights: tuple[tuple[float, ...], ...]

    def to_json(self) -> str:
        """JSON to keep with the source, about 1 KB."""
        rows = [[float(f"{weight:.4g}") for weight in row] for row in self.weights]
        return json.dumps([FORMAT, rows], separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str | None) -> "Prior":
        """The prior that `to_json` wrote; the built-in one for no text or another format. Raises
        ValueError on what is no prior."""
        if not text:
            return built_in_prior()
        try:
            form, *kept = json.loads(text)
            if form != FORMAT:
                return built_in_prior()
            return _normalised(np.asarray(kept[0], dtype=float).reshape(SHAPES, CELLS))
        except (TypeError, ValueError, IndexError) as error:
            raise ValueError(f"this is no prior of a source: {text[:80]!r}") from error


@dataclass(frozen=True, slots=True)
class ChangeRate:
    """The expected hazard of a page: what it has of each shape."""

    constant: float
    decaying: float

    def per_day(self, age_days: float) -> float:
        """Expected changes a day at this age."""
        decay = 1.0 / (age_days + DECAY_START_DAYS) + DECAY_FLOOR
        return self.constant + self.decaying * decay


@lru_cache(maxsize=1)
def built_in_prior() -> Prior:
    """For a source of which nothing is known: either shape, rates below a change in ten days
    all alike, higher ones ever less likely."""
    row = 1.0 / (1.0 + GRID / 0.1)
    return _normalised(np.stack([row] * SHAPES))


@lru_cache(maxsize=64)
def _array(prior: Prior) -> Floats:
    return np.asarray(prior.weights)


def look_log_likelihood(exposures: Floats, changed: Floats) -> Floats:
    """The logarithm of each look's likelihood, [looks, SHAPES, CELLS], from its exposures
    [looks, SHAPES] and whether it found a change [looks]."""
    expected = _expected(exposures)
    return np.where(changed[:, None, None], _log_change(expected), -expected)


def log_likelihood(evidence: Sequence[RateEvidence]) -> Floats:
    """The logarithm of each page's likelihood, [pages, SHAPES, CELLS]."""
    quiet = np.array([page.unchanged for page in evidence], dtype=float).reshape(-1, SHAPES)
    total = -_expected(quiet)
    owners = [at for at, page in enumerate(evidence) for _ in page.changed]
    if owners:
        changed = list(chain.from_iterable(page.changed for page in evidence))
        exposures = np.array([change.exposure for change in changed], dtype=float)
        counts = np.array([change.count for change in changed], dtype=np.float32)
        found = _log_change(_expected(exposures)) * counts[:, None, None]
        starts = np.flatnonzero(np.diff(owners, prepend=-1))
        total[np.asarray(owners)[starts]] += np.add.reduceat(found, starts, axis=0)
    return total


def _expected(exposures: Floats) -> Floats:
    """Expected changes in single precision, which is several times faster and far below what one
    look can tell: [looks, SHAPES, CELLS]."""
    expected: Floats = (exposures[:, :, None] * GRID).astype(np.float32)
    return expected


def _log_change(expected: Floats) -> Floats:
    """log(1 - exp(-x)); by its series where x is small and the difference would cancel."""
    series = np.log(expected) - expected / 2.0
    return np.where(expected < 0.01, series, np.log1p(-np.exp(-np.maximum(expected, 0.01))))


def posterior(log_likelihoods: Floats, prior: Prior) -> Floats:
    """The weights of shapes and rates, [pages, SHAPES, CELLS], each page's adding up to 1."""
    peak = log_likelihoods.max(axis=(1, 2), keepdims=True)
    weights: Floats = np.exp(log_likelihoods - peak) * _array(prior)
    weights /= weights.sum(axis=(1, 2), keepdims=True)
    return weights


def rates(evidence: Sequence[RateEvidence], prior: Prior) -> list[ChangeRate]:
    """The expected hazards of many pages."""
    return [
        ChangeRate(float(constant), float(decaying))
        for part in _slices(evidence)
        for constant, decaying in posterior(log_likelihood(part), prior) @ GRID
    ]


def rate(evidence: RateEvidence, prior: Prior) -> ChangeRate:
    """The expected hazard of one page."""
    return rates([evidence], prior)[0]


def learnt_prior(evidence: Sequence[RateEvidence], rounds: int = EM_ROUNDS) -> Prior:
    """The prior under which the evidence of a source's pages is likeliest, held to the built-in
    one by the weight of a few pages. Takes about 1.5 s for 100,000 pages."""
    return learnt_from([log_likelihood(part) for part in _slices(evidence)], rounds=rounds)


def learnt_from(
    log_likelihoods: Sequence[Floats], start: Prior | None = None, rounds: int = EM_ROUNDS
) -> Prior:
    """`learnt_prior` of likelihoods that are at hand, in parts of [pages, SHAPES, CELLS]."""
    base = np.asarray(built_in_prior().weights).ravel()
    parts = [_scaled(part) for part in log_likelihoods if len(part)]
    pages = sum(len(part) for part in parts)
    weights = np.asarray(start.weights).ravel() if start else base
    for _ in range(rounds if parts else 0):
        seen = sum(part.T @ (1.0 / (part @ weights.astype(np.float32))) for part in parts)
        weights = (weights * seen + PRIOR_PAGES * base) / (pages + PRIOR_PAGES)
        weights /= weights.sum()
    return _normalised(weights.reshape(SHAPES, CELLS))


def _scaled(log_likelihoods: Floats) -> Floats:
    """Likelihoods with each page's best as 1, in half the room."""
    flat = log_likelihoods.reshape(len(log_likelihoods), -1)
    scaled: Floats = np.exp(flat - flat.max(axis=1, keepdims=True)).astype(np.float32)
    return scaled


def _slices(evidence: Sequence[RateEvidence]) -> Iterator[Sequence[RateEvidence]]:
    for start in range(0, len(evidence), SLICE):
        yield evidence[start : start + SLICE]


def _normalised(weights: Floats) -> Prior:
    """A prior of these weights, none of them 0; raises ValueError when they are no weights."""
    if not np.isfinite(weights).all() or (weights < 0).any() or weights.sum() <= 0:
        raise ValueError("weights are finite and not negative")
    sound = np.maximum(weights / weights.sum(), 1e-9)
    return Prior(tuple(map(tuple, (sound / sound.sum()).tolist())))
