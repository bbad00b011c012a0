"""How good a ranking is, as the data sets measure it: pure functions over arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from photolens.domain import FloatArray

Rows = NDArray[np.intp]


def ranked(scores: FloatArray, rows: Rows) -> Rows:
    """`rows` by falling score; equal ones stay in their order. scores [N], rows [M]."""
    return rows[np.argsort(-scores[rows], kind="stable")]


def places(order: Rows, wanted: Rows) -> NDArray[np.intp]:
    """Where the wanted rows stand in an order, from 1, ascending; those not in it are left out."""
    return np.flatnonzero(np.isin(order, wanted)) + 1


def recall_at(found: NDArray[np.intp], k: int) -> float:
    """1 when any place is among the first k, else 0."""
    return float(bool((found <= k).any()))


def average_precision_at(found: NDArray[np.intp], right: int, k: int) -> float:
    """AP@k = sum over hits i in the first k of P(i) / min(right, k) (Baldrati et al., ICCV 2023).

    `found` [n]: places of the hits, ascending; P(i) is the share of hits among the first i. `right`: how many
    right answers there are, also those that are nowhere in the ranking.
    """
    within = found[found <= k]
    precision = np.arange(1, len(within) + 1) / within
    return float(precision.sum() / min(right, k))
