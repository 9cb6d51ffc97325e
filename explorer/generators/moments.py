"""Moments of the stationary law, tails beyond the mesh included.

What is finite is decided by exponents: a truncated quadrature always returns a number. Beyond a
cut at ``X``, a power tail ``pi ~ x^-s`` adds ``int_X^inf h pi dx = X h(X) pi(X) / (s - m - 1)``
for ``h ~ x^m``, up to a relative error ``1/X``; other tails end far below rounding.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from explorer.generators.classify import Classification


@dataclass(frozen=True, slots=True)
class Moments:
    """Mean, variance, kurtosis (3 for a Gaussian) and noise power ``E_pi[a]``; None if infinite."""

    mean: float | None
    variance: float | None
    kurtosis: float | None
    noise_power: float | None

    def efficiency(self, gap: float) -> float | None:
        """Return fair speed ``gap Var_pi / E_pi[a] <= 1``, None where a factor is infinite."""
        if self.variance is None or not self.noise_power:
            return None
        return _known(gap / self.noise_power * self.variance)


@dataclass(frozen=True, slots=True)
class _Tail:
    """A power tail ``pi ~ x^-exponent`` beyond node ``index``, and ``|t| pi`` there."""

    exponent: float
    index: int
    mass: float


def moments(c: Classification, anchor: float, t, a, mass, dx) -> Moments:  # noqa: PLR0917
    """Return the moments of a stationary law given at nodes.

    Parameters
    ----------
    c : Classification
    anchor : float
        Origin of ``t``.
    t, a, mass, dx : numpy.ndarray, shape (N,)
        Nodes ``x - anchor``, noise coefficient, and the weights of ``dpi`` and of ``dx``.

    Examples
    --------
    >>> from explorer.generators import spectrum, Generator
    >>> round(spectrum(Generator("1 + x^2", "-6*x")).variance, 12)
    0.2
    """
    tails = [
        _Tail(
            end.order - (end.ratio if end.drift_order == -1 else 0.0),
            i,
            float(mass[i] / dx[i] * abs(t[i])),
        )
        for end, i in ((c.left, 0), (c.right, -1))
        if end.kind == "infinite" and end.drift_order < 0
    ]
    shift = _expectation(t, 1, mass, tails)
    centred = t - (shift or 0.0)
    square = centred * centred
    variance = _expectation(square, 2, mass, tails)
    fourth = _expectation(square * square, 4, mass, tails)
    noise = _expectation(a, max(c.left.order, c.right.order), mass, tails)
    kurtosis = None
    if variance and fourth is not None:
        kurtosis = fourth / variance / variance
    return Moments(
        mean=_known(None if shift is None else anchor + shift),
        variance=_known(variance if c.variance_finite else None),
        kurtosis=_known(kurtosis),
        noise_power=_known(noise if c.noise_power_finite else None),
    )


def _known(value):
    """Return a number, or None for one that is infinite or beyond the range of doubles."""
    return float(value) if value is not None and math.isfinite(value) else None


def _expectation(h, power, mass, tails):
    """Return ``E_pi[h]`` for ``h ~ x^power``, None if infinite."""
    if any(tail.exponent <= power + 1 for tail in tails):
        return None
    beyond = sum(h[tail.index] * tail.mass / (tail.exponent - power - 1) for tail in tails)
    return mass @ h + beyond
