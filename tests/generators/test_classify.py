"""The classification: every row of the table of refusals, and the cases between the rows."""

import math

import pytest

from explorer.generators import Generator, classify
from explorer.generators.verdicts import EXPONENTIAL, GAP_ZERO, NOISE_INFINITE, REFLECTION

INF = math.inf
R = (-INF, INF)
HALF = (0, INF)

TABLE = [
    ("1", "0", R, "null-recurrent", None,
     "Null recurrent: total mass is infinite, there is no stationary law."),
    ("1", "x", R, "transient", None,
     "Transient: the drift pushes paths away; the scale measure is finite."),
    ("1", "x^3", R, "explosive", None, "Explosive: paths reach infinity in finite time."),
    ("1", "-x^2", R, "explosive", "left",
     "Explosive at -∞: an even leading degree of b pulls in on one side and out on the other."),
    ("1", "-1", R, "transient", "left", "Transient: constant drift to -∞."),
    ("1-x^2", "-x", R, "negative", "inside",
     "a is negative outside [-1,1]. Use the interval [-1,1]?"),
    ("x^2", "0", R, "root-inside", "inside",
     "a vanishes at 0, which splits the line. Use [0,∞)?"),
    ("1+x", "-1.5", HALF, "gap-zero", "right",
     GAP_ZERO),
    ("1+x^2", "x", R, "null-recurrent", None, "Null recurrent: mass diverges logarithmically."),
    ("1+x^2", "2*x", R, "transient", None, "Transient: drift beats the noise at infinity."),
    ("1+x^4", "5*x^3", R, "explosive", None,
     "Explosive although b grows more slowly than a: what counts is b·x/a."),
    ("x", "0", HALF, "absorbing", "left", "0 absorbs: paths that hit it never return."),
    ("x", "-1", HALF, "absorbing", "left", "0 absorbs: paths that hit it never return."),
    ("x^2", "-x", HALF, "mass-lost", "left",
     "Mass is lost at 0: paths converge to 0 without reaching it."),
    ("1+x^4", "-x", R, "exponential", None,
     NOISE_INFINITE),
    *[
        ("1+x^2", f"{B}*x", R, "exponential", None,
         "The gap (1-B)²/4 is the bottom of a continuous spectrum; there is no eigenfunction.")
        for B in (-1, -0.5, 0, 0.999)
    ],
]  # fmt: skip


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row[0]}, {row[1]}")
def test_table_of_refusals(row):
    a, b, domain, verdict, end, reason = row
    c = classify(Generator(a, b, domain))
    assert (c.verdict, c.end, c.reason) == (verdict, end, reason)
    assert c.ergodic == (verdict in ("exponential", "gap-zero"))
    assert c.exponentially_ergodic == (verdict == "exponential")
    assert c.criterion


def test_reflection_at_a_degenerate_end_is_said():
    c = classify(Generator("x", "0.5-x", HALF))
    assert c.verdict == "exponential"
    assert c.reason == EXPONENTIAL
    assert c.notes == ("The end can be reached; reflection was chosen.",)
    assert classify(Generator("x", "1-x", HALF)).notes == ()


def test_reflection_at_an_end_with_noise_is_said():
    c = classify(Generator("1", "-x", (0, 2)))
    assert c.notes == ("At 0 and 2, where a > 0, paths are reflected.",)


INSIDE = [
    ("x", R, "negative", "a is negative outside [0,∞). Use [0,∞)?", [(0, INF)]),
    ("-x", R, "negative", "a is negative outside (-∞,0]. Use (-∞,0]?", [(-INF, 0)]),
    ("-1 - x^2", R, "negative", "a is negative on the whole domain. Change its sign?", []),
    ("x^2 - 1", R, "negative", "a is positive only on (-∞,-1] and [1,∞). Use [1,∞)?",
     [(1, INF), (-INF, -1)]),
    ("x*(x-1)*(x-2)", R, "negative", "a is positive only on [0,1] and [2,∞). Use [2,∞)?",
     [(2, INF), (0, 1)]),
    ("x^2*(x-1)^2", R, "root-inside", "a vanishes at 0 and 1, which splits the line. Use [1,∞)?",
     [(1, INF), (0, 1), (-INF, 0)]),
    ("-x^2", R, "negative", "a is negative on the whole domain. Change its sign?", []),
    ("(x-0.1)^2", R, "root-inside", "a vanishes at 0.1, which splits the line. Use [0.1,∞)?",
     [(0.1, INF), (-INF, 0.1)]),
    ("(x-0.1)^4", R, "root-inside", "a vanishes at 0.1, which splits the line. Use [0.1,∞)?",
     [(0.1, INF), (-INF, 0.1)]),
    ("(x-1/3)^2*(1+x^2)", (-1, 1), "root-inside",
     "a vanishes at 0.333333, which splits the domain. Use [0.333333,1]?", None),
    ("1-x^2", (-3, 0.5), "negative", "a is negative outside [-1,0.5]. Use the interval [-1,0.5]?",
     [(-1, 0.5)]),
    ("x*(x-0.3)", HALF, "negative", "a is negative outside [0.3,∞). Use [0.3,∞)?", [(0.3, INF)]),
    ("1e6*(x-1e-6)^2", R, "root-inside",
     "a vanishes at 1e-06, which splits the line. Use [1e-06,∞)?",
     [(1e-6, INF), (-INF, 1e-6)]),
]  # fmt: skip


