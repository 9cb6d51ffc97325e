"""The Locality Lab's sentences: the verdict and the captions, with their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.figures import numbers, pixels, sensitivity
from explorer.ui import locality_fields

if TYPE_CHECKING:
    from explorer.analysis.locality import Frames, Look
    from explorer.ui.cached_images import Pictures
    from explorer.ui.locality_data import DataSpec


def verdict(look: Look) -> tuple[str, str]:
    """Return the page's verdict and its tone.

    Examples
    --------
    >>> from explorer import datasets, denoisers
    >>> from explorer.analysis import locality
    >>> wiener = denoisers.build("wiener", datasets.load("digits"))
    >>> verdict(locality.look(wiener, (0, 4, 3), 1.24, threshold=0.05))[0][:52]
    'At σ = 1.24 this pixel looks at **31 of 64 pixels**,'
    """
    if look.dead:
        text = (
            "This pixel is the same in all images. At any noise level the filter returns its mean "
            "and **looks nowhere**; choose a pixel that varies."
        )
        return text, "caution"
    freedom = numbers.number(look.freedom, 3)
    text = (
        f"At σ = {numbers.number(look.sigma, 3)} this pixel looks at "
        f"**{sensitivity.size_in_words(look)}**, "
        f"on average {numbers.number(look.radius, 2)} pixels away; its own weight is "
        f"{numbers.number(look.own, 2)}, and {freedom} directions rise above the noise."
    )
    return text, "neutral"


def title(data: DataSpec) -> str:
    """Return the name of a data set as the menu says it, with what was chosen of it.

    Examples
    --------
    >>> from explorer.ui.locality_data import DataSpec
    >>> title(DataSpec("textures", 8, True))
    'Textures, 8 × 8, in colour'
    """
    named = locality_fields.DATA.title(data.name)
    return f"{named}, {data.size} × {data.size}, {_kind(data)}" if data.size else named


def _kind(data: DataSpec) -> str:
    return "in colour" if data.colour else "grey"


def picture(pictures: Pictures) -> str:
    """Return the caption of the three pictures."""
    error = float(((pictures.filtered - pictures.clean) ** 2).mean()) ** 0.5
    many = pictures.clean[0].size > pixels.MANY
    which = (
        "pixel (in images this large every second one; the arrows find all)" if many else "pixel"
    )
    return (
        f"Click a {which} in any of the three. The noisy one is drawn as z/√(1\u00a0+\u00a0σ²); "
        f"the filtered one is off by {numbers.number(error, 2)}, root mean square, of a range of 2."
    )


def field(look: Look) -> str:
    """Return the caption of the row of W beside the row of S."""
    if look.dead:
        return "A pixel that never changes has no covariance with any other: both rows are zero."
    return (
        "Orange counts along, blue against; each map is relative to its largest value. "
        f"{sensitivity.reach(look)}"
    )


def mask(look: Look) -> str:
    """Return the caption of the mask."""
    return (
        f"Inside the line are **{sensitivity.size_in_words(look)}** "
        f"({numbers.percent(look.size / look.mask.size)}). A denoiser that compares only these "
        "pixels can put together what no single training image holds."
    )


def labels(found: Frames) -> list[str]:
    """Return what stands below each small picture of the film."""
    return [f"σ = {numbers.number(float(sigma), 3)}" for sigma in found.sigmas]


def frames(found: Frames) -> list[str]:
    """Return the finding of each frame of the film."""
    count = found.masks[0].size
    unit = "pixels" if found.masks.shape[1] == 1 else "pixel values"
    sizes = found.masks.sum(axis=(1, 2, 3)).tolist()
    return [
        f"{label}: the mask holds {numbers.whole(size)} of {numbers.whole(count)} {unit}."
        for label, size in zip(labels(found), sizes, strict=True)
    ]
