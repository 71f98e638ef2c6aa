"""Long work in turns: held all along where nobody else wants it, given back between slices."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from crawler.errors import ArchiveBusy
from crawler.evidence.turns import SLICE, Turns


class Lender:
    """Lends and counts; never to two at once."""

    def __init__(self, *, borrowed: bool) -> None:
        self.borrowed = borrowed
        self.times = 0
        self.held = False

    @contextmanager
    def hold(self) -> Iterator[bool]:
        assert not self.held
        self.times, self.held = self.times + 1, True
        try:
            yield self.borrowed
        finally:
            self.held = False


@pytest.mark.parametrize(
    ("borrowed", "steps", "times"),
    [(True, 3 * SLICE - 1, 3), (True, SLICE, 2), (True, 0, 1), (False, 3 * SLICE, 1)],
)
def test_what_is_borrowed_is_given_back_between_slices(
    borrowed: bool, steps: int, times: int
) -> None:
    lender = Lender(borrowed=borrowed)
    with Turns(lender.hold) as turns:
        for _ in range(steps):
            turns.step()
            assert lender.held
    assert not lender.held
    assert lender.times == times


def test_an_archive_that_is_not_lent_again_ends_the_work() -> None:
    lender = Lender(borrowed=True)

    @contextmanager
    def once_only() -> Iterator[bool]:
        if lender.times:
            raise ArchiveBusy("the archive is held by another run", "try again later")
        with lender.hold() as borrowed:
            yield borrowed

    def work() -> None:
        with Turns(once_only) as turns:
            for _ in range(SLICE):
                turns.step()

    with pytest.raises(ArchiveBusy):
        work()
    assert not lender.held
