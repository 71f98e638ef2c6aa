"""The real daemon over simulated days: killed, its clock set back, its network cut, its disk full;
the same program as `scripts/soak`, with fewer kills."""

import importlib.machinery
import importlib.util
import random
from pathlib import Path

import pytest

SOAK = Path(__file__).resolve().parents[2] / "scripts" / "soak"


def soak_module():
    loader = importlib.machinery.SourceFileLoader("soak", str(SOAK))
    spec = importlib.util.spec_from_loader("soak", loader)
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules["soak"] = module
    loader.exec_module(module)
    return module


@pytest.mark.slow
def test_a_daemon_that_is_killed_again_and_again_loses_and_leaves_out_nothing(tmp_path):
    """S1, S10, D3 and D8 of the fault table."""
    soak = soak_module().Soak(tmp_path, 4, random.Random(7))
    faults = soak.run()
    assert faults == [], soak.report()
    assert soak.killed == 4
    kinds = {kind for (kind,) in soak.query("SELECT DISTINCT kind FROM events")}
    assert "clock_step" in kinds
