"""An initial law placed on the domain ``(l, r)`` of a generator.

Points and the ends of a uniform law must lie inside the domain; a Gaussian is cut to it and
renormalised, and the placed law says so. It knows its density ``p0(x)``, the mass of intervals, and
where it needs a fine mesh.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from explorer.core.errors import InputError
from explorer.generators.initial import Gaussian, InitialLaw, Points, Uniform

SPAN = 9.0  # standard deviations of a Gaussian that are kept on the mesh; beyond: 2e-19


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """An initial law placed on a domain.

    Attributes
    ----------
    kind : "gaussian" | "uniform" | "points"
    low, high : float
        Interval that carries the law (a Gaussian up to 9 standard deviations, 2e-19 of its mass).
    scale : float
        Shortest length over which the law varies; 0 for points and for the edges of a uniform law.
    marks : (k,) float
        Places where the law is not smooth, or where a Gaussian is centred: the mesh is refined
        around them.
    mean, std : float
        Of the Gaussian before it is cut; of the law itself otherwise.
    inside : float
        Mass of the law on the domain before it was cut, 1 if it was not.
    note : str
        One sentence if the law was changed to fit the domain, else empty.
    """

    kind: Literal["gaussian", "uniform", "points"]
    low: float
    high: float
    scale: float
    marks: np.ndarray
    mean: float
    std: float
    inside: float = 1.0
    note: str = ""

    def density(self, x: np.ndarray) -> np.ndarray:
        """Density of the law at ``x`` (any shape); points have none and raise ValueError."""
        return np.exp(self.log_density(x))

    def log_density(self, x: np.ndarray) -> np.ndarray:
        """Logarithm of the density, -inf where it is 0."""
        if self.kind == "points":
            raise ValueError("a law on points has no density")
        if self.kind == "uniform":
            within = (x >= self.low) & (x <= self.high)
            return np.where(within, -math.log(self.high - self.low), -np.inf)
        z = (x - self.mean) / self.std
        return -0.5 * z * z - math.log(self.std * math.sqrt(2.0 * math.pi) * self.inside)

    def mass_between(self, low: float, high: float) -> float:
        """Mass of the law on [low, high]."""
        if self.kind == "points":
            return float(np.mean((self.marks >= low) & (self.marks <= high)))
        low, high = max(low, self.low), min(high, self.high)
        if not low < high:
            return 0.0
        if self.kind == "uniform":
            return (high - low) / (self.high - self.low)
        z_low, z_high = (low - self.mean) / self.std, (high - self.mean) / self.std
        return min(1.0, (_normal_cdf(z_high) - _normal_cdf(z_low)) / self.inside)

    def sample(self, n: int, rng: np.random.Generator) -> np.ndarray:
        """Draw ``n`` independent values, shape (n,)."""
        if self.kind == "points":
            return rng.choice(self.marks, size=n)
        if self.kind == "uniform":
            return rng.uniform(self.low, self.high, size=n)
        from scipy.special import ndtri  # by inversion: rejection would stall in a far tail

        z_low, z_high = (self.low - self.mean) / self.std, (self.high - self.mean) / self.std
        sign = -1.0 if z_low + z_high > 0 else 1.0  # work in the lower tail, where ndtri is exact
        ends = sorted((sign * z_low, sign * z_high))
        levels = rng.uniform(_normal_cdf(ends[0]), _normal_cdf(ends[1]), size=n)
        return self.mean + self.std * sign * ndtri(levels)


def place(initial: InitialLaw, domain: tuple[float, float]) -> Start:
    """Put an initial law on a domain.

    Parameters
    ----------
    initial : Gaussian, Uniform or Points
    domain : (float, float)
        The interval of the generator.

    Returns
    -------
    Start

    Raises
    ------
    InputError
        If points or a uniform law leave the domain, or a Gaussian has less than 1e-9 of its mass
        inside.

    Examples
    --------
    >>> place(Gaussian(0, 1), (0.0, math.inf)).note
    'The Gaussian start is cut to the domain (0, inf), which holds 50% of it, and renormalised.'
    """
    if isinstance(initial, Gaussian):
        return _place_gaussian(initial, domain)
    if isinstance(initial, Uniform):
        return _place_uniform(initial, domain)
    if isinstance(initial, Points):
        return _place_points(initial, domain)
    problem = f"{type(initial).__name__} is not an initial law."
    raise InputError("initial", problem, "Use Gaussian(mean, std), Uniform(low, high) or Points.")


def _place_gaussian(law: Gaussian, domain: tuple[float, float]) -> Start:
    left, right = domain
    inside = _mass_inside(law, domain)
    if not inside > 1e-9:
        problem = (
            f"The Gaussian start N({law.mean:g}, {law.std:g}^2) has almost no mass "
            f"on the domain {_shown(domain)}."
        )
        raise InputError("mean", problem, "Move its mean into the domain or widen it.")
    note = ""
    if inside < 1.0 - 1e-6:
        note = (
            f"The Gaussian start is cut to the domain {_shown(domain)}, which holds "
            f"{100 * inside:.3g}% of it, and renormalised."
        )
    low = max(left, law.mean - SPAN * law.std)
    high = min(right, law.mean + SPAN * law.std)
    centre = min(max(law.mean, low), high)
    return Start(
        kind="gaussian",
        low=low,
        high=high,
        scale=law.std,
        marks=np.array([centre]),
        mean=law.mean,
        std=law.std,
        inside=inside,
        note=note,
    )


def _mass_inside(law: Gaussian, domain: tuple[float, float]) -> float:
    z_left, z_right = ((end - law.mean) / law.std for end in domain)
    if z_left > 0:  # the difference of two upper tails is exact, that of two values near 1 is not
        z_left, z_right = -z_right, -z_left
    return _normal_cdf(z_right) - _normal_cdf(z_left)


def _place_uniform(law: Uniform, domain: tuple[float, float]) -> Start:
    left, right = domain
    for field, value in (("low", law.low), ("high", law.high)):
        if not left <= value <= right:
            problem = (
                f"The uniform start on [{law.low:g}, {law.high:g}] leaves the domain "
                f"{_shown(domain)}."
            )
            nearest = min(max(value, left), right)
            raise InputError(field, problem, f"Set {field} to {nearest:g} or further inside.")
    return Start(
        kind="uniform",
        low=law.low,
        high=law.high,
        scale=0.0,
        marks=np.array([law.low, law.high]),
        mean=0.5 * (law.low + law.high),
        std=(law.high - law.low) / math.sqrt(12.0),
    )


def _place_points(law: Points, domain: tuple[float, float]) -> Start:
    left, right = domain
    values = np.array(law.values)
    outside = values[(values < left) | (values > right)]
    if outside.size:
        problem = f"The starting point {outside[0]:g} lies outside the domain {_shown(domain)}."
        raise InputError("values", problem, "Move it inside, or widen the domain.")
    return Start(
        kind="points",
        low=float(values[0]),
        high=float(values[-1]),
        scale=0.0,
        marks=values,
        mean=float(values.mean()),
        std=float(values.std()),
    )


def _normal_cdf(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


def _shown(domain: tuple[float, float]) -> str:
    return f"({domain[0]:g}, {domain[1]:g})"
