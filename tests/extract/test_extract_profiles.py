"""Sites' own templates, in every era: text, fields, and that no advertisement gets in."""

import datetime as dt

import pytest

from crawler.extract.profiles import SITES, candidates, known, split_selectors
from crawler.model import PageKey, Profile

from .conftest import PARAGRAPHS, Read, paragraphs  # type: ignore[import-not-found]
