"""The daemon's own times."""

from dataclasses import dataclass

TICK_S = 1.0
#: after a signal, what runs may go on for so long
GRACE_S = 20.0
#: one pass over what is due ends after so long, that what became due meanwhile gets its turn
LEG_S = 600.0
#: between two rounds of chores, and after something that fetches nothing
CHORES_S = 2.0
BLOCKED_S = 60.0
IDLE_S = 10.0


@dataclass(frozen=True, slots=True)
class Pace:
    """The daemon's own times in seconds; tests make them short."""

    tick_s: float = TICK_S
    grace_s: float = GRACE_S
    leg_s: float = LEG_S
    chores_s: float = CHORES_S
    blocked_s: float = BLOCKED_S
    idle_s: float = IDLE_S
    #: seconds of the clock in a real one
    speed: float = 1.0
