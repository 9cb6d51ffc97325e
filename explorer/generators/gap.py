"""What is said about the gap: its value, its kind, its error, and an enclosure.

``gap = min(lambda_1, essential)``. An eigenvalue stands if it is accurate and if counting zeros
finds as many below it as there should be; a closed form wins where the number is not resolved.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from explorer.generators.certificate import chen_wang, temple_lehmann
from explorer.generators.classify import Classification
from explorer.generators.continuum import affine_gap
from explorer.generators.hardy import Bounds
from explorer.generators.metastable import LogBounds
from explorer.generators.oscillation import eigenvalues_below
from explorer.generators.rounding import rounding_error
from explorer.generators.solution import Solution

RESOLVED = 1e-6  # relative error beyond which a value is called an estimate
LEAK = 10.0  # relative error per share of f^2 pi in the end panel
NOISE = 3e-32  # relative error per lambda_k / lambda_1: rounding, projected out once
WRONG = 1.0  # relative error where zeros or Chen's bounds contradict the first eigenvalue
APART = 1e-6  # from Chen's bounds, that rounding does not explain
ULP = 1.2e-16


@dataclass(frozen=True, slots=True, eq=False)
class Gap:
    """The gap and how it is known: fields of ``Spectrum``, which explains them.

    Parameters
    ----------
    value, log : float
    is_eigenvalue : bool
    status : str
    error : float
    enclosure : (float, float)
    method : str
    eigenvalues, errors : numpy.ndarray, shape (k,)
        Eigenvalues that stand, the first of them the gap.
    """

    value: float
    log: float
    is_eigenvalue: bool
    status: str
    error: float
    enclosure: tuple[float, float]
    method: str
    eigenvalues: np.ndarray
    errors: np.ndarray


def computed_gap(s: Solution, bounds: Bounds) -> Gap:
    """Return the gap from eigenpairs that were computed."""
    errors = s.errors + LEAK * s.leaks
    errors[1:] += NOISE * np.exp(s.log_eigenvalues[1:] - s.log_eigenvalues[0])
    kept, nu = _counted(s, errors)
    log_first = float(s.log_eigenvalues[0])
    beyond = log_first > bounds.log_upper + APART or log_first < bounds.log_lower - APART
    errors[0] += WRONG * (nu == math.inf or beyond)
    found, method = _certificate(s, nu)
    rounding = rounding_error(s.mesh, s.green, s.functions[0], s.value)
    if found is not None and method == "temple-lehmann":
        rounding = max(rounding, abs(math.log(found[1] * s.value)))  # Rayleigh against Ritz
    errors += rounding
    exact = _closed_form(s, float(errors[0]))
    if exact is not None:
        return exact
    first, error = exp(log_first), float(errors[0])
    if found is None:
        ends, method = (exp(bounds.log_lower), exp(bounds.log_upper)), "chen"
    else:
        low, high = (end / s.unit for end in found)
        low *= 1.0 - rounding - LEAK * float(s.leaks[0])
        ends = min(low, first), max(high * (1.0 + rounding), first)
    status = "resolved" if error <= RESOLVED else "estimate"
    values = np.exp(s.log_eigenvalues[:kept])
    return Gap(first, log_first, True, status, error, ends, method, values, errors[:kept])


def bounded_gap(c: Classification, b: LogBounds) -> Gap:
    """Return the gap where only bounds are known."""
    log = min(b.log_upper, math.log(c.essential))
    ends = exp(min(b.log_lower, log)), exp(b.log_upper)
    status = "metastable" if b.is_deep else "estimate"
    none, below = np.zeros(0), b.log_upper < math.log(c.essential)
    error = -math.expm1(b.log_lower - b.log_upper)  # 3/4, if 1/(4 kappa) were the gap
    return Gap(exp(log), log, below, status, error, ends, "chen", none, none)


def exp(log: float) -> float:
    """Return ``e^log``, within the range of doubles."""
    return math.exp(min(log, 709.0))


def _closed_form(s, error):
    """Return the closed form where theory has the answer and the number is not resolved."""
    essential = s.classification.essential
    log_first, log_essential = float(s.log_eigenvalues[0]), math.log(essential)
    is_below, none = log_first < log_essential, np.zeros(0)
    if not s.is_continuum and is_below and error <= RESOLVED:
        return None
    affine = None if s.is_continuum else affine_gap(s.generator, s.classification)
    if affine is not None:
        return Gap(
            value=affine,
            log=math.log(affine),
            is_eigenvalue=True,
            status="resolved",
            error=ULP,
            enclosure=(affine, affine),
            method="closed form",
            eigenvalues=np.array([affine]),
            errors=np.array([ULP]),
        )
    if is_below and not s.is_continuum:
        return None
    if not s.is_continuum:  # a state below is not excluded
        error = max(error, math.expm1(log_first - log_essential))
    return Gap(
        value=essential,
        log=log_essential,
        is_eigenvalue=False,
        status="continuous" if s.is_continuum else "estimate",
        error=ULP if s.is_continuum else error,
        enclosure=(essential, essential),
        method="closed form",
        eigenvalues=none,
        errors=none,
    )


def _counted(s, errors):
    """Return how many eigenvalues stand, and a number between the first two.

    None where that number could not be checked, inf where the zeros contradict it.
    """
    k = max(1, int(np.argmin(np.append(errors <= RESOLVED, False))))
    values = np.exp(s.log_eigenvalues[:k] + s.green.log_unit)
    middle = values[0] * min(s.ratio, 1e6) ** 0.5
    around = np.outer(values, (1.0 - RESOLVED, 1.0 + RESOLVED))
    counts = eigenvalues_below(s.green, [middle, *around[-1]])
    if counts is None:
        return k, None
    nu = middle if counts[0] == 1 else math.inf
    if counts[1] < k <= counts[2]:
        return k, nu
    counts = eigenvalues_below(s.green, around.ravel().tolist()) or []
    good = [counts[2 * j] <= j < counts[2 * j + 1] for j in range(len(counts) // 2)]
    return max(1, [*good, False].index(False)), nu


def _certificate(s, nu):
    """Return an enclosure of ``unit lambda_1``, or None, with its method."""
    if nu is not None and nu < math.inf:
        low, high = temple_lehmann(s.green, s.functions[0], nu)
        if 0.0 < low <= high < math.inf:
            return (low, high), "temple-lehmann"
    return chen_wang(s.green, s.functions[0]), "chen-wang"
