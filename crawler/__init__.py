"""Palimpsest: watches published texts, keeps every version, and proves what was changed."""

__version__ = "0.1.0"
