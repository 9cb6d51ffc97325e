"""Mean weight of an image over all windows that hold a pixel, for 32 images at a time.

The second pass of the patch denoiser: the largest logit and the sum of every window are known, so
that weights can be formed, and added up over windows by a moving sum in the other direction.

numba's disk cache does not see changes in `boxes.py` here: after one, save this file again.
"""

# ruff: noqa: PLR0917 - the arguments of a compiled loop are many, and never keywords

from __future__ import annotations

import numpy as np
from numba import njit

from explorer.denoisers.kernels.boxes import (
    FAST,
    LANES,
    _exp,
    _largest,
    _pack,
    _slide_along,
    _slide_down,
    _terms,
    _window,
)


@njit(cache=True, fastmath=FAST)
def _window_weights(terms, size, height, width, valid, slack, m, s, buffers):
    """Write weights of all windows to a table (places, 32); return whether any counts."""
    columns, line, run, weights = buffers
    down, across = height - size + 1, width - size + 1
    anything = False
    columns[:] = 0.0
    held = (0, 0)
    for y in range(down):
        wanted = (y, y + size)
        _slide_down(columns, terms, width, held, wanted)
        held = wanted
        _slide_along(columns, run, line, (0, across), (0, size - 1), width)
        for x in range(across):
            q = y * width + x
            if _largest(line, x, valid) <= m[q] - slack:
                for lane in range(LANES):
                    weights[y * across + x, lane] = 0.0
                continue
            anything = True
            share = 1.0 / s[q]
            for lane in range(LANES):
                weights[y * across + x, lane] = _exp(np.float32(line[x, lane] - m[q])) * share
    return anything


@njit(cache=True, fastmath=FAST)
def _vote(block, line, x, place, share, first, y, s2, largest, heaviest):
    """Add what 32 images say of one pixel; `share` is one over the number of its windows."""
    size = block.shape[0] // y.shape[0]
    square, top = 0.0, 0.0
    for lane in range(LANES):
        line[x, lane] *= share
        square += line[x, lane] * line[x, lane]
        top = max(top, line[x, lane])
    s2[place] += square
    if top > largest[place]:
        largest[place] = top
        for lane in range(LANES):
            if line[x, lane] == top:
                heaviest[place] = first + lane
                break
    for c in range(y.shape[0]):
        total = 0.0
        for lane in range(LANES):
            total += line[x, lane] * np.float64(block[c * size + place, lane])
        y[c, place] += total


@njit(cache=True, nogil=True, fastmath=FAST)
def mean_of_windows(images, span, curvature, slopes, size, slack, windows, votes):
    """Add images to the averages over windows of every pixel.

    Parameters
    ----------
    images, span, curvature, slopes
        As for `boxes.softmax_of_windows`.
    size : int
        Side of the windows.
    slack : float
        Windows whose logits lie so far below their largest are left out.
    windows : tuple of float64 (B, H W)
        Largest logit m and sum s of the window whose corner is there.
    votes : tuple of arrays
        y (B, C, H W), s2, largest and heaviest (B, H W).
    """
    ms, ss = windows
    ys, s2s, largests, heaviests = votes
    samples, channels, height, width = slopes.shape
    down, across = height - size + 1, width - size + 1
    block = np.zeros((channels * height * width, LANES), dtype=np.uint8)
    terms, weights = np.empty((height * width, LANES)), np.empty((down * across, LANES))
    columns, line, run = np.empty((width, LANES)), np.empty((width, LANES)), np.empty((1, LANES))
    for first in range(span[0], span[1], LANES):
        valid = min(LANES, span[1] - first)
        _pack(images, first, valid, block)
        for b in range(samples):
            _terms(block, slopes[b], curvature[b], (0, 0), height, width, terms)
            buffers = (columns, line, run, weights)
            if not _window_weights(terms, size, height, width, valid, slack, ms[b], ss[b], buffers):
                continue
            columns[:] = 0.0
            held = (0, 0)
            for y in range(height):
                wanted = _window(y, (size - 1, 0), down)
                _slide_down(columns, weights, across, held, wanted)
                held = wanted
                _slide_along(columns, run, line, (0, width), (size - 1, 0), across)
                for x in range(width):
                    low, high = _window(x, (size - 1, 0), across)
                    share = 1.0 / ((wanted[1] - wanted[0]) * (high - low))
                    place = y * width + x
                    _vote(
                        block,
                        line,
                        x,
                        place,
                        share,
                        first,
                        ys[b],
                        s2s[b],
                        largests[b],
                        heaviests[b],
                    )
