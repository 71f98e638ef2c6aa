"""What faulty pages are made of: an article, its disturbances, and documents that cost too much."""

from faulty_server import response

PARAGRAPHS = (
    "会议强调，要坚持把调查研究作为做好工作的基本功，深入基层了解实际情况，掌握第一手材料。",
    "各级机关要结合实际制定方案，明确责任分工和时间要求，确保各项任务落到实处、取得实效。",
    "与会同志一致认为，这次会议对下一阶段的工作作出了全面安排，具有重要的指导意义。",
    "会议还研究了其他事项，并就有关文件的修改意见进行了讨论，决定由办公室汇总后报送。",
)


def html(body: str, title: str = "会议研究部署下一阶段工作", head: str = "") -> str:
    """A small page."""
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
        f"<body>{body}</body></html>"
    )


def article(*paragraphs: str, title: str = "会议研究部署下一阶段工作", after: str = "") -> str:
    """An article of running text."""
    shown = "".join(f"<p>{text}</p>" for text in paragraphs or PARAGRAPHS)
    return html(f'<h1>{title}</h1><div class="article">{shown}</div>{after}', title)


#: the same article with one word changed
EDITED = article(PARAGRAPHS[0].replace("深入基层", "深入一线"), *PARAGRAPHS[1:])

ARTICLE = response(article())


def nested(depth: int) -> bytes:
    """So many elements inside each other."""
    return html("<div>" * depth + PARAGRAPHS[0]).encode()


def with_attributes(count: int) -> bytes:
    """One tag with so many attributes."""
    many = " ".join(f"a{n}=1" for n in range(count))
    return html(f"<p {many}>{PARAGRAPHS[0]}</p>").encode()


def feed(*paths: str, base: str, titles: dict[str, str] | None = None) -> str:
    """An RSS feed of these paths."""
    items = "".join(
        f"<item><title>{(titles or {}).get(path, path)}</title><link>{base}{path}</link></item>"
        for path in paths
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>t</title>'
        f"<link>{base}/</link>{items}</channel></rss>"
    )
