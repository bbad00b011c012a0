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
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from photolens.domain import Combination

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


@dataclass(frozen=True, slots=True)
class Product:
    """The product rule's own part of a Mixture: the z-scores of both sides, then of what comes of them."""

    words: FloatArray  # [T] weight of each z in the words' side
    pictures: FloatArray  # [T] in the pictures' side
    constants: tuple[float, float]  # of these two sums
    balance: float
    scale: float


@dataclass(frozen=True, slots=True)
class Mixture:
    """How similarities of T terms become a score: fitted to a background sample, for any photos.

    z_i = (s_i - mean_i) scale_i; S = sum linear_i z_i + excess_i max(z_i - 1, 0) + constant, to which the
    product rule, where chosen, adds its own part in place of the linear one.
    """

    mean: FloatArray  # [T]
    scale: FloatArray  # [T]
    linear: FloatArray  # [T]
    excess: FloatArray  # [T] not positive
    constant: float
    product: Product | None = None

    def scores(self, similarities: FloatArray) -> FloatArray:
        """float32 [N] of similarities [T, N], for a text less its hubness bias."""
        return self._of_z(self.z(similarities))

    def z(self, similarities: FloatArray) -> FloatArray:
        """Standard deviations above the background's mean, term by term, float32 [T, N]."""
        return (similarities - self.mean[:, None]) * self.scale[:, None]

    def contributions(self, z: FloatArray) -> FloatArray:
        """What each term adds to the score, float32 [T, N] of z [T, N]: the score less that without the term,
        which then stands at its mean. Under the sum rule they and a constant add up to the score."""
        whole = self._of_z(z)
        parts = np.empty_like(z)
        for term in range(len(z)):
            without = z.copy()
            without[term] = 0
            parts[term] = whole - self._of_z(without)
        return parts

    def direction(self, vectors: FloatArray, biased: FloatArray) -> tuple[FloatArray, float, float]:
        """The linear part as one vector: S = x.v - b(x) beta + constant, plus what exceeds.

        vectors [T, d]; biased [T] is 1 for terms whose similarity is less the bias b(x). Gives v [d], beta
        and the constant, so that a photo costs one product however many terms there are.
        """
        weights = self.linear * self.scale
        constant = self.constant - float(weights @ self.mean)
        return (weights @ vectors).astype(np.float32), float(weights @ biased), constant

    def only(self, terms: NDArray[np.intp]) -> Mixture:
        """Of these terms, what exceeds, and nothing else."""
        nothing = np.zeros(len(terms), dtype=np.float32)
        return Mixture(self.mean[terms], self.scale[terms], nothing, self.excess[terms], 0.0)

    def _of_z(self, z: FloatArray) -> FloatArray:
        scores = np.full(z.shape[1], self.constant, dtype=np.float32)
        if self.product is not None:
            scores += _product(self.product, z)
        for term in np.flatnonzero(self.linear):
            scores += self.linear[term] * z[term]
        for term in np.flatnonzero(self.excess):
            scores += self.excess[term] * np.maximum(z[term] - np.float32(NEGATIVE_FROM), 0)
        return scores


def base_scores(
    texts: Sequence[TermSimilarity],
    images: Sequence[TermSimilarity],
    balance: float,
    combination: Combination = Combination.SUM,
) -> FloatArray:
    """Score of each candidate, float32 [N], in standard deviations above the background's mean.

    As `fit_mixture` says; one positive term alone keeps the order of its similarities.
    Raises ValueError for no term and for unequal shapes.
    """
    terms = [*texts, *images]
    if not terms:
        raise ValueError("a base score needs at least one term")
    if len({(term.similarities.shape, term.background.shape) for term in terms}) > 1:
        raise ValueError("all terms must have the same candidates and the same background")
    background = np.stack([term.background for term in terms]).astype(np.float32)
    weights = np.array([term.weight for term in terms], dtype=np.float32)
    mixture = fit_mixture(background, weights, len(texts), balance, combination)
    return mixture.scores(np.stack([term.similarities for term in terms]).astype(np.float32))


