"""The fields of the tab *RTK*: a layout of segments, and what is shown of the study."""

from __future__ import annotations

from explorer.analysis import rtk_study
from explorer.ui.fields import AnyField, Choice, LogNumber, Number

LAYOUT = Choice(
    key="sa_rtk_layout",
    label="Segments",
    default="ou",
    options=("geometric", "ou", "auto"),
    titles=("Equal ratios", "Equal OU time", "By the meter"),
    help="Where the noise range is cut: σ falls by the same factor in each segment; the time of an "
    "Ornstein–Uhlenbeck process falls by the same amount; or each is as long as the meter allows.",
)
SEGMENTS = Number(
    key="sa_rtk_segments", label="Number K", default=5, low=1, high=60, step=1,
    help="Five equal ones is the layout that is reported of the paper's experiment.",
)  # fmt: skip
THETA = LogNumber(
    key="sa_rtk_theta",
    label="Largest M allowed, θ",
    default=0.5,
    low=0.05,
    high=20.0,
    stops=(0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0),
    help="½ makes every kernel strongly log-concave.",
)
HORIZON = Choice(
    key="sa_rtk_horizon",
    label="Horizon",
    default="short",
    options=tuple(rtk_study.HORIZONS),
    titles=("Short, exact start", "Long, pure noise"),
    help="From σ = 1, or from σ = 80. At 1 the noisy data are no Gaussian, so that only an exact "
    "start makes sense.",
)
BUDGET = Choice(
    key="sa_rtk_budget",
    label="Evaluations",
    default=str(rtk_study.BUDGETS[-1]),
    options=tuple(str(budget) for budget in rtk_study.BUDGETS),
)
METRIC = Choice(
    key="sa_rtk_metric",
    label="Judged by",
    default="marginal-error",
    options=("marginal-error", "mode-tv", "sliced-w2"),
    titles=("Marginals", "Mode weights", "Sliced W₂"),
    help="The marginal error, 1 − marginal accuracy, sees one coordinate at a time; wrong weights "
    "of modes may escape it.",
)

FIELDS: tuple[AnyField, ...] = (LAYOUT, SEGMENTS, THETA, HORIZON, BUDGET, METRIC)
GROUPS = {
    "rtk_meter": "the log-concavity meter",
    "rtk_acceptance": "accepted proposals",
    "rtk_study": "when the claims about RTK hold",
}
