"""Embeddings: the truth from which every index is made again, so nothing false may get in."""

from __future__ import annotations

import sqlite3

import numpy as np
import pytest

from photolens.catalog import Catalog, SavedIndex
from photolens.domain import DecodedPhoto, Metadata

DIMENSION = 8


@pytest.fixture
def model(catalog: Catalog) -> int:
    with catalog.transaction():
        return catalog.vectors.model_id("mini", "sha", DIMENSION)


def photos(catalog: Catalog, count: int) -> list[int]:
    decoded = DecodedPhoto(3, 2, "jpeg", Metadata(), 0, b"", None)
    with catalog.transaction():
        return [catalog.photos.insert(b"%d" % number, 1, decoded) for number in range(count)]


def units(count: int, seed: int = 0) -> np.ndarray:
    vectors = np.random.default_rng(seed).standard_normal((count, DIMENSION)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def put(catalog: Catalog, model: int, ids: list[int], vectors: np.ndarray) -> None:
    with catalog.transaction():
        for photo_id, vector in zip(ids, vectors, strict=True):
            catalog.vectors.put(photo_id, model, vector)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 0.0, 100.0, 1e-6])
def test_what_is_no_finite_unit_vector_is_refused(catalog: Catalog, model: int, value: float) -> None:
    (photo_id,) = photos(catalog, 1)
    bad = np.zeros(DIMENSION, np.float32)
    bad[3] = value
    with pytest.raises(ValueError, match="unit vector"), catalog.transaction():
        catalog.vectors.put(photo_id, model, bad)
    assert not catalog.vectors.has(photo_id, model)
    assert catalog.vectors.latest_revision(model) == 0


def test_one_bad_number_in_a_good_vector_is_refused(catalog: Catalog, model: int) -> None:
    (photo_id,) = photos(catalog, 1)
    for value in (np.nan, np.inf):
        vector = units(1)[0]
        vector[5] = value
        with pytest.raises(ValueError, match="finite"), catalog.transaction():
            catalog.vectors.put(photo_id, model, vector)
    assert catalog.vectors.count(model) == 0


def test_vectors_come_back_in_half_precision_in_the_order_written(catalog: Catalog, model: int) -> None:
    ids, vectors = photos(catalog, 5), units(5)
    put(catalog, model, ids[::-1], vectors)
    (batch,) = catalog.vectors.since(model, 0, DIMENSION)
    assert batch.ids.tolist() == ids[::-1]
    assert batch.vectors.dtype == np.float16
    np.testing.assert_array_equal(batch.vectors, vectors.astype(np.float16))
    assert batch.revision == catalog.vectors.latest_revision(model)
    assert catalog.vectors.ids(model).tolist() == ids
    assert catalog.vectors.count(model) == 5


def test_only_what_was_written_later_is_read_again(catalog: Catalog, model: int) -> None:
    ids = photos(catalog, 4)
    put(catalog, model, ids[:2], units(2))
    seen = catalog.vectors.latest_revision(model)
    assert list(catalog.vectors.since(model, seen, DIMENSION)) == []
    put(catalog, model, ids[2:], units(2, seed=1))
    (batch,) = catalog.vectors.since(model, seen, DIMENSION)
    assert batch.ids.tolist() == ids[2:]


def test_a_replaced_vector_counts_as_written_later_and_is_there_once(catalog: Catalog, model: int) -> None:
    ids, vectors = photos(catalog, 3), units(4)
    put(catalog, model, ids, vectors[:3])
    seen = catalog.vectors.latest_revision(model)
    put(catalog, model, ids[:1], vectors[3:])
    assert catalog.vectors.latest_revision(model) > seen
    (later,) = catalog.vectors.since(model, seen, DIMENSION)
    assert later.ids.tolist() == ids[:1]
    np.testing.assert_array_equal(later.vectors[0], vectors[3].astype(np.float16))
    assert catalog.vectors.count(model) == 3
    (everything,) = catalog.vectors.since(model, 0, DIMENSION)
    assert everything.ids.tolist() == [*ids[1:], ids[0]]


def test_revisions_are_not_used_again_after_the_newest_was_dropped(catalog: Catalog, model: int) -> None:
    ids, vectors = photos(catalog, 2), units(2)
    put(catalog, model, ids, vectors)
    seen = catalog.vectors.latest_revision(model)
    with catalog.transaction():
        catalog.vectors.drop(ids[1])
    assert not catalog.vectors.has(ids[1], model)
    put(catalog, model, ids[1:], vectors[1:])
    assert catalog.vectors.latest_revision(model) > seen


def test_many_vectors_come_in_batches_without_gap_or_overlap(catalog: Catalog, model: int) -> None:
    count = 8192 + 100
    ids, vectors = photos(catalog, count), units(count)
    put(catalog, model, ids, vectors)
    batches = list(catalog.vectors.since(model, 0, DIMENSION))
    assert len(batches) > 1
    assert [photo_id for batch in batches for photo_id in batch.ids.tolist()] == ids
    np.testing.assert_array_equal(
        np.concatenate([batch.vectors for batch in batches]), vectors.astype(np.float16)
    )
    assert [batch.revision for batch in batches] == sorted({batch.revision for batch in batches})


