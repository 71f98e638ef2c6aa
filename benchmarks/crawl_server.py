"""The web that the benchmark crawls: pages of one size on many loopback hosts, in its own process.

`python benchmarks/crawl_server.py PORT HOSTS PAGES SIZE` prints `ready`, then takes a word a line
on its standard input: `plain` (validators, 304 when they are sent back) or `noise` (no validators,
other noise in every answer). Host n is 127.0.1.n; its lists are /p/index.html (pages in a template
that a site profile knows) and /u/index.html (in one that none does).
"""

import asyncio
import random
import sys
import threading
import zlib

# Words of two characters each.
_CHARACTERS = (
    "发展改革建设推进坚持落实完善加强提高推动深化保障创新服务群众基层组织制度机制政策"
    "经济社会文化生态安全教育科技产业农村城市就业医疗养老环境资源市场企业项目资金干部"
    "党员支部学习调研监督检查责任目标任务措施成效问题困难经验典型示范引领统筹协调联动"
)
WORDS = [_CHARACTERS[start : start + 2] for start in range(0, len(_CHARACTERS), 2)]

PROFILED = """<!DOCTYPE html>
<html><head><meta charset="utf-8"/><title>{title}-新华网</title></head><body>{noise}
<div class="header domPC"><div class="header-time left"><span class="year"><em>2024</em></span>
<span class="day"><em>07</em>/<em>18</em></span><span class="time">20:05:59</span></div>
<div class="source">来源：新华网</div>
<div class="head-line clearfix"><h1><span class="title">{title}</span></h1></div></div>
<div class="main"><div id="detail"><span id="detailContent">
{body}
</span><div id="articleEdit"><span class="editor">【责任编辑:王萌】</span></div></div>
{furniture}</div></body></html>"""

UNPROFILED = """<!DOCTYPE html>
<html><head><meta charset="utf-8"/><title>{title} - 网站</title></head><body>{noise}
<div class="top"><ul><li><a href="/">首页</a></li></ul></div>
<div class="wrap"><h1>{title}</h1><p class="meta">2024-07-18 20:05 来源：本站</p>
<div class="txt">
{body}
</div></div>{furniture}</body></html>"""


def article(number: int, characters: int = 2400) -> tuple[str, list[str]]:
    """A title and paragraphs that no other number has."""
    draw = random.Random(number)
    title = "".join(draw.choices(WORDS, k=8))
    paragraphs, length = [], 0
    while length < characters:
        sentences = ("".join(draw.choices(WORDS, k=draw.randint(6, 14))) for _ in range(4))
        paragraphs.append("，".join(sentences) + "。")
        length += len(paragraphs[-1])
    return title, paragraphs


def furniture(number: int, size: int) -> str:
    """Links, lists and scripts around the article, as many bytes as are left."""
    draw = random.Random(-number)
    pieces, length = [], 0
    while length < size:
        word = "".join(draw.choices(WORDS, k=5))
        piece = (
            f'<li class="item-{length % 97}"><a href="/r/{draw.randrange(10**9)}.html">{word}</a>'
            f"<span>{draw.randrange(10**6)}</span></li>\n"
        )
        pieces.append(piece)
        length += len(piece.encode())
    return f'<div class="side"><ul>{"".join(pieces)}</ul></div>'


def page(number: int, size: int, template: str) -> bytes:
    """One page of about `size` bytes, with a place for noise."""
    title, paragraphs = article(number)
    body = "\n".join(f"<p>\u3000\u3000{text}</p>" for text in paragraphs)
    bare = template.format(title=title, body=body, furniture="", noise="%NOISE%")
    extra = furniture(number, max(0, size - len(bare.encode())))
    return template.format(title=title, body=body, furniture=extra, noise="%NOISE%").encode()


class Web:
    """All pages, ready to be sent; `mode` is `plain` or `noise`."""

    def __init__(self, hosts: int, pages: int, size: int) -> None:
        self.mode = "plain"
        self.answers = 0
        self.stored: dict[tuple[str, str], tuple[bytes, str]] = {}
        each = pages // hosts
        for host in range(1, hosts + 1):
            for kind, template in (("p", PROFILED), ("u", UNPROFILED)):
                self._host(f"127.0.1.{host}", host, each, kind, template, size)

    def _host(self, name: str, host: int, each: int, kind: str, template: str, size: int) -> None:
        links = []
        for index in range(each):
            number = host * 100_000 + index + (50_000 if kind == "u" else 0)
            path = f"/{kind}/20240718/{number:032x}/c.html"
            body = page(number, size, template)
            self.stored[(name, path)] = (body, f'"{zlib.crc32(body):08x}"')
            links.append(f'<li><a href="{path}">{article(number, 0)[0]}</a></li>')
        head = '<html><head><meta charset="utf-8"/></head>'
        listing = f'{head}<body><ul class="wz-list">{"".join(links)}</ul></body></html>'
        self.stored[(name, f"/{kind}/index.html")] = (listing.encode(), "")

    def answer(self, host: str, head: bytes) -> bytes:
        """The whole response to a request head."""
        path = head.split(b" ", 2)[1].decode("latin-1")
        found = self.stored.get((host, path))
        if found is None:
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        body, etag = found
        self.answers += 1
        if self.mode == "plain" and etag and f"if-none-match: {etag}".encode() in head.lower():
            return f"HTTP/1.1 304 Not Modified\r\nETag: {etag}\r\n\r\n".encode()
        noise = b'<i id="n">%016d</i>' % (self.answers if self.mode == "noise" else 0)
        body = body.replace(b"%NOISE%", noise)
        validator = f"ETag: {etag}\r\n" if self.mode == "plain" and etag else ""
        fields = f"Content-Type: text/html; charset=utf-8\r\n{validator}"
        return f"HTTP/1.1 200 OK\r\n{fields}Content-Length: {len(body)}\r\n\r\n".encode() + body


class Connection(asyncio.Protocol):
    """One kept-alive connection."""

    def __init__(self, web: Web) -> None:
        self.web, self.waiting, self.host = web, b"", ""
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.host = transport.get_extra_info("sockname")[0]

    def data_received(self, data: bytes) -> None:
        self.waiting += data
        while b"\r\n\r\n" in self.waiting and self.transport is not None:
            head, self.waiting = self.waiting.split(b"\r\n\r\n", 1)
            self.transport.write(self.web.answer(self.host, head))


async def serve(port: int, hosts: int, pages: int, size: int) -> None:
    """Serves until standard input ends."""
    web = Web(hosts, pages, size)
    loop = asyncio.get_running_loop()
    for host in range(1, hosts + 1):
        await loop.create_server(lambda: Connection(web), f"127.0.1.{host}", port, backlog=256)
    ended = asyncio.Event()

    def listen() -> None:
        for line in sys.stdin:
            web.mode = line.strip()
            print(web.mode, flush=True)
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=listen, daemon=True).start()
    print("ready", flush=True)
    await ended.wait()


if __name__ == "__main__":
    asyncio.run(serve(*(int(word) for word in sys.argv[1:5])))
