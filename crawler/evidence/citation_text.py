"""A citation as people and reference managers write it: two paragraphs (Chinese, English),
CSL-JSON, BibTeX, RIS, GB/T 7714—2015. Pure."""

import json
import re
from collections.abc import Callable

from crawler.evidence.citing import Citation

# Words longer than this are cut in a paragraph; a bundle has them all.
SHOWN_CHARS = 120
SHOWN_PIECES = 6


def render(citation: Citation, form: str) -> str:
    """The citation in one of FORMATS."""
    return FORMATS[form](citation)


def _day(moment: str | None) -> str | None:
    found = re.match(r"\d{4}(-\d{2}(-\d{2})?)?", moment or "")
    return found[0] if found else None


def _short(words: str) -> str:
    flat = " ".join(words.split())
    return flat if len(flat) <= SHOWN_CHARS else flat[: SHOWN_CHARS - 1] + "…"


def _title(citation: Citation) -> str:
    return citation.title or citation.url or f"{citation.kind} {citation.id}"


def text(citation: Citation) -> str:
    """Two paragraphs."""
    return f"{chinese(citation)}\n\n{english(citation)}"


def chinese(citation: Citation) -> str:
    """The paragraph in Chinese."""
    by = [citation.author, citation.source_name]
    said = "，".join(filter(None, by))
    published = f"，自称发布于 {citation.published}" if citation.published else ""
    lines = [f"《{_title(citation)}》{'（' + said + '）' if said else ''}{published}，"]
    lines.append(f"{citation.url or '网址不详'}。{_CHINESE[citation.kind](citation)}")
    if citation.words:
        pieces = [_piece(old, new, _PIECES_ZH) for old, new in citation.words[:SHOWN_PIECES]]
        rest = len(citation.words) - SHOWN_PIECES
        lines.append("；".join(pieces) + (f"；另有 {rest} 处" if rest > 0 else "") + "。")
    hashes = "，".join(f"{_SIDES_ZH[side]} {digest}" for side, digest in _sides(citation))
    lines.append(f"文本 SHA-256：{hashes}。" if hashes else "")
    lines.append(
        f"记录 {citation.record}，为日志 {citation.origin} 第 {citation.sequence} 条；"
        f"日志共 {citation.head['size']} 条，树根 {citation.head['root']}，"
        + (f"已锚定至 {citation.anchored_until}" if citation.anchored_until else "尚未锚定")
        + (f"，公钥指纹 {citation.key}。" if citation.key else "。")
    )
    if citation.superseded_by:
        lines.append(f"此变更已由变更 {citation.superseded_by} 更正。")
    lines.append(
        f"最近的公开副本：{citation.memento}。" if citation.memento else "未知有公开副本。"
    )
    return "".join(lines)


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


def english(citation: Citation) -> str:
    """The paragraph in English."""
    by = ", ".join(filter(None, (citation.author, citation.source_name)))
    published = f", published, as it claims, {citation.published}" if citation.published else ""
    lines = [f"“{_title(citation)}”{f' ({by})' if by else ''}{published}, "]
    lines.append(f"{citation.url or 'address unknown'}. {_ENGLISH[citation.kind](citation)}")
    if citation.words:
        pieces = [_piece(old, new, _PIECES_EN) for old, new in citation.words[:SHOWN_PIECES]]
        rest = len(citation.words) - SHOWN_PIECES
        lines.append(" " + "; ".join(pieces) + (f"; and {rest} more" if rest > 0 else "") + ".")
    hashes = ", ".join(f"{side} {digest}" for side, digest in _sides(citation))
    lines.append(f" SHA-256 of the text: {hashes}." if hashes else "")
    anchored = (
        f"anchored until {citation.anchored_until}" if citation.anchored_until else "not anchored"
    )
    lines.append(
        f" Record {citation.record}, number {citation.sequence} of the log {citation.origin} "
        f"({citation.head['size']} records, root {citation.head['root']}, {anchored}"
        + (f", key {citation.key})." if citation.key else ").")
    )
    if citation.superseded_by:
        lines.append(f" Corrected by change {citation.superseded_by}.")
    known = (
        f"Nearest public copy: {citation.memento}" if citation.memento else "No public copy known"
    )
    lines.append(f" {known}.")
    return "".join(lines)


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