def test_a_blob_of_the_wrong_length_does_not_spoil_the_others(catalog: Catalog, model: int) -> None:
    ids = photos(catalog, 3)
    put(catalog, model, ids, units(3))
    with catalog.transaction():
        catalog._db.execute("UPDATE embeddings SET vector = x'00' WHERE photo_id = ?", [ids[1]])
    (batch,) = catalog.vectors.since(model, 0, DIMENSION)
    assert batch.ids.tolist() == [ids[0], ids[2]]


def test_what_one_model_read_is_forgotten_and_the_rest_stays(catalog: Catalog, model: int) -> None:
    ids = photos(catalog, 3)
    with catalog.transaction():
        other = catalog.vectors.model_id("maxi", "sha", DIMENSION)
    put(catalog, model, ids, units(3))
    put(catalog, other, ids, units(3, seed=1))
    with catalog.transaction():
        for each in (model, other):
            catalog.vectors.set_saved_index(each, SavedIndex("file", "sha", DIMENSION, 3, 3))
        assert catalog.vectors.forget_model(model) == 3
    assert catalog.vectors.count(model) == 0 and catalog.vectors.saved_index(model) is None
    assert catalog.vectors.ids(other).tolist() == ids and catalog.vectors.saved_index(other) is not None
    assert catalog.vectors.find_model("mini", "sha") == model  # as before: its id is given to nobody else
    put(catalog, model, ids[:1], units(1))
    assert catalog.vectors.ids(model).tolist() == ids[:1]
    with catalog.transaction():
        assert catalog.vectors.forget_model(model) == 1
        assert catalog.vectors.forget_model(model) == 0


def test_vectors_of_two_models_never_mix(catalog: Catalog, model: int) -> None:
    ids = photos(catalog, 2)
    with catalog.transaction():
        same = catalog.vectors.model_id("mini", "sha", DIMENSION)
        other_weights = catalog.vectors.model_id("mini", "another sha", DIMENSION)
        other_name = catalog.vectors.model_id("maxi", "sha", DIMENSION)
    assert same == model
    assert len({model, other_weights, other_name}) == 3
    assert catalog.vectors.find_model("mini", "another sha") == other_weights
    assert catalog.vectors.find_model("mini", "third sha") is None
    put(catalog, model, ids, units(2))
    put(catalog, other_weights, ids[:1], units(1, seed=1))
    assert catalog.vectors.ids(model).tolist() == ids
    assert catalog.vectors.ids(other_weights).tolist() == ids[:1]
    assert catalog.vectors.ids(other_name).tolist() == []
    (batch,) = catalog.vectors.since(other_weights, 0, DIMENSION)
    np.testing.assert_array_equal(batch.vectors, units(1, seed=1).astype(np.float16))
    assert catalog.vectors.latest_revision(model) < catalog.vectors.latest_revision(other_weights)
    with catalog.transaction():
        catalog.vectors.drop(ids[0])  # its pixels have changed, for every model
    assert catalog.vectors.ids(model).tolist() == ids[1:]
    assert catalog.vectors.ids(other_weights).tolist() == []


def test_a_model_keeps_its_dimension(catalog: Catalog) -> None:
    with catalog.transaction():
        first = catalog.vectors.model_id("mini", "a", 256)
        second = catalog.vectors.model_id("mini", "b", 512)
    assert (catalog.vectors.dimension(first), catalog.vectors.dimension(second)) == (256, 512)


def test_a_vector_of_an_unknown_photo_or_model_is_refused(catalog: Catalog, model: int) -> None:
    (photo_id,) = photos(catalog, 1)
    for photo, of_model in ((999, model), (photo_id, 999)):
        with pytest.raises((ValueError, sqlite3.IntegrityError)), catalog.transaction():
            catalog.vectors.put(photo, of_model, units(1)[0])
    assert catalog.vectors.count(model) == 0


def test_a_saved_index_is_described_until_the_next_is_saved(catalog: Catalog, model: int) -> None:
    with catalog.transaction():
        other = catalog.vectors.model_id("other", "sha", 4)
    assert catalog.vectors.saved_index(model) is None
    for saved in (SavedIndex("a.usearch", "00ff", 8, 3, 17), SavedIndex("b.usearch", "11", 8, 4, 2**40)):
        with catalog.transaction():
            catalog.vectors.set_saved_index(model, saved)
        assert catalog.vectors.saved_index(model) == saved
    assert catalog.vectors.saved_index(other) is None


def test_a_vector_of_another_dimension_is_refused(catalog: Catalog, model: int) -> None:
    (photo_id,) = photos(catalog, 1)
    with pytest.raises(ValueError, match="numbers"), catalog.transaction():
        catalog.vectors.put(photo_id, model, np.array([1, 0, 0], dtype=np.float32))
