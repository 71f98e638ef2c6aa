"""Drop lists: what stands in an article's element and is none of the article, found in one pass.

A list of fifty selectors costs fifty tests of every element; most of them are one class or one id.
Here the elements that have a name at all are looked up in sets, and only what is no plain name is
left to the selector engine."""

import contextlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode, SelectolaxError

#: what the engine raises for a selector that is none
NO_SELECTOR = (SelectolaxError, ValueError, RuntimeError)
_MOST_KNOWN = 10_000
_PLAIN = re.compile(r"(?P<sort>[.#])(?P<name>[\w-]+)")
_BEGINS = re.compile(r"\[(?P<where>class|id)(?P<how>[\^*])=[\"']?(?P<name>[^\"'\]]+)[\"']?\]")


@dataclass(slots=True)
class Drops:
    """A selector list taken apart. Names are compared whatever their case, as a browser does it in
    a page without a doctype."""

    classes: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    beginnings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    within: dict[str, tuple[str, ...]] = field(default_factory=dict)
    #: what only the selector engine can tell
    others: tuple[str, ...] = ()
    #: classes and ids that were looked up before: templates repeat them
    known: dict[tuple[str | None, str | None], bool] = field(default_factory=dict)

    def add(self, selector: str) -> None:
        """Puts one selector where it is looked up."""
        if match := _PLAIN.fullmatch(selector):
            (self.classes if match["sort"] == "." else self.ids).add(match["name"].lower())
        elif match := _BEGINS.fullmatch(selector):
            into = self.beginnings if match["how"] == "^" else self.within
            into[match["where"]] = (*into.get(match["where"], ()), match["name"].lower())
        elif selector not in self.others:
            self.others = (*self.others, selector)

    def names(self, element: Mapping[str, str | None]) -> bool:
        """Whether an element's class or id, as they are written, is in the list."""
        written = element.get("class"), element.get("id")
        known = self.known.get(written)
        if known is None:
            if len(self.known) >= _MOST_KNOWN:
                self.known.clear()
            known = self.known[written] = self._named(*written)
        return known

    def _named(self, classes: str | None, name: str | None) -> bool:
        names, name = (classes or "").lower(), (name or "").lower()
        return (
            not self.classes.isdisjoint(names.split())
            or name in self.ids
            or self._alike("class", names)
            or self._alike("id", name)
        )

    def _alike(self, where: str, written: str) -> bool:
        return written != "" and (
            written.startswith(self.beginnings.get(where, ()))
            or any(part in written for part in self.within.get(where, ()))
        )

    def below(self, root: LexborNode) -> set[int]:
        """The `mem_id` of each element below `root` that is in the list; the tree itself stays as
        it is. A selector that is none matches nothing."""
        found: set[int] = set()
        if self.classes or self.ids or self.beginnings or self.within:
            named = root.css("[class], [id]")
            found.update(node.mem_id for node in named if self.names(node.attributes))
        try:
            found.update(node.mem_id for node in _matches(root, ", ".join(self.others)))
        except NO_SELECTOR:
            for selector in self.others:
                with contextlib.suppress(*NO_SELECTOR):
                    found.update(node.mem_id for node in _matches(root, selector))
        return found


def _matches(root: LexborNode, selectors: str) -> list[LexborNode]:
    return root.css(selectors) if selectors else []


def drops_of(selectors: Iterable[str]) -> Drops:
    """A list of single selectors, ready to be looked for."""
    drops = Drops()
    for selector in selectors:
        drops.add(selector)
    return drops
