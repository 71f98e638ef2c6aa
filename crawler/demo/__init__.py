"""A small web of its own on loopback: real HTTP, real templates, edits with known ground truth.

`DemoWeb` serves eight sites whose pages change from one tick to the next exactly as `EDITS` says;
advertisements, counters and related links change in every answer besides.
"""

from crawler.demo.edits import EDITS, LAST_TICK, Edit, EditKind
from crawler.demo.http import Served
from crawler.demo.story import STORY, Step
from crawler.demo.web import DemoWeb

__all__ = ["EDITS", "LAST_TICK", "STORY", "DemoWeb", "Edit", "EditKind", "Served", "Step"]
