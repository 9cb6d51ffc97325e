"""Why this gap: the law, the modes, the quotient over x, and the answer to each coefficient."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from explorer.figures import canvas, gradient, numbers, quotient, spectrum, stationary
from explorer.ui import cached, frame, inputs, studio_fields, studio_gap, studio_notebook
from explorer.ui.studio_layout import Item, give, row

if TYPE_CHECKING:
    from explorer.generators import Generator, Spectrum


def draw(generator: Generator, solved: Spectrum) -> None:
    """Draw the four panels, two by two."""
    row([Item("law", lambda: _law(solved)), Item("modes", lambda: _modes(solved))])
    row(
        [
            Item("decided", lambda: _decided(generator, solved)),
            Item("gradient", lambda: _answers(generator, solved)),
        ]
    )


@st.fragment
def _law(solved: Spectrum) -> None:
    with frame.panel("Mass must pass the bottleneck", name="law") as panel:
        log = inputs.switch(studio_fields.LOG_DENSITY)
        figure = stationary.figure(solved, frame.theme(), log=log)
        panel.chart(figure, alt=canvas.alt(figure))
        panel.caption(_moments(solved))
        give(
            panel,
            lambda: {"x": solved.nodes, "density": solved.density, "weight": solved.weights},
            studio_notebook.spectrum(solved.generator),
        )
        panel.why(
            "κ looks for the two points x* < y* between which it is hardest to exchange mass: "
            "much mass outside, much resistance inside. In a double well they sit on the two sides "
            "of the barrier, and 1/κ becomes the Eyring–Kramers rate.",
            formula=r"\frac1\kappa=\inf_{x<y}\frac{\mu(l,x)^{-1}+\mu(y,r)^{-1}}{\nu(x,y)}",
            source="Chen 2012",
            badge="cited",
        )


@st.fragment
def _modes(solved: Spectrum) -> None:
    with frame.panel("Every mode dies at its own rate", name="modes") as panel:
        if not len(solved.eigenvalues):
            st.markdown(_no_mode(solved))
            return
        weighted = inputs.switch(studio_fields.WEIGHTED)
        figure = spectrum.figure(solved, frame.theme(), weighted=weighted)
        panel.chart(figure, alt=canvas.alt(figure))
        panel.caption(
            "A start is a sum of these shapes; the k-th fades like exp(−λₖ\u00a0t). The lowest "
            "one, the slowest, decides how long the start is remembered."
        )
        modes = {f"f{k}": f for k, f in enumerate(solved.eigenfunctions, start=1)}
        give(
            panel,
            lambda: {"eigenvalue": solved.eigenvalues, "x": solved.nodes} | modes,
            studio_notebook.spectrum(solved.generator),
        )
        panel.why(
            "L is self-adjoint in L²(π), so its eigenfunctions are orthogonal and every density "
            "h = p/π is a sum of them. The k-th changes sign k times.",
            formula=r"\begin{gathered}-L f_k=\lambda_k f_k\\[0.4em]"
            r"\frac{p_t}{\pi}=1+\sum_{k\ge1}c_k\,e^{-\lambda_k t}f_k\end{gathered}",
            source="Sturm–Liouville theory",
            badge="derived",
        )


def _decided(generator: Generator, solved: Spectrum) -> None:
    with frame.panel("Where the gap is decided", name="decided") as panel:
        steps = studio_gap.chen(generator, solved)
        if steps is None:
            st.markdown(
                "The quotient needs an eigenfunction that doubles can hold. This generator has "
                "none: its gap comes from the tails, or lies below the range of doubles."
            )
            return
        n = int(inputs.value(studio_fields.STEPS))
        figure = quotient.figure(solved, steps.value, n, frame.theme())
        panel.chart(figure, alt=canvas.alt(figure))
        panel.caption(
            "For any increasing f, the lowest point of its curve is a lower bound of λ₁ and the "
            "highest an upper one. The curve of the true eigenfunction would be flat."
        )
        found = steps.value
        give(
            panel,
            lambda: {"x": found.nodes, f"quotient_{n}": found.quotients[n - 1]},
            studio_notebook.sequence(generator, n),
        )
        panel.why(
            "For f = x the quotient is −b′(x), whatever the noise: steep pull everywhere means a "
            "large gap. Each step of Chen's iteration flattens the curve.",
            formula=r"\lambda_1=\sup_{f'>0}\;\inf_x\;\frac{-(Lf)'(x)}{f'(x)}",
            source="Chen and Wang 1997",
            badge="cited",
        )


def _answers(generator: Generator, solved: Spectrum) -> None:
    with frame.panel("What each coefficient does to the gap", name="gradient") as panel:
        if solved.status == "metastable":
            st.markdown("The gap is below the range of doubles, and so is its derivative.")
            return
        slope = cached.gradient(generator.key(), generator)
        if not slope.defined:
            st.markdown("Known through logarithms alone, the gap has no derivative to show.")
            return
        figure = gradient.figure(generator, slope, frame.theme())
        panel.chart(figure, alt=canvas.alt(figure))
        panel.caption(
            "Blue raises the gap, orange lowers it, per unit of the coefficient. "
            + (
                "All bars come from one eigenfunction, without solving again."
                if solved.is_eigenvalue
                else "The bottom of a continuous spectrum depends on the leading terms only."
            )
        )
        give(panel, lambda: {"a": slope.a, "b": slope.b}, studio_notebook.gradient(generator))
        panel.why(
            "With dC = ∫(db/a − b da/a²), one integral per coefficient gives the exact derivative.",
            formula=r"d\lambda_1=\int dC\,a f'^2\,d\pi"
            r"-\lambda_1\int\Big(dC-\frac{da}{a}\Big)f^2\,d\pi",
            source="first-order perturbation; agrees with differences to 10⁻⁸ in our tests",
            badge="derived",
        )


def _no_mode(solved: Spectrum) -> str:
    if solved.status == "metastable":
        return "The slowest mode is known through the logarithm of its rate alone."
    return (
        "There is none below the continuous spectrum, which starts at "
        f"{numbers.number(solved.essential)}. The tails hold waves of every rate above it, and no "
        "single shape is the last to fade."
    )


def _moments(solved: Spectrum) -> str:
    if solved.mean is None or solved.variance is None:
        return "The tails are so heavy that the variance is infinite: no Gaussian matches it."
    mean = stationary.mean(solved.mean, solved.variance)
    text = f"Mean {numbers.number(mean)}, variance {numbers.number(solved.variance)}"
    if solved.kurtosis is not None:
        text += f", kurtosis {numbers.number(solved.kurtosis)} (a Gaussian has 3)"
    return text + ". The shaded strip is the bottleneck (x*, y*) of κ."
