"""What people do today, and the floor: each runs alone and prints its pages and seconds as JSON.

`python benchmarks/crawl_peers.py NAME BASES KIND LIMIT FOLDER`; BASES is a file with a host's base
URL a line. Names: `loop` (requests, trafilatura, sqlite3), `scrapy` (Scrapy with trafilatura),
`bare` (httpx reads the bytes and does nothing with them).
"""

import asyncio
import json
import re
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

HREF = re.compile(r'href="([^"]+/c\.html)"')
TABLE = "CREATE TABLE pages (url TEXT, fetched TEXT, html TEXT, title TEXT, text TEXT)"
INSERT = "INSERT INTO pages VALUES (?, datetime('now'), ?, ?, ?)"


def links(bases: list[str], kind: str, listing: Callable[[str], str], limit: int) -> Iterator[str]:
    """The first `limit` article URLs of the hosts' lists, host by host in turn."""
    lists = [[base + path for path in HREF.findall(listing(f"{base}/{kind}/index.html"))]
             for base in bases]  # fmt: skip
    turned = [url for row in zip(*lists, strict=True) for url in row]
    yield from turned[:limit]


def loop(bases: list[str], kind: str, limit: int, folder: Path) -> int:
    """requests + trafilatura + sqlite3, a commit a page: the script that most projects begin as."""
    import requests
    import trafilatura

    session = requests.Session()
    database = sqlite3.connect(folder / "loop.db")
    database.execute(TABLE)
    done = 0
    for url in links(bases, kind, lambda each: session.get(each, timeout=30).text, limit):
        html = session.get(url, timeout=30).text
        document = trafilatura.bare_extraction(html, url=url, with_metadata=True)
        title, text = (document.title, document.text) if document else (None, None)
        with database:
            database.execute(INSERT, (url, html, title, text))
        done += 1
    return done


def scrapy(bases: list[str], kind: str, limit: int, folder: Path) -> int:
    """Scrapy with trafilatura in the callback and sqlite3 in a pipeline, 40 hosts at once."""
    import trafilatura
    from scrapy import Request, Spider
    from scrapy.crawler import CrawlerProcess

    database = sqlite3.connect(folder / "scrapy.db")
    database.execute(TABLE)
    counts = {"done": 0}

    class Pages(Spider):
        name = "pages"

        async def start(self):  # type: ignore[no-untyped-def]
            for base in bases:
                yield Request(f"{base}/{kind}/index.html")

        def parse(self, response):  # type: ignore[no-untyped-def]
            for path in HREF.findall(response.text)[: limit // len(bases)]:
                yield response.follow(path, self.keep)

        def keep(self, response):  # type: ignore[no-untyped-def]
            document = trafilatura.bare_extraction(
                response.text, url=response.url, with_metadata=True
            )
            title, text = (document.title, document.text) if document else (None, None)
            with database:
                database.execute(INSERT, (response.url, response.text, title, text))
            counts["done"] += 1

    settings = {"LOG_LEVEL": "ERROR", "ROBOTSTXT_OBEY": True, "DOWNLOAD_DELAY": 0,
                "CONCURRENT_REQUESTS": 40, "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
                "TELNETCONSOLE_ENABLED": False}  # fmt: skip
    process = CrawlerProcess(settings)
    process.crawl(Pages)
    process.start()
    return counts["done"]


def bare(bases: list[str], kind: str, limit: int, folder: Path) -> int:
    """httpx with a client a host and one shared TLS context: the floor of any crawler on httpx."""
    import ssl

    import httpx

    tls = ssl.create_default_context()

    async def host(base: str) -> int:
        async with httpx.AsyncClient(verify=tls, timeout=30) as client:
            listing = (await client.get(f"{base}/{kind}/index.html")).text
            paths = HREF.findall(listing)[: limit // len(bases)]
            for path in paths:
                (await client.get(base + path)).raise_for_status()
        return len(paths)

    async def every() -> int:
        return sum(await asyncio.gather(*(host(base) for base in bases)))

    return asyncio.run(every())


PEERS = {"loop": loop, "scrapy": scrapy, "bare": bare}


def main(name: str, bases: str, kind: str, limit: str, folder: str) -> None:
    """Runs one peer; what must be imported counts, as it does for us."""
    hosts = Path(bases).read_text().split()
    started = time.perf_counter()
    done = PEERS[name](hosts, kind, int(limit), Path(folder))
    print(json.dumps({"pages": done, "seconds": time.perf_counter() - started}))


if __name__ == "__main__":
    main(*sys.argv[1:6])
