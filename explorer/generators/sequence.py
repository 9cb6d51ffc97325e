"""Chen's approximating sequence: two-sided bounds of the gap that close in step by step.

``f_1 = sign * sqrt(scale distance from the median)``, ``f_{n+1} = G f_n`` with the Green operator
``G``, and ``flux_n(x) = int_x^r f_n dpi``. Then

    min flux_n / flux_{n+1} <= lambda_1 <= max flux_n / flux_{n+1},
    lambda_1 <= <f_n, f_{n+1}> / |f_{n+1}|^2          (Rayleigh).

The quotient as a function of ``x`` is ``-(L f)' / f'`` of ``f = f_{n+1}``: where it is smallest the
lower bound is decided. The enclosure shrinks by ``lambda_1 / lambda_2`` per step (by
``lambda_1 / lambda_3`` where symmetry keeps ``f_2`` out), the Rayleigh value's error by its square.
All bounds concern the truncated problem.

References: Chen, Front. Math. China 5 (2010) 379; Chen and Wang 1997.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from explorer.core.errors import ExplorerError, InputError
from explorer.generators.generator import Generator
from explorer.generators.green import Green
from explorer.generators.solve import Solution, solve

MAX_STEPS = 1000
NAMES = ("lower", "rayleigh", "upper")


@dataclass(frozen=True, slots=True, eq=False)
class ChenSequence:
    """Chen's bounds for ``n = 1, 2, ...``.

    Attributes
    ----------
    lower, rayleigh, upper : numpy.ndarray, shape (n,)
        Bounds of the gap after each step.
    nodes : numpy.ndarray, shape (N,)
        Increasing ``x``.
    mass : numpy.ndarray, shape (N,)
        Stationary mass below each node.
    quotients : numpy.ndarray, shape (n, N)
        ``flux_n / flux_{n+1}`` at the nodes.
    limit : float
        The first eigenvalue, to which all three converge.
    """

    lower: np.ndarray
    rayleigh: np.ndarray
    upper: np.ndarray
    nodes: np.ndarray
    mass: np.ndarray
    quotients: np.ndarray
    limit: float

    def first(self, tolerance: float, which: str = "lower") -> int | None:
        """Return the first ``n`` from which on a bound is within a relative tolerance.

        Parameters
        ----------
        tolerance : float
            Relative error, above 0.
        which : str
            ``"lower"``, ``"rayleigh"`` or ``"upper"``.

        Returns
        -------
        int or None
            None if the computed steps do not reach it.

        Examples
        --------
        >>> c = chen_sequence(Generator("1", "-x"), n=10)
        >>> c.first(0.01, "rayleigh"), c.first(0.01, "lower"), c.first(1e-9, "upper")
        (2, 3, None)
        """
        if which not in NAMES:
            rule = f"The bound '{which}' is unknown."
            raise InputError("which", rule, f"Use one of {', '.join(NAMES)}.")
        error = np.abs(getattr(self, which) / self.limit - 1.0)
        missed = np.flatnonzero(error > tolerance)
        n = int(missed[-1]) + 2 if missed.size else 1
        return n if n <= error.size else None


def chen_sequence(g: Generator, n: int = 30) -> ChenSequence:
    """Return ``n`` steps of Chen's approximating sequence.

    Parameters
    ----------
    g : Generator
    n : int
        Number of steps, 1 to 1000.

    Raises
    ------
    NotErgodicError
        If there is no exponential rate.
    ExplorerError
        If the gap is known through logarithms alone (metastable).

    References
    ----------
    Chen, Front. Math. China 5 (2010) 379.

    Examples
    --------
    >>> c = chen_sequence(Generator("1", "-x"), n=5)
    >>> c.lower.round(4).tolist()[::4], c.rayleigh.round(4).tolist()[::4]
    ([0.9405, 0.9993], [1.0702, 1.0])
    """
    if isinstance(n, bool) or not isinstance(n, int) or not 1 <= n <= MAX_STEPS:
        raise InputError("n", f"n = {n!r} is not from 1 to {MAX_STEPS}.", "Use for instance 30.")
    solution = solve(g, 2)
    if not isinstance(solution, Solution):
        raise ExplorerError(
            "This gap is computed through logarithms, and the iteration would leave double range. "
            "Chen's basic bounds are in spectrum(g).chen_bounds."
        )
    with np.errstate(all="ignore"):  # far tails underflow; what is not finite is not used
        return _iterate(solution, n)


def _iterate(solution: Solution, n: int) -> ChenSequence:
    green = solution.green
    f, quotients, rayleigh = _start(green), [], []
    for _ in range(n):
        flux = green.flux(green.mass * f)
        image = green.climb(flux)
        image -= green.mean(image)
        norm = green.mean(image * image)
        quotients.append(green.ordered(flux / green.flux(green.mass * image)))
        rayleigh.append(green.mean(f * image) / norm)
        f = image / math.sqrt(norm)
    unit = math.exp(-green.log_unit)
    found = _filled(np.array(quotients)) * unit
    weights = green.ordered(green.weights)
    return ChenSequence(
        lower=found.min(axis=1),
        rayleigh=np.array(rayleigh) * unit,
        upper=found.max(axis=1),
        nodes=solution.mesh.x.ravel(),
        mass=np.cumsum(weights) - 0.5 * weights,
        quotients=found,
        limit=math.exp(solution.log_eigenvalues[0]),
    )


def _start(green: Green) -> np.ndarray:
    """Return Chen's first test function, centred and of norm 1."""
    scale = green.ordered(green.climb(np.ones_like(green.mass)))
    scale[: green.split * green.mass.shape[1]] *= -1.0
    weights = green.ordered(green.weights)
    median = np.interp(0.5, np.cumsum(weights) - 0.5 * weights, scale)
    f = green.outward(np.sign(scale - median) * np.sqrt(np.abs(scale - median)))
    f -= green.mean(f)
    return f / math.sqrt(green.mean(f * f))


def _filled(quotients: np.ndarray) -> np.ndarray:
    """Give nodes whose fluxes underflow the value of the nearest node inside."""
    good = np.isfinite(quotients) & (quotients > 0.0)
    columns = np.flatnonzero(good.all(axis=0))
    nearest = np.clip(np.arange(quotients.shape[1]), columns[0], columns[-1])
    spots = columns[np.searchsorted(columns, nearest)]
    return quotients[:, spots]
