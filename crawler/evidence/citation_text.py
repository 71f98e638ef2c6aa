"""A citation as people and reference managers write it: two paragraphs (Chinese, English),
CSL-JSON, BibTeX, RIS, GB/T 7714—2015. Pure."""

import json
import re
from collections.abc import Callable

from crawler.evidence.citation_words import CHINESE, ENGLISH, paragraph, title_of
from crawler.evidence.citing import Citation


def render(citation: Citation, form: str) -> str:
    """The citation in one of FORMATS."""
    return FORMATS[form](citation)


def _day(moment: str | None) -> str | None:
    found = re.match(r"\d{4}(-\d{2}(-\d{2})?)?", moment or "")
    return found[0] if found else None


def text(citation: Citation) -> str:
    """Two paragraphs."""
    return f"{paragraph(citation, CHINESE)}\n\n{paragraph(citation, ENGLISH)}"


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
        "title": title_of(citation),
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
        "title": f"{{{_tex(title_of(citation))}}}",
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
        ("TI", title_of(citation)),
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
    title = " ".join(title_of(citation).split())
    return f"{author}{title}[EB/OL]. {source}{dates}{url}记录: {citation.record}."


FORMATS: dict[str, Callable[[Citation], str]] = {
    "text": text,
    "csl": csl,
    "bibtex": bibtex,
    "ris": ris,
    "gb7714": gb7714,
}
