"""Date, source, author and editor as a template writes them around the headline and at the end."""

import re
from itertools import zip_longest

from crawler.extract import lines as kinds
from crawler.extract.authors import byline_author
from crawler.extract.dates import find_date
from crawler.extract.survey import Block

_LONGEST = 160
_LONGEST_BARE_DATE = 19
_MOST_BETWEEN = 30
_LINES_ABOVE_TITLE = 5
_LINES_ABOVE_UNTITLED = 4
_LINES_BELOW = 6
_PUBLISHED = re.compile(r"发布|发表|发稿|刊发|刊登|[Pp]ublished|[Pp]osted")
_LABELLED_DATE = re.compile(
    r"(?:发布|发表|发帖|刊发)(?:时间|日期|于)?\s*[:：]?\s*(?:19|20)\d\d\s*[-/.年]"
)
# what a date behind these words says is no publication
_OTHERWISE = re.compile(
    r"(?:楼\s*时间|建立|创建|注册|登录|生日|截[至止]|有效期?|起止|[Uu]pdated|[Mm]odified|[Rr]eviewed|[Ee]dited)"
    r"[^\d\n]{0,12}$|[Ss]ince\s*$"
)
_UPDATE = re.compile(r"\W*(?:[Ll]ast )?(?:[Uu]pdated|[Mm]odified)\b")
_RANGE = re.compile(r"^\s*日?\s*(?:[-－–—~～至到]|to\s)\s*\d")
_EDGES = re.compile(r"^[\s|｜【】\[\]\ue000-\uf8ff]+|[\s|｜【】\[\]\ue000-\uf8ff]+$")
_WORDS = re.compile(r"\w")

Fields = dict[str, tuple[str, str]]


def byline_fields(blocks: list[Block], kept: list[int], paragraph: int, title: str) -> Fields:
    """The fields of the lines between the headline and the article's first line, of those left out
    between that and its first `paragraph`, of those right above the headline, and of the labelled
    ones in it and right behind its last line. `kept` are the numbers of the article's lines."""
    first, last = kept[0], kept[-1]
    headline = _headline(blocks, first, title)
    fields: Fields = {}
    if headline is not None and blocks[headline].text in title:
        fields["headline"] = (blocks[headline].text, "template")
    if headline is None:
        above = range(max(0, first - _LINES_ABOVE_UNTITLED), first + 1)
    else:
        above = range(max(headline + 1, first - _MOST_BETWEEN), first + 1)
    left_out = sorted({*range(first + 1, paragraph)} - {*kept})[:_LINES_BELOW]
    for number in (*above, *left_out):
        _read_line(blocks[number].text, fields)
        _read_source_link(blocks[number], fields)
    if headline is not None and "date" not in fields:
        for block in blocks[max(0, headline - _LINES_ABOVE_TITLE) : headline]:
            if len(block.text) <= _LONGEST_BARE_DATE:
                _read_line(block.text, fields)
    for block in blocks[first : last + 1] if "date" not in fields else ():
        if len(block.text) <= _LONGEST:
            _read_line(_dated_part(block.text), fields)
    behind = [block.text for block in blocks[last : last + _LINES_BELOW]]
    for text, below in zip_longest(behind, behind[1:], fillvalue=""):
        if _PUBLISHED.search(text):
            # the date may stand in a line of its own below its label
            _read_line(text if find_date(text) else f"{text} {below}", fields)
        else:
            _read_labelled(text, fields)
    return fields


def _read_source_link(block: Block, fields: Fields) -> None:
    """Where the line that names the source holds one link, that link: a step up the reprints."""
    if "source_url" in fields or len(block.text) > _LONGEST or len(block.hrefs) != 1:
        return
    if kinds.SOURCE.search(block.text):
        fields["source_url"] = (block.hrefs[0], "template")


def _dated_part(text: str) -> str:
    """What a line within an article says of its publication: a labelled date, or one that is
    followed by that of an update; else nothing."""
    if _LABELLED_DATE.search(text):
        return text
    found = find_date(text)
    if found is not None and found[1] == 0 and _UPDATE.match(text[found[2] :]):
        return text[: found[2]]
    return ""


def _headline(blocks: list[Block], first: int, title: str) -> int | None:
    """The line above the article that repeats most of the document's title, the last of equals;
    else the last heading there."""
    above = range(max(0, first - 40), min(first + 1, len(blocks)))
    title = title.replace("…", "...")
    named = [n for n in above if len(t := blocks[n].text.replace("…", "...")) > 5 and t in title]
    if named:
        return max(named, key=lambda n: (len(blocks[n].text), n))
    headings = [n for n in above if blocks[n].heading and len(blocks[n].text) > 5]
    return headings[-1] if headings else None


def _read_line(text: str, fields: Fields) -> None:
    """A byline's parts; a date counts only where little else stands in the line."""
    if len(text) > _LONGEST:
        return
    if "date" not in fields and (found := find_date(text)):
        value, start, end = found
        before, after = text[:start], text[end:]
        if _is_byline(before + after) and not (_OTHERWISE.search(before) or _RANGE.match(after)):
            fields["date"] = (value, "template")
    _read_labelled(text, fields)


def _is_byline(rest: str) -> bool:
    """Whether what stands beside a date is labels and names, no sentence."""
    return len(_WORDS.findall(rest)) < 60 and not re.search(r"[。！？]|[.!?]\s+[A-Z]", rest)


def _read_labelled(text: str, fields: Fields) -> None:
    """来源, 作者 and 编辑 where the line names them."""
    if len(text) > _LONGEST:
        return
    if "source" not in fields and (match := kinds.SOURCE.search(text)):
        fields["source"] = (_EDGES.sub("", match[1]), "template")
    if "author" not in fields and (match := kinds.AUTHOR.search(text)):
        fields["author"] = (match[1].strip(), "template")
    elif "author" not in fields and (author := byline_author(text)):
        fields["author"] = (author, "template")
    if "editor" in fields or not kinds.EDITOR_LINE.fullmatch(text):
        return
    if editor := kinds.read_editor(text):
        fields["editor"] = (editor, "template")
