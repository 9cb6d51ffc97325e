"""The sentences and tables of the tab *Settings*, with their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from explorer.figures import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.analysis.batch_order import OrderEffect
    from explorer.analysis.dead_pixels import DeadPixels, RuleAnswer
    from explorer.analysis.mask_sizes import MaskSizes
    from explorer.analysis.settings import Answer, Comparison, Settings

SETTINGS_HEAD = ("Settings", "largest change", "typical change", "error to the clean picture")
SIZES_HEAD = ("Rule", "τ", "mean size", "smallest", "largest", "empty", "without own pixel")


def lever(name: str, settings: Settings) -> str:
    """Return what one setting is, in words.

    Examples
    --------
    >>> from explorer.analysis.settings import Settings
    >>> lever("softmax", Settings(softmax="published", batch=256))
    'softmax per batch of 256'
    """
    axes = "their mean kept" if settings.tail else "set to 0"
    divided = "the pixel seen" if settings.orientation == "neighbour" else "the output"
    return {
        "threshold": f"τ = {numbers.number(settings.threshold, 3)}",
        "temperature": f"T = {numbers.number(settings.temperature, 3)}",
        "cutoff": f"{numbers.number(settings.cutoff, 3)}\u202f% of Σλ cut off, {axes}",
        "softmax": f"softmax per batch of {settings.batch:,}",
        "mask": f"published masks, divided by {divided}",
    }[name]


def settings_rows(found: Comparison) -> list[tuple[str, ...]]:
    """Return a row for the plain settings, for each change alone, and for all together."""
    tau = numbers.number(found.plain.settings.threshold, 3)
    plain = f"plain: τ = {tau}, T = 1, exact softmax, symmetric masks"
    rows = [(plain, "–", "–", _number(found.plain.error))]
    rows += [_row(f"only {lever(name, a.settings)}", a) for name, a in found.alone.items()]
    if len(found.alone) > 1:
        rows.append(_row("**all of them**", found.chosen))
    return rows


def settings_caption(found: Comparison, total: int) -> str:
    """Return the caption of the pictures."""
    which = _averaged(found.n, total)
    if not found.alone:
        return f"All settings are plain; move one to see what it changes. {which}"
    errors = [numbers.number(a.error, 3) for a in (found.plain, found.chosen)]
    return (
        f"Orange pixels became brighter, blue ones darker, by up to "
        f"**{numbers.number(found.chosen.largest, 2)}** of a range of 2; the error to the clean "
        f"picture goes from {errors[0]} to {errors[1]}. {which}"
    )


def _averaged(n: int, total: int) -> str:
    if n == total:
        return f"Averaged over all {total:,} images."
    return f"Averaged over the first {n:,} of {total:,} images."


def _row(name: str, answer: Answer) -> tuple[str, ...]:
    return name, _number(answer.largest), _number(answer.typical), _number(answer.error)


def _number(value: float) -> str:
    return numbers.number(value, 3)


# --- mask sizes --------------------------------------------------------------------------------


def sizes_rows(found: Sequence[MaskSizes]) -> list[tuple[str, ...]]:
    """Return a row for each rule."""
    return [
        (
            masks.rule,
            _number(masks.threshold),
            _number(masks.mean),
            numbers.whole(int(masks.sizes.min())),
            numbers.whole(int(masks.sizes.max())),
            numbers.whole(masks.empty),
            numbers.whole(masks.missing),
        )
        for masks in found
    ]


def sizes_caption(symmetric: MaskSizes, published: MaskSizes, *, match: bool) -> str:
    """Return the caption of both maps."""
    if match:
        return (
            f"The published rule needs τ = **{_number(published.threshold)}** for masks as large "
            f"as those of the symmetric one at τ = {_number(symmetric.threshold)}. "
            "Where they lie still differs."
        )
    return (
        f"At the same τ the symmetric rule keeps **{_number(symmetric.mean)}** pixels on average, "
        f"the published one {_number(published.mean)}: its largest ratio is "
        f"{_number(published.largest)}, so that pixels must pass θ = τ max|m| = "
        f"{_number(published.cut)}."
    )


# --- defects -----------------------------------------------------------------------------------


def order_caption(found: Sequence[OrderEffect], here: OrderEffect) -> str:
    """Return the caption of the order of the images."""
    worst = max(found, key=lambda effect: effect.by_order)
    exact = max(effect.exact_by_order for effect in found)
    if here.batches == 1:
        return "All images fit into one batch: both softmaxes agree, and no order matters."
    return (
        f"The same images in another order change the published answer most at "
        f"σ = {_number(worst.sigma)}: by **{numbers.number(worst.by_order, 2)}**, root mean "
        f"square. The exact softmax changes by {numbers.number(exact, 1)} at most, which is "
        "rounding."
    )


def order_rows(here: OrderEffect) -> list[tuple[str, ...]]:
    """Return the errors of the three answers, and what the order changes."""
    published, reordered, exact = here.errors
    return [
        ("per batch, order of the file", _number(published), "–"),
        ("per batch, another order", _number(reordered), numbers.number(here.by_order, 2)),
        ("over all images (the fix)", _number(exact), numbers.number(here.exact_by_order, 1)),
    ]


def dead_caption(found: Sequence[DeadPixels], *, single: bool) -> str:
    """Return the caption of the pixels that hardly vary."""
    worst = max(found, key=lambda level: level.published.masks.cut)
    masks, missing = worst.published.masks, worst.published.live_missing
    ratio = (
        f"the largest ratio is {_number(masks.largest)} and θ = {_number(masks.cut)}, at "
        f"σ = {_number(worst.sigma)}"
    )
    how = "With float32 rounding" if single else "With exact sums"
    if masks.cut > 1.0:
        return (
            f"{how} {ratio}: above 1, the ratio of a pixel with itself. There "
            f"**{missing:,} of {worst.live:,}** pixels that vary are missing from their own mask, "
            f"and {worst.published.live_empty:,} see nothing and get the mean image."
        )
    most = max(found, key=lambda level: level.published.live_missing)
    return (
        f"{how} {ratio}: below 1, so the last steps hold. Still "
        f"**{most.published.live_missing:,} of {most.live:,}** pixels that vary are missing from "
        f"their own mask at σ = {_number(most.sigma)}; the symmetric rule loses none."
    )


DEAD_HEAD = (
    "σ", "largest ratio", "θ", "empty", "without own pixel", "mean size", "error",
    "symmetric: τ", "mean size", "error",
)  # fmt: skip


def dead_rows(found: Sequence[DeadPixels]) -> list[tuple[str, ...]]:
    """Return one row for each noise level."""

    def row(level: DeadPixels) -> tuple[str, ...]:
        answer: RuleAnswer = level.published
        return (
            _number(level.sigma),
            _number(answer.masks.largest),
            _number(answer.masks.cut),
            numbers.whole(answer.masks.empty),
            numbers.whole(answer.masks.missing),
            _number(answer.masks.mean),
            _number(answer.error),
            _number(level.symmetric.masks.threshold),
            _number(level.symmetric.masks.mean),
            _number(level.symmetric.error),
        )

    return [row(level) for level in found]


def nearest(levels: Sequence[float], sigma: float) -> int:
    """Return which noise level is the nearest to `sigma`, by ratio.

    Examples
    --------
    >>> nearest([10.0, 1.0, 0.1], 0.4)
    1
    """
    return int(np.abs(np.log(np.asarray(levels)) - np.log(sigma)).argmin())
