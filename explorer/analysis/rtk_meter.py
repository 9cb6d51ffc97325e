"""The log-concavity meter of the segments of a target, as it is shown: M, and how far it is known.

    M = (sigma_t^2 - sigma_s^2) L_neg(sigma_s),
    L_neg = max(0, sup_x lambda_max(Hess log p_sigma)).

M < 1/2: the kernel is strongly log-concave; M < 1: log-concave; M far above 1: an inner chain
cannot change mode. The supremum is over points, so M is an estimate from below. Of mixtures the
Hessians are exact; of other denoisers the largest eigenvalue of the Jacobian is found by power
iteration.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from explorer.core.errors import InputError

if TYPE_CHECKING:
    import torch

    from explorer.analysis.arena.setting import Setting
    from explorer.analysis.arena.target import Target
    from explorer.samplers.rtk_auto import Bound

Layout = Literal["geometric", "ou", "auto"]
POINTS, PICTURES = 256, 32  # noisy data at each level: of a mixture, of images
MOST = 200  # segments
CHOSEN, ALLOWED = 0.5, 1.0  # M for which g is strongly log-concave; the limit of log-concave


@dataclass(frozen=True, slots=True, eq=False)
class Meter:
    """M of every segment.

    Attributes
    ----------
    sigmas : numpy.ndarray, float64 (K + 1,)
        Falling, above 0.
    values : numpy.ndarray, float64 (K,)
    points : int
        Where the Hessian was looked at, at each level.
    exact : bool
        Whether each Hessian is exact; otherwise power iteration.
    capped : bool
        Of the layout auto: more segments were wanted than allowed.
    """

    sigmas: np.ndarray
    values: np.ndarray
    points: int
    exact: bool
    capped: bool = False

    @property
    def worst(self) -> int:
        """The segment with the largest M."""
        return int(np.argmax(self.values))


def read(
    target: Target,
    setting: Setting,
    layout: Layout,
    *,
    segments: int = 5,
    theta: float = CHOSEN,
) -> Meter:
    """Return the meter of a layout of segments on a target.

    Parameters
    ----------
    target : Target
    setting : Setting
        Its sigma_max and sigma_min are the ends.
    layout : {"geometric", "ou", "auto"}
        Equal ratios, equal steps of Ornstein-Uhlenbeck time, or the longest with M <= theta.
    segments : int
        Of the first two layouts.
    theta : float
        Of the layout auto, which needs a mixture.

    Raises
    ------
    InputError
        If the denoiser cannot be differentiated, or auto is asked of images.

    Examples
    --------
    >>> from explorer.analysis.arena.setting import Setting
    >>> from explorer.analysis.arena.target import nine_modes
    >>> found = read(nine_modes(), Setting(sigma_max=1.0, start="exact"), "ou", segments=5)
    >>> found.worst, found.points, found.exact
    (4, 1444, True)
    """
    ends = (setting.sigma_min, setting.sigma_max)
    bound, points = _bound(target)
    if layout == "auto":
        return _auto(target, bound, ends, theta=theta, points=points)
    from explorer import schedules
    from explorer.samplers.rtk_auto import meter

    sigmas = schedules.grid(layout, segments, *ends)
    return Meter(sigmas, meter(bound, sigmas), points, exact=target.is_points)


def _auto(
    target: Target, bound: Bound, ends: tuple[float, float], *, theta: float, points: int
) -> Meter:
    from explorer.samplers.log_concavity import auto_segments

    if not target.is_points:
        problem = f"Segments are chosen by exact Hessians, and {target.title} has none."
        raise InputError("layout", problem, "Take the geometric or the OU layout.")
    low, high = ends
    found = auto_segments(bound, sigma_max=high, sigma_min=low, theta=theta, most=MOST)
    return Meter(found.sigmas, found.meter, points, exact=True, capped=found.capped)


def _bound(target: Target) -> tuple[Bound, int]:
    """Return sigma -> L_neg, and the number of points behind it."""
    from explorer.samplers.log_concavity import l_neg
    from explorer.samplers.rtk_auto import BETWEEN, denoiser_bound, mixture_bound

    if target.law is not None:
        k = len(target.law.weights)
        between = k * (k - 1) // 2 * BETWEEN if k > 1 else 1
        return mixture_bound(target.denoiser, points=POINTS), between + POINTS
    import torch

    assert target.images is not None
    n = min(PICTURES, target.images.n)
    clean = target.images.as_float(np.arange(n))
    points, between = (_placed(target, x) for x in (clean, _half_way(target, clean)))
    probe = points.clone().requires_grad_()
    with torch.enable_grad():
        answer = target.denoiser(probe, 1.0)
    if not answer.requires_grad:
        problem = f"{target.title}: the meter differentiates the denoiser, and this one is compiled"
        remedy = "Take the optimal denoiser or the Wiener filter, or a mixture as target."
        raise InputError("denoiser", f"{problem} code without a derivative.", remedy)
    noisy = denoiser_bound(target.denoiser, points)
    # A noisy picture of little noise sees one image alone; half-way between two, both count.
    return lambda sigma: max(noisy(sigma), l_neg(target.denoiser, between, sigma)), 2 * n


def _half_way(target: Target, clean: np.ndarray) -> np.ndarray:
    """Return the points half-way from each image to the image nearest to it."""
    from explorer.analysis.arena.distances import nearest

    assert target.images is not None
    _, index = nearest(target, clean.reshape(len(clean), -1), own=True)
    return 0.5 * (clean + target.images.as_float(index))


def _placed(target: Target, x: np.ndarray) -> torch.Tensor:
    import torch

    return torch.from_numpy(x).to(device=target.device, dtype=getattr(torch, target.dtype))
