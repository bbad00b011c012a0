"""Measures of composed retrieval, against values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from photolens.evaluation.composed.metrics import average_precision_at, places, ranked, recall_at
from photolens.evaluation.composed.vectors import cut


def rows(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.intp)


def test_an_order_is_of_the_rows_asked_for_and_keeps_equal_ones() -> None:
    scores = np.array([0.5, 0.9, 0.5, 0.1, 0.7], dtype=np.float32)
    assert ranked(scores, rows(3, 2, 0, 1)).tolist() == [1, 2, 0, 3]
    assert ranked(scores, rows()).tolist() == []


def test_places_count_from_one_and_leave_out_what_is_not_ranked() -> None:
    assert places(rows(7, 3, 5, 1), rows(1, 3, 9)).tolist() == [2, 4]


@pytest.mark.parametrize(("k", "expected"), [(1, 0.0), (2, 0.0), (3, 1.0), (50, 1.0)])
def test_recall_is_whether_one_is_among_the_first(k: int, expected: float) -> None:
    assert recall_at(rows(3, 8), k) == expected


def test_recall_of_nothing_found_is_zero() -> None:
    assert recall_at(rows(), 50) == 0.0


@pytest.mark.parametrize(
    ("right", "k", "expected"),
    [
        (4, 5, (1 / 1 + 2 / 3) / 4),  # hits at 1 and 3; the one at 6 lies beyond
        (4, 10, (1 / 1 + 2 / 3 + 3 / 6) / 4),
        (3, 50, (1 / 1 + 2 / 3 + 3 / 6) / 3),
        (12, 5, (1 / 1 + 2 / 3) / 5),  # no more than k can be among the first k
        (12, 2, 1 / 2),
    ],
)
def test_average_precision(right: int, k: int, expected: float) -> None:
    assert average_precision_at(rows(1, 3, 6), right, k) == pytest.approx(expected)


def test_average_precision_of_nothing_found_is_zero() -> None:
    assert average_precision_at(rows(), 3, 5) == 0.0


def test_a_box_is_cut_with_its_surroundings_onto_a_black_square() -> None:
    picture = np.full((100, 100, 3), 200, dtype=np.uint8)
    part = cut(picture, (50, 40, 20, 10))
    # The corner moves from (50, 40) to (36, 33), the size grows from 20 x 10 to 34 x 17.
    assert part.shape == (34, 34, 3)
    lit = np.flatnonzero(part[:, 0, 0])
    assert (lit[0], lit[-1], len(lit)) == (8, 24, 17)
    assert part[8:25].min() == 200


def test_a_box_at_the_border_ends_with_the_picture() -> None:
    picture = np.full((30, 60, 3), 9, dtype=np.uint8)
    assert cut(picture, (0, 0, 60, 30)).shape == (60, 60, 3)
    assert cut(picture, (59, 29, 40, 40)).shape == (29, 29, 3)  # from (31, 1) to the end
    assert cut(picture, (500, 500, 0, 0)).shape == (1, 1, 3)
