"""The photos of an answer whose yes or no says most about the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from photolens.domain import FloatArray

_COPY = 0.97  # cosine from which two photos are one


def most_telling(vectors: FloatArray, scores: FloatArray, count: int = 6) -> NDArray[np.intp]:
    """Up to `count` places of `vectors` [N, d], unit, with scores [N]: the best that differ from each other."""
    order = np.argsort(-scores, kind="stable")
    chosen: list[int] = []
    for place in order.tolist():
        if len(chosen) < count and (not chosen or (vectors[chosen] @ vectors[place]).max() < _COPY):
            chosen.append(place)
    return np.array(chosen, dtype=np.intp)
