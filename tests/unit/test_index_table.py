"""The exact table gives the same answers as plain numpy, whatever was put in and in which order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photolens.index import VectorTable

D = 16


def units(count: int, dimension: int = D, seed: int = 0) -> np.ndarray:
    vectors = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def ids(*numbers: int) -> np.ndarray:
    return np.array(numbers, dtype=np.int64)


def filled(count: int, dimension: int = D) -> tuple[VectorTable, np.ndarray]:
    table, vectors = VectorTable(dimension), units(count, dimension).astype(np.float16)
    table.put(np.arange(count, dtype=np.int64) * 3 + 1, vectors, revision=count)
    return table, vectors


def test_an_empty_table_answers_with_nothing() -> None:
    table = VectorTable(D)
    assert len(table) == 0
    assert table.similarities(units(3)).shape == (3, 0)
    assert table.rows(ids(1, 2)).tolist() == [-1, -1]
    table.keep_only(ids(1))
    assert table.put(ids(), np.empty((0, D), np.float16), 4).tolist() == []
    assert (len(table), table.revision) == (0, 4)


@pytest.mark.parametrize("dimension", [1, 3, 32, 256, 512, 513])
@pytest.mark.parametrize(("queries", "count"), [(1, 1), (1, 100), (5, 1), (7, 333)])
def test_similarities_are_those_of_numpy(dimension: int, queries: int, count: int) -> None:
    table, vectors = filled(count, dimension)
    asked = units(queries, dimension, seed=9)
    found = table.similarities(asked)
    assert found.dtype == np.float32
    expected = asked.astype(np.float16).astype(np.float64) @ vectors.astype(np.float64).T
    np.testing.assert_allclose(found, expected, atol=2e-3)


def test_similarities_of_chosen_rows_and_of_no_query() -> None:
    table, _ = filled(50)
    rows = np.array([7, 0, 7, 49])
    np.testing.assert_array_equal(table.similarities(units(2), rows), table.similarities(units(2))[:, rows])
    assert table.similarities(units(2), np.array([], np.intp)).shape == (2, 0)
    assert table.similarities(np.empty((0, D), np.float32)).shape == (0, 50)


def test_a_query_in_another_memory_order_gives_the_same() -> None:
    table, _ = filled(20)
    asked = units(4)
    expected = table.similarities(asked)
    np.testing.assert_array_equal(table.similarities(np.asfortranarray(asked)), expected)
    np.testing.assert_array_equal(table.similarities(np.repeat(asked, 2, axis=0)[::2]), expected)


def test_an_identical_photo_scores_one() -> None:
    table, vectors = filled(100)
    scores = table.similarities(vectors.astype(np.float32))
    np.testing.assert_allclose(np.diag(scores), 1.0, atol=5e-3)
    assert (scores.argmax(axis=1) == np.arange(100)).all()


def test_a_replaced_vector_keeps_its_row_and_no_old_one_is_left() -> None:
    table, vectors = filled(3)
    new = units(2, seed=5).astype(np.float16)
    rows = table.put(ids(100, 4), new, revision=9)
    assert rows.tolist() == [3, 1]
    assert table.ids.tolist() == [1, 4, 7, 100]
    np.testing.assert_array_equal(table.vectors, np.stack([vectors[0], new[1], vectors[2], new[0]]))
    assert table.revision == 9


def test_the_revision_never_goes_back() -> None:
    table, vectors = filled(3)
    table.put(ids(1), vectors[:1], revision=1)
    assert table.revision == 3


def test_rows_of_unknown_ids_are_minus_one() -> None:
    table, _ = filled(4)  # 1, 4, 7, 10
    assert table.rows(ids(0, 1, 2, 10, 11, 2**62, -1)).tolist() == [-1, 0, -1, 3, -1, -1, -1]
    assert table.rows(ids()).tolist() == []


def test_growing_step_by_step_loses_nothing() -> None:
    vectors = units(3000).astype(np.float16)
    table = VectorTable(D)
    for start in range(0, 3000, 7):
        part = vectors[start : start + 7]
        rows = table.put(np.arange(start, start + len(part), dtype=np.int64), part, revision=start)
        assert rows.tolist() == list(range(start, start + len(part)))
    assert table.ids.tolist() == list(range(3000))
    np.testing.assert_array_equal(table.vectors, vectors)


def test_after_dropping_rows_the_rest_is_found_and_the_table_grows_again() -> None:
    table, vectors = filled(10)
    table.keep_only(ids(4, 28, 999))
    assert table.ids.tolist() == [4, 28]
    np.testing.assert_array_equal(table.vectors, vectors[[1, 9]])
    assert table.rows(ids(1, 28)).tolist() == [-1, 1]
    table.put(ids(1), vectors[:1], revision=11)
    assert table.rows(ids(1, 4, 28)).tolist() == [2, 0, 1]
    table.keep_only(ids())
    assert len(table) == 0
    assert table.rows(ids(4)).tolist() == [-1]


STEPS = st.lists(
    st.tuples(st.booleans(), st.lists(st.integers(-5, 30), unique=True, max_size=12)), max_size=12
)


@settings(deadline=None)  # a busy machine is no failure
@given(STEPS)
def test_any_mix_of_puts_and_drops_leaves_what_a_dictionary_would(
    steps: list[tuple[bool, list[int]]],
) -> None:
    table, truth = VectorTable(D), dict[int, np.ndarray]()
    for number, (is_put, names) in enumerate(steps):
        if is_put:
            vectors = units(len(names), seed=number).astype(np.float16)
            rows = table.put(np.array(names, dtype=np.int64), vectors, revision=number)
            truth |= dict(zip(names, vectors, strict=True))
            assert table.ids[rows].tolist() == names
        else:
            table.keep_only(np.array(names, dtype=np.int64))
            truth = {name: vector for name, vector in truth.items() if name in names}
    assert sorted(table.ids.tolist()) == sorted(truth)
    for name, row in zip(truth, table.rows(np.array(list(truth), dtype=np.int64)), strict=True):
        np.testing.assert_array_equal(table.vectors[row], truth[name])


@pytest.fixture(scope="module")
def long_table() -> VectorTable:
    """So many that threads help."""
    return filled(150_000)[0]


@pytest.mark.parametrize(
    "rows",
    [
        np.arange(150_000),
        np.arange(149_999, -1, -1),
        np.delete(np.arange(150_000), [0, 77_777]),
        np.arange(60_000, 130_000),
        np.arange(0, 150_000, 2),
        np.arange(0, 150_000, 11),
        np.random.default_rng(1).permutation(150_000)[:90_000],
        np.array([149_999, 0, 0]),
    ],
    ids=["all", "backwards", "but two", "a run", "every second", "every eleventh", "shuffled", "three"],
)
def test_similarities_of_many_rows_are_those_of_numpy(long_table: VectorTable, rows: np.ndarray) -> None:
    asked = units(2, seed=9)
    expected = asked.astype(np.float16).astype(np.float32) @ long_table.vectors.astype(np.float32).T
    np.testing.assert_allclose(long_table.similarities(asked), expected, atol=2e-3)
    np.testing.assert_allclose(long_table.similarities(asked, rows), expected[:, rows], atol=2e-3)


def test_a_reserved_table_takes_all_without_moving() -> None:
    vectors = units(3000).astype(np.float16)
    table = VectorTable(D)
    table.reserve(3000)
    place = table.append(ids(-1), vectors[:1], revision=1)
    first = table.vectors.__array_interface__["data"]
    rows = table.append(np.arange(2999, dtype=np.int64), vectors[1:], revision=7)
    assert (place.tolist(), rows.tolist()) == ([0], list(range(1, 3000)))
    assert table.vectors.__array_interface__["data"] == first
    np.testing.assert_array_equal(table.vectors, vectors)
    assert table.revision == 7
    table.reserve(10)
    assert len(table) == 3000


def test_ids_in_any_order_are_found() -> None:
    vectors = units(4).astype(np.float16)
    table = VectorTable(D)
    table.append(ids(5, 9), vectors[:2], revision=1)
    table.append(ids(7, 2), vectors[2:], revision=2)
    assert table.rows(ids(2, 5, 6, 7, 9, 10)).tolist() == [3, 0, -1, 2, 1, -1]
    assert table.keep_only(ids(9, 2)).tolist() == [1, 3]
    assert table.rows(ids(2, 9, 7)).tolist() == [1, 0, -1]


def test_dropping_of_many_moves_the_rest_without_mixing(long_table: VectorTable) -> None:
    table = VectorTable(D)
    table.append(long_table.ids, long_table.vectors, 1)
    kept = np.flatnonzero(np.random.default_rng(3).random(150_000) < 0.9)
    np.testing.assert_array_equal(table.keep_only(long_table.ids[kept]), kept)
    np.testing.assert_array_equal(table.ids, long_table.ids[kept])
    np.testing.assert_array_equal(table.vectors, long_table.vectors[kept])
