"""Which of the texts that share fingerprints with a query truly share letters with it."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, islice
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
MOST_FOR_ONE: Final = 3
SURE_LETTERS: Final = 32

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
    reading = _Reading(conn, query, unread, unexplained, min_letters)
    coarse = reading.read(max(0, limit - len(proven)), limit)
    likeliest = [one for one in unread if one in reading.shared]
    most = sorted(likeliest, key=lambda one: -reading.shared[one])
    pairs = zip(likeliest, most, strict=True)
    in_turn = iter(dict.fromkeys(one for pair in pairs for one in pair))
    found = (one if one in proven else next(in_turn, None) for one in places)
    return Verified([one for one in found if one is not None][:limit], coarse)


class _Reading:
    """Texts that are read in turn, each with the places of the query that it shares."""

    def __init__(
        self,
        conn: sqlite3.Connection,
        query: Query,
        places: Mapping[int, Numbers],
        unexplained: Flags,
        min_letters: int,
    ) -> None:
        self._conn, self._query, self._places = conn, query, places
        self._wanted = {one: unexplained[at] for one, at in places.items()}
        self._min_letters = min_letters
        #: unexplained places around which no text was found that surely shares something
        self._open = unexplained.copy()
        self._doubtful_left = DOUBTFUL_CHARACTERS
        #: texts that share enough, and how many letters around unexplained places
        self.shared: dict[int, int] = {}

    def read(self, wanted: int, likely: int) -> bool:
        """Reads so many texts as are wanted and of the others those that share an open place;
        whether some were left unread. Of the likely first ones marks and spaces are taken out."""
        left, number = MOST_CHARACTERS, 0
        first = -(-wanted // FETCHED_TEXTS) * FETCHED_TEXTS
        worth = (one for at, one in enumerate(self._places) if at < first or self._is_open(one))
        for some in batched(worth, FETCHED_TEXTS):
            if left <= 0:
                return True
            number += len(some)
            found = self._conn.execute(_TEXTS, (json.dumps(some),))
            texts = {one: text or "" for one, text in found}
            left -= sum(map(len, texts.values()))
            doubtful = [one for one in some if one in texts and not self._shares(one, texts[one])]
            if number <= likely:
                self._take_out([(one, texts[one]) for one in doubtful])
        return False

    def _is_open(self, one: int) -> bool:
        return bool(self._open[self._places[one]].any())

    def _shares(self, one: int, text: str) -> bool:
        """Whether it is clear what a text shares."""
        at, wanted = self._places[one], self._wanted[one]
        held = self._query.shared_in(text, at, wanted, self._min_letters)
        if held.letters < self._min_letters:
            return not held.at_least
        self.shared[one] = held.wanted
        if held.wanted >= SURE_LETTERS:
            self._open[at[wanted]] = False
        return True

    def _take_out(self, texts: Sequence[tuple[int, str]]) -> None:
        """Compares some texts by their letters alone."""
        before = accumulate((len(text) for _, text in texts), initial=0)
        some = [one for one, size in zip(texts, before, strict=False) if size < self._doubtful_left]
        self._doubtful_left -= sum(len(text) for _, text in some)
        for (one, _), there in zip(some, all_letters([text for _, text in some]), strict=True):
            held = self._query.shared_by_letters(there, self._places[one], self._wanted[one])
            if held.letters >= self._min_letters:
                self.shared[one] = held.wanted


def batched(ids: Iterable[int], size: int) -> Iterator[tuple[int, ...]]:
    """Ids in groups of a size, the last one smaller."""
    left = iter(ids)
    while group := tuple(islice(left, size)):
        yield group
