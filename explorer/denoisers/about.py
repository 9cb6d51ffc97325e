"""What is said of a denoiser beside its formula: a title, its source, and what a call costs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """One row of the table of methods.

    Attributes
    ----------
    title : str
        What a person reads: "Kamb & Ganguli, local".
    source : str
        The paper, or "derived here".
    cost : str
        Arithmetic of one call for one image, KaTeX, in the letters n images, d values of a pixel
        per image, p values in a mask or patch, k clusters.
    approximate : str
        Empty if the method computes what its formula says; otherwise what is left out.
    memory : str
        What is held beside the images, Markdown with KaTeX.
    """

    title: str
    source: str
    cost: str
    approximate: str = ""
    memory: str = ""
