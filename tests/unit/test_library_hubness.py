"""Hubness biases: computed once, whatever happens to the table, and trusted on disk only where they fit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from photolens.index import VectorTable
from photolens.library import hubness
from photolens.library.hubness import HubnessBiases, fingerprints
from photolens.search import hubness_bias

D, PHOTOS = 16, 3000


def units(count: int, seed: int, dimension: int = D) -> np.ndarray:
    vectors = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


BANK = units(40, 1)


def filled(count: int = PHOTOS, seed: int = 0) -> VectorTable:
    table = VectorTable(D)
    table.append(np.arange(1, count + 1), units(count, seed).astype(np.float16), 1)
    return table


def true_biases(table: VectorTable, bank: np.ndarray = BANK) -> np.ndarray:
    return hubness_bias(table.vectors.astype(np.float32), bank)


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many are computed at a time, from now on."""
    counts: list[int] = []

    def counting(photos: np.ndarray, bank: np.ndarray) -> np.ndarray:
        counts.append(len(photos))
        return hubness_bias(photos, bank)

    monkeypatch.setattr(hubness, "hubness_bias", counting)
    return counts


def biases_of(table: VectorTable, directory: Path | None, bank: np.ndarray = BANK) -> np.ndarray:
    """As after a start."""
    biases = HubnessBiases(directory)
    biases.changed(np.arange(len(table)), len(table))
    return biases.of(table, np.arange(len(table)), 1, lambda: bank)


def test_each_is_computed_once_and_the_bank_asked_for_only_then(computed: list[int]) -> None:
    table, biases, asked = filled(), HubnessBiases(None), []

    def bank() -> np.ndarray:
        asked.append(1)
        return BANK

    biases.changed(np.arange(PHOTOS), PHOTOS)
    some = np.array([5, 2, 2999])
    np.testing.assert_allclose(biases.of(table, some, 1, bank), true_biases(table)[some], atol=1e-6)
    np.testing.assert_allclose(biases.of(table, np.arange(PHOTOS), 1, bank), true_biases(table), atol=1e-6)
    assert sum(computed) == PHOTOS
    biases.of(table, some, 1, bank)
    assert len(asked) == 2
    new = units(2, 9).astype(np.float16)
    rows = table.put(np.array([3, 9000]), new, 2)
    biases.changed(rows, len(table))
    np.testing.assert_allclose(
        biases.of(table, np.arange(len(table)), 1, bank), true_biases(table), atol=1e-6
    )
    assert sum(computed) == PHOTOS + 2


def test_those_of_dropped_rows_go_and_the_others_stay(computed: list[int]) -> None:
    table, biases = filled(), HubnessBiases(None)
    biases.changed(np.arange(PHOTOS), PHOTOS)
    biases.of(table, np.arange(PHOTOS), 1, lambda: BANK)
    biases.kept(table.keep_only(np.arange(2, PHOTOS, 3)))
    found = biases.of(table, np.arange(len(table)), 1, lambda: BANK)
    np.testing.assert_allclose(found, true_biases(table), atol=1e-6)
    assert sum(computed) == PHOTOS


def test_after_a_start_only_what_is_new_is_computed(tmp_path: Path, computed: list[int]) -> None:
    before = biases_of(filled(), tmp_path)
    (file,) = tmp_path.iterdir()
    computed.clear()
    # In another order, without some, with others: what is known is found by the vector.
    table = VectorTable(D)
    order = np.random.default_rng(2).permutation(PHOTOS)[:2500]
    table.append(order + 7, filled().vectors[order], 1)
    table.append(np.arange(10_001, 10_011), units(10, 3).astype(np.float16), 2)
    found = biases_of(table, tmp_path)
    assert sum(computed) == 10
    np.testing.assert_array_equal(found[:2500], before[order])
    np.testing.assert_allclose(found, true_biases(table), atol=1e-6)
    assert [*tmp_path.iterdir()] == [file]


@pytest.mark.parametrize("harm", ["cut off", "flipped", "empty", "of other texts", "a folder"])
def test_a_file_that_does_not_fit_is_not_trusted(tmp_path: Path, computed: list[int], harm: str) -> None:
    table, bank = filled(), BANK
    biases_of(table, tmp_path)
    (file,) = tmp_path.iterdir()
    data = bytearray(file.read_bytes())
    if harm == "cut off":
        file.write_bytes(data[:-6])
    elif harm == "flipped":
        data[-1] ^= 0x40
        file.write_bytes(data)
    elif harm == "empty":
        file.write_bytes(b"")
    elif harm == "a folder":
        file.unlink()
        file.mkdir()
    else:
        bank = units(40, 5)
    computed.clear()
    found = biases_of(table, tmp_path, bank)
    np.testing.assert_allclose(found, true_biases(table, bank), atol=1e-6)
    assert sum(computed) == PHOTOS
    if harm != "a folder":
        computed.clear()
        biases_of(table, tmp_path, bank)  # mended
        assert computed == []
        assert len(list(tmp_path.iterdir())) == 1


def test_a_changed_vector_is_never_taken_for_the_old(tmp_path: Path) -> None:
    biases_of(filled(seed=0), tmp_path)
    other = filled(seed=4)  # same ids, same revision: as after a catalog was made anew
    np.testing.assert_allclose(biases_of(other, tmp_path), true_biases(other), atol=1e-6)


@pytest.mark.parametrize("dimension", [1, 7, 16, 512])
def test_fingerprints_tell_vectors_apart_by_one_bit_or_by_their_order(dimension: int) -> None:
    vectors = units(2000, 0, dimension).astype(np.float16)
    found = fingerprints(vectors)
    assert len(np.unique(found)) == len(np.unique(vectors, axis=0))
    np.testing.assert_array_equal(fingerprints(vectors[1500:]), found[1500:])
    changed = vectors.copy()
    changed.view(np.uint16)[:, dimension // 2] ^= 1
    assert (fingerprints(changed) != found).all()
    assert (fingerprints(-vectors) != found).all()
