"""What a user's profile looked for in a page that it did not read, for whom is writing it."""

from collections.abc import Iterator, Sequence

from crawler.decode import decode
from crawler.extract.metadata import date_of_url
from crawler.extract.page import parse
from crawler.extract.profiled import select
from crawler.extract.profiles import user_rule
from crawler.model import Capture, Profile


def misses(capture: Capture, name: str, profiles: Sequence[Profile]) -> Iterator[str]:
    """For each profile of this name a sentence on its evidence, its days and each selector of its
    body. Documents that cost too much must be kept away by `complexity.too_complex`."""
    decoded = decode(capture.bodies[0], capture.content_type, capture.encoding)
    page = parse(decoded.text, capture.final_url or capture.url, decoded.utf8)
    day = (date_of_url(page.url) or "")[:10]
    for rule in (user_rule(profile) for profile in profiles if profile.id == name):
        if rule.evidence and not select(page, rule.evidence):
            yield f"its evidence, {rule.evidence}, matches nothing"
        since, until = str(rule.since or ""), str(rule.until or "9999")
        if day and not since <= day <= until:
            days = f"{rule.since or 'ever'} to {rule.until or 'now'}"
            yield f"it is for articles of {days}, not of {day}"
        for selector in rule.body:
            found = select(page, selector)
            characters = sum(len(node.text().strip()) for node in found)
            yield f"body {selector} matches {len(found)} elements with {characters:,} characters"
