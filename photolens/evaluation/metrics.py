"""How good a ranking is, and how sure a difference between two methods."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photolens.domain import FloatArray

Flags = NDArray[np.bool_]

TO_FIND = 10


@dataclass(frozen=True, slots=True)
class Quality:
    """Of one ranking: average precision, whether a hit is in the first k, photos looked at to find ten."""

    average_precision: float
    hit_at_1: float
    hit_at_5: float
    hit_at_10: float
    looked_at: float  # NaN where fewer than ten are left to find


def quality(scores: FloatArray, relevant: Flags, shown: Flags) -> Quality:
    """Of the photos `shown`, best score first and equal ones in their order; -inf was left out of the answer.

    scores [N], relevant and shown bool [N]; at least one photo shown is relevant. A relevant photo left out
    is never found: it adds nothing to AP, and ten that cannot be found cost a look at every photo.
    """
    kept, wanted = scores[shown], relevant[shown]
    order = np.argsort(-kept, kind="stable")
    places = np.flatnonzero(wanted[order] & np.isfinite(kept[order])) + 1  # from 1
    total = int(wanted.sum())
    precision = np.arange(1, len(places) + 1) / places
    first = places[0] if len(places) else np.inf
    looked = np.nan
    if total >= TO_FIND:
        looked = float(places[TO_FIND - 1]) if len(places) >= TO_FIND else float(len(kept))
    at_1, at_5, at_10 = (float(first <= k) for k in (1, 5, 10))
    return Quality(float(precision.sum() / total), at_1, at_5, at_10, looked)


def bootstrap_interval(
    differences: NDArray[np.float64], *, resamples: int = 2000, seed: int = 0
) -> tuple[float, float]:
    """95 % interval of the mean of paired differences, one per query: percentiles over resampled queries."""
    random = np.random.default_rng(seed)
    picks = random.integers(0, len(differences), (resamples, len(differences)))
    low, high = np.percentile(differences[picks].mean(axis=1), [2.5, 97.5])
    return float(low), float(high)
