"""The small pictures of the Sampler Arena on Home, as a file: numbers without a tensor library.

``python -m explorer.analysis.arena.postcard`` makes the file again; a test compares it with the
live computation. Opening this module loads numpy only.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from explorer.analysis.arena.entry import Entry
from explorer.analysis.arena.setting import Setting

SHIPPED = Path(__file__).resolve().parents[3] / "assets" / "arena" / "postcards.json"
STD, DIMENSION = 0.25, 10  # of the nine modes
SAMPLERS = ("ddpm", "ddim", "dpmpp-2m")
BUDGETS = (5, 7, 10, 14, 20, 28, 40)
SEEDS = (0, 1, 2, 3)
METRIC = "sliced-w2"
SETTING = Setting(n=2000)
RING, RING_STD = 8, 0.15  # modes on a circle of radius 2, for the ways
WAYS, POINTS, STEPS = ("dpmpp-2m", "ddpm"), 8, 20


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """Distance to the data for each sampler and budget.

    Attributes
    ----------
    mean, error : numpy.ndarray, shape (samplers, budgets)
        Mean and standard error over the seeds.
    floor : (float, float)
        Mean and standard deviation between exact sets.
    """

    mean: np.ndarray
    error: np.ndarray
    floor: tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """Points on their way from the same noise.

    Attributes
    ----------
    sigmas : numpy.ndarray, shape (S + 1,)
    x : numpy.ndarray, shape (samplers, S + 1, points, 2)
        Divided by sqrt(1 + sigma^2 / v), v the data's variance, so that noise and data fill the
        same square.
    """

    sigmas: np.ndarray
    x: np.ndarray


def compute_curves() -> Curves:
    """Run the samplers on nine modes at every budget."""
    from explorer.analysis.arena.contest import contest
    from explorer.analysis.arena.target import nine_modes

    entries = [Entry(name) for name in SAMPLERS]
    target = nine_modes(std=STD, dimension=DIMENSION)
    table = contest(target, entries, nfe=BUDGETS, setting=SETTING, seeds=len(SEEDS))
    return Curves(table.mean(METRIC), table.error(METRIC), table.floors[METRIC])


def compute_ways() -> Ways:
    """Walk from the same noise to eight modes on a circle, without and with fresh noise."""
    from explorer.analysis.arena import heat
    from explorer.analysis.arena.target import modes
    from explorer.analysis.arena.trail import Recorder

    angles = 2.0 * math.pi * np.arange(RING) / RING
    target = modes(2.0 * np.stack([np.cos(angles), np.sin(angles)], axis=1), RING_STD)
    setting = Setting(n=64, sigma_min=0.02, sigma_max=40.0)
    variance = 2.0 + RING_STD**2
    trails = []
    for name in WAYS:
        walk = heat.begin(target, Entry(name, "logsnr"), STEPS, 0, setting)
        recorder = Recorder(walk, POINTS)
        for step in walk:
            recorder.add(step)
        trails.append(recorder.trail())
    sigmas = trails[0].sigmas  # the same for both: one grid, one step per evaluation
    scale = np.sqrt(1.0 + sigmas**2 / variance)[:, None, None]
    return Ways(sigmas, np.stack([trail.x / scale for trail in trails]))


def write(curves: Curves, ways: Ways, place: Path = SHIPPED) -> None:
    """Write both as JSON."""
    content = {
        "what": "samplers on exact mixtures; python -m explorer.analysis.arena.postcard",
        "curves": {
            "mean": curves.mean.round(5).tolist(),
            "error": curves.error.round(6).tolist(),
            "floor": [round(value, 6) for value in curves.floor],
        },
        "ways": {"sigmas": ways.sigmas.round(6).tolist(), "x": ways.x.round(3).tolist()},
    }
    place.parent.mkdir(exist_ok=True)
    place.write_text(json.dumps(content, separators=(",", ":")) + "\n", encoding="utf-8")


def read(place: Path = SHIPPED) -> tuple[Curves, Ways]:
    """Return what is shipped.

    Examples
    --------
    >>> curves, ways = read()
    >>> curves.mean.shape, ways.x.shape
    ((3, 7), (2, 21, 8, 2))
    """
    content = json.loads(place.read_text(encoding="utf-8"))
    curves, ways = content["curves"], content["ways"]
    low, spread = curves["floor"]
    return (
        Curves(np.array(curves["mean"]), np.array(curves["error"]), (low, spread)),
        Ways(np.array(ways["sigmas"]), np.array(ways["x"])),
    )


if __name__ == "__main__":
    write(compute_curves(), compute_ways())
