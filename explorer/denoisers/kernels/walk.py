"""The locality denoiser on the CPU: a walk of the difference tree, 32 images at a time.

The data lie pixel-major in blocks of 32 images, bytes (blocks, d, 32). For each block and sample:
terms ``L[n]`` of all pixels; then, in the order of the tree, the logit of each output from that of
its parent; then the online softmax, unless no image of the block can matter. An image whose logit
lies ``ln N + ln(1/eps)`` below the largest so far weighs less than ``eps/N`` of it, and all that
are skipped together less than eps.

At low noise float32 sums only decide what may matter: within a certified bound of their rounding,
the logits of a block are formed again in float64, directly from the mask.
"""

# ruff: noqa: PLR0917 - the arguments of a compiled loop are many, and never keywords

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numba import njit

from explorer.denoisers.kernels.layout import Layout, whole
from explorer.denoisers.kernels.rows import (
    FULL,
    LANES,
    SPARE,
    add_rows,
    largest_of_row,
)
from explorer.denoisers.kernels.tree import Tree
from explorer.denoisers.online import Part
from explorer.denoisers.terms import STEP, Terms

ROWS = "ba0a7de6948c88ca"  # digest of rows.py, so that compiled loops on disk do not outlive it
CHUNKS = 16  # the same for any number of threads: so is the result
EPSILON = 1e-7
ROUNDING = 2.0**-24
TERM = 8  # roundings of a float32 term and of its coefficients
LINE = 64  # bytes of a cache line
GROUP = 64  # terms that are summed in float32
PADDING = -1e30  # logit of lanes beyond the last image
FAST = {"reassoc", "contract", "nsz", "nnan", "arcp"}  # infinities stay valid
LOG2E = np.float32(1.0 / math.log(2.0))
LEAST = np.float32(-87.0)
# exp2 on [-1/2, 1/2] by its Taylor series: 1e-8 relative.
E1, E2, E3, E4, E5, E6, E7 = (
    np.float32(math.log(2.0) ** k / math.factorial(k)) for k in range(1, 8)
)
HALF, UNIT, BIAS = np.float32(0.5), np.float32(1.0), np.int32(127)


