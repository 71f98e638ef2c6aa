"""The main text of a page and what is said around it, right and steady."""

from crawler.extract.agreement import agree, overlooks
from crawler.extract.main import extract
from crawler.extract.version import EXTRACTOR

__all__ = ["EXTRACTOR", "agree", "extract", "overlooks"]
