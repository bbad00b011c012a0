"""What is compared, with the same embeddings: each method turns one question into a score of all pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from photolens.domain import Combination, FloatArray, Query
from photolens.evaluation.composed.metrics import Rows
from photolens.search import TermSimilarity, base_scores


@dataclass(frozen=True, slots=True)
class Likeness:
    """One question's similarities to all pictures."""

    text: FloatArray  # [N] cosine with the words
    image: FloatArray  # [N] cosine with the reference
    bias: FloatArray  # [N] how much a picture resembles any text
    background: Rows  # [B] the pictures that stand for all


Method = Callable[[Likeness], FloatArray]  # scores [N]


def _image(given: Likeness) -> FloatArray:
    return given.image


def _text(given: Likeness) -> FloatArray:
    return given.text


def _vectors(given: Likeness) -> FloatArray:
    """The order by the sum of two unit vectors: x.(t + v) = x.t + x.v."""
    return given.text + given.image


def _base(given: Likeness, combination: Combination) -> FloatArray:
    words, pictures = given.text - given.bias, given.image
    return base_scores(
        [TermSimilarity(words, words[given.background])],
        [TermSimilarity(pictures, pictures[given.background])],
        Query().balance,
        combination,
    )


def _sum(given: Likeness) -> FloatArray:
    return _base(given, Combination.SUM)


def _product(given: Likeness) -> FloatArray:
    return _base(given, Combination.PRODUCT)


BASELINE = "sum of vectors"
METHODS: dict[str, Method] = {
    "image only": _image,
    "text only": _text,
    BASELINE: _vectors,
    "PhotoLens, sum": _sum,
    "PhotoLens, product": _product,
}
