"""What is compared: each method turns base scores and judgements into scores of all photos."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photolens.domain import FloatArray
from photolens.search import Examples, FeatureSpace, feedback

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Round:
    """All that a method may know."""

    vectors: FloatArray  # [N, d] unit
    scores: FloatArray  # [N] base scores
    judged: Rows  # [n]
    liked: NDArray[np.bool_]  # [n]
    rest: Rows  # weak negatives
    space: FeatureSpace


Method = Callable[[Round], FloatArray]  # scores [N]; -inf leaves a photo out


def _plain(given: Round) -> FloatArray:
    return given.scores


def _nearest_demote(given: Round) -> FloatArray:
    below = np.float32(np.ptp(given.scores) + 1)
    return np.where(_nearest(given), given.scores, given.scores - below)


def _nearest_drop(given: Round) -> FloatArray:
    return np.where(_nearest(given), given.scores, np.float32(-np.inf))


def _rocchio(given: Round) -> FloatArray:
    return given.scores + feedback.rocchio(_judged(given), given.space).of(given.vectors)


def _logistic(given: Round) -> FloatArray:
    return feedback.logistic(_judged(given), _rest(given), given.space).of(given.vectors)


def _soft_nearest(given: Round) -> FloatArray:
    return feedback.soft_nearest(_similarities(given), given.liked)


def _learned(given: Round) -> FloatArray:
    return given.scores + feedback.learned(_judged(given), _rest(given), given.space).of(given.vectors)


PLAIN, DEMOTE, DROP, DEFAULT = "plain CLIP", "1-NN demote", "1-NN drop", "default"
METHODS: dict[str, Method] = {
    PLAIN: _plain,
    DEMOTE: _nearest_demote,
    DROP: _nearest_drop,
    "Rocchio": _rocchio,
    "logistic": _logistic,
    "soft NN": _soft_nearest,
    DEFAULT: _learned,
}


def _similarities(given: Round) -> FloatArray:
    return given.vectors[given.judged] @ given.vectors.T


def _nearest(given: Round) -> NDArray[np.bool_]:
    return feedback.nearest_liked(_similarities(given), given.liked)


def _judged(given: Round) -> Examples:
    return Examples(given.vectors[given.judged], given.scores[given.judged], given.liked)


def _rest(given: Round) -> Examples:
    rest = given.rest
    return Examples(given.vectors[rest], given.scores[rest], np.zeros(len(rest), dtype=np.bool_))
