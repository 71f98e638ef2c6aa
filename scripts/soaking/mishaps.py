"""Everything but a kill that may befall the daemon."""

from dataclasses import dataclass, field

from soaking.judging import Outage
from soaking.passing import DAY_S, Passing


@dataclass
class Mishaps(Passing):
    """Each method is a mishap that begins and ends while a life lasts."""

    #: when nobody answered, in simulated seconds
    outages: list[Outage] = field(default_factory=list)
    #: how often the daemon was ended by SIGTERM
    ended: int = 0

    def full_disk(self) -> None:
        """No page more fits into the file; what was being written is rolled back, and all goes on
        by itself when there is room again."""
        # A file that is there or not: one that is written anew is empty for a moment.
        disk = self.folder / "disk.full"
        before = self.refusals()
        disk.touch()
        full = self.work_until(lambda: self.refusals() > before)
        disk.unlink()
        if not full:
            self.faults.append("the full disk was never met")
        if not self.work_in_time(self.something_new()):
            self.faults.append("nothing was written when there was room again")

    def refusals(self) -> int:
        """How often the log of the daemon says that the disk is full."""
        return (self.folder / "log.jsonl").read_text("utf-8", "replace").count("no space is left")

    def clock_ahead_and_back(self) -> None:
        """The daemon's clock shows a time weeks ahead for a while: what it then writes must not put
        anything off when it is right again."""
        before = self.events("clock_step")
        self.clock.show_step(30 * DAY_S)
        self.event_comes("clock_step", before)
        self.days_pass(0.2)
        self.clock.show_step(0.0)
        self.event_comes("clock_step", before + 1)

    def clock_back(self) -> None:
        """The daemon's clock falls back by days, and stays so until the next restart."""
        before = self.events("clock_step")
        self.clock.show_step(-20 * DAY_S)
        self.event_comes("clock_step", before)
        self.clock.show_step(0.0)
        self.event_comes("clock_step", before + 1)

    def network_away(self) -> None:
        """Nobody answers for a simulated day, the webhook neither."""
        begun = self.clock.seconds()
        self.world.dead = True
        self.days_pass(1.0)
        self.world.dead = False
        self.outages.append((begun, self.clock.seconds()))

    def room_short(self) -> None:
        """Less room than is to stay free: nothing is fetched, and it is told."""
        before = self.events("disk_low")
        self.configure(10**18)
        told = self.work_until(lambda: self.events("disk_low") > before, 5.0)
        self.configure()
        if not told and not before:
            self.faults.append("no event disk_low came")

    def nonsense(self) -> None:
        """A file that is no configuration."""
        before = self.events("configuration_refused")
        (self.folder / "sources.toml").write_text("[nonsense]\n")
        self.event_comes("configuration_refused", before)
        self.configure()

    def clean_end(self) -> None:
        """SIGTERM, and a life anew."""
        self.work_until(self.life_sign())
        code = self.nursery.end()
        if code != 0:
            self.faults.append(f"a clean end has the exit code {code}")
        self.ended += 1
        self.nursery.start()
