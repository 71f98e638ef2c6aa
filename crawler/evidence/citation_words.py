"""The paragraph of a citation in Chinese and in English: one order of sentences, two languages."""

from collections.abc import Callable
from dataclasses import dataclass

from crawler.evidence.citing import Citation

# Words longer than this are cut in a paragraph; a bundle has them all.
SHOWN_CHARS = 120
SHOWN_PIECES = 6


@dataclass(frozen=True, slots=True)
class Language:
    """How one language says each part; `{}` are filled in. `gap` stands between sentences."""

    gap: str
    comma: str
    semicolon: str
    stop: str
    head: str
    by: str
    published: str
    no_url: str
    #: of a piece: reworded, removed, added
    pieces: tuple[str, str, str]
    more: str
    hashes: str
    sides: dict[str, str]
    record: str
    anchored: str
    not_anchored: str
    key: str
    withheld: str
    corrected: str
    copy: str
    no_copy: str
    #: by the kind of what is cited
    when: dict[str, Callable[[Citation], str]]


def paragraph(citation: Citation, words: Language) -> str:
    """All that a reader needs to judge and to find again what is cited."""
    sentences = [
        _head(citation, words),
        words.when[citation.kind](citation),
        _pieces(citation, words),
        _hashes(citation, words),
        _record(citation, words),
        words.withheld if citation.withheld else "",
        words.corrected.format(citation.superseded_by) if citation.superseded_by else "",
        words.copy.format(citation.memento) if citation.memento else words.no_copy,
    ]
    return words.gap.join(filter(None, sentences))


def title_of(citation: Citation) -> str:
    """What it is called, at worst by its number."""
    return citation.title or citation.url or f"{citation.kind} {citation.id}"


def _head(citation: Citation, words: Language) -> str:
    said = words.comma.join(filter(None, (citation.author, citation.source_name)))
    by = words.by.format(said) if said else ""
    published = words.published.format(citation.published) if citation.published else ""
    return words.head.format(title_of(citation), by, published, citation.url or words.no_url)


def _pieces(citation: Citation, words: Language) -> str:
    shown = [_piece(old, new, words.pieces) for old, new in citation.words[:SHOWN_PIECES]]
    rest = len(citation.words) - SHOWN_PIECES
    told = words.semicolon.join([*shown, *([words.more.format(rest)] if rest > 0 else [])])
    return told + words.stop if told else ""


def _piece(old: str, new: str, forms: tuple[str, str, str]) -> str:
    form = forms[0] if old.strip() and new.strip() else forms[1] if old.strip() else forms[2]
    return form.format(old=_short(old), new=_short(new))


def _short(words: str) -> str:
    flat = " ".join(words.split())
    return flat if len(flat) <= SHOWN_CHARS else flat[: SHOWN_CHARS - 1] + "…"


def _hashes(citation: Citation, words: Language) -> str:
    alone = len(citation.text_sha256) == 1
    told = [
        digest if alone else f"{words.sides[side]} {digest}"
        for side, digest in citation.text_sha256.items()
    ]
    return words.hashes.format(words.comma.join(told)) if told else ""


def _record(citation: Citation, words: Language) -> str:
    until = citation.anchored_until
    return words.record.format(
        record=citation.record,
        origin=citation.origin,
        sequence=citation.sequence,
        size=citation.head["size"],
        root=citation.head["root"],
        anchored=words.anchored.format(until) if until else words.not_anchored,
        key=words.key.format(citation.key) if citation.key else "",
    )


def _change_zh(citation: Citation) -> str:
    told = ""
    if citation.to_state:
        told = f"状态由 {citation.from_state} 变为 {citation.to_state}。"
    if citation.since is None:
        return f"{told}首次见于止于 {citation.until} 的请求。"
    return (
        f"{told}最后一次取得旧内容的请求始于 {citation.since}，首次取得新内容的请求止于 "
        f"{citation.until}（UTC），变更发生于其间。"
    )


def _version_zh(citation: Citation) -> str:
    return (
        f"首次取得此文本的请求止于 {citation.since}，"
        f"最后一次取得的请求始于 {citation.until}（UTC）。"
    )


def _seed_zh(citation: Citation) -> str:
    got = f"自称取得于 {citation.since}，" if citation.since else ""
    return f"为本库所持副本，{got}入库于 {citation.until}（UTC）。"


def _change_en(citation: Citation) -> str:
    told = ""
    if citation.to_state:
        told = f"It passed from {citation.from_state} to {citation.to_state}. "
    if citation.since is None:
        return f"{told}First seen by a request that ended {citation.until}."
    return (
        f"{told}The last request that received the old content began {citation.since}, the first "
        f"that received the new ended {citation.until} (UTC): it was changed between the two."
    )


def _version_en(citation: Citation) -> str:
    return (
        f"The first request that received this text ended {citation.since}, the last began "
        f"{citation.until} (UTC)."
    )


def _seed_en(citation: Citation) -> str:
    got = f"retrieved, as declared, {citation.since}, " if citation.since else ""
    return f"A copy held in the archive, {got}taken in {citation.until} (UTC)."


CHINESE = Language(
    gap="",
    comma="，",
    semicolon="；",
    stop="。",
    head="《{}》{}{}，{}。",
    by="（{}）",
    published="，自称发布于 {}",
    no_url="网址不详",
    pieces=("“{old}”改为“{new}”", "删去“{old}”", "增加“{new}”"),
    more="另有 {} 处",
    hashes="文本 SHA-256：{}。",
    sides={"old": "旧", "new": "新"},
    record="记录 {record}，为日志 {origin} 第 {sequence} 条；"
    "日志共 {size} 条，树根 {root}，{anchored}{key}。",
    anchored="已锚定至 {}",
    not_anchored="尚未锚定",
    key="，公钥指纹 {}",
    withheld="本库已依法或因无关撤下其内容，仅存散列值。",
    corrected="此变更已由变更 {} 更正。",
    copy="最近的公开副本：{}。",
    no_copy="未知有公开副本。",
    when={"change": _change_zh, "version": _version_zh, "seed": _seed_zh},
)
ENGLISH = Language(
    gap=" ",
    comma=", ",
    semicolon="; ",
    stop=".",
    head="“{}”{}{}, {}.",
    by=" ({})",
    published=", published, as it claims, {}",
    no_url="address unknown",
    pieces=("“{old}” became “{new}”", "“{old}” was removed", "“{new}” was added"),
    more="and {} more",
    hashes="SHA-256 of the text: {}.",
    sides={"old": "old", "new": "new"},
    record="Record {record}, number {sequence} of the log {origin} ({size} records, root {root}, "
    "{anchored}{key}).",
    anchored="anchored until {}",
    not_anchored="not anchored",
    key=", key {}",
    withheld="Its content was withheld from the archive; its hashes remain.",
    corrected="Corrected by change {}.",
    copy="Nearest public copy: {}.",
    no_copy="No public copy known.",
    when={"change": _change_en, "version": _version_en, "seed": _seed_en},
)
