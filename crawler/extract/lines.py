"""What kind of line a line is: an editor's, a source's, a caption, a byline, or the article's."""

import re

# a way to report a mistake may stand before it ("【纠错】责任编辑：张三")
_OPEN, _CLOSE = r"(?:【[^】]{1,6}】\s*)?[\[【（(［〔]?\s*", r"[\]】）)］〕]?"
_EDITOR = (
    r"责任编辑|本文责编|责任编[辑緝]|責任編輯|网站编辑|网络编辑|本期编辑|值班编辑|编辑|責編|责编|编审|"
    r"审核|校对|初审|复审|终审|监制|值班主任|[Ee]ditors?"
)
_SOURCE = r"文章来源|信息来源|稿件来源|消息来源|新闻来源|来\s*源(?:于|自)?|稿源|來源|[Ss]ource"
_AUTHOR = r"文章作者|作\s*者|撰\s*文|撰\s*稿|[Aa]uthor"
_LABEL = r"\s*[:：\-－|｜/]+\s*"
_ENDS = (
    rf"(?=\s{{2,}}|\s*[|｜]|\s*(?:(?:{_EDITOR})(?!部|室|中心|委)|{_AUTHOR}|{_SOURCE}"
    r"|记者(?!网|站)|字号|字体|时间|日期|点击|浏览|阅读|分享|评论(?![员部网])|参与互动|发表|发布)"
    r"|\s+\d|\s*(?:19|20)\d\d\s*[-年/.]\s*\d{1,2}\s*[-月/.]|$)"
)

EDITOR_LINE = re.compile(
    rf"{_OPEN}(?:(?:{_EDITOR}){_LABEL}.{{0,60}}|(?:责任编[辑緝]|責任編輯|责编)(?:\s+\S{{1,8}}|[\u4e00-\u9fff]{{0,4}}))"
)
_EDITOR_LABELLED = re.compile(
    rf"(?:{_EDITOR}){_LABEL}(.{{1,60}}?)(?=\s*[\]】）)］〕]|\s{{2,}}|\s+(?:{_EDITOR}|{_SOURCE}|{_AUTHOR}){_LABEL}|$)"
)
# where a picture or a figure was taken from is not where the article was
_NOT_OF_PARTS = "".join(
    f"(?<!{word})"
    for word in ("图片", "图", "照片", "视频", "数据", "资料", "hoto ", "mage ", "ata ")
)
SOURCE = re.compile(rf"{_NOT_OF_PARTS}(?:{_SOURCE})\s*[:：]\s*(.{{1,60}}?){_ENDS}")
SOURCE_LINE = re.compile(rf"{_OPEN}(?:{_SOURCE})\s*[:：|｜]\s*(.{{1,40}}?){_CLOSE}\s*")
AUTHOR = re.compile(rf"(?:{_AUTHOR})\s*[:：/]\s*(.{{1,60}}?){_ENDS}")
CAPTION = re.compile(
    r"(?:^图为|^图\s?[\d一二三四五六七八九十]+\s*[:：.]|^[（(]?图片?来源|^资料图|^供图\s*[:：]|^Photo(?:graph)?\s*[:：/]).{0,160}$"
    r"|^.{0,160}(?:摄|供图|制图|发)\s*[)）]\s*$|^.{0,100}(?:记者|通讯员)\s*\S{1,12}\s*摄\s*$|^.{0,120}\S摄$"
)
BYLINE = re.compile(
    r"^[（(【□■●○◎]?\s*(?:文\s*[/|｜︱:：]|作\s*者\s*[/|｜︱:：]|撰\s*文\s*[/|｜︱:：]|执\s*笔\s*[/|｜︱:：]"
    r"|(?:本(?:报|刊|网)|新华社|新华网|半月谈|(?=[□■●○◎（(【]).?)(?:特约)?(?:记者|评论员|通讯员)[\s:：])"
    r"[^。！？!?]{1,40}$"
)
_AGENCY = r"据?[^\W\d的了是在]{0,8}?(?:社|网|报|台|端|刊)"
_DAY = r"\s?(?:\d{4}年)?(?:\d{1,2}月)?\d{1,2}日\s?"
_REPORTERS = r"(?:\s*[（(][^（）()]{0,24}(?:记者|通讯员|评论员)[^（）()]{0,40}[）)])?"
# "新华社北京1月1日电（记者 张三）", "本报讯（记者 李四）", "HANOI, Vietnam (AP) —"
DATELINE = re.compile(
    rf"[（(【]?{_AGENCY}(?:[^\W\d的了是在]{{0,10}}?(?:{_DAY}(?:电|讯|消息)|电)|快?讯)"
    rf"(?=[\s（(【，,：:）)】]|$|[\u4e00-\u9fff]){_REPORTERS}[）)】]?"
    r"|[A-Z][A-Z.' -]{2,30}(?:, [A-Z][\w.]{1,15}(?: [A-Z\d][\w.]{0,15}){0,2}){0,2}"
    r"\s*\([A-Z][A-Za-z ]{1,20}\)\s*(?:[—–-]{1,2}|(?=[A-Z“\"]))"
)
_BEGINS_CAPTION, _ENDS_CAPTION, _BEGINS_BYLINE = "图（(资供P", "摄)）", "（(文作撰本【新半执□■●○◎"
_LONGEST_FIELD = 60
_NOT_A_NAME = re.compile(
    rf"[。；！？!?@<>|]|https?:|(?:{_EDITOR}|{_SOURCE}|{_AUTHOR})\s*[:：]|(?:19|20)\d\d[-年/.]"
    r"|标签|扫描|分享|打印|[A-Za-z]?_?\d{4,}|昨天|前天|今天"
)


def _short(text: str) -> str | None:
    """A whole text as a field's value, where it is short and no sentence or other label."""
    text = " ".join(text.split())
    if not text or len(text) > _LONGEST_FIELD or _NOT_A_NAME.search(text):
        return None
    return text


def read_source(text: str) -> str | None:
    """The 来源 of a text that names it, or the whole text where it can only be a name."""
    match = SOURCE.search(text)
    if match:
        return match[1].strip(" 　|【】[]") or None
    return None if re.search(r"作者|编辑|记者", text) else _short(text)


def read_author(text: str) -> str | None:
    """The author of a text that names one, or the whole text where it can only be a name."""
    match = AUTHOR.search(text)
    if match:
        return match[1].strip(" 　|【】[]") or None
    short = _short(text)
    return re.sub(r"^(?:[Bb]y|文\s*[/|｜])\s+", "", short) if short else None


def read_editor(text: str) -> str | None:
    """The editor of a text that names one, without label and brackets, or the short text itself."""
    text = " ".join(text.split())
    match = _EDITOR_LABELLED.search(text)
    if match:
        return match[1].strip(" 　:：-") or None
    short = _short(text)
    return short.strip("[]【】()（）") or None if short else None


def kind_of(line: str) -> str:
    """ "caption" or "byline" for a labelled line, "" for the article's own words."""
    # few lines begin or end as these do: one look spares the expressions
    told = line[:1] in _BEGINS_CAPTION or line.rstrip()[-1:] in _ENDS_CAPTION
    if told and len(line) <= 170 and CAPTION.match(line):
        return "caption"
    return "byline" if line[:1] in _BEGINS_BYLINE and BYLINE.match(line) else ""
