"""Noise levels: which ones a sampler visits, and how the two ways of writing them belong together.

Everywhere in the explorer noise is ``x = x0 + sigma * eps`` (variance exploding). Networks and the
papers' tables often use ``x_t = sqrt(a) x0 + sqrt(1 - a) eps`` (variance preserving); `vp` maps one
into the other.
"""

from explorer.schedules.discrete import Steps as Steps
from explorer.schedules.discrete import alpha_bars as alpha_bars
from explorer.schedules.discrete import published as published
from explorer.schedules.grids import grid as grid
