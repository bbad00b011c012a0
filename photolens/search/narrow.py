"""The photos of an answer whose yes or no says most about the rest.

Those that best stand for the first photos of the answer: of the best 24, the six that leave no other without
one like it (facility location, greedily: Krause and Golovin, "Submodular function maximization", 2014).

Measured with the built-in model on labelled photos: a simulated user answers for six photos of one half of
the library, and the order of the other half counts. AP in points, mean over four tasks, 358 queries used to
choose / 357 others, three users each; the standard error of a difference is about .2 to .3:

    what is shown                                    without clicks      after 5 clicks
    nothing                                           30.6 / 33.5         33.8 / 38.2
    the six best                                      34.8 / 38.6         37.5 / 42.7
    without copies                                    34.8 / 38.7         37.5 / 42.7
    maximal marginal relevance, weight .7             35.1 / 38.8         37.4 / 42.7
    of the best 24, six far apart (k-center)          34.8 / 38.9         37.6 / 42.6
    of the best 24, six that stand for them: as is    34.7 / 39.2         37.8 / 42.9
    of the best 40, six at random                     34.5 / 38.7         37.4 / 42.7
    of the best 200, six that stand for them          33.8 / 38.2         36.9 / 41.9

So what matters is that six are judged; which six says little, and looking far down the answer costs. These
are kept since they are no worse than the six best and differ from each other, which spares looking at one
thing six times; of them 32 % are right instead of 36 %.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from photolens.domain import FloatArray

    Places = NDArray[np.intp]

_COPY = 0.97  # cosine from which two photos are one, and a second says nothing new
_LOOKED_AT = 4  # photos for each that is chosen
_NOTHING = 1e-9


def most_telling(vectors: FloatArray, scores: FloatArray, count: int = 6) -> Places:
    """Places in `vectors` of up to `count` photos to ask about, best score first.

    vectors [N, d] unit and scores [N]: the best photos of an answer that are not judged, in any order. Fewer
    where the others are copies of those chosen, or have no finite score.
    """
    first = _first(vectors, scores, _LOOKED_AT * count)
    if len(first) <= count:
        return first[:count]
    alike = _likeness(vectors[first])
    covered = np.zeros(len(first))
    chosen: list[int] = []
    for _ in range(count):
        gains = np.maximum(alike, covered).sum(axis=1)  # row: what is chosen next
        gains[chosen] = -1
        chosen.append(int(np.argmax(gains)))
        covered = np.maximum(covered, alike[chosen[-1]])
    best: Places = first[np.sort(chosen)]
    return best


def _first(vectors: FloatArray, scores: FloatArray, count: int) -> Places:
    """The best `count` without copies of a better one; equal scores in their order."""
    order = np.argsort(-scores, kind="stable")
    kept: list[int] = []
    for place in order[np.isfinite(scores[order])].tolist():
        if len(kept) >= count:
            break
        if not kept or float((vectors[kept] @ vectors[place]).max()) <= _COPY:
            kept.append(place)
    return np.array(kept, dtype=np.intp)


def _likeness(vectors: FloatArray) -> NDArray[np.float64]:
    """Cosines around the mean of these photos, [n, n]: what all of them share tells them not apart."""
    centred = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
    lengths = np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), _NOTHING)
    directions = centred / lengths
    likeness: NDArray[np.float64] = np.maximum(directions @ directions.T, 0)
    return likeness
