"""The ground truth: every edit that the small web makes (`edits.toml`), and an article as one tick
shows it."""

import tomllib
from dataclasses import dataclass, replace
from enum import StrEnum
from importlib import resources
from typing import Any

from crawler.demo.articles import Article, Paragraph
from crawler.demo.library import articles, named

#: nothing changes at the last tick: a look then must find nothing
LAST_TICK = 4


class EditKind(StrEnum):
    """What was done to a page."""

    NUMBER = "number"
    MASKED = "masked"
    NEGATED = "negated"
    SENTENCE_CUT = "sentence_cut"
    PARAGRAPH_MOVED = "paragraph_moved"
    WORDING = "wording"
    CREDIT = "credit"
    RETITLED = "retitled"
    FORM = "form"
    NEW_ARTICLE = "new_article"
    TAKEN_DOWN = "taken_down"
    STUBBED = "stubbed"
    RESTORED = "restored"
    UNLISTED = "unlisted"


#: kinds that leave the article's characters alone
_OUTSIDE_TEXT = frozenset(
    {
        EditKind.NEW_ARTICLE,
        EditKind.TAKEN_DOWN,
        EditKind.STUBBED,
        EditKind.RESTORED,
        EditKind.UNLISTED,
        EditKind.RETITLED,
    }
)


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit: which page, from which tick on, the words before and after. For a paragraph that
    moved, `old` is a piece of it and `new` a piece of the one before which it stands now."""

    tick: int
    #: the article's name in `library.toml`
    page: str
    site: str
    path: str
    kind: EditKind
    old: str = ""
    new: str = ""
    note: str = ""

    @property
    def changes_text(self) -> bool:
        """Whether the main text reads otherwise (also where the fold removes the difference)."""
        return self.kind not in _OUTSIDE_TEXT

    @property
    def is_absence(self) -> bool:
        """Whether the page is taken away, which is believed when seen twice."""
        return self.kind in (EditKind.TAKEN_DOWN, EditKind.STUBBED)

    @property
    def told_at(self) -> int:
        """The tick whose look reports it: an absence one tick later, all else at once."""
        return self.tick + 1 if self.is_absence else self.tick

    @property
    def scores(self) -> bool:
        """Whether the change counts: form alone, a new page and an unlisting do not."""
        return self.kind not in (EditKind.FORM, EditKind.NEW_ARTICLE, EditKind.UNLISTED)


def _read() -> tuple[Edit, ...]:
    file = resources.files("crawler.demo").joinpath("edits.toml")
    rows = tomllib.loads(file.read_text(encoding="utf-8"))["edit"]
    return tuple(_edit(row.pop("page"), EditKind(row.pop("kind")), row) for row in rows)


def _edit(name: str, kind: EditKind, row: dict[str, Any]) -> Edit:
    article = named()[name]
    return Edit(page=name, site=article.site, path=article.path, kind=kind, **row)


EDITS = _read()


def edits_at(tick: int) -> tuple[Edit, ...]:
    """The edits that are made at `tick`."""
    return tuple(edit for edit in EDITS if edit.tick == tick)


def told_at(tick: int) -> tuple[Edit, ...]:
    """The edits that a look at `tick` reports when every tick before was looked at, too."""
    return tuple(edit for edit in EDITS if edit.told_at == tick)


def edits_of(site: str, path: str, tick: int) -> tuple[Edit, ...]:
    """The edits made to one page up to `tick`, oldest first."""
    made = (edit for edit in EDITS if (edit.site, edit.path) == (site, path) and edit.tick <= tick)
    return tuple(sorted(made, key=lambda edit: edit.tick))


def standing(site: str, path: str, tick: int) -> EditKind | None:
    """Whether a page is away at `tick`: TAKEN_DOWN, STUBBED, or None when it stands."""
    away: EditKind | None = None
    for edit in edits_of(site, path, tick):
        if edit.is_absence:
            away = edit.kind
        elif edit.kind is EditKind.RESTORED:
            away = None
    return away


def article_at(site: str, path: str, tick: int) -> Article | None:
    """The article as it reads at `tick`; None when there is none yet, or no such page."""
    article = articles().get((site, path))
    if article is None or article.since > tick:
        return None
    for edit in edits_of(site, path, tick):
        article = _edited(article, edit)
    return article


def revision(site: str, path: str, tick: int) -> int:
    """The tick of a page's last edit, 0 before any: what its validators are made from."""
    article = articles().get((site, path))
    since = article.since if article else 0
    return max((edit.tick for edit in edits_of(site, path, tick)), default=since)


def _edited(article: Article, edit: Edit) -> Article:
    if edit.kind is EditKind.RETITLED:
        return replace(article, title=edit.new)
    if edit.kind is EditKind.PARAGRAPH_MOVED:
        return replace(article, paragraphs=_moved(article.paragraphs, edit))
    if edit.changes_text:
        return replace(article, paragraphs=_reworded(article.paragraphs, edit))
    return article


def _moved(paragraphs: tuple[Paragraph, ...], edit: Edit) -> tuple[Paragraph, ...]:
    moving = next(paragraph for paragraph in paragraphs if edit.old in paragraph.text)
    rest = [paragraph for paragraph in paragraphs if paragraph is not moving]
    target = next(index for index, paragraph in enumerate(rest) if edit.new in paragraph.text)
    return (*rest[:target], moving, *rest[target:])


def _reworded(paragraphs: tuple[Paragraph, ...], edit: Edit) -> tuple[Paragraph, ...]:
    found = sum(paragraph.text.count(edit.old) for paragraph in paragraphs)
    if found != 1:
        raise ValueError(f"{edit.old!r} stands {found} times in {edit.path}")
    return tuple(
        replace(paragraph, text=paragraph.text.replace(edit.old, edit.new))
        for paragraph in paragraphs
    )
