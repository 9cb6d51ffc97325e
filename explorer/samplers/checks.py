"""A run's start and noise grid on their way in."""

from __future__ import annotations

import numpy as np
import torch

from explorer.core.errors import InputError


def check_grid(sigmas: np.ndarray) -> np.ndarray:
    """Return the grid as float64 (n + 1,).

    Raises
    ------
    InputError
        With field ``"sigmas"``, unless it has two nodes or more, finite and strictly decreasing,
        all positive but the last, which may be 0.

    Examples
    --------
    >>> check_grid([2, 1, 0])
    array([2., 1., 0.])
    """
    nodes = np.asarray(sigmas, dtype=np.float64)
    if nodes.ndim != 1 or len(nodes) < 2:
        problem = f"The noise grid has shape {nodes.shape}."
        raise InputError("sigmas", problem, "Give at least two noise levels, the largest first.")
    falls = bool((np.diff(nodes) < 0.0).all())
    if not (np.isfinite(nodes).all() and falls and nodes[-1] >= 0.0):
        shown = np.array2string(nodes[:4], precision=4, separator=", ")
        problem = f"The noise grid {shown} does not fall strictly to a level >= 0."
        raise InputError("sigmas", problem, "Use schedules.grid, or sort the levels.")
    return nodes


def check_start(x: torch.Tensor, *, block: int, chunk: int | None, keep: str) -> None:
    """Check the start and the options of a run.

    Raises
    ------
    InputError
        With the field that cannot be used: ``"x"``, ``"block"``, ``"chunk"`` or ``"keep"``.
    """
    if not x.is_floating_point() or x.ndim < 2 or not x.numel():
        problem = f"The start is {x.dtype} {tuple(x.shape)}."
        raise InputError("x", problem, "Give floating-point noise, one row per sample.")
    if not bool(torch.isfinite(x).all()):
        raise InputError("x", "The start is not finite.", "Give finite noise.")
    if block < 1:
        raise InputError("block", f"block = {block} samples.", "Give at least 1.")
    if chunk is not None and chunk < block:
        problem = f"chunk = {chunk} samples is less than a block of {block}."
        raise InputError("chunk", problem, "Give at least a block, or a smaller block.")
    if keep not in {"last", "all"}:
        raise InputError("keep", f"keep = {keep!r}.", 'Use "last" or "all".')
