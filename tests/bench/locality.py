"""The locality denoiser on whole data sets, beside what one would write first."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import numpy as np
import torch

from explorer import denoisers, schedules
from explorer.denoisers.kernels.walk import processors
from explorer.denoisers.locality import Locality
from explorer.denoisers.statistics import Statistics
from tests.bench.einsum import einsum_denoiser
from tests.bench.limits import adds_per_second, bytes_per_second, cpu_seconds
from tests.bench.pictures import Pictures, cifar10, mnist
from tests.bench.table import Row

SAMPLES = 8
SCANNED = 1024  # images that the first try is timed on
REPEATS = 3
CASES = ((mnist, 0.005, 10.0), (cifar10, 0.05, 25.0))  # threshold, and how much faster at least
STEPS = schedules.published()

MEMORY = """
import re, sys
from pathlib import Path
import numpy as np, torch
from explorer import denoisers
from explorer.denoisers.statistics import Statistics

n, side = int(sys.argv[1]), 28
rng = np.random.default_rng(0)
few = rng.integers(0, 256, (2000, 1, side, side), dtype=np.uint8)
statistics = Statistics.fit(few, cache=None)
images = np.resize(few, (n, 1, side, side))
d = denoisers.build("locality", images, statistics=statistics, cache=None)
for sigma in (3.0, 0.3):
    d(torch.zeros(8, 1, side, side), sigma)
status = Path("/proc/self/status").read_text()  # the resource module's peak counts the parent's
print((int(re.search(r"VmHWM:\\s+(\\d+)", status)[1]) * 1024 - 2 * images.size) / 1e6)
"""


def rows() -> Iterator[Row]:
    """Yield the rows of this section."""
    copied, added = bytes_per_second(), adds_per_second()
    yield Row("memory copied per CPU second", copied / 1e9, "GB")
    yield Row("numbers added per CPU second", added / 1e9, "G", note="rows in the nearest cache")
    for pictures, threshold, least in CASES:
        with pictures() as data:
            yield from _speed(data, threshold, least, peaks=(copied, added))
    yield from _memory()


def _speed(
    data: Pictures, threshold: float, least: float, *, peaks: tuple[float, float]
) -> Iterator[Row]:
    d = denoisers.build(
        "locality",
        data.images,
        threshold=threshold,
        mask="published",
        statistics=Statistics.fit(data.images, cache=None),
        cache=None,
    )
    n = len(data.images)
    totals, first = [0.0] * REPEATS, 0.0
    rates = []
    for k, sigma in enumerate(STEPS.sigmas):
        x = _noisy(data.others[:SAMPLES], sigma, k)
        theirs = _first_try(data.images, x, d, sigma) * n / SCANNED
        d(x[:1], sigma)  # compiles; makes masks and trees
        times = [cpu_seconds(lambda x=x, sigma=sigma: d(x, sigma)) for _ in range(REPEATS)]
        totals = [total + t for total, t in zip(totals, times, strict=True)]
        first += theirs
        rates.append(SAMPLES * n * (d.source.trees(sigma)[0].weight + x[0].numel()) / median(times))
        size = d.masks(sigma).sizes.mean()
        note = f"einsum {theirs:.0f} s, {theirs / median(times):.0f} x; mask {size:.0f}"
        yield Row(f"{data.name}, t = {STEPS.t[k]}, CPU", median(times), "s", note=note)
    ours = median(totals)
    spread = f"{min(totals):.1f} to {max(totals):.1f} s in {REPEATS} runs"
    scaled = f"einsum {first:.0f} s, scaled from {SCANNED:,} of {n:,} images"
    yield Row(f"{data.name}, ten steps, {SAMPLES} samples, CPU", ours, "s", note=spread)
    yield Row(f"{data.name}, einsum over ours", first / ours, "x", least=least, note=scaled)
    yield from _distance(data, rates, ours, peaks)
    if n * data.images[0].size == 60_000 * 784:
        yield _one_sample(d, data)


def _distance(
    data: Pictures, rates: list[float], seconds: float, peaks: tuple[float, float]
) -> Iterator[Row]:
    """Yield how near the walk comes to what the machine can do."""
    copied, added = peaks
    best, middle = max(rates), median(rates)
    note = f"best step {best / added:.0%} of the peak, median {middle / added:.0%}"
    yield Row(f"{data.name}, additions per CPU second", middle / 1e9, "G", note=note)
    read = data.images.size * len(STEPS.sigmas) / seconds
    note = f"{read / copied:.1%} of a copy: {SAMPLES} samples share one reading of the data"
    yield Row(f"{data.name}, data read per CPU second", read / 1e9, "GB", note=note)


def _one_sample(d: Locality, data: Pictures) -> Row:
    walls = []
    for _ in range(REPEATS):
        begin = time.perf_counter()
        for k, sigma in enumerate(STEPS.sigmas):
            d(_noisy(data.others[:1], sigma, k), sigma)
        walls.append(time.perf_counter() - begin)
    note = f"wall, {processors()} threads, masks and trees at hand; best of {REPEATS}"
    return Row(f"{data.name}, ten steps, one sample", min(walls), "s", 2.0, note)


def _noisy(clean: np.ndarray, sigma: float, seed: int) -> torch.Tensor:
    noise = np.random.default_rng(seed).standard_normal(clean.shape)
    return torch.from_numpy(clean / 127.5 - 1.0 + sigma * noise).float()


def _first_try(images: np.ndarray, x: torch.Tensor, d: Locality, sigma: float) -> float:
    rows = images[:SCANNED].reshape(SCANNED, -1)
    mask = torch.from_numpy(d.masks(sigma).rows(slice(None))).float()
    flat = x.reshape(len(x), -1)
    return cpu_seconds(lambda: einsum_denoiser(rows, flat, mask, sigma))


def _memory() -> Iterator[Row]:
    """Compare two processes that differ in the number of images only; Linux tells their peaks."""
    if sys.platform != "linux":
        return
    beyond = []
    for n in (15_000, 120_000):
        done = subprocess.run(
            [sys.executable, "-c", MEMORY, str(n)],
            cwd=Path(__file__).resolve().parents[2],
            env=os.environ,
            capture_output=True,
            text=True,
            check=True,
        )
        beyond.append(float(done.stdout))
    what = "Memory beyond the data, 120,000 over 15,000"
    note = f"{beyond[0]:.0f} and {beyond[1]:.0f} MB; the data: their bytes and one packed copy"
    yield Row(what, beyond[1] - beyond[0], "MB", 20.0, note)
