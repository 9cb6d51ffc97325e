"""Noise levels on their way to a network: float64 on the CPU, and back as factors of images.

Levels are few and images are many: what is computed from a level is computed in float64, whatever
the images are, and rounded once. Gradients with respect to a level pass through.
"""

from __future__ import annotations

import math
from typing import Any

import torch

from explorer.core.errors import InputError


def levels(sigma: float | torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Return the noise level of each sample, float64 (B,), on the CPU.

    Parameters
    ----------
    sigma : float or torch.Tensor
        At least 0: one for all, or (B,).
    x : torch.Tensor
        The samples, floating point, (B, ...).

    Raises
    ------
    InputError
        With field ``"x"`` or ``"sigma"``.

    Examples
    --------
    >>> levels(0.5, torch.zeros(2, 3))
    tensor([0.5000, 0.5000], dtype=torch.float64)
    """
    if not x.is_floating_point() or x.ndim < 2:
        problem = f"x is {x.dtype} {tuple(x.shape)}."
        raise InputError("x", problem, "Give floating-point samples (B, ...).")
    if isinstance(sigma, torch.Tensor):
        values = sigma.to("cpu", torch.float64)
    else:
        values = torch.tensor(float(sigma), dtype=torch.float64)
    if values.shape not in {(), (1,), (len(x),)}:
        problem = f"sigma has shape {tuple(values.shape)} for {len(x)} samples."
        raise InputError("sigma", problem, "Give one number, or one per sample.")
    lowest, highest = (float(v) for v in values.detach().aminmax())
    if not (lowest >= 0.0 and highest < math.inf):  # a NaN makes both NaN
        problem = f"sigma = {values.detach().flatten()[:4].tolist()} is not a noise level."
        raise InputError("sigma", problem, "Give finite numbers >= 0.")
    return values.expand(len(x))


def factor(values: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Return one number per sample as a factor of x, (B, 1, ..., 1), typed and placed as x."""
    return values.to(x.device, x.dtype).reshape(-1, *(1,) * (x.ndim - 1))


def answer(
    net: Any,
    x: torch.Tensor,
    time: torch.Tensor,
    cond: Any = None,
    *,
    dtype: torch.dtype | None = None,
) -> torch.Tensor:
    """Return what a network says, shaped, typed and placed as x.

    Parameters
    ----------
    net : callable
        ``net(x, time)``, or ``net(x, time, cond)`` where a condition is given.
    x : torch.Tensor
        In the network's own scale, (B, ...).
    time : torch.Tensor
        (B,); whole numbers stay whole, others are float32 at least: a time up to 1000 needs it.
    cond : optional
    dtype : torch.dtype, optional
        What the network computes in; that of x if left out.

    Raises
    ------
    InputError
        With field ``"net"``, if the answer is no tensor of the shape of x.
    """
    kind = dtype or x.dtype
    fine = torch.promote_types(kind, torch.float32) if time.is_floating_point() else time.dtype
    when = time.to(x.device, fine)
    given = (x.to(kind), when) if cond is None else (x.to(kind), when, cond)
    found = net(*given)
    if not isinstance(found, torch.Tensor):
        problem = f"The network answers {type(found).__name__}, not a tensor."
        raise InputError("net", problem, "Wrap it, for instance: lambda x, t: net(x, t).sample")
    if found.shape != x.shape:
        problem = f"The network answers {tuple(found.shape)} to {tuple(x.shape)}."
        remedy = "If it predicts variances too, keep the mean: lambda x, t: net(x, t)[:, :C]"
        raise InputError("net", problem, remedy)
    return found.to(x.dtype)
