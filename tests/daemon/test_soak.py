"""The real daemon over simulated days: killed at any moment, its clock wrong, its network cut, its
disk full; the same program as `scripts/soak`, with fewer kills."""

import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


@pytest.fixture
def soak(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    from soaking.storm import Soak

    yield Soak(tmp_path, 25, random.Random(7))
    for name in [name for name in sys.modules if name.partition(".")[0] == "soaking"]:
        del sys.modules[name]


@pytest.mark.slow
def test_a_daemon_that_is_killed_25_times_loses_misses_and_leaves_out_nothing(soak: Any) -> None:
    """S1, S2, S10, D2, D3, D4, D5 and D8 of the fault table."""
    faults = soak.run()
    assert faults == [], soak.report()
    assert soak.world.kills == 25
    assert soak.ended >= 2
    assert len(soak.outages) == 1
    kinds = {kind for (kind,) in soak.reader.rows("SELECT DISTINCT kind FROM events")}
    assert {"clock_step", "configuration_refused", "disk_low"} <= kinds
    assert soak.clock.seconds() > 3 * 86_400
    long = sum(map(soak.stood_long, soak.world.edits))
    assert 0 < long <= soak.reader.one("SELECT count(*) FROM versions")