@pytest.mark.parametrize(("a", "domain", "verdict", "reason", "offers"), INSIDE)
def test_zeros_and_signs_inside(a, domain, verdict, reason, offers):
    c = classify(Generator(a, "0", domain))
    assert (c.verdict, c.reason, c.end) == (verdict, reason, "inside")
    if offers is not None:
        assert list(c.suggestions) == offers
    for part in c.suggestions:  # an offer must lead out of the refusal
        assert classify(Generator(a, "0", part)).verdict not in ("negative", "root-inside")


def test_a_sub_interval_with_a_rate_is_offered_first():
    c = classify(Generator("x^2", "-1-3*x", R))
    assert c.suggestions == ((-INF, 0.0), (0.0, INF))
    assert c.reason == "a vanishes at 0, which splits the line. Use (-∞,0]?"
    assert classify(Generator("x^2", "-1-3*x", (-INF, 0))).exponentially_ergodic


@pytest.mark.parametrize("a", ["1e-13 + x^2", "x^2 - 1.9999*x + 1", "1e-6*x^8 - x^3 + 1e6"])
def test_positive_however_closely(a):
    assert classify(Generator(a, "-x^9", R)).verdict == "exponential"


def test_rounded_double_root_counts_as_a_root():
    # (x - 0.1)^2 in doubles has a small positive or negative minimum instead of a zero.
    for root in (0.1, 0.7, 1.1, 1e3 / 3):
        a = [root * root, -2 * root, 1.0]
        assert classify(Generator(a, "0", R)).verdict == "root-inside"


@pytest.mark.parametrize(("a", "order"), [("(x-1/3)^2*(1+x^2)", 2), ("(0.7-x)^3*(x-2)^2", 3)])
def test_the_order_of_a_zero_survives_in_the_offer(a, order):
    # 0.333333 would pass for a zero of (x - 1/3)^2, but only for a simple one.
    for low, high in classify(Generator(a, "0", (-1, 1))).suggestions:
        part = classify(Generator(a, "0", (low, high)))
        end = part.left if low > -1 else part.right
        assert (end.kind, end.order) == ("degenerate", order)


def test_a_zero_at_the_end_is_not_inside():
    for a, domain in [("x*(x-0.3)", (0.3, INF)), ("(0.7-x)*(x-0.1)", (0.1, 0.7)),
                      ("(x-0.1)^3", (0.1, INF)), ("1-x^4", (-1, 1)),
                      ("2-x", (-INF, 2))]:  # fmt: skip
        assert classify(Generator(a, "0", domain)).verdict not in ("negative", "root-inside")


ENDS = [  # a, b on [0, inf): type of the left end, its essential spectrum, verdict
    ("x", "1.5-x", "entrance", INF, "exponential"),
    ("x", "1-x", "entrance", INF, "exponential"),  # g = 1 exactly
    ("x", "0.1-x", "regular", INF, "exponential"),
    ("x", "-x", "exit", INF, "absorbing"),
    ("1+x", "-x^2", "regular", INF, "exponential"),
    ("x^2", "1-3*x", "entrance", INF, "exponential"),
    ("x^2", "-1-3*x", "exit", INF, "absorbing"),
    ("x^2", "3*x-x^2", "natural", 1.0, "exponential"),  # u: p=2, g=-1, (3-1)^2/4
    ("x^2", "2*x-x^2", "natural", 0.25, "exponential"),  # leading drift terms cancel
    ("x^2", "x-x^2", "natural", 0.0, "null-recurrent"),
    ("x^2", "0.5*x-x^2", "natural", 0.0, "mass-lost"),
    ("x^2", "-x^2", "natural", 0.0, "mass-lost"),
    ("x^3", "3*x^2-x^3", "natural", 0.0, "gap-zero"),  # u: p=1, g=-1
    ("x^3", "x-x^3", "natural", INF, "exponential"),  # inward drift wins
    ("x^4", "x^2-x^4", "natural", 0.25, "exponential"),  # constant drift in u
    ("x^5", "x^3-x^5", "natural", 0.0, "gap-zero"),
    ("x^3", "-x-x^3", "natural", INF, "mass-lost"),
    ("x^4", "-1-x^4", "exit", INF, "absorbing"),
]  # fmt: skip


