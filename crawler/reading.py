"""What the reader processes do: decode, assess, extract, place against the seeds, compare.

Every job is a function of serialisable values, without the archive, so that it can run in this
machine's pool or in workers elsewhere.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from crawler.model import (
    Assessment,
    Capture,
    ChangeDraft,
    ChangeKind,
    Diff,
    Document,
    Extraction,
    Failure,
    Fields,
    Gazetteer,
    Listing,
    Op,
    OpKind,
    Outcome,
    Profile,
    SeedMatchDraft,
    Source,
    Span,
)

#: a text's id, its fingerprints with their places, its words as the search index takes them
IndexEntry = tuple[int, list[tuple[int, int]], str]


@dataclass(frozen=True, slots=True)
class SeedText:
    """A seed copy as the readers need it."""

    name: str
    text: str
    originals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read from one capture; `failure` instead when it was too complex to read."""

    extraction: Extraction | None
    text_sha256: str = ""
    seed_matches: tuple[SeedMatchDraft, ...] = ()
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison."""

    text: str
    fields: Fields


class _Desk:
    """What one reader process holds between jobs."""

    profiles: tuple[Profile, ...] = ()
    seeds: tuple[SeedText, ...] = ()
    seed_hashes: tuple[frozenset[int], ...] = ()
    gazetteer: Gazetteer | None = None


def prepare(
    profiles: tuple[Profile, ...],
    seeds: tuple[SeedText, ...],
    gazetteer: Gazetteer | None = None,
) -> None:
    """Lays out the user's profiles and words and the seed copies for the jobs of this process, and
    imports what they use: no page's time is spent on that."""
    from crawler import compare, discover, extract  # noqa: F401
    from crawler.text import fingerprints

    _Desk.profiles = profiles
    _Desk.seeds = seeds
    _Desk.gazetteer = gazetteer
    _Desk.seed_hashes = tuple(
        frozenset(value for value, _ in fingerprints(seed.text)) for seed in seeds
    )


def text_hash(text: str) -> str:
    """The name of a text: the hex sha256 of its exact characters."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def read_page(capture: Capture, known_text_sha256: str | None) -> Reading:
    """Extracts a capture and, when its text is not the known one, places it against the seeds."""
    from crawler.complexity import too_complex
    from crawler.extract import extract
    from crawler.text import fold_sha256

    capture = _at_home(capture)
    for body in capture.bodies:
        if problem := too_complex(body):
            message = f"{capture.url}: {problem}; the body is kept and was not read"
            return Reading(None, failure=Failure(Outcome.FAILED, "too_complex", message))
    extraction = extract(capture, _Desk.profiles)
    digest = text_hash(extraction.text)
    if digest == known_text_sha256:
        return Reading(extraction, digest)
    extraction = replace(extraction, fold_sha256=fold_sha256(extraction.text))
    if not extraction.text:
        return Reading(extraction, digest)
    return Reading(extraction, digest, place(extraction.text, (capture.url, capture.final_url)))


def read_by_rule(capture: Capture) -> Extraction | None:
    """A capture as the rule that it names reads it; None where it is too complex to read, or where
    that rule finds no article in it."""
    from crawler.complexity import too_complex
    from crawler.extract import extract

    if any(map(too_complex, capture.bodies)):
        return None
    read = extract(_at_home(capture), _Desk.profiles)
    found = read.rule == capture.rule and read.assessment is Assessment.ARTICLE and read.text
    return read if found else None


def _at_home(capture: Capture) -> Capture:
    """A web archive's copy stands where its original stood: its links count from there, and the
    site's own profile reads it."""
    if "id_/http" not in capture.final_url and "id_/http" not in capture.url:
        return capture
    from crawler.discover import original_of

    return replace(capture, url=original_of(capture.url), final_url=original_of(capture.final_url))


def index_entries(texts: Sequence[tuple[int, str]]) -> list[IndexEntry]:
    """What the indexes of passages and words keep of these texts (id, text)."""
    from crawler.text import fingerprints, search_tokens

    return [(text_id, fingerprints(text), search_tokens(text)) for text_id, text in texts]


def place(text: str, urls: Sequence[str]) -> tuple[SeedMatchDraft, ...]:
    """The text against every seed copy that shares a fingerprint with it."""
    if not _Desk.seeds:
        return ()
    from crawler.compare import align
    from crawler.text import fingerprints

    found = {value for value, _ in fingerprints(text)}
    drafts = []
    for seed, hashes in zip(_Desk.seeds, _Desk.seed_hashes, strict=True):
        if hashes.isdisjoint(found):
            continue
        declared = any(url in seed.originals for url in urls)
        alignment = align(seed.text, text, declared=declared)
        if alignment.matches:
            drafts.append(SeedMatchDraft(seed.name, alignment))
    return tuple(drafts)


def read_listing(kind: str, document: Document, source: Source) -> Listing:
    """A listing's links, by the rules of its kind."""
    from crawler.complexity import too_complex
    from crawler.discover import read

    if problem := too_complex(document.body):
        return Listing(problem=problem)
    return read(kind, document, source)


def compare(
    kind: ChangeKind, old: Side, new: Side, terms: tuple[str, ...], page_urls: tuple[str, ...] = ()
) -> ChangeDraft:
    """The change from one side to the other, with watched terms and the seed passages touched."""
    from crawler.compare import count_terms, diff

    words = _Desk.gazetteer
    found = diff(old.text, new.text, old=old.fields, new=new.fields, gazetteer=words)
    return ChangeDraft(
        kind,
        diff=found,
        score=found.score if kind is ChangeKind.CONTENT else 0.0,
        labels=found.labels,
        seeds=touched(old.text, found, page_urls) if kind is ChangeKind.CONTENT else (),
        terms=count_terms(terms, old.text, new.text),
    )


def touched(
    old_text: str, found: Diff, page_urls: Sequence[str]
) -> tuple[tuple[str, tuple[Span, ...]], ...]:
    """Which spans of which seed copies correspond to what was edited in the old text."""
    edited = [op.a for op in found.ops if op.op is not OpKind.EQUAL and not op.noise]
    if not edited:
        return ()
    result = []
    for draft in place(old_text, page_urls):
        spans = {
            span
            for match in draft.alignment.matches
            for op in match.ops
            for span in _seed_spans(op, edited)
        }
        if spans:
            result.append((draft.seed, tuple(sorted(spans))))
    return tuple(result)


def _seed_spans(op: Op, edited: Sequence[Span]) -> Iterator[Span]:
    """The spans of the seed that stand for the edited spans of the page, inside one op; an
    insertion point is an empty span."""
    for start, end in edited:
        low, high = max(start, op.b[0]), min(end, op.b[1])
        if low > high or (low == high and start != end):
            continue
        if op.op is OpKind.EQUAL:
            shift = op.a[0] - op.b[0]
            yield (low + shift, high + shift)
        else:
            yield op.a
