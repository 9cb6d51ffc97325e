"""Enclosures of the first eigenvalue: Temple-Lehmann and Chen-Wang.

Both are floating-point enclosures for the truncated problem: they hold up to rounding and to what
is cut off, not as a proof.

*Temple-Lehmann.* With ``f1 = G f0`` (so that ``-L f1 = f0``), ``rho = <f0, f1> / |f1|^2`` and
``eta^2 = |f0 - rho f1|^2 / |f1|^2``: ``rho - eta^2 / (nu - rho) <= lambda_1 <= rho`` for any
``rho < nu <= lambda_2``. That ``nu`` is such a number is seen by counting eigenvalues below it.

*Chen-Wang.* ``min flux_n / flux_{n+1} <= lambda_1 <= max flux_n / flux_{n+1}`` for the fluxes of
``f_{n+1} = G f_n`` with ``f_n`` increasing; a weak lower end where tails are heavy.

References: Temple 1928; Lehmann 1949; Chen and Wang 1997.
"""

from __future__ import annotations

import numpy as np

from explorer.generators.green import Green

EDGE = 1e-9  # mass beyond which a test function is made constant
ROUNDS = 8  # of Chen's iteration


def temple_lehmann(green: Green, first, nu: float) -> tuple[float, float]:
    """Return an enclosure of ``unit lambda_1``.

    Parameters
    ----------
    green : Green
    first : numpy.ndarray, shape (P, 20)
        Approximate first eigenfunction.
    nu : float
        A number below which ``unit lambda_1`` is the only eigenvalue (see ``oscillation``).

    Examples
    --------
    >>> from explorer.generators import Generator
    >>> from explorer.generators.solve import solve
    >>> s = solve(Generator("1", "-x"))
    >>> low, high = temple_lehmann(s.green, s.functions[0], 1.5 * s.unit)
    >>> bool(high - low < 1e-14 * high)
    True
    """
    image = green(first)
    norm = green.mean(image * image)
    rho = float(green.mean(first * image) / norm)
    defect = first - rho * image
    eta = float(green.mean(defect * defect) / norm)
    return rho - eta / (nu - rho), rho


def chen_wang(green: Green, first) -> tuple[float, float] | None:
    """Return an enclosure of ``unit lambda_1`` from Chen-Wang's quotient at the nodes.

    None where the quotient is not positive everywhere. ``first`` increases, up to noise.
    """
    below, above = green.shares()
    f = np.maximum.accumulate(_clamped(green.ordered(first), below, above))
    f = green.outward(f)
    flux = before = green.flux(green.mass * (f - green.mean(f)))
    for _ in range(ROUNDS):
        u = green.climb(flux)
        before, flux = flux, green.flux(green.mass * (u - green.mean(u)))
    kept = flux != 0.0  # far out both underflow
    quotient = before[kept] / flux[kept]
    low, high = quotient.min(initial=np.inf), quotient.max(initial=0.0)
    return (float(low), float(high)) if 0.0 < low <= high < np.inf else None


def _clamped(f, below, above):
    """Make ``f`` constant beyond the mass ``EDGE`` on both sides, where it is not accurate."""
    first = int(np.searchsorted(below, EDGE))
    last = f.size - 1 - int(np.searchsorted(above[::-1], EDGE))
    f[:first], f[last + 1 :] = f[first], f[last]
    return f
