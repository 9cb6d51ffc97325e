"""What this machine can do at most: bytes copied and rows added, per CPU second of one thread."""

from __future__ import annotations

import time

import numpy as np
from numba import njit

from explorer.denoisers.kernels.rows import LANES, add_rows
from explorer.denoisers.kernels.walk import LINE, on_cache_lines

COPIED = 1 << 28
TERMS = 64  # rows of a table that stays in the nearest cache
LENGTH = 1 << 16
CALLS = 200


@njit
def _many(out, table, index, calls):
    for _ in range(calls):
        add_rows(out, 1, 0, table, index, 0, index.size, index.size)


def cpu_seconds(work) -> float:
    """Return the CPU seconds of all threads for one call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def bytes_per_second() -> float:
    """Return how many bytes a second are copied, the best of five."""
    source, target = np.ones(COPIED, np.uint8), np.zeros(COPIED, np.uint8)
    return COPIED / min(cpu_seconds(lambda: np.copyto(target, source)) for _ in range(5))


def adds_per_second() -> float:
    """Return how many single-precision numbers a second are added up, the best of five.

    The walk's own addition, on a table that never leaves the nearest cache.
    """
    raw = np.ones(TERMS * LANES + LINE, dtype=np.float32)
    out, table = np.zeros((2, LANES)), on_cache_lines(raw, TERMS)
    index = (np.arange(LENGTH) * 7 % TERMS).astype(np.int32)
    _many(out, table, index, 1)
    fastest = min(cpu_seconds(lambda: _many(out, table, index, CALLS)) for _ in range(5))
    return CALLS * LENGTH * LANES / fastest
