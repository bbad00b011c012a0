"""Scores of a query -> from which score a photo is strong, or maybe.

The tail of a query's scores begins 1.75 robust deviations above the median of the library; what lies in it is
maybe. Otsu's threshold splits the tail in two, and the upper part is strong. Judgements move that cut.

Chosen with the built-in model on 1,700 labelled and 619 everyday photos: 969 queries in eight sets (picture,
words, both; 1 to 700 right answers), and 164 for which nothing is right, such as "giraffe" among groceries.
Found on every other query, confirmed on the rest. Of the rest, in percent, mean over the sets:

    what is strong                        F1   precision   recall   photos, where nothing is right
    best cut of each query              39.9        37.4     66.0     0
    z >= 2                              16.2        22.5     30.5    43
    z >= 2.25                           14.1        23.2     22.8    24
    robust z >= 2                       16.5        19.5     37.8    53
    robust z >= 2.5                     14.9        21.4     27.2    20
    Otsu in the tail from 1.5           17.4        29.2     32.2    37
    Otsu in the tail from 1.75          16.4        23.6     27.1    25
    Otsu in the tail from 2             14.8        24.0     22.3    15

Strong and maybe together hold 44 % of what is right in 6 % of the photos. The distribution of its scores
does not tell a query without an answer: its best photo is as far out (z 3.1 to 4.1) as others' (2.5 to 3.4).
Tried and left out, each worse at as many photos for nothing: a false-discovery rate against a normal
distribution fitted to the lower half (F1 11 to 13: right-skewed answers to pictures pass whole, words not at
all), against the mirrored lower half, two normal distributions (EM), quantiles with a multiple of their
distance, mean excess over a threshold, the widest gap.

Moving the cut after 3, 5, 10 and 20 clicks on the first page, four tasks: F1 19.5 -> 19.9, 20.1 -> 20.5,
21.0 -> 21.8, 18.5 -> 19.7; precision 30 -> 32 and 34 -> 37 at 3 and 10, recall 31 -> 23 and 34 -> 25. Letting
each click weigh by itself cuts off nearly all after ten, since most clicks are near the cut and dislikes.

Between one click and the next the cuts are `steadied`: the number of strong photos then changes by a factor
of 1.11 (geometric mean; 1.5 in one case of twenty) instead of 1.17 (2.1), on 240 questions with 20 clicks
each, and F1 after 3, 5, 10, 20 clicks is 20.9, 21.8, 22.1, 19.7 instead of 21.3, 21.5, 21.5, 19.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from photolens.domain import ShelfCuts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from photolens.domain import FloatArray

    Array = NDArray[np.float64]

_TAIL_FROM = 1.75  # deviations above the median
_MOST_IN_TAIL = 2000  # photos of a library; nobody looks through more
_FEWEST_IN_TAIL = 16  # photos of the sample, fewer would tell nothing of the tail
_SOFTNESS = 0.5  # deviations by which a judged photo may be on the wrong side and still count half
_FARTHEST = 1.0  # deviations by which judgements move a cut at most
_STEADINESS = 10  # judgements after which the new cuts weigh as much as those before any
_DEVIATION_OF_MAD = 1.4826  # of a normal distribution
_SMALLEST_DEVIATION = 1e-6  # below it scores are all alike and their differences are rounding
_HALVINGS = 40


def shelf_cuts(background: FloatArray, liked: FloatArray, disliked: FloatArray, count: int) -> ShelfCuts:
    """Cuts for a query, in the unit of its scores.

    background [B]: scores of a sample of the library, after judgements; liked, disliked: those of judged
    photos; `count`: photos in the library. A score that is not finite counts for nothing; where all are
    alike, or there is none, nothing is strong or maybe. The split is Otsu's ("A threshold selection method
    from gray-level histograms", 1979).
    """
    scores = _finite(background)
    median, deviation = _centre(scores)
    if deviation < _SMALLEST_DEVIATION:
        nothing = median + 1.0
        return ShelfCuts(nothing, nothing)
    start = max(median + _TAIL_FROM * deviation, _crowded(scores, count))
    tail = scores[scores >= start]
    strong = _split(tail) if len(tail) > 1 else start + deviation
    strong = _moved(strong, _finite(liked), _finite(disliked), deviation)
    return ShelfCuts(strong, min(start, strong))


def steadied(
    before: ShelfCuts, base: FloatArray, after: ShelfCuts, moved: FloatArray, judgements: int
) -> ShelfCuts:
    """Cuts after `judgements` that do not jump: between those before any and those by themselves.

    `base` [B] and `moved` [B] are scores of the library's sample before and after. Both cuts are compared in
    robust deviations, of which the share n / (n + 10) is by the new ones.
    """
    if not judgements:
        return before
    old_median, old = _centre(_finite(base))
    median, new = _centre(_finite(moved))
    if min(old, new) < _SMALLEST_DEVIATION:
        return after
    share = judgements / (judgements + _STEADINESS)

    def between(one: float, other: float) -> float:
        return median + new * ((1 - share) * (one - old_median) / old + share * (other - median) / new)

    return ShelfCuts(between(before.strong, after.strong), between(before.maybe, after.maybe))


def _finite(scores: FloatArray) -> Array:
    values = np.asarray(scores, dtype=np.float64)
    finite: Array = np.sort(values[np.isfinite(values)])
    return finite


def _centre(scores: Array) -> tuple[float, float]:
    """Median, and the deviation by the median distance from it; the plain one where half are equal."""
    if not len(scores):
        return 0.0, 0.0
    median = float(np.median(scores))
    deviation = _DEVIATION_OF_MAD * float(np.median(np.abs(scores - median)))
    return median, deviation if deviation >= _SMALLEST_DEVIATION else float(scores.std())


def _crowded(scores: Array, count: int) -> float:
    """The score that about 2,000 photos of the library reach; scores ascend."""
    share = _MOST_IN_TAIL / max(count, 1)
    most = max(round(share * len(scores)), _FEWEST_IN_TAIL)
    return float(scores[-most]) if most < len(scores) else -np.inf


def _split(tail: Array) -> float:
    """The cut between two parts of ascending scores that differ most; the first score where all are equal."""
    below = np.arange(1, len(tail))
    above = len(tail) - below
    sums = np.cumsum(tail - tail[0])
    between = below * above * ((sums[-1] - sums[:-1]) / above - sums[:-1] / below) ** 2
    best = int(np.argmax(between))
    return float(tail[best] + tail[best + 1]) / 2 if between[best] > 0 else float(tail[0])


def _moved(cut: float, liked: Array, disliked: Array, deviation: float) -> float:
    """The cut pulled below likes and pushed above dislikes, both kinds alike, by one deviation at most.

    It is the one c at which (c - cut) / d + mean sigmoid((c - liked) / .5 d), less the mean
    sigmoid((disliked - c) / .5 d), is nothing. Without judgements it is `cut`, to the last bit.
    """
    if not len(liked) + len(disliked):
        return cut
    low, high = cut - _FARTHEST * deviation, cut + _FARTHEST * deviation
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        slope = (middle - cut) / (_FARTHEST * deviation)
        slope += _share(middle - liked, deviation) - _share(disliked - middle, deviation)
        low, high = (low, middle) if slope > 0 else (middle, high)
    return (low + high) / 2


def _share(distances: Array, deviation: float) -> float:
    """How many of the judged photos are on the wrong side, softly; 0 for none."""
    if not len(distances):
        return 0.0
    return float(np.mean(1 / (1 + np.exp(-np.clip(distances / (_SOFTNESS * deviation), -50, 50)))))
