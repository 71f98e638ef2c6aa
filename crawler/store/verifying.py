"""Which of the texts that share fingerprints with a query truly share letters with it."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Final, NamedTuple

from crawler.compare.extending import Query
from crawler.compare.letters import all_letters
from crawler.compare.ranking import Flags, Numbers, Places

#: so many texts are fetched at once to be read, and so many characters are read in all; of so many
#: marks and spaces are taken out
FETCHED_TEXTS: Final = 32
MOST_CHARACTERS: Final = 800_000
DOUBTFUL_CHARACTERS: Final = 120_000
#: texts that are looked at for each one that is wanted, and how many when none of those shares so
#: many letters
TEXTS_FOR_ONE: Final = 2
MOST_FOR_ONE: Final = 4
SURE_LETTERS: Final = 24

_TEXTS = "SELECT id, text FROM texts WHERE id IN (SELECT value FROM json_each(?))"


class Verified(NamedTuple):
    """Texts that truly share letters, the likeliest first; whether others were left unread."""

    texts: list[int]
    coarse: bool


def verified(
    conn: sqlite3.Connection,
    query: Query,
    places: Mapping[int, Places],
    unexplained: Flags,
    min_letters: int,
    limit: int,
) -> Verified:
    """At most `limit` of these texts (given the likeliest first, with the places of the query that
    each shares) that hold so many of the query's letters and digits in exact runs: those of which
    the fingerprints prove it where they stand, and in the places of the others, which are read, in
    turn the likeliest and that which shares most around the places that are unexplained."""
    proven = {one for one, at in places.items() if query.proves(at.all[at.whole], min_letters)}
    unread = {one: at.all for one, at in places.items() if one not in proven}
    if proven:
        unread = dict(islice(unread.items(), limit))
    letters, coarse = _read(conn, query, unread, unexplained, min_letters, limit)
    most = sorted(letters, key=lambda one: -letters[one])
    pairs = zip(letters, most, strict=True)
    in_turn = iter(dict.fromkeys(one for pair in pairs for one in pair))
    found = (one if one in proven else next(in_turn, None) for one in places)
    return Verified([one for one in found if one is not None][:limit], coarse)


def _read(
    conn: sqlite3.Connection,
    query: Query,
    places: Mapping[int, Numbers],
    unexplained: Flags,
    min_letters: int,
    likely: int,
) -> tuple[dict[int, int], bool]:
    """The texts that share enough, and how many letters around unexplained places; whether some
    were left unread. Of the likely first ones marks and spaces are taken out."""
    shared: dict[int, int] = {}
    left, doubtful_left, number = MOST_CHARACTERS, DOUBTFUL_CHARACTERS, 0
    for some in batched(places, FETCHED_TEXTS):
        if left <= 0:
            return shared, True
        if number >= likely and max(shared.values(), default=0) >= SURE_LETTERS:
            break
        number += len(some)
        texts = {one: text or "" for one, text in conn.execute(_TEXTS, (json.dumps(some),))}
        left -= sum(map(len, texts.values()))
        doubtful = []
        for one in (one for one in some if one in texts):
            wanted = unexplained[places[one]]
            held = query.shared_in(texts[one], places[one], wanted, min_letters)
            if held.letters >= min_letters:
                shared[one] = held.wanted
            elif held.at_least and number <= likely and doubtful_left > 0:
                doubtful.append(one)
                doubtful_left -= len(texts[one])
        every = all_letters([texts[one] for one in doubtful])
        for one, there in zip(doubtful, every, strict=True):
            held = query.shared_by_letters(there, places[one], unexplained[places[one]])
            if held.letters >= min_letters:
                shared[one] = held.wanted
    return shared, False


def batched(ids: Iterable[int], size: int) -> Iterator[tuple[int, ...]]:
    """Ids in groups of a size, the last one smaller."""
    left = iter(ids)
    while group := tuple(islice(left, size)):
        yield group
