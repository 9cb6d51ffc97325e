"""Home's cards of the Sampler Arena, from numbers that are shipped: no tensor library is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.analysis.arena import postcard
from explorer.figures import arena_miniatures, numbers, sampler_style
from explorer.ui.home_card import Card

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from explorer.figures.theme import Theme

_AT = postcard.BUDGETS.index(20)


def _cost(theme: Theme) -> go.Figure:
    curves, _ = postcard.read()
    slow, _, fast = curves.mean[:, _AT]
    alt = (
        f"With {postcard.BUDGETS[_AT]} looks at the denoiser, DPM-Solver++ ends "
        f"{numbers.number(fast, 2)} from the data and DDPM {numbers.number(slow, 2)}; as many "
        f"exact samples are {numbers.number(curves.floor[0], 2)} apart."
    )
    names, budgets = postcard.SAMPLERS, postcard.BUDGETS
    return arena_miniatures.cost(curves, theme, names=names, budgets=budgets, alt=alt)


def _ways(theme: Theme) -> go.Figure:
    _, ways = postcard.read()
    labels = [sampler_style.short(name) for name in postcard.WAYS]
    alt = (
        f"The same {postcard.POINTS} noises, {postcard.STEPS} steps: {labels[0]} follows one curve "
        f"from each, {labels[1]} adds fresh noise on the way and ends elsewhere."
    )
    return arena_miniatures.ways(ways, theme, names=postcard.WAYS, labels=labels, alt=alt)


CARDS = (
    Card(
        "cost",
        "Which sampler gets more for the same cost?",
        "sampler_arena",
        {
            "sa_target": "nine-modes",
            "sa_samplers": ";".join(postcard.SAMPLERS),
            "sa_tab": "Quality against cost",
        },
        "Race them yourself",
        _cost,
    ),
    Card(
        "ways",
        "How does noise become data?",
        "sampler_arena",
        {"sa_target": "modes", "sa_samplers": ";".join(postcard.WAYS)},
        "Watch every point fly",
        _ways,
    ),
)
