"""The tab *Settings*: what each setting of the locality denoiser changes, pixel by pixel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from explorer.analysis import settings
from explorer.figures import canvas, numbers, pixel_maps
from explorer.ui import (
    cached_settings,
    frame,
    inputs,
    locality_defects,
    locality_fields,
    locality_panels,
    steps,
    table,
)
from explorer.ui import locality_settings_fields as f
from explorer.ui import locality_settings_notebook as notebook
from explorer.ui import locality_settings_words as words
from explorer.ui.studio_layout import Item, row

if TYPE_CHECKING:
    from explorer.analysis.mask_sizes import MaskSizes
    from explorer.analysis.settings import Comparison, Settings
    from explorer.ui.locality_panels import Shown

PLAIN = settings.Settings(threshold=float(locality_fields.TAU.default))
SMALL = 220  # px, of the maps of one setting each
PRESETS = {
    "As published": {f.SOFTMAX: "published", f.RULE: "published", f.CUTOFF: 0.0},
    "Plain": {f.SOFTMAX: "exact", f.RULE: "symmetric", f.CUTOFF: 0.0},
    "Warm": {f.SOFTMAX: "exact", f.RULE: "symmetric", f.CUTOFF: 0.0, f.TEMPERATURE: 3.0},
    "Few directions": {f.SOFTMAX: "exact", f.RULE: "symmetric", f.CUTOFF: 10.0},
}


@st.fragment
def draw(shown: Shown) -> None:
    """Draw the tab."""
    row([Item("settings", lambda: changes(shown))])
    row([Item("sizes", lambda: sizes(shown))])
    locality_defects.draw(shown)


def chosen(shown: Shown) -> Settings:
    """Return the settings that the fields say, with the page's τ."""
    return settings.Settings(
        threshold=shown.state.threshold,
        temperature=float(inputs.value(f.TEMPERATURE)),
        cutoff=float(inputs.value(f.CUTOFF)),
        tail=inputs.value(f.TAIL) == "mean",
        softmax=str(inputs.value(f.SOFTMAX)),
        batch=int(inputs.value(f.BATCH)),
        mask=str(inputs.value(f.RULE)),
        orientation=str(inputs.value(f.ORIENTATION)),
    )


def _controls(shown: Shown) -> None:
    """Draw the settings in three columns; what has no say is greyed out by not being there."""
    if frame.shown("settings_presets"):
        with st.container(horizontal=True, gap="small", key="ll_settings_presets"):
            for k, (name, values) in enumerate(PRESETS.items()):
                wish = {f.TEMPERATURE: 1.0} | values
                key = f"ll_settings_preset_{k}"
                st.button(name, key=key, on_click=inputs.assign, args=(wish,))
    first, second, third = st.columns(3, gap="medium")
    with first:
        inputs.log_slider(f.TEMPERATURE)
        inputs.log_slider(f.CUTOFF)
        if float(inputs.value(f.CUTOFF)):
            inputs.choice(f.TAIL, compact=True)
    with second:
        if inputs.choice(f.SOFTMAX, compact=True) == "published":
            inputs.choice(f.BATCH)
    with third:
        if inputs.choice(f.RULE, compact=True) == "published":
            inputs.choice(f.ORIENTATION, compact=True)
    if shown.images.n > cached_settings.few(shown.images):
        inputs.switch(f.EVERY)


def changes(shown: Shown) -> None:
    """Draw the controls, both answers and their difference, and each change alone."""
    with frame.panel("What each setting changes, pixel by pixel", name="settings") as panel:
        _controls(shown)
        images, wanted = shown.images, chosen(shown)
        few = cached_settings.few(images)
        n = images.n if inputs.value(f.EVERY) else few
        compared = settings.variants(wanted, PLAIN)
        wish = cached_settings.Wish(shown.state, compared, n)
        plan = wish.plan()
        steps.gather(plan, button="Denoise", at_once=cached_settings.at_once(images, n))
        if steps.finished(plan):
            clean, sigma = shown.pictures.clean, shown.state.sigma
            found = settings.joined(compared, steps.results(plan), clean=clean, sigma=sigma, n=n)
            _pictures(shown, found, panel)
            _alone(shown, found, panel)
            table.draw(words.SETTINGS_HEAD, words.settings_rows(found), key="settings")
            panel.caption(words.settings_caption(found, images.n))
            locality_panels.give(
                panel,
                lambda: (
                    locality_panels.places(shown)
                    | {"plain": found.plain.image.ravel(), "chosen": found.chosen.image.ravel()}
                    | {name: answer.change.ravel() for name, answer in found.alone.items()}
                ),
                notebook.settings(shown.state, wanted, PLAIN, n),
            )
        panel.why(
            "Plain is eq. 9 as it is written: one softmax over all images, T = 1, the symmetric "
            f"rule at τ = {numbers.number(PLAIN.threshold)}. τ is moved in the side column. The "
            "rows of the table change one setting at a time; their changes need not add up. An "
            "error to the clean picture says how well this one picture is denoised, not how near "
            "the answer is to a trained network.",
            formula=r"\hat x_{0,q}=\sum_i x_{iq}\,\mathrm{softmax}_i\!\left(-\frac{\lVert M_q"
            r"\circ(z-x_i)\rVert^2}{2\sigma^2T}\right)",
            source=locality_panels.PAPER + ", eq. 9",
            badge="measured",
        )


