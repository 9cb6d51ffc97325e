"""How the masks of a rule turn out at each noise level: sizes, threshold, and what is missing.

For a page: ``mask_report.report(wiener, sigmas, threshold=0.005, rule="published")``, and the same
with ``precision="float32"`` for what happens without exact moments and deflation.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from explorer.denoisers.masks import Masks, Orientation, Rule, masks
from explorer.denoisers.single_precision import Precision, SinglePrecision
from explorer.denoisers.wiener import Wiener


@dataclass(frozen=True, slots=True)
class MaskReport:
    """The masks of all d outputs at one noise level, in numbers.

    Attributes
    ----------
    sigma : float
    largest : float
        ``max |m|``, the largest ratio; 1 for the symmetric rule.
    cut : float
        theta, what ratios are compared with. Above 1 no pixel is in its own published mask.
    empty : int
        Masks with no pixel at all: their outputs are the mean image's.
    missing : int
        Pixels missing from their own mask.
    mean_size, smallest_size, largest_size : float, int, int
        Of the d masks, in pixels.
    """

    sigma: float
    largest: float
    cut: float
    empty: int
    missing: int
    mean_size: float
    smallest_size: int
    largest_size: int

    @classmethod
    def of(cls, masks: Masks, sigma: float) -> MaskReport:
        """Return the numbers of masks that are at hand."""
        sizes = masks.sizes
        counts = masks.empty, masks.missing
        return cls(
            float(sigma),
            masks.largest,
            masks.cut,
            *counts,
            float(sizes.mean()),
            int(sizes.min()),
            int(sizes.max()),
        )


def report(
    wiener: Wiener,
    sigmas: Iterable[float],
    *,
    threshold: float,
    rule: Rule = "published",
    orientation: Orientation = "neighbour",
    precision: Precision = "float64",
    seed: int = 0,
) -> tuple[MaskReport, ...]:
    """Return one report per noise level.

    Parameters
    ----------
    wiener : Wiener
    sigmas : iterable of float
    threshold, rule, orientation
        As for `masks`.
    precision : "float64" or "float32"
        With "float32" the covariance carries float32 rounding and dead pixels stay in; see
        `SinglePrecision`. Needs one more eigendecomposition.
    seed : int
        Of that rounding.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.denoisers.statistics import Statistics
    >>> images = np.array([[0, 255], [255, 0]], dtype=np.uint8).reshape(2, 1, 1, 2)
    >>> [r] = report(Wiener(Statistics.fit(images)), [1.0], threshold=0.5)
    >>> round(r.cut, 9), r.empty, r.missing, r.mean_size
    (0.5, 0, 0, 2.0)
    """
    given = wiener if precision == "float64" else SinglePrecision.of(wiener.statistics, seed=seed)
    return tuple(
        MaskReport.of(
            masks(given, sigma, threshold=threshold, rule=rule, orientation=orientation), sigma
        )
        for sigma in sigmas
    )
