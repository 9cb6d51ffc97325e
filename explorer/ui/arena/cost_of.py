"""What a contest will need: seconds, by the pace so far or by counting, and memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.analysis.arena import ode
from explorer.analysis.arena.memory import fit, need
from explorer.core.errors import InputError
from explorer.ui.arena import cells, exact_ends, heats, outcomes, targets
from explorer.ui.kept import MOST, shelf

if TYPE_CHECKING:
    from explorer.ui.arena.cells import Cell
    from explorer.ui.arena.state import Wish

MOST_KEPT = 3 * MOST // 4  # bytes on the shelf: what is evicted there would be done again
# One core of a small server, measured: products of matrices, and the exponentials of a mixture.
PER_PRODUCT, PER_VALUE, PER_CALL = 4e-10, 2e-8, 1e-4  # seconds
PER_SCORE, PER_IMAGE_SCORE = 0.06, 0.2
QUICK = 1.5  # seconds; a first look that takes less is done at once


def memory(wish: Wish) -> int:
    """Return the bytes that a contest needs: its largest heat, and what is kept of those shown."""
    target = targets.target(wish)
    needs = [need(target, entry, wish.setting) for entry in cells.runners(wish, wish.nfe)]
    return max(needs, default=0) + kept(wish)


def kept(wish: Wish) -> int:
    """Return the bytes on the shelf while all heats that are shown are under way."""
    target, n = targets.target(wish), wish.setting.n
    one = heats.bytes_under_way(target, n) + 4 * n * target.size
    return len(wish.entries) * (one + heats.MOST_OF_A_TRAIL // 2)


def too_much(wish: Wish) -> InputError | None:
    """Return why a contest does not fit into memory, if so."""
    shelf_needs = kept(wish)
    if shelf_needs > MOST_KEPT:
        problem = f"To be shown, these runs need about {shelf_needs >> 20:,} MB; "
        remedy = "Choose fewer samples, smaller images or fewer samplers."
        return InputError("n", f"{problem}the page keeps at most {MOST_KEPT >> 20} MB.", remedy)
    try:
        for entry in cells.runners(wish, wish.nfe):
            fit(targets.target(wish), entry, wish.setting)
    except InputError as error:
        return error
    return None


def seconds_left(wish: Wish) -> float | None:
    """Return the estimated seconds of what is missing; None if one pace is unknown."""
    heats_left = _seconds(wish, [*cells.first(wish), *cells.others(wish)])
    return None if heats_left is None else heats_left + _ends(wish)


def first_look(wish: Wish) -> float | None:
    """Return the estimated seconds until the first view is there; None if that is unknown."""
    return _seconds(wish, cells.first(wish))


def _seconds(wish: Wish, asked: list[Cell]) -> float | None:
    total = 0.0
    one_of = {one.entry: one for one in asked}
    pace_of = {entry: _pace(wish, one) for entry, one in one_of.items()}
    score = PER_IMAGE_SCORE if wish.target.is_image else PER_SCORE
    for one in asked:
        over = outcomes.of(one)
        if over is None:
            pace = pace_of[one.entry]
            if pace is None:
                return None
            total += pace * cells.price(wish, one)
        if over is None or over.score is None:
            total += score * max(1.0, wish.setting.n / 1000)
    return total


def _ends(wish: Wish) -> float:
    """Return the estimated seconds of the exact ends of the ODE."""
    if not any(cells.follows_ode(wish, one) for one in cells.first(wish)):
        return 0.0
    pace = shelf().get(exact_ends.pace_key(wish)) or 6 * (_guess(wish, exact_ends.FOLLOWED) or 0.0)
    missing = [seed for seed in wish.seeds if exact_ends.known(wish, seed) is None]
    steps = 1 if wish.target.kind == "gaussian" else ode.STEPS
    return sum(pace * (steps - exact_ends.done(wish, seed)) for seed in missing)


def _pace(wish: Wish, one: Cell) -> float | None:
    """Return seconds per evaluation: of this entry's heats if there were any, else by counting."""
    known = shelf().get(heats.pace_key(one))
    return known if known is not None else _guess(wish, wish.setting.n)


def _guess(wish: Wish, n: int) -> float | None:
    """Return seconds of one evaluation of n samples, where they can be counted."""
    spec, size = wish.target, targets.target(wish).size
    if not spec.is_image:
        modes = max(1, len(spec.modes), 9 * (spec.kind == "nine-modes"))
        return PER_CALL + n * size * (modes * PER_VALUE + size * PER_PRODUCT)
    if spec.denoiser not in {"optimal", "wiener"}:
        return None
    others = _others(wish) if spec.denoiser == "optimal" else size
    return PER_CALL + 2 * n * size * others * PER_PRODUCT


def _others(wish: Wish) -> int:
    """Return with how many images each sample is compared."""
    images = targets.target(wish).images
    return 0 if images is None else images.n
