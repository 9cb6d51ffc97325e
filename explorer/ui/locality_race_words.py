"""The sentences and tables of the race, with their numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from explorer.analysis import published
from explorer.analysis.spread import paired, spread
from explorer.figures import numbers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from explorer.analysis.race import Race
    from explorer.analysis.spread import Spread

HEAD = ("Denoiser", "r²", "MSE", "p", "CPU time")
PUBLISHED_HEAD = ("Method", "r²", "MSE", "p")
BLANK = "–"
PM = f"{numbers.THIN}±{numbers.THIN}"  # does not break between lines


def leader(race: Race) -> str | None:
    """Return who agrees best with the reference, which does not count; None if nobody is left."""
    means = {
        name: float(values.mean())
        for name, values in zip(race.names, race.agreement(), strict=True)
        if name != race.reference
    }
    return max(means, key=means.__getitem__) if means else None


def rows(race: Race, titles: Mapping[str, str]) -> list[list[str]]:
    """Return the table of agreement: mean ± s.d., p against the best, time per method."""
    best = leader(race)
    r2, mse = race.agreement("r2"), race.agreement("mse")
    found = []
    for k, name in enumerate(race.names):
        p = BLANK
        if best is not None and name not in {best, race.reference}:
            p = probability(paired(r2[race.names.index(best)], r2[k]).p)
        itself = " (the reference)" if name == race.reference else ""
        bold = "**" if name == best else ""
        found.append(
            [
                f"{bold}{titles[name]}{itself}{bold}",
                plus_minus(spread(r2[k])),
                plus_minus(spread(mse[k])),
                p,
                f"{numbers.number(float(race.seconds[k]), 2)}{numbers.THIN}s",
            ]
        )
    return found


def table_caption(race: Race, titles: Mapping[str, str]) -> str:
    """Say what the table counts, how many pictures it has, and what it does not say."""
    count = race.r2.shape[2]
    what = (
        "of the last pictures"
        if race.protocol == "trajectory"
        else "averaged over the ten steps of each picture"
    )
    best = leader(race)
    test = f"; *p*: paired t-test on r² against {titles[best]}, two-sided" if best else ""
    lone = " One picture has no spread and decides nothing." if count == 1 else ""
    return (
        "The reference is an analytic denoiser; agreement with it is not quality. "
        f"Mean ± standard deviation over {count} {'pictures' if count > 1 else 'picture'}, "
        f"{what}{test}.{lone}"
    )


def plus_minus(value: Spread, digits: int = 3) -> str:
    """Return mean ± standard deviation with so many decimals.

    Examples
    --------
    >>> from explorer.analysis.spread import Spread
    >>> plus_minus(Spread(-0.5493, 0.7744, 16)), plus_minus(Spread(0.5, math.nan, 1))
    ('−0.549\u202f±\u202f0.774', '0.500')
    """
    mean = f"{value.mean:.{digits}f}".replace("-", numbers.MINUS)
    return mean if math.isnan(value.std) else f"{mean}{PM}{value.std:.{digits}f}"


def probability(p: float) -> str:
    """Return a p-value with two digits, or a blank if there is none.

    Examples
    --------
    >>> probability(0.0351), probability(math.nan), probability(0.0)
    ('0.035', '–', '< 10⁻¹⁶')
    """
    if math.isnan(p):
        return BLANK
    return numbers.number(p, 2) if p >= 1e-16 else "< 10⁻¹⁶"


def published_rows(data: str) -> list[list[str]]:
    """Return the published table of one data set."""
    chances = published.P_VALUES[data]
    return [
        [
            published.METHODS[name],
            f"{numbers.MINUS if row.r2 < 0 else ''}{abs(row.r2):.3f}{PM}{row.r2_std:.3f}",
            f"{row.mse:.3f}{PM}{row.mse_std:.3f}",
            probability(chances[name]) if name in chances else BLANK,
        ]
        for name, row in published.AGREEMENT[data].items()
    ]


def reading(race: Race, k: int, i: int) -> str:
    """Return what is said of a final picture under the pointer."""
    return (
        f"sample {i}<br>r² = {numbers.number(race.agreement()[k, i], 2)}<br>nearest image "
        f"{race.nearest[k, i]}, off by {numbers.number(float(race.distance[k, i]), 2)}"
    )


def grid_caption(race: Race, titles: Mapping[str, str]) -> str:
    """Say what the grid shows and who only copies."""
    copies = [
        titles[name]
        for name, distance in zip(race.names, race.distance, strict=True)
        if float(np.median(distance)) < COPY
    ]
    found = "Each picture holds, small, the training image nearest to it. "
    if not copies:
        return f"{found}None of these methods repeats training images."
    return f"{found}Half or more of the pictures of {_and(copies)} are training images again."


COPY = 0.02  # root mean square, of a range of 2: two and a half grey levels of 255


def _and(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
