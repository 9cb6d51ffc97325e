r"""What one call of each denoiser costs on this machine, for the data at hand.

A call is timed with as many of the images as fit into a budget: four times as many are tried as
long as the time that this would take, by the growth so far, is within it. What is prepared once per
data set and noise level (statistics, masks, trees, mixtures) is timed apart from the calls after
it, of which the quickest counts. CPU time is that of all threads of the process, this one's
visitors included.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.core.errors import ExplorerError

if TYPE_CHECKING:
    from explorer.core.types import Denoiser
    from explorer.denoisers.statistics import Statistics

FIRST = 64  # images of the first trial
GROWTH = 4
BUDGET = 4.0  # s that preparing and one call may take
REPEATS = 3
SHORTEST = 0.02  # s that a timing lasts, by repetition
PATIENCE = 1.0  # s after which no further timing is begun


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """What was measured of one denoiser.

    Attributes
    ----------
    name : str
    sigma : float
    n, total : int
        Images used, and in the data set.
    prepare : float
        Wall seconds until the first answer is there.
    wall, cpu : float
        Seconds of one call after that, the quickest of several.
    refused : str
        Why nothing was measured; empty otherwise.
    """

    name: str
    sigma: float
    n: int
    total: int
    prepare: float = 0.0
    wall: float = 0.0
    cpu: float = 0.0
    refused: str = ""


def measure(
    name: str,
    images: np.ndarray,
    statistics: Statistics,
    *,
    noisy: np.ndarray,
    sigma: float,
    budget: float = BUDGET,
) -> Timing:
    """Time one call of a denoiser for one noisy picture.

    Parameters
    ----------
    name : str
        One of ``denoisers.names()``; its options are left at their defaults, but all images
        count.
    images : numpy.ndarray, uint8, shape (N, C, H, W)
    statistics : Statistics
        Of these images; known before, and not part of the preparation.
    noisy : numpy.ndarray, shape (C, H, W)
    sigma : float
    budget : float
        Seconds.

    Raises
    ------
    InputError
        For an unknown name. What a denoiser itself refuses is told in ``refused``.

    Examples
    --------
    >>> from explorer import datasets, denoisers
    >>> data = datasets.load("digits")
    >>> found = measure(
    ...     "nearest",
    ...     data.images,
    ...     denoisers.Statistics.fit(data),
    ...     noisy=data.as_float(0),
    ...     sigma=1.24,
    ... )
    >>> found.n, found.wall <= found.prepare
    (1797, True)
    """
    from explorer import denoisers

    denoisers.describe(name)
    total = len(images)
    try:
        n, half = min(FIRST, total), min(FIRST // 2, total)
        _prepared(name, images[:n], statistics, noisy=noisy, sigma=sigma)  # compiles, once
        _, before = _prepared(name, images[:half], statistics, noisy=noisy, sigma=sigma)
        call, prepare = _prepared(name, images[:n], statistics, noisy=noisy, sigma=sigma)
        slope = max(prepare - before, 0.0) / max(n - half, 1)
        while n < total and prepare + slope * (min(n * GROWTH, total) - n) <= budget:
            before, smaller = prepare, n
            n = min(n * GROWTH, total)
            call, prepare = _prepared(name, images[:n], statistics, noisy=noisy, sigma=sigma)
            slope = max(prepare - before, 0.0) / (n - smaller)
    except ExplorerError as error:
        return Timing(name=name, sigma=sigma, n=0, total=total, refused=str(error))
    wall, cpu = _quickest(call)
    return Timing(
        name=name,
        sigma=float(sigma),
        n=n,
        total=total,
        prepare=max(prepare, wall),
        wall=wall,
        cpu=cpu,
    )


def _prepared(
    name: str,
    images: np.ndarray,
    statistics: Statistics,
    *,
    noisy: np.ndarray,
    sigma: float,
) -> tuple[Callable[[], Any], float]:
    """Return a call that is ready, and the wall seconds until its first answer."""
    import torch

    from explorer import denoisers

    x = torch.from_numpy(np.asarray(noisy, dtype=np.float32)[None])
    start = time.perf_counter()
    known = {"statistics": statistics, "cache": None, "images": None}  # None: all of them
    taken = denoisers.options(name)
    options = {key: value for key, value in known.items() if key in taken}
    built: Denoiser = denoisers.build(name, images, **options)
    built(x, sigma)
    return lambda: built(x, sigma), time.perf_counter() - start


def _quickest(call: Callable[[], Any]) -> tuple[float, float]:
    """Return wall and CPU seconds of one call, of the quickest of up to `REPEATS` timings."""
    begin = time.perf_counter()
    call()
    loops = max(1, int(SHORTEST / max(time.perf_counter() - begin, 1e-9)))
    timings = []
    while not timings or (len(timings) < REPEATS and time.perf_counter() - begin < PATIENCE):
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in range(loops):
            call()
        spent = time.perf_counter() - wall, time.process_time() - cpu
        timings.append((spent[0] / loops, spent[1] / loops))
    return min(timings)