def packed(images: np.ndarray) -> np.ndarray:
    """Return images (N, d) pixel-major in blocks, uint8 (ceil(N/32), d, 32); zeros at the end."""
    n, d = images.shape
    shape = -(-n // LANES), d, LANES
    raw = np.zeros(math.prod(shape) + LINE, dtype=np.uint8)
    skip = -raw.ctypes.data % LINE
    result = raw[skip : skip + math.prod(shape)].reshape(shape)
    for block in range(len(result)):
        part = images[block * LANES : (block + 1) * LANES]
        result[block, :, : len(part)] = part.T
    return result


def walk(
    blocks: np.ndarray,
    n_images: int,
    tree: Tree,
    exact: Tree,
    terms: Terms,
    *,
    refine: bool = False,
    batch: int | None = None,
    skip: bool = True,
    threads: int | None = None,
) -> Iterator[Part]:
    """Yield the sums over batches of images, in order; over all of them if `batch` is None.

    Parameters
    ----------
    blocks : numpy.ndarray, uint8, shape (ceil(n_images/32), d, 32)
    n_images : int
    tree : Tree
        To walk.
    exact : Tree
        Every mask on its own, for logits in float64.
    terms : Terms
        Of B samples at one noise level.
    refine : bool
        Form logits that matter in float64.
    batch : int or None
        A multiple of 32.
    skip : bool
        Leave out blocks that cannot matter.
    threads : int or None
        As many as there are processors by default; the result does not depend on it.
    """
    layout = Layout.of(tree)
    every = whole(len(tree.order), layout.index.dtype)
    slack = math.log(max(n_images, 2)) + math.log(1.0 / EPSILON) if skip else math.inf
    margin = _margins(tree, terms) if refine else np.zeros_like(terms.slope)
    spans = _spans(len(blocks), batch)
    with ThreadPoolExecutor(threads or processors()) as pool:

        def run(span: tuple[int, int]) -> Part:
            part = Part.empty(*terms.slope.shape)
            _walk(
                blocks,
                span,
                n_images,
                (layout.nodes, layout.spans, layout.index, layout.rows, every),
                (exact.index, exact.start, exact.stop),
                (terms.curvature, terms.slope, terms.constant, terms.guess),
                (slack, margin, refine),
                (part.m, part.s, part.y, part.s2, part.heaviest),
            )
            bytes_to_values = part.y * STEP - part.s
            return Part(part.m, part.s, bytes_to_values, part.s2, part.heaviest)

        total: Part | None = None
        for group in (spans[i : i + CHUNKS] for i in range(0, len(spans), CHUNKS)):
            for part in pool.map(run, group):  # in order, whoever is first
                if batch is not None:
                    yield part
                else:
                    total = part if total is None else total + part
        if total is not None:
            yield total


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _spans(n_blocks: int, batch: int | None) -> list[tuple[int, int]]:
    """Return first and last block of each piece of work."""
    width = -(-n_blocks // CHUNKS) if batch is None else batch // LANES
    return [(i, min(i + width, n_blocks)) for i in range(0, n_blocks, width)]


@njit(cache=True)
def _accumulate_margins(order, parent, index, start, stop, bound, margin):
    for q in order:
        moved = 0.0
        for k in range(start[q], stop[q]):
            moved += bound[index[k]]
        margin[q] = margin[parent[q]] + (stop[q] - start[q] + TERM) * ROUNDING * moved


def _margins(tree: Tree, terms: Terms) -> np.ndarray:
    """Return bounds on the rounding of float32 terms and of their sums along the tree, (B, d)."""
    bounds = terms.bound()
    b, d = bounds.shape
    result = np.empty((b, d))
    for i in range(b):
        margin = np.zeros(d + 2)  # of outputs, the empty and the full mask
        margin[d + 1] = TERM * ROUNDING * bounds[i].sum()
        _accumulate_margins(
            tree.order, tree.parent, tree.index, tree.start, tree.stop, bounds[i], margin
        )
        result[i] = margin[:d]
    return result


@njit(cache=True, fastmath=FAST, inline="always")
def _exp(x):
    """Return exp(x) for x <= 0; 1e-38 where it is less."""
    t = max(x, LEAST) * LOG2E
    whole = np.int32(t - HALF)
    f = t - np.float32(whole)
    series = UNIT + f * (E1 + f * (E2 + f * (E3 + f * (E4 + f * (E5 + f * (E6 + f * E7))))))
    return series * np.int32((whole + BIAS) << np.int32(23)).view(np.float32)


@njit(cache=True, fastmath=FAST)
def _form_terms(block, terms, curvature, slope, constant, guess):
    for n in range(slope.size):
        o, p, r = guess[n], slope[n], constant[n]
        for lane in range(LANES):
            v = np.float32(block[n, lane]) - o
            terms[n, lane] = v * (p - curvature * v) + r


@njit(cache=True)
def _add_all(logits, table, every):
    """Write the sum of the whole table to the full mask's row of logits."""
    logits[FULL] = 0.0
    for left in range(0, every.size, GROUP):
        right = min(left + GROUP, every.size)
        span = (left, right, right)
        add_rows(logits, FULL, FULL, table, every, *span)  # pyright: ignore[reportCallIssue]


@njit(cache=True, fastmath=FAST)
def _form_exactly(block, pixels, curvature, slope, constant, guess, logits):
    """Write the sum of the terms of `pixels`, in float64, to the spare row of logits."""
    logits[SPARE] = 0.0
    for n in pixels:
        o, p, r = guess[n], slope[n], constant[n]
        for lane in range(LANES):
            v = block[n, lane] - o
            logits[SPARE, lane] += v * (p - curvature * v) + r


@njit(cache=True, fastmath=FAST)
def _largest(logits, row, valid):
    """Return the largest logit of a row; lanes beyond the last image are put far below first."""
    for lane in range(valid, LANES):
        logits[row, lane] = PADDING
    return largest_of_row(logits, np.int64(row))  # pyright: ignore[reportCallIssue]


@njit(cache=True, fastmath=FAST)
def _rescale(logits, row, top, q, first, m, s, y, s2, heaviest):
    """Make `top`, the largest of these logits, the reference of output q."""
    for lane in range(LANES):
        if logits[row, lane] == top:
            heaviest[q] = first + lane
            break
    scale = math.exp(m[q] - top)
    s[q] *= scale
    y[q] *= scale
    s2[q] *= scale * scale
    m[q] = top


@njit(cache=True, fastmath=FAST)
def _take_up(logits, row, block, q, m, s, y, s2):
    """Add 32 images to the sums of output q."""
    origin = m[q]
    a, b, c = np.float32(0.0), np.float32(0.0), np.float32(0.0)
    for lane in range(LANES):
        p = _exp(np.float32(logits[row, lane] - origin))
        a += p
        b += p * np.float32(block[q, lane])
        c += p * p
    s[q] += a
    y[q] += b
    s2[q] += c


@njit(cache=True)
def on_cache_lines(raw, rows):
    """Return a table (rows, 32) within `raw` that begins at a whole cache line.

    A row that lies across lines is read twice as slowly.
    """
    skip = (-(raw.ctypes.data // raw.itemsize)) % (LINE // raw.itemsize)
    return raw[skip : skip + rows * LANES].reshape((rows, LANES))


@njit(cache=True, nogil=True, fastmath=FAST)
def _walk(blocks, span, n_images, tree, exact, terms, precision, sums):
    nodes, spans, index, n_rows, every = tree
    pixels, pixel_start, pixel_stop = exact
    curvature, slope, constant, guess = terms
    slack, margin, refine = precision
    ms, ss, ys, s2s, heaviests = sums
    n_samples, d = slope.shape
    # One row more than pixels: zeros, with which lists are filled up.
    table = on_cache_lines(np.zeros((d + 1) * LANES + LINE, dtype=np.float32), d + 1)
    logits = on_cache_lines(np.zeros(n_rows * LANES + LINE), n_rows)
    slope32, constant32 = slope.astype(np.float32), constant.astype(np.float32)
    guess32, curvature32 = guess.astype(np.float32), np.float32(curvature)
    for i in range(span[0], span[1]):
        block, first = blocks[i], i * LANES
        valid = min(LANES, n_images - first)
        for b in range(n_samples):
            m, s, y, s2, heaviest = ms[b], ss[b], ys[b], s2s[b], heaviests[b]
            _form_terms(block, table, curvature32, slope32[b], constant32, guess32[b])
            _add_all(logits, table, every)
            for k in range(d):
                q, row, mother = nodes[k, 0], nodes[k, 1], nodes[k, 2]
                span_of = (spans[k, 0], spans[k, 1], spans[k, 2])
                add_rows(logits, row, mother, table, index, *span_of)  # pyright: ignore[reportCallIssue]
                top = _largest(logits, row, valid)
                if top <= m[q] - slack - margin[b, q]:
                    continue
                if refine:
                    needed = pixels[pixel_start[q] : pixel_stop[q]]
                    _form_exactly(block, needed, curvature, slope[b], constant, guess[b], logits)
                    row = SPARE
                    top = _largest(logits, row, valid)
                if top > m[q]:
                    _rescale(logits, row, top, q, first, m, s, y, s2, heaviest)
                _take_up(logits, row, block, q, m, s, y, s2)
