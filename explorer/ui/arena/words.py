"""The sentences of the Sampler Arena, with their numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from explorer.analysis.arena.contest import METRICS
from explorer.analysis.arena.verdict import LEAST_SEEDS
from explorer.figures import numbers, sampler_style
from explorer.ui.arena import target_fields as f
from explorer.ui.locality_data import FOLDER, UPLOAD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.analysis.arena.contest import Contest
    from explorer.analysis.arena.verdict import Verdict
    from explorer.ui.arena.shown import Shown
    from explorer.ui.arena.state import Wish
    from explorer.ui.arena.target_spec import TargetSpec

METRIC = "sliced-w2"  # of the verdict: it is there for every target
PM = f"{numbers.THIN}±{numbers.THIN}"  # does not break between lines
BREAK = "\u2009"  # as wide, but a line may break here
LARGE, SMALL = 4, -3  # powers of ten: from here on, and below, numbers carry theirs
READABLE, MOST_DECIMALS = 5, 8  # digits behind the point, of small numbers and of any
MOST_TIES = 3  # named in the verdict
# Said beside any other distance: a sampler with wrong weights may have right marginals.
OTHERS = {"mode-tv": "mode weights", "marginal-error": "marginal error"}


def verdict(shown: Shown) -> tuple[str, str]:
    """Return the verdict and its tone.

    Nobody is called the best who cannot be told apart from another.
    """
    wish, contest = shown.wish, shown.contest
    if not wish.entries:
        return "Nobody runs yet: choose samplers below.", "neutral"
    found = contest.best(METRIC, wish.nfe)
    if found is None:
        return _before(wish, contest)
    return _after(wish, contest, found)


def titles(wish: Wish) -> list[str]:
    """Return what a person reads for each entry."""
    return [sampler_style.label(entry, wish.entries) for entry in wish.entries]


def value(mean: float, error: float) -> str:
    """Return mean ± standard error, the error with two digits; the mean alone if it has none.

    Examples
    --------
    >>> value(0.12345, 0.0061), value(0.12345, math.nan)
    ('0.1235\u202f±\u202f0.0061', '0.12')
    """
    if not (math.isfinite(error) and error > 0.0):
        return numbers.number(mean, 2)
    return plus_minus(mean, error)


def plus_minus(mean: float, error: float) -> str:
    """Return mean ± error, both as far as the error's second digit.

    The first has to do where the second would be the sixth behind the point; where that takes more
    zeros still, both share a power of ten, before which a line may break.

    Parameters
    ----------
    mean : float
        Finite.
    error : float
        Positive and finite.

    Examples
    --------
    >>> plus_minus(0.03214, 0.00123), plus_minus(-231.4, 18.2)
    ('0.0321\u202f±\u202f0.0012', '−231\u202f±\u202f18')
    >>> plus_minus(5.865e-5, 6.3e-7), plus_minus(21.4e6, 4.2e6)
    ('(5.865\u202f±\u202f0.063)\u2009×\u202f10⁻⁵', '(2.14\u202f±\u202f0.42)\u2009×\u202f10⁷')
    """
    last = _power(error) - 1  # the power of ten of the last digit that is written
    power = max(_power(mean) if mean else last, last + 1)
    decimals = min(max(0, -last), MOST_DECIMALS)
    if power >= SMALL and decimals == READABLE + 1:
        decimals = READABLE
    if power >= LARGE or power < SMALL or (power < -1 and decimals > READABLE):
        factor, decimals = 10.0**-power, min(power - last, MOST_DECIMALS)
        pair = _pair(mean * factor, error * factor, decimals)
        return f"({pair}){BREAK}×{numbers.THIN}10{numbers.superscript(power)}"
    return _pair(mean, error, decimals)


def _power(value: float) -> int:
    """Return the power of ten of the first digit of a value that is rounded to two."""
    return int(f"{value:.1e}".split("e")[1])


def _pair(mean: float, error: float, decimals: int) -> str:
    return f"{mean:.{decimals}f}{PM}{error:.{decimals}f}".replace("-", numbers.MINUS)


def target(spec: TargetSpec) -> str:
    """Return what the target is called in a sentence.

    Examples
    --------
    >>> from explorer.ui.arena.target_spec import TargetSpec
    >>> target(TargetSpec("gaussian", dimension=10))
    'a Gaussian in 10 dimensions'
    """
    if spec.kind == "gaussian":
        return f"a Gaussian in {spec.dimension} dimensions"
    if spec.kind == "nine-modes":
        return f"nine modes in {spec.dimension} dimensions"
    if spec.kind == "modes":
        count = len(spec.modes)
        return f"{count} modes in the plane" if count > 1 else "one mode in the plane"
    own = {FOLDER: "images of a folder", UPLOAD: "uploaded images"}
    data = own.get(spec.data) or f.DATA.title(spec.data)
    return f"{data}, denoiser {f.DENOISER.title(spec.denoiser)}"


def _before(wish: Wish, contest: Contest) -> tuple[str, str]:
    """Say what will be compared, or that nobody can run."""
    main = wish.main
    able = [t for e, t in enumerate(titles(wish)) if (e, main) not in contest.refused]
    budget = _budget(wish)
    if not able:
        return f"With {budget} none of these samplers can run on {target(wish.target)}.", "caution"
    will = "will be compared" if len(able) > 1 else "will run"
    return f"{_and(able)} {will} on {target(wish.target)}, each with {budget}.", "neutral"


def _after(wish: Wish, contest: Contest, found: Verdict) -> tuple[str, str]:
    """Say who is best, how far from the floor, and who cannot be told apart."""
    names, b = titles(wish), wish.main
    mean, error = contest.mean(METRIC)[:, b], contest.error(METRIC)[:, b]
    score = value(float(mean[found.best]), float(error[found.best]))
    title = METRICS[METRIC].title
    metric = title[0].lower() + title[1:]
    within = f"With {_budget(wish)}{' and an exact start' * (wish.setting.start == 'exact')}"
    floor, best = _floor(contest, image=wish.target.is_image), names[found.best]
    at_floor = contest.within_floor(METRIC)[:, b]
    if at_floor[found.best]:
        who = [found.best, *(e for e in found.ties if at_floor[e])]
        equals, but = [names[e] for e in who], not_by(contest, METRIC, b, who, names=names)
        are = "are" if len(equals) > 1 else "is"
        few = "" if found.seeds >= LEAST_SEEDS else f", as far as {_seeds(found.seeds)} can tell"
        said = f"{within} **{_some(equals)} {are} at the floor**{few}"
        which = f" of {best}" if len(equals) > 1 else ""
        tone = "neutral" if few or but else "good"
        return f"{said}: {metric}{which} {score}{floor}{but}.", tone
    if np.isfinite(mean).sum() == 1:
        return f"{within} **{best}** has a {metric} of {score}{floor}.", "neutral"
    if found.seeds < LEAST_SEEDS:
        said = f"{within} {best} has the smallest {metric}, {score}{floor}"
        return f"{said}; **{_seeds(found.seeds)} cannot tell it from chance**.", "neutral"
    if not found.ties:
        return f"{within} **{best}** comes nearest: {metric} {score}{floor}.", "good"
    said = f"{within} **nobody wins**: {best} has the smallest {metric}, {score}{floor}"
    others = [names[e] for e in found.ties]
    return f"{said}, but cannot be told apart from {_some(others)}.", "neutral"


def _budget(wish: Wish) -> str:
    return f"{numbers.whole(wish.nfe)} evaluation{'s' * (wish.nfe > 1)} per sample"


def not_by(
    contest: Contest, metric: str, b: int, who: Sequence[int], *, names: Sequence[str]
) -> str:
    """Say which of those at the floor of a metric are above that of another; "" if none is.

    Parameters
    ----------
    contest : Contest
    metric : str
        By which `who` are at the floor.
    b : int
        Index of the budget.
    who : sequence of int
        Entries.
    names : sequence of str
        What a person reads for each entry.
    """
    said = []
    for other, title in OTHERS.items():
        if other == metric or other not in contest.floors:
            continue
        mean, near = contest.mean(other)[:, b], contest.within_floor(other)[:, b]
        above = [names[e] for e in who if math.isfinite(mean[e]) and not near[e]]
        if above:
            said.append(f"by {title} {_some(above)} {'is' if len(above) == 1 else 'are'} not")
    return f"; but {', and '.join(said)}" if said else ""


def _floor(contest: Contest, *, image: bool) -> str:
    """Say what exact samples score; of images, what one half of the data scores to the other."""
    if METRIC not in contest.floors:
        return ""
    who = "two halves of the data" if image else "exact samples"
    return f" ({who} score {value(*contest.floors[METRIC])})"


def _seeds(count: int) -> str:
    return "one seed" if count == 1 else f"{count} seeds"


def _some(names: Sequence[str]) -> str:
    if len(names) <= MOST_TIES + 1:
        return _and(names)
    return f"{', '.join(names[:MOST_TIES])} and {len(names) - MOST_TIES} more"


def _and(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
