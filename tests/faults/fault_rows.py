"""The fault table: what a page answers in the second and third pass, and what must follow.

In the first and the fourth pass every page answers with the same article. Beside it, on the same
host, stands a page that always answers; it is the same source's.
"""

import gzip
from collections.abc import Sequence
from dataclasses import dataclass

import brotli
import fault_pages as pages
import zstandard
from faulty_server import Route, drip, endless, hang, raw, redirect, reset, response

Look = tuple[str, str | None, str]


@dataclass(frozen=True)
class Row:
    """One fault. `looks` are outcome, reason and state of the second, third and fourth pass."""

    name: str
    answer: Route
    looks: tuple[Look, Look, Look]
    #: the third pass's answer where it is another one
    again: Route | None = None
    robots: Route | None = None
    #: the outcome of the neighbour in the second pass, and whether the source fails in it
    neighbour: str = "unchanged"
    fails: bool = False
    #: further routes of the host
    beside: tuple[tuple[str, Route], ...] = ()
    #: what the page answers with in the first and the fourth pass
    usual: Route = pages.ARTICLE
    #: further lines of the source
    more: tuple[tuple[str, str], ...] = ()


def failed(name: str, answer: Route, reason: str, **more: object) -> Row:
    """The look tells nothing, and the page stays as it stood."""
    look = ("failed", reason, "live")
    return Row(name, answer, (look, look, ("unchanged", None, "live")), **more)


def refused(name: str, answer: Route, reason: str, **more: object) -> Row:
    """We do not ask, and the page stays as it stood."""
    look = ("refused", reason, "live")
    return Row(name, answer, (look, look, ("unchanged", None, "live")), **more)


def absent(name: str, answer: Route, outcome: str, reason: str, **more: object) -> Row:
    """The article is away: suspected, believed when seen again, restored when it answers."""
    looks = (
        (outcome, reason, "suspect"),
        (outcome, reason, outcome),
        ("unchanged", None, "restored"),
    )
    return Row(name, answer, looks, **more)


def blocked(name: str, answer: Route, reason: str) -> Row:
    """We are kept out: at once, and restored when it answers."""
    look = ("blocked", reason, "blocked")
    return Row(name, answer, (look, look, ("unchanged", None, "restored")))


def read(name: str, answer: Route, first: str = "unchanged", **more: object) -> Row:
    """The fault does no harm: the article is read."""
    last = "unchanged" if first == "unchanged" else "changed"
    looks = ((first, None, "live"), ("unchanged", None, "live"), (last, None, "live"))
    return Row(name, answer, looks, **more)


def page(text: str, status: str = "200 OK", **headers: str) -> bytes:
    """A page with a status and headers."""
    return response(text, status, [(k.replace("_", "-"), v) for k, v in headers.items()])


PLAIN = "text/plain"
STUBS = {
    "not-found": pages.html("<div>页面不存在，请返回首页</div>", "页面不存在"),
    "empty-form": pages.html("<h1></h1><p>来源：</p><p>责任编辑：</p>", "稿件详情"),
    "english": pages.html("<h1>Page not found</h1><p>It may have moved.</p>", "Page not found"),
}
SCRIPT = "<script>var s='x';eval(function(p,a,c){return p}(s));document.cookie='k='+s;</script>"
WAF = pages.html(
    "<h1>您的请求已被拦截</h1><p>您的访问请求可能对网站造成安全威胁，已被防火墙阻断。</p>",
    "拦截提示",
)
ENGLISH_WAF = pages.html(
    "<h1>Access Denied</h1><p>You don't have permission to access this page. Reference #18.a</p>",
    "Access Denied",
)
CHALLENGE = pages.html(
    "<h1>Checking your browser before accessing</h1><p>Please enable JavaScript and cookies to "
    "continue</p>",
    "Just a moment...",
)
WALL = pages.html("<h1>请登录</h1><p>登录后查看全文</p>", "用户登录")
HOME = "".join(f'<li><a href="/{n}.htm">要闻第{n}条</a></li>' for n in range(30))
ZEROS = b"\0" * 30_000_000

