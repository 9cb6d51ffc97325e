"""Timing of one call: how many images it may use, and what is reported. No time is asserted."""

from __future__ import annotations

import numpy as np
import pytest

from explorer import denoisers
from explorer.analysis import cost
from explorer.core.errors import InputError
from explorer.denoisers.statistics import Statistics
from tests.denoisers.sets import smooth

IMAGES = smooth(300, (1, 6, 7))
NOISY = IMAGES[0] / 127.5 - 1.0


def measured(name: str, **options: float) -> cost.Timing:
    statistics = Statistics.fit(IMAGES, cache=None)
    return cost.measure(name, IMAGES, statistics, noisy=NOISY, sigma=1.0, **options)


@pytest.mark.parametrize("name", ["wiener", "optimal", "locality"])
def test_all_images_are_used_where_there_is_time(name: str) -> None:
    found = measured(name, budget=1e9)
    assert (found.n, found.total, found.refused) == (300, 300, "")
    assert 0.0 < found.wall <= found.prepare
    assert found.cpu > 0.0


def test_without_time_the_first_images_do() -> None:
    assert measured("optimal", budget=0.0).n == cost.FIRST


def test_growth_stops_where_the_budget_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """A denoiser whose answer takes n/100 s: 64 and 256 images fit into 2.6 s, 300 do not."""

    def pretend(name: str, images: np.ndarray, *_: object, **__: object):
        return lambda: None, len(images) / 100

    monkeypatch.setattr(cost, "_prepared", pretend)
    assert measured("optimal", budget=2.6).n == 256
    assert measured("optimal", budget=3.1).n == 300
    assert measured("optimal", budget=2.5).n == 64


def test_what_a_denoiser_refuses_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object):
        raise InputError("n", "Too few images.", "Take more.")

    monkeypatch.setattr(cost, "_prepared", refuse)
    found = measured("optimal")
    assert found.refused == "Too few images. Take more."
    assert found.n == 0


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(InputError, match="no-such"):
        measured("no-such")


def test_options_are_those_of_the_builder() -> None:
    assert "temperature" in denoisers.options("locality")
    assert "data" not in denoisers.options("locality")
