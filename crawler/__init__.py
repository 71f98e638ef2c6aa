"""Palimpsest: watches published texts, keeps every version, and proves what was changed.

For notebooks: `from crawler import Archive, align, diff, extract`; each is imported when it is
asked for.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crawler.notebook import align, diff, extract
    from crawler.store import Archive

__version__ = "0.1.0"
__all__ = ["Archive", "__version__", "align", "diff", "extract"]


def __getattr__(name: str) -> Any:
    """Import what a notebook asks for, at the first need (PEP 562)."""
    if name == "Archive":
        from crawler.store import Archive

        return Archive
    if name in ("align", "diff"):
        from crawler import notebook

        return getattr(notebook, name)
    if name == "extract":
        return import_module("crawler.extract")
    raise AttributeError(f"module 'crawler' has no attribute {name!r}")


class _ExtractRoom(ModuleType):
    """The package `crawler.extract`, which can be called: `from crawler import extract` gives the
    package of that name, whoever imported it first, and people mean the function."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        from crawler import notebook

        return notebook.extract(*args, **kwargs)


class _Crawler(ModuleType):
    """The package itself: makes its room `extract` callable as soon as it is bound here."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "extract" and isinstance(value, ModuleType):
            value.__class__ = _ExtractRoom
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Crawler
