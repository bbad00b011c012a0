"""A logistic regression on a handful of examples, around scores that are given."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_Array = NDArray[np.float64]

_MOST_STEPS = 30
_ENOUGH = 1e-5  # relative fall of the loss below which the weights have settled
_SMALLEST_STEP = 1e-3
_INTERCEPT_PENALTY = 1e-3  # so that examples of one kind alone have a finite answer


@dataclass(frozen=True, slots=True)
class Labelled:
    """Examples to learn from, one per row."""

    features: _Array  # [m, d]
    sides: _Array  # [m] +1 or -1
    importance: _Array  # [m] not negative
    scores: _Array  # [m] what is known before learning, in the units of the regression's exponent


def fit(examples: Labelled, penalty: float) -> _Array:
    """Weights w, float64 [d], that minimise

    sum_i omega_i log(1 + exp(-y_i (s_i + w.x_i + b))) + penalty / 2 |w|^2

    by Newton's method, each step halved until the loss falls enough (Armijo): undamped it diverges where the
    scores are large. The answer lies in the span of the examples, so that the work depends on their number,
    not on d. Finite for examples of one side only, and for equal examples with opposite sides.
    """
    basis, triangle = np.linalg.qr(examples.features.T)  # [d, r], [r, m]
    design = np.column_stack([triangle.T, np.ones(len(examples.sides))])
    penalties = np.append(np.full(triangle.shape[0], penalty), _INTERCEPT_PENALTY)
    weights = np.zeros(len(penalties))
    loss = _loss(examples, design, penalties, weights)
    for _ in range(_MOST_STEPS):
        before = loss
        weights, loss = _step(examples, design, penalties, weights, loss)
        if before - loss <= _ENOUGH * (before + _ENOUGH):
            break
    return basis @ weights[:-1]


def _loss(examples: Labelled, design: _Array, penalties: _Array, weights: _Array) -> float:
    margins = examples.sides * (examples.scores + design @ weights)
    return float(examples.importance @ np.logaddexp(0, -margins) + 0.5 * penalties @ weights**2)


def _step(
    examples: Labelled, design: _Array, penalties: _Array, weights: _Array, loss: float
) -> tuple[_Array, float]:
    """One damped step; the same weights and loss where none lowers the loss."""
    margins = examples.sides * (examples.scores + design @ weights)
    wrong = np.exp(-np.logaddexp(0, margins))  # probability of the other side, without overflow
    slope = penalties * weights - design.T @ (examples.importance * examples.sides * wrong)
    curvature = (design.T * (examples.importance * wrong * (1 - wrong))) @ design + np.diag(penalties)
    direction = np.linalg.solve(curvature, slope)
    fraction = 1.0
    while fraction > _SMALLEST_STEP:
        tried = weights - fraction * direction
        found = _loss(examples, design, penalties, tried)
        if found <= loss - 1e-4 * fraction * float(slope @ direction):
            return tried, found
        fraction /= 2
    return weights, loss
