"""What a race has shown: the pictures, every step of one, agreement, and what was published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from explorer.analysis import paths, published
from explorer.figures import agreement, canvas, numbers, picture_grid
from explorer.figures.picture_grid import Row
from explorer.ui import (
    frame,
    inputs,
    locality_methods,
    locality_panels,
    locality_race_notebook,
    table,
)
from explorer.ui import locality_race_fields as f
from explorer.ui import locality_race_words as words
from explorer.ui.studio_layout import Item, row

if TYPE_CHECKING:
    from explorer.analysis.race import Race
    from explorer.ui.locality_panels import Shown
    from explorer.ui.locality_race_state import Wish

SIDE = 60  # px of a picture, where few stand in a line
LINE = 380  # px of a line of them: half of a wide page, and most of a narrow one
STEP_SIDE = 42
ACROSS = 8


def draw(shown: Shown, wish: Wish, race: Race | None) -> None:
    """Draw what comes below the settings of the race."""
    pictures = [Item("race_pictures", lambda: _pictures(shown, wish, race))]
    if race is not None:
        pictures.append(Item("race_steps", lambda: _steps(wish, race), 1.2))
    row(pictures)
    if race is not None:
        row([Item("race_agreement", lambda: _agreement(wish, race))])
    row([Item("race_published", lambda: _published(wish))])


def _pictures(shown: Shown, wish: Wish, race: Race | None) -> None:
    """Draw the final pictures of each method, or the noise that all begin with."""
    with frame.panel("What each has made of it", name="race_pictures") as panel:
        if race is None:
            rows = [_noise(shown, wish)]
            alt = f"The noise that all begin with: {wish.samples} samples."
            caption = "The noise that all begin with. From it each denoiser goes ten steps."
        else:
            rows, titles = _finals(shown, wish, race), _titles(wish, race)
            alt, caption = agreement.finding(race, titles), words.grid_caption(race, titles)
        heads = [str(i) for i in range(wish.samples)] if 1 < wish.samples <= ACROSS else []
        side = min(SIDE, LINE // min(wish.samples, ACROSS))
        figure = picture_grid.figure(
            rows, frame.theme(), alt=alt, side=side, across=ACROSS, heads=heads
        )
        panel.chart(figure, alt=canvas.alt(figure))
        panel.caption(caption)
        locality_panels.give(panel, lambda: _columns(race), locality_race_notebook.race(wish))
        panel.why(
            "Ten steps of DDIM without fresh noise, on the published schedule: each time the "
            "denoiser guesses the picture, the rest counts as noise, and less of it is put back. "
            "The picture is the last guess.",
            formula=r"x'=\sqrt{\bar\alpha'}\,\mathrm{clip}(\hat x_0)+\sqrt{1-\bar\alpha'}\,"
            r"\frac{x-\sqrt{\bar\alpha}\,\hat x_0}{\sqrt{1-\bar\alpha+10^{-8}}}",
            source="Song et al. 2021, arXiv:2010.02502; schedule of " + locality_panels.PAPER,
            badge="cited",
        )


def _noise(shown: Shown, wish: Wish) -> Row:
    noise = paths.start(shown.images.shape, wish.samples, wish.seed).latents[0]
    return Row("All begin here", noise)


def _finals(shown: Shown, wish: Wish, race: Race) -> list[Row]:
    titles, count, rows = _titles(wish, race), race.x0.shape[2], []
    if race.protocol == "trajectory" and race.reference not in race.names:
        rows.append(Row(f"{titles[race.reference]} · the reference", race.asked[0, -1]))
    for k, name in enumerate(race.names):
        r2 = numbers.number(float(race.agreement()[k].mean()), 2)
        own = " · the reference" if name == race.reference else f" · r² {r2}"
        insets = shown.images.as_float(race.nearest[k])
        said = [words.reading(race, k, i) for i in range(count)]
        rows.append(Row(titles[name] + own, race.final[k], insets, said))
    return rows


@st.fragment(key="ll_race_steps")
def _steps(wish: Wish, race: Race) -> None:
    with frame.panel("How one of them comes about", name="race_steps") as panel:
        inputs.number(f.SAMPLE)
        i = _sample(wish)
        titles = _titles(wish, race)
        rows = [Row(titles[name], race.x0[k, :, i]) for k, name in enumerate(race.names)]
        heads = [numbers.number(float(sigma), 2) for sigma in race.sigmas]
        figure = picture_grid.figure(
            rows,
            frame.theme(),
            alt=f"Guesses of sample {i} at the ten noise levels, one row per denoiser.",
            side=STEP_SIDE,
            across=len(heads),
            strip=0.62,
            heads=heads,
        )
        panel.chart(figure, alt=canvas.alt(figure))
        panel.caption(
            "Each denoiser's guess of the clean picture, above it the noise level σ. Much noise: "
            "an average of the data; then the form is decided, at last the details."
        )
        locality_panels.give(
            panel, lambda: _step_columns(race, i), locality_race_notebook.race(wish)
        )
        panel.why(
            "With much noise every denoiser answers nearly the mean of the data. Where a guess "
            "commits itself, σ has fallen to the spread of what it still holds possible.",
            formula=r"\hat x_0=D\!\left(x/\sqrt{\bar\alpha},\,\sigma\right),\qquad "
            r"\sigma^2=(1-\bar\alpha)/\bar\alpha",
            source="computed here from the data that are shown",
            badge="measured",
        )


def _agreement(wish: Wish, race: Race) -> None:
    with frame.panel("Agreement with the reference, step by step", name="race_agreement") as panel:
        titles = _titles(wish, race)
        table.draw(words.HEAD, words.rows(race, titles), key="race")
        figure = agreement.figure(race, titles, frame.theme())
        panel.chart(figure, alt=canvas.alt(figure))
        panel.caption(words.table_caption(race, titles))
        locality_panels.give(panel, lambda: _columns(race), locality_race_notebook.race(wish))
        panel.why(
            "r² is 1 for equal pictures, about 0 for a flat grey, negative for worse. It is a mean "
            "of ratios, one per picture, so r² and MSE may rank methods differently; values are "
            "not clamped. The time is that of all threads of the server, and includes the masks "
            "and fits that a method makes when it is first asked.",
            formula=r"r^2=1-\frac{\sum_n(x_n-y_n)^2}{d\,\mathrm{var}(y)},\qquad "
            r"\mathrm{MSE}=\frac1d\sum_n(x_n-y_n)^2",
            source="measures of " + locality_panels.PAPER,
            badge="measured",
        )


def _published(wish: Wish) -> None:
    with frame.panel("What was published", name="race_published") as panel:
        chosen = inputs.choice(f.PUBLISHED, compact=True)
        table.draw(words.PUBLISHED_HEAD, words.published_rows(chosen), key="published")
        same = wish.data.name == chosen
        panel.caption(
            "Agreement with a trained network (DDPM), mean ± standard deviation; *p* of “the "
            "paper's model is better” on r². "
            + (
                "Above, these data were compared with an analytic denoiser instead."
                if same
                else "Other data and another reference than above: do not compare the tables."
            )
        )
        panel.take(
            lambda: _published_columns(chosen), code=locality_race_notebook.published(chosen)
        )
        panel.why(
            "These are the numbers of the paper's authors, not ours. *Another DDPM* is a second "
            "network trained in the same way: as near as one can come.",
            source=f"{published.PAPER}; {published.SOURCE}",
            badge="published as",
        )


# --- numbers to take --------------------------------------------------------------------------


def _columns(race: Race | None) -> dict[str, Any]:
    """Return one line per method, step and sample."""
    if race is None:
        return {}
    methods, steps, samples = race.r2.shape
    index = np.indices((methods, steps, samples)).reshape(3, -1)
    final = index[1] == steps - 1
    return {
        "method": [race.names[k] for k in index[0]],
        "sigma": race.sigmas[index[1]],
        "sample": index[2],
        "r2": race.r2.ravel(),
        "mse": race.mse.ravel(),
        "nearest_image": np.where(final, race.nearest[index[0], index[2]], -1),
        "distance": np.where(final, race.distance[index[0], index[2]], np.nan),
        "reference": [race.reference] * index.shape[1],
    }


def _step_columns(race: Race, sample: int) -> dict[str, Any]:
    """Return the pixel values of every guess of one sample, one column per method and step."""
    return {
        f"{name} sigma={sigma:.4g}": race.x0[k, s, sample].ravel()
        for k, name in enumerate(race.names)
        for s, sigma in enumerate(race.sigmas)
    }


def _published_columns(data: str) -> dict[str, Any]:
    rows = published.AGREEMENT[data]
    return {
        "method": [published.METHODS[name] for name in rows],
        "r2": [row.r2 for row in rows.values()],
        "r2_std": [row.r2_std for row in rows.values()],
        "mse": [row.mse for row in rows.values()],
        "mse_std": [row.mse_std for row in rows.values()],
        "source": [published.SOURCE] * len(rows),
    }


def _titles(wish: Wish, race: Race) -> dict[str, str]:
    """Return what a person reads for each racer and the reference, with the page's settings."""
    known = {m.name: m for m in (*wish.methods, wish.judge)}
    return {
        name: ", ".join(filter(None, (locality_methods.title(name), known[name].settings)))
        for name in (*race.names, race.reference)
    }


def _sample(wish: Wish) -> int:
    return min(int(inputs.value(f.SAMPLE)), wish.samples - 1)
