"""The demo told step by step: what happens at each tick, and what a look then has to find."""

from dataclasses import dataclass

from crawler.demo.edits import LAST_TICK, Edit, edits_at, told_at


@dataclass(frozen=True, slots=True)
class Step:
    """One tick of the demo: what is said before the look, what was edited, what must be told."""

    tick: int
    title: str
    words: str
    edits: tuple[Edit, ...]
    told: tuple[Edit, ...]


_WORDS = (
    (
        "The first look",
        "Eight sites are read for the first time: a blog, a Party journal, two news agencies, a "
        "translating mirror, two farms and a magazine. Every article becomes a first version.",
    ),
    (
        "Edits overnight",
        "A figure, a name, a title, a formula and the place of a paragraph change, and one report "
        "is taken down. Advertisements, counters and related links change everywhere.",
    ),
    (
        "Quieter edits",
        "A sentence is cut from a speech that a seed copy still holds, the weakened formula is put "
        "back, and a report becomes an empty form that answers 200.",
    ),
    (
        "Form, and meaning",
        "Commas change their width, which is no edit; one character turns a sentence round, which "
        "is one. The report that was gone comes back, and a comment leaves its list.",
    ),
    (
        "A quiet day",
        "Nobody edits anything; only the noise goes on. The look must find nothing.",
    ),
)

STORY = tuple(
    Step(tick, title, words, edits_at(tick), told_at(tick))
    for tick, (title, words) in zip(range(LAST_TICK + 1), _WORDS, strict=True)
)
