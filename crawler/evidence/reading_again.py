"""A capture of the past, our own or another's, read in a reader process."""

from crawler.model import Capture
from crawler.reading import Reading, read_page
from crawler.workers import ReadingFailed, Workers


async def read_again(workers: Workers, capture: Capture | None) -> Reading | None:
    """What today's extractor reads in a capture; None where there is none, or it takes too long."""
    if capture is None:
        return None
    try:
        reading: Reading = await workers.run(capture.url, read_page, capture, None)
    except ReadingFailed:
        return None
    return reading
