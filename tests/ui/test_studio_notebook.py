"""The notebook lines run as they stand and give the very numbers of the page."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from explorer import generators
from explorer.generators import presets
from explorer.ui import studio_notebook, studio_take

LAWS = (generators.Gaussian(0.3, 0.2), generators.Uniform(0.2, 0.8), generators.Points([0.1, 0.4]))
GENERATORS = [presets.PRESETS[name].generator() for name in ("linear-and-cubic", "cir", "jacobi")]
# Coefficients that no short text holds: a slider or the optimiser may leave such behind.
GENERATORS.append(generators.Generator([1 / 3], [0.0] + [-(0.1**k) / 3 for k in range(1, 12)]))


def run(code: str) -> dict[str, Any]:
    """Run notebook lines; return what they define."""
    names: dict[str, Any] = {}
    exec(code, names)
    return names


@pytest.mark.parametrize("g", GENERATORS, ids=lambda g: g.b_text[:20])
def test_the_generator_comes_back_exactly(g: generators.Generator) -> None:
    assert run(studio_notebook.generator(g))["g"] == g


@pytest.mark.parametrize("g", GENERATORS, ids=lambda g: g.b_text[:20])
def test_the_spectrum_comes_back_exactly(g: generators.Generator) -> None:
    names = run(studio_notebook.spectrum(g))
    assert names["s"].gap == generators.spectrum(g, k=6).gap


def test_the_iteration_comes_back_exactly() -> None:
    names = run(studio_notebook.sequence(GENERATORS[0], 7))
    expected = generators.chen_sequence(GENERATORS[0], n=7)
    assert np.array_equal(names["c"].lower, expected.lower)


def test_the_gradient_comes_back_exactly() -> None:
    names = run(studio_notebook.gradient(GENERATORS[0]))
    assert np.array_equal(names["d"].b, generators.gap_gradient(GENERATORS[0]).b)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: type(law).__name__)
def test_start_time_and_curves_come_back_exactly(law: generators.InitialLaw) -> None:
    g = GENERATORS[0]
    names = run(studio_notebook.convergence(g, law, 0.01, 12))
    assert names["start"] == law
    assert names["t"].exact == generators.time_to(g, law, 0.01, dimension=12).exact
    for times in (np.linspace(0.1, 6.0, 60), np.geomspace(1e-3, 6.0, 60)):
        names = run(studio_notebook.relaxation(g, law, times, 12))
        assert np.array_equal(names["times"], times)
        assert np.array_equal(names["r"].tv, generators.relax(g, law, times, dimension=12).tv)


def test_the_lines_for_the_whole_page_run() -> None:
    g = GENERATORS[0]
    names = run(studio_notebook.everything(g, 8, LAWS[1], 0.01, 3072))
    assert names["s"].gap == generators.spectrum(g).gap
    assert names["t"].exact == generators.time_to(g, LAWS[1], 0.01, dimension=3072).exact
    assert "t" not in run(studio_notebook.everything(g, 8, None, 0.01, 1))


def test_the_optimiser_takes_the_same_path() -> None:
    names = run(studio_notebook.tuning(GENERATORS[0], 0.9, ("b1", "b3")))
    expected = generators.tune(GENERATORS[0], 0.9, ("b1", "b3"))
    assert np.array_equal(names["t"].path, expected.path)


def test_the_degree_study_runs() -> None:
    assert len(run(studio_notebook.degrees())["d"].gaps) == 5


def test_files_hold_every_digit_and_no_infinity_that_json_forbids() -> None:
    import json

    for g in GENERATORS:
        solved = generators.spectrum(g)
        content = json.loads(studio_take.as_json(g, solved))
        assert content["gap"] == solved.gap
        assert tuple(content["enclosure"]) == solved.enclosure
        rows = studio_take.as_csv(solved).splitlines()
        assert len(rows) == 1 + solved.nodes.size
        assert float(rows[1].split(",")[0]) == solved.nodes[0]
