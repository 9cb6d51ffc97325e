r"""How far each sample of an ODE sampler is from the exact end of the ODE, from the same noise.

    RMSE_i = sqrt(mean_j (x_ij - y_ij)^2),    PSNR_i = 20 log10(range / RMSE_i)  in dB.

For stochastic samplers there is no such end: it does not apply. The mean is often ruled by few
samples that ended in another mode; the median says what happens to most.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.analysis.rows import pair
from explorer.core import rng
from explorer.core.errors import InputError

STREAM = 51  # of the bootstrap


@dataclass(frozen=True, slots=True, eq=False)
class Fidelity:
    """Distances to the exact ends.

    Attributes
    ----------
    rmse, psnr : numpy.ndarray, shape (n,)
        Of each sample; PSNR in dB, inf where equal.
    mean, mean_error : float
        Of RMSE, and its standard error.
    median, median_error : float
        Of RMSE, and its standard deviation over bootstrap samples.
    """

    rmse: np.ndarray
    psnr: np.ndarray
    mean: float
    mean_error: float
    median: float
    median_error: float


def fidelity(
    samples: Any, exact: Any, *, span: float = 2.0, resamples: int = 200, seed: int = 0
) -> Fidelity:
    """Return the distance of each sample to its own exact end.

    Parameters
    ----------
    samples, exact : array, shape (n, ...)
        In the same order.
    span : float
        Range of a value for PSNR: 2 for images in [-1, 1].
    resamples : int
        Of the bootstrap.
    seed : int

    Raises
    ------
    InputError
        If they do not come in pairs, or the span is not positive.

    Examples
    --------
    >>> found = fidelity([[0.2], [0.0], [3.0]], [[0.0], [0.2], [0.0]])
    >>> found.psnr.round(3).tolist(), round(found.median, 12), round(found.mean, 3)
    ([20.0, 20.0, -3.522], 0.2, 1.133)
    """
    x, y = pair(samples, exact)
    if len(x) != len(y) or not span > 0.0:
        problem = f"{len(x)} samples and {len(y)} exact ends, span {span}."
        raise InputError("exact", problem, "Give one end for each sample and a span > 0.")
    rmse = np.sqrt(((x - y) ** 2).mean(axis=1))
    with np.errstate(divide="ignore"):
        psnr = 20.0 * np.log10(span / rmse)
    n = len(rmse)
    draw = rng.numpy_generator(seed, STREAM)
    medians = np.median(rmse[draw.integers(n, size=(resamples, n))], axis=1)
    mean_error = float(rmse.std(ddof=1)) / n**0.5 if n > 1 else float("nan")
    return Fidelity(
        rmse, psnr, float(rmse.mean()), mean_error, float(np.median(rmse)), float(medians.std())
    )
