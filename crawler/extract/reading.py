"""What one rule reads on one page, before metadata and judgement are added."""

from dataclasses import dataclass, field

from crawler.extract.render import Line

#: the rule that reads what a page carries for its scripts
SCRIPT = "script"
#: the rules that look for text anywhere
UNPROFILED = ("general", "trafilatura", SCRIPT)


@dataclass(slots=True)
class Reading:
    """Lines of the article with raw addresses, and the fields that the rule itself found."""

    rule: str
    lines: list[Line]
    images: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    #: field -> (value, where it stood)
    fields: dict[str, tuple[str, str]] = field(default_factory=dict)
    #: characters that stand in links
    linked: int = 0
    #: whether any line reads like running text
    running: bool = True
    next_href: str | None = None
    native_id: str | None = None
    #: fields that only the rule's own selectors may give
    distrust: frozenset[str] = frozenset()
    flags: list[str] = field(default_factory=list)
    #: of a page that offers others: the characters of these lines that stand in its entries, and
    #: those of all entries' titles
    listed: int = 0
    offered: int = 0
    #: whether the text begins outside the entries, below a byline, or reads as an article there
    bylined: bool = False
    headed: bool = False
    #: whether scripts are to show it, and the page itself does not
    carried: bool = False

    @property
    def by_profile(self) -> bool:
        """Whether a profile's selectors found it, and no rule that looks for text anywhere."""
        return self.rule not in UNPROFILED

    @property
    def size(self) -> int:
        """Characters of all lines."""
        return sum(len(line.text) for line in self.lines)