@pytest.mark.parametrize(("a", "b", "kind", "essential", "verdict"), ENDS)
def test_degenerate_ends(a, b, kind, essential, verdict):
    c = classify(Generator(a, b, HALF))
    assert (c.left.type, c.verdict) == (kind, verdict)
    if c.ergodic:
        assert c.left.essential == pytest.approx(essential, rel=1e-14)


@pytest.mark.parametrize(
    ("a", "b", "reason", "note"),
    [
        ("x", "x^2-1", "Explosive: paths reach infinity in finite time.",
         "The left end fails too: paths that reach it never return."),
        ("x", "0", "0 absorbs: paths that hit it never return.",
         "The right end fails too: the mass is infinite there."),
        ("x^2", "x", "Null recurrent: mass diverges logarithmically.",
         "The left end fails too: the mass is infinite there."),
        ("x^2", "1+x", "Null recurrent: mass diverges logarithmically.", None),
    ],
)  # fmt: skip
def test_the_worse_end_is_named_first(a, b, reason, note):
    c = classify(Generator(a, b, HALF))
    assert c.reason == reason
    assert c.notes == ((note,) if note else ())


def test_no_mass_at_the_left_end_is_said():
    c = classify(Generator("x^2", "x-x^3", HALF))
    assert c.reason == "Null recurrent: mass is infinite at 0, there is no stationary law."


def test_half_lines_name_their_end():
    assert classify(Generator("1", "1", HALF)).reason == "Transient: constant drift to ∞."
    left = classify(Generator("1", "-x^2", (-INF, 0)))
    assert left.reason == "Explosive: paths reach -∞ in finite time."
    assert left.end == "left"


@pytest.mark.parametrize(
    ("b", "offer"), [("-x^2", (0, INF)), ("x^2", (-INF, 0)), ("-1", (0, INF)), ("1", (-INF, 0))]
)
def test_the_good_half_of_the_line_is_offered(b, offer):
    c = classify(Generator("1", b, R))
    assert c.suggestions == (offer,)
    assert classify(Generator("1", b, offer)).exponentially_ergodic


ESSENTIAL = [
    ("1+x^2", "-6*x", R, 12.25),
    ("1+x^2", "-2.2*x", R, 2.56),
    ("1+x^2", "0", R, 0.25),
    ("x^2", "1-3*x", HALF, 4.0),
    ("1", "-3", HALF, 2.25),
    ("2", "-3", HALF, 9 / 8),
    ("x*(1+x)", "2-3*x", HALF, 4.0),  # Fisher-Snedecor: (1+k)^2/4
    ("1", "-x", R, INF),
    ("1+x^4", "0", R, INF),
    ("1", "0", (0, 1), INF),
    ("0.5+2*x^2", "-4*x", R, 4.5),
]


@pytest.mark.parametrize(("a", "b", "domain", "essential"), ESSENTIAL)
def test_essential_spectrum(a, b, domain, essential):
    assert classify(Generator(a, b, domain)).essential == pytest.approx(essential, rel=1e-14)


@pytest.mark.parametrize(
    ("a", "b", "domain", "formula"),
    [
        ("1+x^2", "-x", R, "(1-B)²/4"),
        ("2+2*x^2", "-x", R, "(A-B)²/(4A)"),
        ("1+x+x^2", "1-x", R, "(1-B)²/4"),
        ("1", "-3", HALF, "b²/(4a)"),
        ("x*(1+x)", "2-x", HALF, "(1-B)²/4"),
        ("x^2", "1", HALF, "(1-B)²/4"),
        ("1+x^2", "-1.001*x", R, None),
        ("1+x^2", "-x^3", R, None),
        ("1+x^4", "-x", R, None),
        ("1+x^2", "-x", HALF, None),  # reflection: not settled by theory
        ("x*(1+x)", "2-1.5*x", HALF, None),
    ],
)
def test_where_the_gap_is_the_continuum(a, b, domain, formula):
    c = classify(Generator(a, b, domain))
    assert c.continuous == (formula is not None)
    if formula:
        assert c.reason == (
            f"The gap {formula} is the bottom of a continuous spectrum; there is no eigenfunction."
        )