def _pictures(shown: Shown, found: Comparison, panel: frame.Panel) -> None:
    theme = frame.theme()
    error = [numbers.number(a.error, 2) for a in (found.plain, found.chosen)]
    plain = pixel_maps.picture(
        found.plain.image, theme, title="plain settings", alt=f"Error {error[0]}."
    )
    now = pixel_maps.picture(
        found.chosen.image, theme, title="these settings", alt=f"Error {error[1]}."
    )
    change = pixel_maps.change(
        pixel_maps.flat(found.chosen.change, shown.channel),
        theme,
        limit=found.chosen.largest,
        title="what changed",
        alt=f"The largest change of a pixel is {numbers.number(found.chosen.largest, 2)}, the "
        f"typical one {numbers.number(found.chosen.typical, 2)}.",
    )
    for column, name, figure in zip(
        st.columns(3, gap="small"), ("plain", "chosen", "change"), (plain, now, change), strict=True
    ):
        with column:
            panel.chart(figure, alt=canvas.alt(figure), key=f"chart_settings_{name}")


def _alone(shown: Shown, found: Comparison, panel: frame.Panel) -> None:
    """Draw the change that each setting makes alone, on one scale."""
    if len(found.alone) < 2:
        return
    maps = {
        name: pixel_maps.flat(answer.change, shown.channel) for name, answer in found.alone.items()
    }
    limit = pixel_maps.common_limit(list(maps.values()))
    # Always as many columns as there are settings: nothing grows when one comes to be plain.
    for column, (name, values) in zip(st.columns(len(settings.LEVERS)), maps.items(), strict=False):
        answer = found.alone[name]
        title = {"threshold": "τ", "temperature": "T", "cutoff": "cut-off", "mask": "masks"}
        figure = pixel_maps.change(
            values,
            frame.theme(),
            limit=limit,
            title=f"{title.get(name, name)} alone",
            alt=f"With {words.lever(name, answer.settings)} alone the largest change is "
            f"{numbers.number(answer.largest, 2)}.",
            height=SMALL,
        )
        with column:
            panel.chart(figure, alt=canvas.alt(figure), key=f"chart_alone_{name}")


def sizes(shown: Shown) -> None:
    """Draw how many pixels each output sees, under both rules."""
    with frame.panel("How many pixels each output sees", name="sizes") as panel:
        match = inputs.switch(f.MATCH)
        wish = cached_settings.SizesWish(
            shown.state,
            float(inputs.value(f.CUTOFF)),
            inputs.value(f.TAIL) == "mean",
            str(inputs.value(f.ORIENTATION)),
            match,
        )
        quick = shown.images.size <= cached_settings.QUICK
        results = steps.gather(wish.plan(), button="Make the masks", at_once=quick)
        if results:
            symmetric, published = results[0]
            _size_maps(shown, results[0], panel)
            table.draw(words.SIZES_HEAD, words.sizes_rows(results[0]), key="sizes")
            panel.caption(words.sizes_caption(symmetric, published, match=match))
            locality_panels.give(
                panel,
                lambda: (
                    locality_panels.places(shown)
                    | {masks.rule: masks.sizes.ravel() for masks in results[0]}
                ),
                notebook.sizes(wish),
            )
        panel.why(
            "The published threshold is relative to the largest ratio of all pixels, so that one "
            "nearly constant pixel makes all masks smaller. The symmetric ratio cannot exceed 1. "
            "A fair comparison of the rules needs masks of the same mean size.",
            formula=r"\frac{|W_{qn}|}{\sqrt{W_{qq}W_{nn}}}\ge\tau\qquad\text{against}\qquad"
            r"\frac{|W_{nq}|}{W_{nn}}\ge\tau\,\max_{ij}\frac{|W_{ij}|}{W_{ii}}",
            source="counted from the masks; rule after " + locality_panels.PAPER,
            badge="measured",
        )


def _size_maps(shown: Shown, found: tuple[MaskSizes, MaskSizes], panel: frame.Panel) -> None:
    most = float(max(masks.sizes.max() for masks in found))
    for column, masks in zip(st.columns(2, gap="small"), found, strict=True):
        figure = pixel_maps.count(
            pixel_maps.flat(masks.sizes, shown.channel),
            frame.theme(),
            most=most,
            title=f"{masks.rule} rule",
            alt=f"Under the {masks.rule} rule masks hold {numbers.number(masks.mean, 3)} "
            f"pixels on average, and {masks.empty} are empty.",
            name="pixels",
        )
        with column:
            panel.chart(figure, alt=canvas.alt(figure), key=f"chart_sizes_{masks.rule}")
