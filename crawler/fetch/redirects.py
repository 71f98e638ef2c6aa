"""Where an answer sends us, and whether we follow. Pure."""

import re
import unicodedata
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

from crawler.fetch.failures import failed, refused

MAX_HOPS = 10
STATUSES = frozenset({301, 302, 303, 307, 308})
#: a page longer than this, or with more visible text, is a page and no shell
_SHELL_BYTES = 16 * 1024
_SHELL_TEXT_CHARS = 200
_MAX_URL_CHARS = 8000
_MAX_REFRESH_S = 10

_META = re.compile(rb"<meta\s[^>]{0,1000}>", re.I)
_IS_REFRESH = re.compile(rb"""http-equiv\s*=\s*["']?\s*refresh\b""", re.I)
_CONTENT = re.compile(rb"""content\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.I)
_REFRESH = re.compile(rb"""\s*(\d+)(?:\.\d*)?\s*[;,]\s*url\s*=\s*["']?([^"'>]+)""", re.I)
_SCRIPT = re.compile(rb"<script\b[^>]{0,1000}>(.*?)(</script\s*>|\Z)", re.I | re.S)
_LOCATION = re.compile(
    rb"""(?:(?:window|self|top|parent|document)\s*\.\s*){0,4}location"""
    rb"""(?:\s*\.\s*href)?\s*(?:=|\.\s*(?:replace|assign)\s*\()\s*(["'])([^"'\r\n]{1,2000})\1""",
    re.I,
)
#: a script that decides, computes or sets a cookie is no plain shell, and may be a challenge
_NOT_PLAIN = re.compile(
    rb"\bif\b|\?|\beval\b|navigator|cookie|\bfor\b|\bwhile\b|switch|atob|fromCharCode|XMLHttp|fetch\s*\(",
    re.I,
)
#: what does not end reaches to the end, as in a browser: no stretch is searched again and again
_TAG = re.compile(
    rb"<!--.*?(?:-->|\Z)|<(script|style|title|noscript)\b.*?(?:</\1\s*>|\Z)|<[a-z/!?][^>]*(?:>|\Z)",
    re.I | re.S,
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")


def follow(base: str, location: str, via: str = "http") -> str:
    """The absolute URL that `location` (Latin-1 as it came) means on page `base`. Raises Stopped:
    refused `address` for a scheme other than http and https, failed `redirect` for a target that
    is malformed, carries credentials or imitates another name."""
    text = location.strip(" \t")
    if not text or len(text) > _MAX_URL_CHARS or _CONTROL.search(text) or "\\" in text:
        raise _malformed(base, text)
    scheme = _SCHEME.match(text)
    if scheme and scheme.group(1).lower() not in ("http", "https"):
        raise refused(
            "address",
            f"{_short(base)} sends to {_short(text)}, which is no web address; it is not followed",
        )
    try:
        url = urljoin(base, _recode(text))
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise _malformed(base, text) from None
    if not host or parts.username is not None or parts.password is not None:
        raise _malformed(base, text)
    if host != urlsplit(base).hostname and imitates(host):
        raise failed(
            "redirect",
            f"{_short(base)} sends to {host!r}, whose letters imitate another name; add that "
            "address as a source if it is right",
        )
    path = quote(parts.path, safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/?%:@!$&'()*+,;=~-._[]{}|^`")
    return urlunsplit((parts.scheme, parts.netloc, path, query, ""))


def _malformed(base: str, text: str) -> Exception:
    shown = _short(_CONTROL.sub("?", re.sub(r"//[^/@]*@", "//…@", text)))
    return failed("redirect", f"{_short(base)} sends to a malformed address ({shown!r})")


def _short(text: str) -> str:
    return text if len(text) <= 200 else text[:199] + "…"


def _recode(text: str) -> str:
    """Raw bytes above ASCII in a Location: UTF-8 as characters, other bytes percent-encoded as
    they came, so that the server gets back what it sent."""
    if text.isascii():
        return text
    raw = text.encode("latin-1", errors="ignore")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return "".join(chr(byte) if byte < 128 else f"%{byte:02X}" for byte in raw)


def imitates(host: str) -> bool:
    """Whether a name is written in letters that look like others: any script but Latin without
    IDN, Han, kana, bopomofo and hangul."""
    for label in host.lower().split("."):
        if label.startswith("xn--"):
            try:
                label = label[4:].encode("ascii").decode("punycode")
            except UnicodeError:
                return True
        elif "%" in label:
            label = unquote(label)
        if not label.isascii() and not all(_east_asian(char) for char in label):
            return True
    return False


def _east_asian(char: str) -> bool:
    if char.isascii():
        return True
    name = unicodedata.name(char, "")
    return name.startswith(("CJK UNIFIED", "HIRAGANA", "KATAKANA", "BOPOMOFO", "HANGUL"))


def shell_target(body: bytes, content_type: str | None) -> tuple[str, str] | None:
    """Where a page that is nothing but a forwarding shell sends its reader: (address as written,
    Latin-1, `meta` or `script`). None for a page with text of its own, and for a script that
    decides, computes or sets cookies: those are judged later, never obeyed."""
    if len(body) > _SHELL_BYTES or not body or not _html(body, content_type):
        return None
    if len(_TAG.sub(b"", body).split(b"</html", 1)[0].strip()) > _SHELL_TEXT_CHARS:
        return None
    target = _meta_refresh(body)
    if target is not None:
        return target.decode("latin-1"), "meta"
    target = _script_location(body)
    return (target.decode("latin-1"), "script") if target is not None else None


def _html(body: bytes, content_type: str | None) -> bool:
    kind = (content_type or "").lower()
    return "html" in kind or (not kind and b"<" in body[:200])


def _meta_refresh(body: bytes) -> bytes | None:
    for tag in _META.findall(body):
        content = _CONTENT.search(tag) if _IS_REFRESH.search(tag) else None
        found = _REFRESH.match(content.group(1) or content.group(2) or b"") if content else None
        if found and int(found.group(1)[:4]) <= _MAX_REFRESH_S:
            return found.group(2).strip()
    return None


def _script_location(body: bytes) -> bytes | None:
    # One that does not end is not run.
    scripts = [script for script, end in _SCRIPT.findall(body) if end]
    if any(_NOT_PLAIN.search(_LOCATION.sub(b"", script)) for script in scripts):
        return None
    found = [match.group(2) for script in scripts for match in _LOCATION.finditer(script)]
    return found[0].strip() if len(set(found)) == 1 else None