TRANSPORT = (
    failed("T2-reset", reset(b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n<p>ab"), "reset"),
    failed("T3-hang", hang, "timeout"),
    failed("T4-drip", drip(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n", 0.2), "timeout"),
    failed("T4-drip-head", drip(b"HTTP/1.1 200 OK\r\nX: ", 0.2), "timeout"),
    failed(
        "T5-short",
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n" + pages.article().encode()),
        "truncated",
    ),
    failed(
        "T6-chunk",
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n<p>half a chunk"),
        "truncated",
    ),
    failed(
        "T7-gzip",
        response(
            gzip.compress(pages.article().encode())[:-20], headers={"Content-Encoding": "gzip"}
        ),
        "truncated",
    ),
    read("T8-more", raw(pages.ARTICLE + b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno")),
    read(
        "T9-no-length",
        raw(
            b"HTTP/1.0 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
            + pages.article().encode()
        ),
    ),
    failed(
        "T10-encoding", response(pages.article(), headers={"Content-Encoding": "gzip"}), "encoding"
    ),
    failed("T11-garbage", raw(b"\x16\x03\x01\x02\x00binary\r\n\r\n"), "protocol"),
    failed("T12-head", raw(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 300_000 + b"\r\n\r\n"), "protocol"),
    failed(
        "T13-both",
        raw(
            b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"5\r\nhello\r\n0\r\n\r\n"
        ),
        "protocol",
    ),
)

SIZE = (
    failed("Z1-endless", endless(b"HTTP/1.1 200 OK\r\n\r\n"), "too_large"),
    failed(
        "Z2-gzip-bomb",
        response(gzip.compress(ZEROS), headers={"Content-Encoding": "gzip"}),
        "too_large",
    ),
    failed(
        "Z3-brotli-bomb",
        response(brotli.compress(ZEROS, quality=1), headers={"Content-Encoding": "br"}),
        "too_large",
    ),
    failed(
        "Z4-zstd-bomb",
        response(zstandard.compress(ZEROS), headers={"Content-Encoding": "zstd"}),
        "too_large",
    ),
    failed(
        "Z5-gzip-in-gzip",
        response(gzip.compress(gzip.compress(ZEROS)), headers={"Content-Encoding": "gzip"}),
        "too_large",
    ),
    failed("Z7-nested", response(pages.nested(100_000)), "too_complex"),
    failed("Z7-attributes", response(pages.with_attributes(150_000)), "too_complex"),
    failed(
        "Z7-options",
        response(pages.html("<select>" + "<option>x" * 100_000 + "</select>")),
        "too_complex",
    ),
    failed("Z7-misnested", response(pages.html("<a href=x><b>y" * 20_000)), "too_complex"),
    read("Z6-breaks", response(pages.article(after="<br>" * 100_000))),
    failed("Z6-paragraphs", response(pages.article(after="<p>x" * 300_000)), "too_complex"),
    read("Z6-text-node", response(pages.article(after="<!--" + "x" * 1_800_000 + "-->"))),
    read("Z8-nul", response(pages.article(after="\0\0<i>\0</i>"))),
    read(
        "Z8-surrogates",
        response(
            pages.article(after="SURROGATE")
            .encode()
            .replace(b"SURROGATE", b"<!-- \xed\xa0\x80 -->")
        ),
    ),
    read("Z8-comment", response(pages.article(after="<!-- " + "x" * 1000))),
    read("Z8-space", response(pages.article(after=" " * 1_000_000))),
)

REDIRECTS = (
    failed("R1-loop", redirect("/page"), "redirect"),
    absent(
        "R2-home", redirect("/"), "redirected", "redirect_home",
        beside=(("/", response(pages.html(f"<ul>{HOME}</ul>", "首页"))),),
    ),
    absent(
        "R2-list", redirect("/list.htm"), "redirected", "redirect_home",
        beside=(("/list.htm", response(pages.html(f"<ul>{HOME}</ul>", "要闻列表"))),),
    ),
    read("R3-moved", redirect("/moved"), beside=(("/moved", pages.ARTICLE),)),
    refused("R4-file", redirect("file:///etc/passwd"), "address"),
    refused("R4-data", redirect("data:text/html,<p>x"), "address"),
    refused("R4-script", redirect("javascript:alert(1)"), "address"),
    refused("R5-metadata", redirect("http://169.254.169.254/latest/"), "address"),
    refused("R5-private", redirect("http://10.0.0.1/"), "address"),
    *(
        refused(f"R5-{name}", redirect(f"http://{host}/"), "address")
        for name, host in (
            ("loopback", "[::1]"),
            ("nat64", "[64:ff9b::a00:1]"),
            ("decimal", "2130706433"),
            ("octal", "0177.0.0.1"),
            ("hexadecimal", "0x7f.1"),
        )
    ),
    refused("R5-mapped", redirect("http://[::ffff:10.0.0.1]/"), "address"),
    failed("R7-line-break", redirect("/a\r\n\tb\x0bc"), "redirect"),
    failed("R7-backslash", redirect("http:\\\\127.0.0.1\\page"), "redirect"),
    failed("R7-imitation", redirect("http://xn--80ak6aa92e.com/page"), "redirect"),
    failed("R7-credentials", redirect("http://user:word@127.0.0.1/"), "redirect"),
    read(
        "R8-refresh",
        response(pages.html("", head='<meta http-equiv="refresh" content="0;url=/moved">')),
        beside=(("/moved", pages.ARTICLE),),
    ),
    read(
        "R8-script",
        response('<html><script>window.location.href="/moved";</script></html>'),
        beside=(("/moved", pages.ARTICLE),),
    ),
)  # fmt: skip

ANSWERS = (
    absent("A1-404", page("<p>nothing</p>", "404 Not Found"), "gone", "not_found"),
    absent("A1-410", page("", "410 Gone"), "gone", "gone"),
    *(absent(f"A2-{name}", page(text), "gone", "stub") for name, text in STUBS.items()),
    absent("A3-empty", page(""), "emptied", "empty"),
    absent("A3-shell", page(pages.html('<div id="app"></div>')), "emptied", "empty"),
    Row(
        "A1-A3-signs",
        page("", "404 Not Found"),
        (
            ("gone", "not_found", "suspect"),
            ("emptied", "empty", "emptied"),
            ("unchanged", None, "restored"),
        ),
        again=page(""),
    ),
    blocked("A4-403", page("<h1>403 Forbidden</h1>", "403 Forbidden"), "removed_or_blocked"),
    blocked("A5-challenge", page(CHALLENGE), "challenge"),
    blocked("A5-403-challenge", page(CHALLENGE, "403 Forbidden"), "challenge"),
    blocked("A5-412", page(pages.html(SCRIPT), "412 Precondition Failed"), "challenge"),
    blocked("A5-521", page(pages.html(SCRIPT), "521 Server Down"), "challenge"),
    blocked("A5-405-waf", page(WAF, "405 Method Not Allowed"), "block"),
    blocked("A5-waf-200", page(WAF), "block"),
    blocked("A5-waf-english", page(ENGLISH_WAF, "403 Forbidden"), "block"),
    failed("A6-429", page("", "429 Too Many Requests"), "rate_limited"),
    failed(
        "A6-seconds", page("", "429 Too Many Requests", Retry_After="3600"), "rate_limited",
        neighbour="refused", fails=True,
    ),
    failed(
        "A6-date",
        page(
            "", "429 Too Many Requests", Date="Sun, 01 Mar 2026 00:00:00 GMT",
            Retry_After="Sun, 01 Mar 2026 02:00:00 GMT",
        ),
        "rate_limited", neighbour="refused", fails=True,
    ),
    *(failed(f"A7-{n}", page("", f"{n} Trouble"), "server") for n in (500, 502, 503, 504)),
    absent("A8-451", page("", "451 Unavailable For Legal Reasons"), "gone", "legal"),
    *(failed(f"A11-{n}", page(pages.article(), f"{n} Odd"), "status") for n in (203, 206)),
    failed("A11-204", response(b"", "204 No Content"), "status"),
    blocked("A12-login", page(WALL), "wall"),
    read("A16-future", page(pages.article(), Date="Thu, 01 Jan 2099 00:00:00 GMT",
         Last_Modified="Thu, 01 Jan 2099 00:00:00 GMT")),
    failed(
        "A17-pdf", response(b"%PDF-1.4\n%...", content_type="application/pdf"), "unsupported_type"
    ),
    failed(
        "A17-picture", response(b"\x89PNG\r\n\x1a\n...", content_type="image/png"),
        "unsupported_type",
    ),
    failed("A18-unasked-304", response(b"", "304 Not Modified"), "status"),
)  # fmt: skip


#: characters that GB2312 has not, that GB 18030 alone has, and that stand beyond the first plane
RARE = "朱镕基、㐂、𠮷，堃、喆。"
RARE_PARAGRAPHS = (RARE + pages.PARAGRAPHS[0], *pages.PARAGRAPHS[1:])
RARE_PAGE = pages.article(*RARE_PARAGRAPHS)
META = '<meta charset="utf-8">'
#: in characters that Big5 has, and some of the private use area
BIG5 = "會議強調，要堅持把調查研究作為做好工作的基本功，深入基層了解實際情況。" * 4
BIG5_PAGE = pages.article(BIG5, title="會議研究部署")
PRIVATE_PAGE = pages.article("\ue000\ue001甲。" + pages.PARAGRAPHS[0], *pages.PARAGRAPHS[1:])


def coded(
    coding: str, said: str | None, meta: str | None, page: str = RARE_PAGE, mark: bytes = b""
) -> bytes:
    """A page in a coding, with what its header and its meta say of it."""
    named = "" if meta is None else META.replace("utf-8", meta)
    kind = "text/html" if said is None else f"text/html; charset={said}"
    return response(mark + page.replace(META, named).encode(coding), content_type=kind)


def same_text(name: str, answer: Route, page: str = RARE_PAGE) -> Row:
    """The coding is called wrongly, and the text is read right."""
    return read(name, answer, usual=response(page))


LATE_META = RARE_PAGE.replace(META, "<!-- " + "x" * 1500 + " -->" + META)
TWO_METAS = RARE_PAGE.replace(META, META + '<meta charset="iso-8859-1">')
BAD_BYTE = RARE_PAGE.encode().replace("深入".encode(), b"\xff", 1)
TEXT = (
    same_text("E1-gb2312", coded("gb18030", "gb2312", "gb2312")),
    same_text("E1-gbk-meta", coded("gb18030", None, "gbk")),
    same_text("E2-utf-8", coded("gb18030", "utf-8", None)),
    same_text("E2-latin-1", coded("gb18030", "ISO-8859-1", None)),
    same_text("E2-none", coded("gb18030", None, None)),
    same_text("E3-header", coded("utf-8", "gb2312", "gb2312")),
    same_text("E3-meta", coded("utf-8", None, "gb2312")),
    same_text("E4-bom", coded("utf-8", None, "gb2312", mark=b"\xef\xbb\xbf")),
    same_text("E4-utf-16", coded("utf-16", None, "utf-8")),
    read("E5-bad-byte", response(BAD_BYTE), "changed", usual=response(RARE_PAGE)),
    same_text("E6-late-meta", coded("gb18030", None, "gbk", LATE_META)),
    same_text("E6-two-metas", coded("gb18030", None, "gbk", TWO_METAS)),
    same_text("E6-big5", coded("big5", None, "big5", BIG5_PAGE), BIG5_PAGE),
    same_text("E6-private", coded("gb18030", None, "gbk", PRIVATE_PAGE), PRIVATE_PAGE),
)


def robots(text: str | bytes, status: str = "200 OK") -> bytes:
    """A robots file."""
    return response(text, status, content_type=PLAIN)


FORBIDS = robots("User-agent: palimpsest\nDisallow: /page\n")
MANNERS = (
    read("M1-404", pages.ARTICLE, robots=robots("", "404 Not Found")),
    read("M1-403", pages.ARTICLE, robots=robots("", "403 Forbidden")),
    read("M1-html", pages.ARTICLE, robots=page(pages.html("<p>Disallow: /</p>"))),
    # What was read of the file before stays in force.
    read("M2-later", pages.ARTICLE, robots=robots("", "503 Unavailable")),
    refused("M3-forbids", pages.ARTICLE, "robots", robots=FORBIDS),
    read("M4-odd-delay", pages.ARTICLE, robots=robots("User-agent: *\nCrawl-delay: abc\n")),
    read(
        "M4-long", pages.ARTICLE,
        robots=robots("User-agent: *\n" + "# x\n" * 150_000 + "Disallow: /page\n"),
    ),
    refused(
        "M5-redirect", pages.ARTICLE, "robots", robots=redirect("/elsewhere.txt"),
        beside=(("/elsewhere.txt", FORBIDS),),
    ),
)  # fmt: skip


def headed(*lines: bytes, body: bytes | None = None) -> Route:
    """An answer of these very lines, and the article."""
    head = b"\r\n".join((*lines, b"Content-Type: text/html; charset=utf-8", b"", b""))
    return raw(head + (pages.article().encode() if body is None else body))


def in_chunks(size: int, end: bytes = b"0\r\n\r\n", extension: bytes = b"") -> bytes:
    """The article in chunks of a size."""
    whole = pages.article().encode()
    parts = [whole[at : at + size] for at in range(0, len(whole), size)]
    return b"".join(b"%x%s\r\n%s\r\n" % (len(part), extension, part) for part in parts) + end


OK, FOUND, CHUNKED = b"HTTP/1.1 200 OK", b"HTTP/1.1 302 Found", b"Transfer-Encoding: chunked"
LENGTH = b"Content-Length: %d" % len(pages.article().encode())
ELSEWHERE = (("/moved", pages.ARTICLE),)
MEMBERS = gzip.compress(b"") * 5_000 + gzip.compress(pages.article().encode())
TERMINAL = "标题\x1b]0;word\x07\x1b[2J\x9b2J&#27;[2J&#155;2J\u202e末尾&#0;&#xD800;"


def refreshed(target: str) -> bytes:
    """A page that sends on by its markup."""
    return response(pages.html("", head=f'<meta http-equiv="refresh" content="0;url={target}">'))


def with_head(markup: str) -> bytes:
    """The article with something in its head."""
    return response(pages.article().replace("</head>", f"{markup}</head>"))


# What no server of good will sends, beyond the table.
UNHEARD_OF = (
    failed("H-nul", headed(OK, b"X: a\0b", LENGTH), "protocol"),
    failed("H-bare-return", headed(OK, b"X: a\rSet-Cookie: x=1", LENGTH), "protocol"),
    read("H-folded", headed(OK, b"X: a\r\n b", LENGTH)),
    failed("H-many", headed(OK, LENGTH, *(b"X: y" for _ in range(10_000))), "protocol"),
    failed("H-hints", endless(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", 20_000_000), "status"),
    failed("H-switched", raw(b"HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\n\r\nx"), "status"),
    failed("H-icy", headed(b"ICY 200 OK"), "protocol"),
    failed("H-099", headed(b"HTTP/1.1 099 X", LENGTH), "protocol"),
    failed("H-999", headed(b"HTTP/1.1 999 X", LENGTH), "status"),
    failed("L-negative", headed(OK, b"Content-Length: -5"), "protocol"),
    failed("L-enormous", headed(OK, b"Content-Length: " + b"9" * 40), "protocol"),
    failed("L-two", headed(OK, b"Content-Length: 5", b"Content-Length: 7"), "protocol"),
    read("C-bytes", headed(OK, CHUNKED, body=in_chunks(1))),
    failed("C-negative", headed(OK, CHUNKED, body=b"-5\r\nhello\r\n0\r\n\r\n"), "protocol"),
    failed("C-enormous", headed(OK, CHUNKED, body=b"f" * 20 + b"\r\nhello"), "truncated"),
    failed(
        "C-extension", headed(OK, CHUNKED, body=in_chunks(9999, extension=b";" + b"e" * 500_000)),
        "protocol",
    ),
    failed(
        "C-trailers",
        headed(OK, CHUNKED, body=in_chunks(9999, b"0\r\n" + b"X: y\r\n" * 100_000 + b"\r\n")),
        "protocol",
    ),
    failed("E-members", response(MEMBERS, headers={"Content-Encoding": "gzip"}), "encoding"),
    failed(
        "E-thousand", response(b"x", headers={"Content-Encoding": ", ".join(["gzip"] * 1000)}),
        "encoding",
    ),
    failed("R-long", redirect("/" + "a" * 200_000), "protocol"),
    failed("R-port-0", redirect("http://127.0.0.1:0/"), "connect"),
    failed("R-port-99999", redirect("http://127.0.0.1:99999/"), "redirect"),
    read("R-endless", endless(b"HTTP/1.1 302 Found\r\nLocation: /moved\r\n\r\n"), beside=ELSEWHERE),
    read(
        "R-gbk", headed(FOUND, b"Location: /\xc4\xe3", b"Content-Length: 0", body=b""),
        beside=(("/%C4%E3", pages.ARTICLE),),
    ),
    refused("R-refresh-file", refreshed("file:///etc/passwd"), "address"),
    refused("R-refresh-private", refreshed("http://10.0.0.1/"), "address"),
    *(
        same_text(f"E-codec-{name}", coded("utf-8", name, None))
        for name in ("rot13", "base64", "unicode_escape", "undefined", "idna", "zlib")
    ),
    read("A-kind", response(pages.article(), content_type=';;;=,"\x01')),
    read("A-kind-picture", response(pages.article(), content_type="image/jpeg")),
    read("A-tag", page(pages.article(), ETag='"a\x01b\x7f\xff"')),
    read("A-times", page(pages.article(), Date="Fri, 31 Dec 9999 23:59:59 GMT", Age="9" * 50)),
    read("A-date", with_head('<meta name="publishdate" content="9999-99-99T99:99Z">')),
    read("A-base", with_head('<base href="http://[::1"><link rel="canonical" href="http://[x">')),
    read("A-title", response(pages.article(title=TERMINAL)), "changed"),
    read(
        "A-marks", response(pages.article(*pages.PARAGRAPHS, "字" + "\u0301" * 100_000)), "changed"
    ),
)  # fmt: skip

ROWS: Sequence[Row] = (*TRANSPORT, *SIZE, *REDIRECTS, *ANSWERS, *TEXT, *MANNERS, *UNHEARD_OF)
