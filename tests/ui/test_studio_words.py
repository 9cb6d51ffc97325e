"""The studio's sentences: right for every kind of result, and never in e-notation."""

from __future__ import annotations

import re

import pytest

from explorer import generators
from explorer.generators import presets
from explorer.ui import studio_reach, studio_verdict, studio_words

VERDICTS = (
    "gap-zero", "null-recurrent", "transient", "explosive", "absorbing", "mass-lost", "negative",
    "root-inside",
)  # fmt: skip


def said(name: str) -> str:
    return studio_words.verdict(generators.spectrum(presets.PRESETS[name].generator()))[0]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ornstein-uhlenbeck", "ties with Ornstein–Uhlenbeck, which nothing beats"),
        ("linear-and-cubic", "it is 3.2\u202f% slower than Ornstein–Uhlenbeck"),
        ("double-well", "2.6 times slower than Ornstein–Uhlenbeck"),
        ("metastable-300", "2.778\u202f×\u202f10⁻¹²⁸"),
        ("metastable-3000", "log₁₀ λ₁ = **−1"),
        ("continuous", "**0.5625**, the bottom of a continuous spectrum"),
    ],
)
def test_the_verdict_names_the_finding(name: str, words: str) -> None:
    assert words in said(name)


@pytest.mark.parametrize("name", presets.PRESETS)
def test_no_sentence_uses_e_notation(name: str) -> None:
    assert not re.search(r"\d[eE][-+]?\d", said(name))
    assert "nan" not in said(name)


def test_every_verdict_has_its_lesson() -> None:
    assert set(studio_verdict.TITLES) == set(studio_verdict.LESSONS) == set(VERDICTS)


def test_the_catalogue_is_quoted_where_it_knows_the_answer() -> None:
    known = generators.spectrum(generators.Generator("1", "-x - x**3"))
    text = studio_words.reference(known)
    assert "2.067\u202f999\u202f258\u202f293\u202f11" in text
    unknown = generators.spectrum(generators.Generator("1", "-x - 1.2345*x**3"))
    assert not studio_words.reference(unknown)


def test_formulas_are_katex() -> None:
    g = generators.Generator("1 + x**2", "-6*x - 1e-7*x**3 - 2e-9*x**5")
    assert studio_words.sde(g) == (
        r"dX = (-6X - 10^{-7}X^{3} - 2\cdot 10^{-9}X^{5})\,dt + \sqrt{2 + 2X^{2}}\,dW"
    )
    assert studio_words.sde(generators.Generator("1/2", "0")) == r"dX = \sqrt{1}\,dW"


@pytest.mark.parametrize("value", [0.0, 1e-9, 0.3, 1.0, 2.5, 7.0, 123.0, 9.99e11])
def test_a_slider_always_reaches_its_value(value: float) -> None:
    most = studio_reach.nice_above(max(value, 1e-12))
    assert most >= value
    assert float(f"{most:.1g}") == most  # a round number
