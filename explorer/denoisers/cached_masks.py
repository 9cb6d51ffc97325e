"""Masks and difference trees of one rule at any noise level, kept in memory and on disk."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.denoisers import cache as disk
from explorer.denoisers.masks import Filter, Masks, Orientation, Rule, masks, row
from explorer.denoisers.per_level import PerLevel
from explorer.denoisers.single_precision import Precision, SinglePrecision
from explorer.denoisers.statistics import folder_for
from explorer.denoisers.wiener import Wiener

if TYPE_CHECKING:
    from explorer.denoisers.kernels.tree import Tree

VERSION = 1
KEPT = 24  # noise levels in memory, masks, trees and diagonals each


@dataclass(frozen=True, slots=True, eq=False)
class MaskSource:
    """The masks of a Wiener filter by one rule.

    Parameters
    ----------
    wiener : Wiener
    threshold : float
    rule : "symmetric" or "published"
    orientation : "neighbour" or "output"
    cache : path, "auto" or None
        Folder on disk, as for `Statistics.fit`.
    precision : "float64" or "float32"
        "float32": what the masks would be with float32 moments and no deflation.
    per_level : PerLevel or None
        Thresholds per noise level, instead of `threshold`.
    """

    wiener: Wiener
    threshold: float
    rule: Rule = "symmetric"
    orientation: Orientation = "neighbour"
    cache: str | Path | None = None
    precision: Precision = "float64"
    per_level: PerLevel | None = None
    _memory: OrderedDict[tuple[str, float], Any] = field(
        default_factory=OrderedDict, init=False, repr=False
    )

    @property
    def filter(self) -> Filter:
        """What the masks are made from: the Wiener filter, or its rounded form."""
        if self.precision == "float64":
            return self.wiener
        return self._remembered("filter", 0.0, self._rounded)

    def _rounded(self, _: float) -> Filter:
        return SinglePrecision.of(self.wiener.statistics)

    def threshold_at(self, sigma: float) -> float:
        """Return tau at a noise level."""
        return self.threshold if self.per_level is None else self.per_level.at(sigma)

    def row(self, index: int, sigma: float) -> np.ndarray:
        """Return the mask of one output, bool (d,)."""
        if ("masks", sigma) not in self._memory and self.orientation == "neighbour":
            tau = self.threshold_at(sigma)
            return row(self.filter, sigma, index, threshold=tau, rule=self.rule)
        return self.masks(sigma).rows(index)

    def masks(self, sigma: float) -> Masks:
        """Return the masks at one noise level."""
        return self._remembered("masks", sigma, self._load_masks)

    def diagonal(self, sigma: float) -> np.ndarray:
        """Return the Wiener filter's diagonal, float64 (d,)."""
        return self._remembered("diagonal", sigma, self.wiener.diagonal)

    def trees(self, sigma: float) -> tuple[Tree, Tree]:
        """Return the difference tree and the tree of masks on their own."""
        return self._remembered("trees", sigma, self._load_trees)

    def _remembered(self, what: str, sigma: float, make: Callable[[float], Any]) -> Any:
        key = (what, sigma)
        value = self._memory.get(key)
        if value is None:
            value = make(sigma)
            self._memory[key] = value
            while len(self._memory) > 3 * KEPT:
                self._memory.popitem(last=False)
        return value

    def _load_masks(self, sigma: float) -> Masks:
        def make() -> dict[str, np.ndarray]:
            found = masks(
                self.filter,
                sigma,
                threshold=self.threshold_at(sigma),
                rule=self.rule,
                orientation=self.orientation,
            )
            scalars = np.array([found.cut, found.largest, found.missing])
            return {"bits": found.bits, "sizes": found.sizes, "scalars": scalars}

        kept = self._from_disk("masks", sigma, make)
        cut, largest, missing = kept["scalars"].tolist()
        return Masks(kept["bits"], kept["sizes"], cut, largest, int(missing))

    def _load_trees(self, sigma: float) -> tuple[Tree, Tree]:
        from explorer.denoisers.kernels.tree import Tree, difference_tree, direct_tree

        found = self.masks(sigma)
        kept = self._from_disk("tree", sigma, lambda: difference_tree(found).arrays())
        return Tree(**kept), direct_tree(found)

    def _from_disk(
        self, what: str, sigma: float, make: Callable[[], dict[str, np.ndarray]]
    ) -> dict[str, np.ndarray]:
        statistics = self.wiener.statistics
        folder = folder_for(self.cache, size=statistics.size)
        if folder is None or not statistics.digest or self.wiener.pattern is not None:
            return make()
        tau = float(self.threshold_at(sigma)).hex()
        rule = f"{self.rule} {self.orientation} {tau} {self.precision}"
        key = f"{what} {VERSION} {statistics.digest} {float(sigma).hex()} {rule}"
        kept = disk.load(folder, key)
        if kept is None:
            kept = make()
            disk.save(folder, key, kept)
        return kept