MOMENTS = [  # variance finite, noise power finite
    ("1", "-x", R, True, True),
    ("1+x^2", "-0.5*x", R, False, False),
    ("1+x^2", "-x", R, False, False),  # g = -1: both diverge logarithmically
    ("1+x^2", "-1.001*x", R, True, True),
    ("1+x^4", "0", R, True, False),
    ("1+x^6", "0", R, True, False),
    ("1+x^4", "x^3", R, False, False),  # g = p - 3
    ("1+x^4", "0.999*x^3", R, True, False),
    ("1+x^4", "-x^3", R, True, False),
    ("1+x^4", "-1.001*x^3", R, True, True),
    ("1-x^2", "-x", (-1, 1), True, True),
    ("1", "x", R, False, False),  # not ergodic
]


@pytest.mark.parametrize(("a", "b", "domain", "variance", "noise"), MOMENTS)
def test_moments(a, b, domain, variance, noise):
    c = classify(Generator(a, b, domain))
    assert (c.variance_finite, c.noise_power_finite) == (variance, noise)
    if c.exponentially_ergodic and not noise:
        assert NOISE_INFINITE in (c.reason, *c.notes)


@pytest.mark.parametrize(
    ("a", "b", "domain", "strong"),
    [
        ("1", "-x", R, False),
        ("1", "-x^3", R, True),
        ("1+x^4", "0", R, True),
        ("1+x^4", "x^3", R, True),
        ("1+x^2", "-6*x", R, False),
        ("1-x^2", "-x", (-1, 1), True),
        ("x", "1-x", HALF, False),
        ("x", "1-x^2", HALF, True),
        ("x^2", "1-x^3", HALF, True),
        ("x^2", "3*x-x^3", HALF, False),
    ],
)
def test_strong_ergodicity(a, b, domain, strong):
    assert classify(Generator(a, b, domain)).strongly_ergodic == strong


def test_borderline_ratios_survive_rounding():
    # 0.1 * 3 is not 0.3 in doubles; g = B/A must still be exactly 1 and -1 + p.
    assert classify(Generator("1 + 0.3*x^2", "0.1*3*x", R)).verdict == "null-recurrent"
    assert classify(Generator("1 + 0.1*3*x^4", "0.3*x^3", R)).verdict == "exponential"
    assert classify(Generator("1+x^2", "1.000001*x", R)).verdict == "transient"
    assert classify(Generator("1+x^2", "0.999999*x", R)).verdict == "exponential"


def test_gap_zero_sentence_for_a_drift_that_fades():
    c = classify(Generator("x^5", "x^3-x^5", HALF))
    assert c.reason == GAP_ZERO
    assert c.essential == 0.0


CRITERIA = [
    ("1", "x", R, r"\nu(0,\infty) = \int_{0}^{\infty} e^{-C}\,dx < \infty"),
    ("1", "-1", R, r"\nu(-\infty,0) = \int_{-\infty}^{0} e^{-C}\,dx < \infty"),
    ("1", "x^3", R, r"\int_{0}^{\infty} e^{-C(y)}\,\mu(0,y)\,dy < \infty"),
    ("1", "0", R, r"\mu(0,\infty) = \int_{0}^{\infty} \frac{e^{C}}{a}\,dx = \infty"),
    ("x", "-1", HALF, r"\int_{0}^{x_0} e^{-C(y)}\,\mu(y,x_0)\,dy < \infty"),
    ("x^2", "-x", HALF, r"\nu(0,x_0) = \int_{0}^{x_0} e^{-C}\,dx < \infty"),
    ("1+x", "-1.5", HALF, r"\sup_{x > 0} \mu(x,\infty)\,\nu(0,x) = \infty"),
    ("1", "-x", R, r"\sup_{x > 0} \mu(x,\infty)\,\nu(0,x) < \infty"),
    ("1", "-x", (-INF, 0), r"\sup_{x < 0} \mu(-\infty,x)\,\nu(x,0) < \infty"),
    ("1", "x", (0, 1), r"\mu(0,1)\,\nu(0,1) < \infty"),
    ("x^2", "0", R, r"a(x) > 0 \;\text{ for all }\; x \in (-\infty,\infty)"),
]


@pytest.mark.parametrize(("a", "b", "domain", "criterion"), CRITERIA)
def test_criterion(a, b, domain, criterion):
    assert classify(Generator(a, b, domain)).criterion == criterion


def test_long_sentences_are_those_of_the_table():
    assert REFLECTION == "The end can be reached; reflection was chosen."
    assert GAP_ZERO == (
        "Ergodic, but the gap is 0: the tail is a power law and a grows too slowly. "
        "No exponential rate, no T_conv."
    )
    assert NOISE_INFINITE == (
        "Ergodic with a gap, but E_π[a] = ∞: speed is bought with infinite noise power, "
        "so Λ is undefined."
    )
