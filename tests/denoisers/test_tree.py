"""The difference tree and its walk: the same sums as masks written out, and their certificates."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from explorer.denoisers.kernels import rows
from explorer.denoisers.kernels import walk as kernel
from explorer.denoisers.kernels.layout import Layout
from explorer.denoisers.kernels.tree import Tree, difference_tree, direct_tree
from explorer.denoisers.kernels.walk import _margins, packed, walk
from explorer.denoisers.masks import Masks
from explorer.denoisers.online import Part
from explorer.denoisers.statistics import Statistics
from explorer.denoisers.terms import Terms
from explorer.denoisers.wiener import Wiener
from tests.denoisers.sets import as_rows, noisy, smooth

IMAGES = smooth(130)
ROWS = IMAGES.reshape(130, -1)
STATISTICS = Statistics.fit(IMAGES)


def matrices() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    distance = np.abs(np.arange(84)[:, None] - np.arange(84))
    mixed = rng.random((84, 84)) < rng.random((84, 1))
    mixed[3], mixed[4], mixed[9] = False, True, mixed[8]  # empty, full, twice the same
    return {
        "random": rng.random((84, 84)) < 0.5,
        "bands": distance < 9,
        "wide": distance < 70,
        "mixed": mixed,
        "empty": np.zeros((84, 84), dtype=bool),
        "full": np.ones((84, 84), dtype=bool),
    }


def reached(tree: Tree) -> np.ndarray:
    """The masks that following the tree leads to."""
    d = tree.order.size
    result = np.zeros((d + 2, d), dtype=bool)
    result[d + 1] = True
    seen = {d, d + 1}
    for q in tree.order:
        assert int(tree.parent[q]) in seen
        seen.add(int(q))
        own = result[tree.parent[q]].copy()
        added = tree.index[tree.start[q] : tree.middle[q]]
        removed = tree.index[tree.middle[q] : tree.stop[q]]
        assert not own[added].any()
        assert own[removed].all()
        own[added], own[removed] = True, False
        result[q] = own
    return result[:d]


def spanning_weight(matrix: np.ndarray) -> int:
    """Weight of the minimum spanning tree by Kruskal, both roots joined at no cost."""
    d = len(matrix)
    nodes = np.concatenate([matrix, np.zeros((1, d), bool), np.ones((1, d), bool)])
    distance = (nodes[:, None] != nodes).sum(axis=2)
    distance[d, d + 1] = 0
    group = np.arange(d + 2)
    total = 0
    for i, j in sorted(np.ndindex(d + 2, d + 2), key=lambda e: distance[e]):
        if i < j and group[i] != group[j]:
            total += int(distance[i, j])
            group[group == group[j]] = group[i]
    return total


@pytest.mark.parametrize("name", matrices())
def test_the_tree_leads_to_every_mask_at_least_weight(name: str) -> None:
    matrix = matrices()[name]
    found = Masks.of(matrix)
    tree, direct = difference_tree(found), direct_tree(found)
    assert np.array_equal(reached(tree), matrix)
    assert np.array_equal(reached(direct), matrix)
    assert direct.weight == matrix.sum()
    assert tree.weight == spanning_weight(matrix)
    assert tree.weight <= np.minimum(found.sizes, 84 - found.sizes).sum()


def expected(terms: Terms, matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and N_eff from float64 logits."""
    t = ROWS - terms.guess[:, None]
    each = t * (terms.slope[:, None] - terms.curvature * t) + terms.constant
    logits = each @ matrix.T
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    mean = np.einsum("biq,iq->bq", p, as_rows(IMAGES)) / p.sum(axis=1)
    return mean, p.sum(axis=1) ** 2 / np.square(p).sum(axis=1)


def result(terms: Terms, matrix: np.ndarray, **options) -> Part:
    found = Masks.of(matrix)
    trees = difference_tree(found), direct_tree(found)
    [part] = walk(packed(ROWS), 130, *trees, terms, **options)
    return part


def terms_at(sigma: float) -> Terms:
    x = noisy(IMAGES, sigma).double().reshape(3, -1).numpy()
    return Terms.of(x, Wiener(STATISTICS), sigma=sigma)


@pytest.mark.parametrize("name", matrices())
@pytest.mark.parametrize("sigma", [30.0, 2.0, 0.3, 0.01])
@pytest.mark.parametrize("refine", [False, True])
def test_the_walk_sums_over_masks(name: str, sigma: float, refine: bool) -> None:
    terms = terms_at(sigma)
    part = result(terms, matrices()[name], refine=refine)
    mean, effective = expected(terms, matrices()[name])
    # Without refinement, float32 logits of size curvature * pixels.
    atol = 3e-7 if refine else 3e-6 + 84 * terms.sharpness * 2.0**-24 * 8
    np.testing.assert_allclose(part.mean(), mean, rtol=0, atol=atol)
    if refine:
        np.testing.assert_allclose(part.s**2 / part.s2, effective, rtol=1e-5)


