"""A clock that the storm sets: it goes a little faster than time, is put forward while the daemon
has nothing to do, and shows the daemon a step when it is told to."""

import datetime as dt
import json
import time
from dataclasses import dataclass, field
from pathlib import Path

#: simulated seconds a real one while there is work: a second's kill costs ten minutes
SPEED = 600.0
BASE = 1_800_000_000.0
READ_EVERY_S = 0.02


@dataclass
class SimulatedClock:
    """Shared by all processes through a file: `at` simulated seconds at the real moment `real`,
    and the `step` by which the daemon's clock is wrong."""

    file: Path
    _read_at: float = -1.0
    _said: dict[str, float] = field(default_factory=dict)

    def begin(self) -> None:
        """Starts at 0."""
        self._write(at=0.0, real=time.time(), step=0.0)

    def put_forward(self, seconds: float) -> None:
        """Lets so many simulated seconds pass at once."""
        self._write(at=self.seconds() + seconds, real=time.time(), step=self.step)

    def show_step(self, step: float) -> None:
        """Makes the daemon's clock wrong by so much from now on."""
        self._write(at=self.seconds(), real=time.time(), step=step)

    def seconds(self) -> float:
        """Simulated seconds since the beginning, however wrong the daemon's clock is."""
        said = self._known()
        return said["at"] + (time.time() - said["real"]) * SPEED

    @property
    def step(self) -> float:
        """By how much the daemon's clock is wrong now."""
        return self._known()["step"]

    def __call__(self) -> dt.datetime:
        """What the daemon's clock shows."""
        return dt.datetime.fromtimestamp(BASE + self.seconds() + self.step, dt.UTC)

    def _write(self, **said: float) -> None:
        partial = self.file.with_suffix(".partial")
        partial.write_text(json.dumps(said))
        partial.replace(self.file)
        self._said, self._read_at = said, time.monotonic()

    def _known(self) -> dict[str, float]:
        if time.monotonic() - self._read_at > READ_EVERY_S:
            self._said, self._read_at = json.loads(self.file.read_text()), time.monotonic()
        return self._said
