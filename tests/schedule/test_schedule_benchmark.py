"""The simulation at a reduced size: the bar that the schedule has to clear on every law."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

PATH = Path(__file__).resolve().parents[2] / "benchmarks" / "schedule.py"


@pytest.fixture(scope="module")
def simulation():
    spec = importlib.util.spec_from_file_location("schedule_benchmark", PATH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.mark.parametrize("law", ["gamma", "pareto", "lognormal", "news", "mixed"])
def test_the_schedule_reaches_95_per_cent_of_the_optimum(simulation, law):
    name = "**Palimpsest**"
    shares = simulation.shares_of_optimum(law, simulation.Setting(pages=300), [name])
    assert 95.0 <= shares[name] <= 101.0


def test_the_policies_that_others_use_stay_far_below(simulation):
    setting = simulation.Setting(pages=100, days=60.0)
    names = list(simulation.policies(simulation.pages_of("gamma", 9, 9.0, 1.0, 1), 9.0))[:3]
    shares = simulation.shares_of_optimum("lognormal", setting, names)
    assert max(shares.values()) < 85.0


def test_a_change_waits_half_an_interval_on_average(simulation):
    """The simulation itself, where the answer is known: even looks at even pages."""
    pages = simulation.Pages(np.full(48, -9.0), np.full(48, 0.5), np.zeros(48))
    result = simulation.simulate(pages, simulation.Uniform(pages), 60.0, 96.0, 1)
    assert result.delay_days == pytest.approx(0.25, rel=0.02)
    assert result.spent == pytest.approx(1.0, rel=0.01)


def test_the_expected_delay_is_the_integral_of_the_hazard_times_what_is_left(simulation):
    pages = simulation.Pages(np.array([-2.0]), np.array([0.3]), np.array([1.7]))
    at, start, end = np.array([0]), np.array([1.0]), 6.0
    moments = np.linspace(1.0, 6.0, 200_001)
    hazard = np.array(0.3 + 1.7 / (moments + 2.0 + 0.25))
    step = moments[1] - moments[0]
    assert pages.delay(at, start, end)[0] == pytest.approx(
        (hazard * (6 - moments)).sum() * step, 1e-4
    )
    assert pages.expected(at, start, end)[0] == pytest.approx(hazard.sum() * step, 1e-4)
    assert pages.hazard(6.0)[0] == pytest.approx(hazard[-1])