@pytest.mark.parametrize("sigma", [2.0, 0.7, 0.3, 0.01])
def test_what_is_skipped_does_not_count(sigma: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "CHUNKS", 1)  # one walk, so that later blocks can be skipped
    terms = terms_at(sigma)
    for name, matrix in matrices().items():
        with_skip = result(terms, matrix, refine=True)
        without = result(terms, matrix, refine=True, skip=False)
        np.testing.assert_allclose(
            with_skip.mean(), without.mean(), rtol=0, atol=2e-7 + 1e-9, err_msg=name
        )


def test_skipping_too_much_would_show(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control of the test above: what weighs e^-5 is skipped, and is missed."""
    monkeypatch.setattr(kernel, "CHUNKS", 1)
    terms, matrix = terms_at(0.7), matrices()["bands"]
    without = result(terms, matrix, refine=True, skip=False)
    monkeypatch.setattr(kernel, "EPSILON", 0.9)
    rough = result(terms, matrix, refine=True)
    assert 1e-6 < np.abs(rough.mean() - without.mean()).max() < 1.8


@pytest.mark.parametrize("sigma", [2.0, 0.01])
def test_margins_bound_the_rounding_of_the_tree(sigma: float) -> None:
    terms = terms_at(sigma)
    for matrix in matrices().values():
        tree = difference_tree(Masks.of(matrix))
        margin = _margins(tree, terms)
        for b in range(3):
            t = (ROWS - terms.guess[b]).astype(np.float32)
            slope, constant = terms.slope[b].astype(np.float32), terms.constant.astype(np.float32)
            each = t * (slope - np.float32(terms.curvature) * t) + constant
            rough = np.zeros((130, 86), dtype=np.float32)
            rough[:, 85] = np.cumsum(each, axis=1, dtype=np.float32)[:, -1]
            for q in tree.order:
                row = rough[:, tree.parent[q]].copy()
                for n in tree.index[tree.start[q] : tree.middle[q]]:
                    row += each[:, n]
                for n in tree.index[tree.middle[q] : tree.stop[q]]:
                    row -= each[:, n]
                rough[:, q] = row
            u = ROWS - terms.guess[b]
            exact = (u * (terms.slope[b] - terms.curvature * u) + terms.constant) @ matrix.T
            assert (np.abs(rough[:, :84] - exact) <= margin[b]).all()
            assert margin[b].max() < 1e-2 * np.abs(exact).max() + 1e-3


@pytest.mark.parametrize("name", matrices())
def test_rows_are_shared_only_after_use(name: str) -> None:
    tree = difference_tree(Masks.of(matrices()[name]))
    layout = Layout.of(tree)
    holds = {rows.EMPTY: 84, rows.FULL: 85}  # which output's logits a row has
    for (q, own, mothers), (first, second, third) in zip(layout.nodes, layout.spans, strict=True):
        assert holds[int(mothers)] == tree.parent[q]
        assert own not in {rows.SPARE, rows.EMPTY, rows.FULL, mothers}
        holds[int(own)] = int(q)
        for span, pixels in (
            (slice(first, second), tree.index[tree.start[q] : tree.middle[q]]),
            (slice(second, third), tree.index[tree.middle[q] : tree.stop[q]]),
        ):
            found = layout.index[span]
            assert found.size % rows.APART == 0
            assert np.array_equal(found[: pixels.size], pixels)
            assert (found[pixels.size :] == 84).all()
    assert layout.rows <= 84 + rows.FIRST
    assert layout.rows < 40 or name in {"random", "mixed"}


def test_compiled_loops_know_the_file_they_include() -> None:
    text = Path(rows.__file__).read_bytes()
    assert hashlib.sha256(text).hexdigest()[:16] == kernel.ROWS, "renew ROWS in walk.py"


def test_blocks_hold_every_image_once() -> None:
    blocks = packed(ROWS)
    assert blocks.shape == (5, 84, 32)
    assert np.array_equal(blocks.transpose(0, 2, 1).reshape(-1, 84)[:130], ROWS)
    assert not blocks.transpose(0, 2, 1).reshape(-1, 84)[130:].any()


def test_parts_join_in_any_way() -> None:
    terms, matrix = terms_at(2.0), matrices()["bands"]
    found = Masks.of(matrix)
    trees = difference_tree(found), direct_tree(found)
    parts = list(walk(packed(ROWS), 130, *trees, terms, batch=32))
    assert len(parts) == 5
    whole = result(terms, matrix)
    forward = parts[0] + parts[1] + parts[2] + parts[3] + parts[4]
    backward = parts[4] + (parts[3] + (parts[2] + (parts[1] + parts[0])))
    for joined in (forward, backward, Part.empty(3, 84) + forward):
        np.testing.assert_allclose(joined.mean(), whole.mean(), rtol=0, atol=1e-6)
        assert np.array_equal(joined.heaviest, whole.heaviest)
