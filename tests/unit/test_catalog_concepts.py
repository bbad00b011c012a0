"""Saved queries and those asked lately, and what they keep of pictures."""

from __future__ import annotations

import sqlite3

import numpy as np
import pytest

from photolens.catalog import Catalog, KeptPicture
from photolens.domain import DecodedPhoto, FloatArray, Metadata

A, B = b"a" * 20, b"b" * 20


def keep(catalog: Catalog, *contents: bytes) -> None:
    for content in contents:
        catalog.concepts.keep_picture(KeptPicture(content, b"jpeg of " + content))


def unit(seed: int, dimension: int = 8) -> FloatArray:
    vector = np.random.default_rng(seed).standard_normal(dimension).astype(np.float32)
    return vector / np.float32(np.linalg.norm(vector))


@pytest.fixture
def model(catalog: Catalog) -> int:
    with catalog.transaction():
        return catalog.vectors.model_id("mini", "sha", 8)


def test_concepts_are_found_and_listed_by_name_whatever_the_case(catalog: Catalog) -> None:
    with catalog.transaction():
        for name in ("beach", "Äpfel", "Autumn", "zoo"):
            catalog.concepts.insert(name, "{}", [])
    names = [concept.name for concept in catalog.concepts.all()]
    assert names == ["Autumn", "beach", "zoo", "Äpfel"]
    found = catalog.concepts.named("ÄPFEL")
    assert found is not None and found.name == "Äpfel"
    assert catalog.concepts.named("apfel") is None


def test_a_name_is_used_once_whatever_the_case(catalog: Catalog) -> None:
    with catalog.transaction():
        catalog.concepts.insert("Beach", "{}", [])
    with pytest.raises(sqlite3.IntegrityError), catalog.transaction():
        catalog.concepts.insert("BEACH", "{}", [])


def test_ids_are_never_used_again_and_can_be_put_back(catalog: Catalog) -> None:
    with catalog.transaction():
        first = catalog.concepts.insert("Beach", "{}", [])
        saved = catalog.concepts.get(first)
        catalog.concepts.delete(first)
        second = catalog.concepts.insert("Zoo", "{}", [])
        assert saved is not None
        catalog.concepts.put_back(saved, [])
    assert second != first
    assert catalog.concepts.get(first) == saved


def test_pictures_of_a_deleted_concept_stay_until_the_next_deletion(catalog: Catalog, model: int) -> None:
    with catalog.transaction():
        keep(catalog, A, B)
        catalog.concepts.put_example_vector(A, model, unit(1))
        first = catalog.concepts.insert("Beach", "{}", [A, B])
        second = catalog.concepts.insert("Zoo", "{}", [B])
        catalog.concepts.delete(first)
        assert catalog.concepts.picture(A) == b"jpeg of " + A
        assert catalog.concepts.example_vector(A, model) is not None
        catalog.concepts.delete(second)
    assert catalog.concepts.picture(A) is None
    assert catalog.concepts.example_vector(A, model) is None
    assert catalog.concepts.picture(B) is not None  # of the one deleted last


def test_a_kept_picture_is_known_when_it_comes_back(catalog: Catalog) -> None:
    with catalog.transaction():
        keep(catalog, A)
        assert catalog.concepts.content_of(b"jpeg of " + A) == A
        assert catalog.concepts.content_of(b"another") is None
        catalog.concepts.keep_picture(KeptPicture(A, b"finer"), replace=False)
        assert catalog.concepts.picture(A) == b"jpeg of " + A
        catalog.concepts.keep_picture(KeptPicture(A, b"finer"))
        assert catalog.concepts.picture(A) == b"finer"


def test_searches_are_kept_once_the_latest_first_and_so_many(catalog: Catalog) -> None:
    with catalog.transaction():
        keep(catalog, A)
        catalog.concepts.remember("1", [A], keep=3)
        for query in ("2", "3", "2", "4"):
            catalog.concepts.remember(query, [], keep=3)
    assert catalog.concepts.recent() == ["4", "2", "3"]
    assert catalog.concepts.picture(A) is None


def test_forgetting_leaves_the_pictures_of_concepts(catalog: Catalog) -> None:
    with catalog.transaction():
        keep(catalog, A, B)
        catalog.concepts.insert("Beach", "{}", [A])
        catalog.concepts.remember("1", [A, B], keep=3)
        catalog.concepts.remember("2", [B], keep=3)
        catalog.concepts.forget("1")
    assert catalog.concepts.recent() == ["2"]
    assert catalog.concepts.picture(B) is not None
    with catalog.transaction():
        catalog.concepts.forget_all()
    assert catalog.concepts.recent() == []
    assert catalog.concepts.picture(A) is not None and catalog.concepts.picture(B) is None


def test_vectors_of_examples(catalog: Catalog, model: int) -> None:
    with catalog.transaction():
        other = catalog.vectors.model_id("large", "sha", 16)
        catalog.concepts.put_example_vector(A, model, unit(1))
    found = catalog.concepts.example_vector(A, model)
    assert found is not None and found.dtype == np.float32
    np.testing.assert_allclose(found, unit(1), atol=1e-3)
    assert catalog.concepts.example_vector(A, other) is None
    assert catalog.concepts.example_vector(B, model) is None


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0, 100.0])
def test_what_is_no_unit_vector_is_refused(catalog: Catalog, model: int, value: float) -> None:
    bad = np.zeros(8, np.float32)
    bad[3] = value
    with pytest.raises(ValueError, match="unit vector"), catalog.transaction():
        catalog.concepts.put_example_vector(A, model, bad)


def test_a_photo_of_the_library_needs_no_second_vector(catalog: Catalog, model: int) -> None:
    decoded = DecodedPhoto(3, 2, "jpeg", Metadata(), 0, b"", None)
    with catalog.transaction():
        photo = catalog.photos.insert(A, 1, decoded)
        catalog.vectors.put(photo, model, unit(2))
    found = catalog.concepts.example_vector(A, model)
    assert found is not None
    np.testing.assert_allclose(found, unit(2), atol=1e-3)
    with catalog.transaction():
        catalog.concepts.copy_vectors(photo, A)
        catalog.vectors.drop(photo)
    kept = catalog.concepts.example_vector(A, model)
    assert kept is not None and np.array_equal(kept, found)
