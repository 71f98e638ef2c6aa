"""Long work that holds the archive in turns: beside a daemon each slice gives it back."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from types import TracebackType
from typing import Self

#: so many steps are one slice
SLICE = 300

#: holds the archive; gives whether it is borrowed, and so to be given back soon
Hold = Callable[[], AbstractContextManager[bool]]


def unheld() -> AbstractContextManager[bool]:
    """Of an archive that the caller holds."""
    return nullcontext(False)


class Turns:
    """Holds the archive from the beginning of a block to its end, but for the moments between two
    slices where it is borrowed. Raises what `hold` raises."""

    def __init__(self, hold: Hold) -> None:
        self._hold = hold
        self._stack = ExitStack()
        self._borrowed = False
        self._steps = 0

    def __enter__(self) -> Self:
        self._borrowed = self._stack.enter_context(self._hold())
        return self

    def step(self) -> None:
        """Before each step of the work."""
        self._steps += 1
        if self._borrowed and self._steps % SLICE == 0:
            self._stack.close()
            self._borrowed = self._stack.enter_context(self._hold())

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()
