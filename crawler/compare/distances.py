"""The one door to rapidfuzz: edit operations of two sequences by bit-parallel algorithms.

`Indel.opcodes` is a longest common subsequence (Hyyrö 2004), `Levenshtein` counts replacements too;
both take quadratic memory, so their callers bound what they give.
"""

from rapidfuzz.distance import Indel, Levenshtein

__all__ = ["Indel", "Levenshtein"]