_CHINESE = {"change": _change_zh, "version": _version_zh, "seed": _seed_zh}
_ENGLISH = {"change": _change_en, "version": _version_en, "seed": _seed_en}
_PIECES_ZH = ("“{old}”改为“{new}”", "删去“{old}”", "增加“{new}”")
_PIECES_EN = ("“{old}” became “{new}”", "“{old}” was removed", "“{new}” was added")
_SIDES_ZH = {"old": "旧", "new": "新"}


def _piece(old: str, new: str, forms: tuple[str, str, str]) -> str:
    form = forms[0] if old.strip() and new.strip() else forms[1] if old.strip() else forms[2]
    return form.format(old=_short(old), new=_short(new))


def _sides(citation: Citation) -> list[tuple[str, str]]:
    return list(citation.text_sha256.items())


def _note(citation: Citation) -> str:
    interval = f"{citation.since or 'unknown'}/{citation.until}"
    return (
        f"{citation.kind} {citation.id}, observed {interval} (UTC), record {citation.record} of "
        f"{citation.origin}"
    )


def csl(citation: Citation) -> str:
    """CSL-JSON, a list of one item."""
    item = {
        "id": f"palimpsest-{citation.kind}-{citation.record[:16]}",
        "type": "webpage",
        "title": _title(citation),
        "author": [{"literal": citation.author}] if citation.author else None,
        "container-title": citation.source_name,
        "URL": citation.url,
        "issued": _date_parts(citation.published),
        "accessed": _date_parts(citation.until),
        "archive": citation.origin,
        "archive_location": citation.record,
        "language": citation.lang,
        "note": _note(citation),
    }
    kept = {key: value for key, value in item.items() if value is not None}
    return json.dumps([kept], ensure_ascii=False, indent=2)


def _date_parts(moment: str | None) -> dict[str, list[list[int]]] | None:
    day = _day(moment)
    return None if day is None else {"date-parts": [[int(part) for part in day.split("-")]]}


_TEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "%": r"\%", "#": r"\#", "&": r"\&",
    "_": r"\_", "$": r"\$", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip


def _tex(value: str) -> str:
    return "".join(_TEX.get(char, char) for char in " ".join(value.split()))


def bibtex(citation: Citation) -> str:
    """An `@online` entry of BibLaTeX; other styles read it as `@misc`."""
    fields = {
        "title": f"{{{_tex(_title(citation))}}}",
        "author": f"{{{_tex(citation.author)}}}" if citation.author else None,
        "organization": _tex(citation.source_name) if citation.source_name else None,
        # A URL is verbatim in BibLaTeX; a brace would end it.
        "url": re.sub(r"[{}\s\\]", _percent, citation.url) if citation.url else None,
        "date": _day(citation.published),
        "urldate": _day(citation.until),
        "note": _tex(_note(citation)),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    name = f"palimpsest-{citation.kind}-{citation.record[:16]}"
    return "\n".join([f"@online{{{name},", *lines, "}"])


def _percent(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode())


def ris(citation: Citation) -> str:
    """RIS, an electronic source."""
    fields = [
        ("TY", "ELEC"),
        ("TI", _title(citation)),
        ("AU", citation.author),
        ("PB", citation.source_name),
        ("UR", citation.url),
        ("DA", (_day(citation.published) or "").replace("-", "/") or None),
        ("Y2", (_day(citation.until) or "").replace("-", "/") or None),
        ("AN", citation.record),
        ("N1", _note(citation)),
        ("ER", ""),
    ]
    return "\r\n".join(
        f"{tag}  - {' '.join(value.split())}" for tag, value in fields if value is not None
    )


def gb7714(citation: Citation) -> str:
    """GB/T 7714—2015, an electronic resource: 作者. 题名[EB/OL]. (发布日期)[引用日期]. 网址."""
    author = f"{citation.author}. " if citation.author else ""
    source = f"{citation.source_name}, " if citation.source_name else ""
    published = f"({_day(citation.published)})" if _day(citation.published) else ""
    cited = f"[{_day(citation.until)}]" if _day(citation.until) else ""
    dates = f"{published}{cited}. " if published or cited else ""
    url = f"{citation.url}. " if citation.url else ""
    title = " ".join(_title(citation).split())
    return f"{author}{title}[EB/OL]. {source}{dates}{url}记录: {citation.record}."


FORMATS: dict[str, Callable[[Citation], str]] = {
    "text": text,
    "csl": csl,
    "bibtex": bibtex,
    "ris": ris,
    "gb7714": gb7714,
}
