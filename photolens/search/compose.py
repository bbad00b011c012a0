"""Similarities of the terms of a query -> one base score per photo.

Measured with the built-in model: differences of AP with 95 % intervals, paired bootstrap. Tried and left out:

- Product rule for words and pictures (BASIC, 2025) against the sum of z: -.011 [-.020, -.006] at balance .65,
  mean over eight tasks, 2,778 queries. It won .002 to .033 in the four where the word asks for another kind
  or colour (one interval above 0), and lost .013 to .064 in the others. Sum of the query vectors:
  -.037 [-.061, -.016].
- Centring both texts and photos, 98 product names: -.016 [-.031, -.002]. Centring picture queries:
  +.003 [.000, .005], too little for an order that no longer is the cosine's.
- Product or minimum for several texts, 130 pairs of objects: -.013 [-.023, -.005] and -.049 [-.077, -.025];
  no difference for pairs of captions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from photolens.domain import FloatArray, IdArray

BACKGROUND_SIZE = 4096
# +.015 [.007, .023] AP for 98 product names, +.026 [.017, .036] for 60 kinds, -.001 [-.014, +.012] for 540
# captions. A weight of .75 wins more for names, but loses .032 [.002, .062] for captions.
HUBNESS_NEIGHBOURS = 16
HUBNESS_WEIGHT = 0.25
# A photo is pushed away by half of what it exceeds one standard deviation; all others keep their order.
# Subtracting z itself cost .06 AP for 203 pairs "A but not B" and .36 for 50 such as "apple -granny smith",
# where the small model hears nearly the same word twice; this rule costs .005 and .004.
NEGATIVE_FROM = 1.0
NEGATIVE_STRENGTH = 0.5
_SMALLEST_DEVIATION = 1e-6  # below it similarities are all alike and their differences are rounding


@dataclass(frozen=True, slots=True)
class TermSimilarity:
    """How alike one term is to the candidates and to the background sample; a negative weight pushes away."""

    similarities: FloatArray  # [N] cosine with each candidate, for a text less its `hubness_bias`
    background: FloatArray  # [B] the same for the background sample
    weight: float = 1.0


def base_scores(
    texts: Sequence[TermSimilarity], images: Sequence[TermSimilarity], balance: float
) -> FloatArray:
    """Score of each candidate, float32 [N], in standard deviations above the background's mean.

    Words and pictures are each a weighted sum of z-scores, brought to one deviation;
    S = z[balance words + (1 - balance) pictures] less |w|/2 max(z - 1, 0) for each negative term, or
    z[-sum |w| z] when all terms are negative. One positive term alone keeps the order of its similarities,
    a weight of 0 leaves a term out, and `balance` in 0..1 counts only where words meet pictures.
    Raises ValueError for no term and for unequal shapes.
    """
    terms = [*texts, *images]
    count = _candidate_count(terms)
    words, pictures = ([term for term in side if term.weight > 0] for side in (texts, images))
    if not words and not pictures:
        return _standardised(_weighted_sum(terms, count), count)[:count]
    share = balance if words and pictures else float(bool(words))
    mixed = np.float32(share) * _side(words, count) + np.float32(1 - share) * _side(pictures, count)
    scores = _standardised(mixed, count)
    # As strong as its terms are weighted, so that a negative weighs the same beside one term and beside five.
    scores *= share * _mean_weight(words) + (1 - share) * _mean_weight(pictures)
    for term in (term for term in terms if term.weight < 0):
        scores += NEGATIVE_STRENGTH * term.weight * np.maximum(_z(term) - NEGATIVE_FROM, 0)
    return _standardised(scores, count)[:count]


def hubness_bias(photos: FloatArray, bank: FloatArray) -> FloatArray:
    """What to subtract from every text similarity of a photo, because it resembles any text; float32 [N].

    photos [N, d] and bank [M, d] are unit vectors, the bank of `resources/texts/generic.txt`:
    b(x) = .25 mean of the 16 largest x.t (NNN: Chowdhury et al., "Nearest Neighbor Normalization Improves
    Multimodal Retrieval", EMNLP 2024). An empty bank gives zeros.
    """
    neighbours = min(HUBNESS_NEIGHBOURS, len(bank))
    bias = np.zeros(len(photos), dtype=np.float32)
    if neighbours == 0:
        return bias
    for start in range(0, len(photos), BACKGROUND_SIZE):  # in blocks: a million photos x 600 texts are 2.4 GB
        similarities = photos[start : start + BACKGROUND_SIZE] @ bank.T
        nearest = np.partition(similarities, len(bank) - neighbours, axis=1)[:, len(bank) - neighbours :]
        bias[start : start + BACKGROUND_SIZE] = HUBNESS_WEIGHT * nearest.mean(axis=1)
    return bias


def background_rows(ids: IdArray, size: int = BACKGROUND_SIZE) -> NDArray[np.intp]:
    """Rows, ascending, of the photos that stand for the library: the `size` smallest hashes of ids int64 [N].

    Adding a photo replaces at most one of the sample. The hash is Fibonacci's, id 2^64 / phi mod 2^64 (Knuth,
    TAOCP 3, 6.4): different ids have different hashes, and the sample is spread evenly over the ids.
    """
    if len(ids) <= size:
        return np.arange(len(ids))
    hashes = ids.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return np.sort(np.argpartition(hashes, size)[:size])


def _candidate_count(terms: Sequence[TermSimilarity]) -> int:
    if not terms:
        raise ValueError("a base score needs at least one term")
    if len({(term.similarities.shape, term.background.shape) for term in terms}) > 1:
        raise ValueError("all terms must have the same candidates and the same background")
    return len(terms[0].similarities)


def _standardised(values: FloatArray, count: int) -> FloatArray:
    """In standard deviations above the mean of the background, which follows the `count` candidates.

    A background without spread (one photo, or copies of one) only shifts: the candidates keep their order.
    """
    background = values[count:]
    known = background[np.isfinite(background)].astype(np.float64)
    mean, deviation = (known.mean(), known.std()) if known.size else (0.0, 0.0)
    scale = 1.0 / deviation if deviation > _SMALLEST_DEVIATION else 1.0
    return (values - np.float32(mean)) * np.float32(scale)


def _z(term: TermSimilarity) -> FloatArray:
    """z-scores of the candidates, then of the background: float32 [N + B]."""
    values = np.concatenate([term.similarities, term.background]).astype(np.float32)
    return _standardised(values, len(term.similarities))


def _weighted_sum(terms: Sequence[TermSimilarity], count: int) -> FloatArray:
    """Sum of weight x z: float32 [N + B]."""
    total = np.zeros(count + len(terms[0].background), dtype=np.float32)
    for term in terms:
        total += np.float32(term.weight) * _z(term)
    return total


def _side(terms: Sequence[TermSimilarity], count: int) -> FloatArray:
    """Words, or pictures, at a deviation of their mean weight: a second text must not drown the picture."""
    if not terms:
        return np.zeros(1, dtype=np.float32)  # adds nothing to the other side
    return _standardised(_weighted_sum(terms, count), count) * np.float32(_mean_weight(terms))


def _mean_weight(terms: Sequence[TermSimilarity]) -> float:
    return sum(term.weight for term in terms) / len(terms) if terms else 0.0
