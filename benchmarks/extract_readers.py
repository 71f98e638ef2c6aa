"""The readers that benchmarks/extract.py measures: ours, and those that people use."""

import importlib
import re
from collections.abc import Callable

from crawler.decode import decode
from crawler.extract import extract
from crawler.model import Capture

Reader = Callable[[bytes, str], str]


def ours(body: bytes, url: str) -> str:
    """The whole path, profiles included."""
    return extract(Capture((body,), url, url)).text


def ours_unprofiled(body: bytes, url: str) -> str:
    """The whole path as it goes for a site that no profile knows."""
    return extract(Capture((body,), url, url), built_in=False).text


def trafilatura(body: bytes, url: str) -> str:
    """trafilatura as it comes, handed text."""
    module = importlib.import_module("trafilatura")
    return module.extract(decode(body).text, url=url or None) or ""


def readability(body: bytes, url: str) -> str:
    """readability-lxml; its HTML as text."""
    module = importlib.import_module("readability")
    return _plain(module.Document(decode(body).text).summary())


def newspaper(body: bytes, url: str) -> str:
    """newspaper4k, which would otherwise fetch the pictures."""
    module = importlib.import_module("newspaper")
    article = module.Article(
        url or "http://example.org/", language="zh" if _chinese(body) else "en", fetch_images=False
    )
    article.download(input_html=decode(body).text)
    article.parse()
    return article.text or ""


def resiliparse(body: bytes, url: str) -> str:
    """resiliparse's main content."""
    module = importlib.import_module("resiliparse.extract.html2text")
    return str(module.extract_plain_text(decode(body).text, main_content=True))


def justext(body: bytes, url: str) -> str:
    """jusText; for Chinese without a stop list."""
    module = importlib.import_module("justext")
    if _chinese(body):
        found = module.justext(
            decode(body).text, frozenset(), 30, 100, 0.0, 0.0, 0.5, 100, no_headings=False
        )
    else:
        found = module.justext(decode(body).text, module.get_stoplist("English"))
    return "\n".join(part.text for part in found if not part.is_boilerplate)


def gne(body: bytes, url: str) -> str:
    """GeneralNewsExtractor."""
    module = importlib.import_module("gne")
    return str(module.GeneralNewsExtractor().extract(decode(body).text)["content"])


def our_day(body: bytes, url: str) -> str:
    """The day that we read."""
    return (extract(Capture((body,), url, url), built_in=False).published or "")[:10]


def trafilatura_day(body: bytes, url: str) -> str:
    """The day that trafilatura reads."""
    module = importlib.import_module("trafilatura")
    found = module.extract_metadata(decode(body).text, default_url=url or None)
    return (found.date or "") if found else ""


def our_author(body: bytes, url: str) -> str:
    """The author that we read."""
    return extract(Capture((body,), url, url), built_in=False).author or ""


def their_author(body: bytes, url: str) -> str:
    """The author that trafilatura reads."""
    module = importlib.import_module("trafilatura")
    found = module.extract_metadata(decode(body).text, default_url=url or None)
    return (found.author or "") if found else ""


DAYS: dict[str, Reader] = {"Palimpsest unprofiled": our_day, "trafilatura": trafilatura_day}
AUTHORS: dict[str, Reader] = {"Palimpsest unprofiled": our_author, "trafilatura": their_author}
READERS: dict[str, tuple[str, Reader]] = {
    "Palimpsest": ("crawler", ours),
    "Palimpsest unprofiled": ("crawler", ours_unprofiled),
    "trafilatura": ("trafilatura", trafilatura),
    "readability-lxml": ("readability", readability),
    "newspaper4k": ("newspaper", newspaper),
    "resiliparse": ("resiliparse", resiliparse),
    "jusText": ("justext", justext),
    "gne": ("gne", gne),
}


def _plain(html: str) -> str:
    from selectolax.lexbor import LexborHTMLParser

    return LexborHTMLParser(html).text(separator="\n")


def _chinese(body: bytes) -> bool:
    return len(re.findall("[\u4e00-\u9fff]", decode(body).text)) > 200


def safely(reader: Reader, body: bytes, url: str) -> str:
    """What a reader says; nothing where it raises, as a crawler would have to take it."""
    try:
        return reader(body, url) or ""
    except Exception:  # noqa: BLE001 - the others raise all kinds of things
        return ""
