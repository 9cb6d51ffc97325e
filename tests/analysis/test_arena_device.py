"""A contest where the samples are: the accelerator's scores are the processor's."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from explorer import analysis, datasets
from explorer.analysis.arena import heat, memory
from explorer.analysis.arena.entry import parse
from explorer.analysis.arena.setting import Setting
from explorer.analysis.arena.target import nine_modes, of_data

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an accelerator"),
]


def test_the_scores_do_not_depend_on_the_device() -> None:
    """Rounding in float64 alone; no proposal of RTK comes that near to its threshold here."""
    entries = "dpmpp-2m; ddpm; heun; evodiff; rtk-exact; rtk-ula(segments=5)"
    here, there = (
        analysis.contest(nine_modes(device=d), entries, [20], setting=Setting(n=200), seeds=2)
        for d in ("cpu", "cuda")
    )
    for metric in ("sliced-w2", "energy-distance", "ode"):
        a, b = here.values(metric), there.values(metric)
        assert np.allclose(a, b, rtol=0, atol=1e-8, equal_nan=True)


def test_images_run_there_too() -> None:
    data = datasets.load("digits")
    here, there = (
        analysis.contest(of_data(data, device=d), "dpmpp-2m", [20], setting=Setting(n=100), seeds=1)
        for d in ("cpu", "cuda")
    )
    gap = here.values("sliced-w2") - there.values("sliced-w2")
    assert np.abs(gap).max() < 1e-3  # float32


def test_the_estimate_of_memory_is_within_a_factor_of_three() -> None:
    target, [entry], setting = nine_modes(device="cuda"), parse("dpmpp-2m"), Setting(n=50_000)
    free = memory.room("cuda")
    assert free is not None
    assert free > 0
    torch.cuda.reset_peak_memory_stats()
    before = torch.cuda.memory_allocated()
    for _ in heat.begin(target, entry, 20, 0, setting):
        pass
    measured = torch.cuda.max_memory_allocated() - before
    assert memory.need(target, entry, setting) / 3.0 < measured
    assert measured < 3.0 * memory.need(target, entry, setting)
