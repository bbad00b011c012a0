"""Scores -> the page of hits that is shown."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np

from photolens.domain import Hit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from photolens.domain import FloatArray, IdArray

    RowArray = NDArray[np.intp]
    TierArray = NDArray[np.int8]

# Tiers of judged photos and of what judgements push below all others; whatever else is in tier 0.
PICKED, DEMOTED, REJECTED = -1, 1, 2


def rank(
    ids: IdArray,
    scores: FloatArray,
    *,
    limit: int,
    offset: int = 0,
    name_matches: Collection[int] = (),
    tiers: TierArray | None = None,
) -> tuple[Hit, ...]:
    """Hits `offset` to `offset + limit`, best first: name matches, then by score, equal scores by id.

    ids int64 [N], all different; scores float [N]. A score that is not a number counts as minus infinity.
    With `tiers` int8 [N] the lowest tier comes first, and that order holds within each.
    Raises ValueError when the shapes differ or a bound is negative.
    """
    if ids.ndim != 1 or ids.shape != scores.shape:
        raise ValueError(f"ids {ids.shape} and scores {scores.shape} must be two lists of one length")
    if limit < 0 or offset < 0:
        raise ValueError(f"limit {limit} and offset {offset} must not be negative")
    values = np.where(np.isnan(scores), -np.inf, scores)
    named = np.isin(ids, np.fromiter(name_matches, dtype=np.int64, count=len(name_matches)))
    steps = [np.ones_like(named)] if tiers is None else [tiers == tier for tier in np.unique(tiers)]
    best = np.empty(0, dtype=np.intp)
    for group in (group for step in steps for group in (step & named, step & ~named)):
        found = _best(ids, values, np.flatnonzero(group), offset + limit - len(best))
        best = np.concatenate([best, found])
    page = best[offset:]
    return tuple(
        Hit(position, int(ids[row]), float(values[row]), bool(named[row]))
        for position, row in enumerate(page, start=offset + 1)
    )


def _best(ids: IdArray, values: FloatArray, rows: RowArray, count: int) -> RowArray:
    """The `count` best of `rows`, in order. Partitions first: sorting a million takes longer than scoring."""
    if count <= 0:
        return rows[:0]
    if count < len(rows):
        candidates = values[rows]
        cut = np.partition(candidates, len(rows) - count)[len(rows) - count]
        above, level = rows[candidates > cut], rows[candidates == cut]
        # At the cut the smallest ids win, also when every score is equal (a search by filters alone).
        missing = count - len(above)
        if missing < len(level):
            level = level[np.argpartition(ids[level], missing)[:missing]]
        rows = np.concatenate([above, level])
    order: RowArray = np.lexsort((ids[rows], -values[rows]))
    return rows[order]