def fit_mixture(
    background: FloatArray,
    weights: FloatArray,
    texts: int,
    balance: float,
    combination: Combination = Combination.SUM,
) -> Mixture:
    """Fit to the similarities [T, B] of a sample; the first `texts` terms are words, the others pictures.

    Words and pictures are each a weighted sum of z-scores, brought to one deviation;
    S = z[balance words + (1 - balance) pictures] less |w|/2 max(z - 1, 0) for each negative term, or
    z[-sum |w| z] when all terms are negative. A weight of 0 leaves a term out, and `balance` in 0..1 counts
    only where words meet pictures. The product rule (after BASIC, 2025) puts, in place of the sum,
    u_t^(2 balance) u_v^(2 (1 - balance)) - (u_t + u_v)^2 / 10 with u = clip((z + 2) / 6, 0, 1).
    """
    means, scales = zip(*(_moments(row) for row in background), strict=True)
    mean, scale = np.array(means, dtype=np.float32), np.array(scales, dtype=np.float32)
    z = (background - mean[:, None]) * scale[:, None]
    is_text = np.arange(len(weights)) < texts
    positive = weights > 0
    nothing = np.zeros(len(weights), dtype=np.float32)
    if not positive.any():
        linear, constant = _standardised_sum(weights.astype(np.float32), z)
        return Mixture(mean, scale, linear, nothing, constant)
    words, pictures = (_Side.of(np.where(side & positive, weights, 0), z) for side in (is_text, ~is_text))
    share = balance if words.present and pictures.present else float(words.present)
    # As strong as its terms are weighted, so that a negative weighs the same beside one term and beside five.
    strength = share * words.mean_weight + (1 - share) * pictures.mean_weight
    excess = np.where(weights < 0, NEGATIVE_STRENGTH * weights, 0).astype(np.float32)
    product = None
    if combination is Combination.PRODUCT and words.present and pictures.present:
        product = Product(words.linear, pictures.linear, (words.constant, pictures.constant), share, 1.0)
        shift, factor = _moments(_product(product, z))
        product = replace(product, scale=factor * strength)
        linear, constant = nothing, -shift * factor * strength
    else:
        sums = share * words.mean_weight * words.linear + (1 - share) * pictures.mean_weight * pictures.linear
        linear, constant = _standardised_sum(sums.astype(np.float32), z)
        linear, constant = linear * np.float32(strength), constant * strength
    mixed = Mixture(mean, scale, linear, excess, constant, product)
    shift, factor = _moments(mixed._of_z(z))
    if product is not None:
        product = replace(product, scale=product.scale * factor)
    scaled = np.float32(factor)
    return Mixture(mean, scale, linear * scaled, excess * scaled, (constant - shift) * factor, product)


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


@dataclass(frozen=True, slots=True)
class _Side:
    """Words, or pictures, as one z-score: a second text must not drown the picture."""

    linear: FloatArray  # [T] weight of each z
    constant: float
    mean_weight: float
    present: bool

    @classmethod
    def of(cls, weights: FloatArray, z: FloatArray) -> _Side:
        linear, constant = _standardised_sum(weights.astype(np.float32), z)
        count = int((weights > 0).sum())
        return cls(linear, constant, float(weights.sum()) / max(count, 1), count > 0)


def _standardised_sum(weights: FloatArray, z: FloatArray) -> tuple[FloatArray, float]:
    """The z-score of sum w_i z_i as weights of the z_i and a constant."""
    total = np.zeros(z.shape[1], dtype=np.float32)
    for term in np.flatnonzero(weights):
        total += weights[term] * z[term]
    mean, scale = _moments(total)
    return weights * np.float32(scale), -mean * scale


def _moments(background: FloatArray) -> tuple[float, float]:
    """Mean of the finite values, and 1 / their deviation.

    A background without spread (one photo, or copies of one) only shifts: the candidates keep their order.
    """
    known = background[np.isfinite(background)].astype(np.float64)
    mean, deviation = (float(known.mean()), float(known.std())) if known.size else (0.0, 0.0)
    return mean, 1.0 / deviation if deviation > _SMALLEST_DEVIATION else 1.0


def _product(product: Product, z: FloatArray) -> FloatArray:
    """float32 [N] of z [T, N], times the product's scale."""
    words, pictures = (
        np.clip((weights @ z + np.float32(constant) + 2) / 6, 0, 1)
        for weights, constant in zip((product.words, product.pictures), product.constants, strict=True)
    )
    joined = words ** (2 * product.balance) * pictures ** (2 * (1 - product.balance))
    return np.asarray(product.scale * (joined - 0.1 * (words + pictures) ** 2), dtype=np.float32)
