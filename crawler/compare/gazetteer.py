"""Names, offices, places and formulas that a change is labelled by; data, and yours to extend."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Words of each kind, beside those that come with the package."""

    names: frozenset[str] = frozenset()
    offices: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    formulas: frozenset[str] = frozenset()
