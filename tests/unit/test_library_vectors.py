"""The table of a library follows its catalog, and keeps what it knows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from photolens.catalog import Catalog
from photolens.domain import DecodedPhoto, Metadata
from photolens.library.vectors import LibraryVectors, ModelKey
from photolens.search import hubness_bias
from tests.unit.test_catalog_files import index
from tests.unit.test_library_hubness import BANK, D, units


def add(catalog: Catalog, model: int, vectors: np.ndarray) -> list[int]:
    """Photos of no file, so that only the table knows them."""
    decoded = DecodedPhoto(3, 2, "jpeg", Metadata(), 0, b"", None)
    found = []
    with catalog.transaction():
        for vector in vectors:
            found.append(catalog.photos.insert(vector.tobytes(), 1, decoded))
            catalog.vectors.put(found[-1], model, vector)
    return found


def matches(vectors: LibraryVectors, truth: dict[int, np.ndarray]) -> bool:
    table = vectors.table
    assert table is not None
    rows = np.arange(len(table))
    half = np.stack([truth[photo].astype(np.float16) for photo in table.ids.tolist()])
    biases = hubness_bias(half.astype(np.float32), BANK)
    return (
        set(table.ids.tolist()) == set(truth)
        and bool((table.vectors == half).all())
        and np.allclose(vectors.bias(rows, lambda: BANK), biases, atol=1e-6)
    )


@pytest.mark.parametrize("kept_on_disk", [True, False])
def test_it_follows_what_comes_changes_and_goes(catalog: Catalog, tmp_path: Path, kept_on_disk: bool) -> None:
    with catalog.transaction():
        model = catalog.vectors.model_id("mini", "sha", D)
    vectors = LibraryVectors(ModelKey("mini", "sha"), tmp_path / "index" if kept_on_disk else None)
    reader = Catalog.reader(tmp_path / "catalog.db")
    try:
        first = units(1200, 0)
        truth = dict(zip(add(catalog, model, first), first, strict=True))
        vectors.refresh(reader)
        assert matches(vectors, truth)
        new = units(30, 1)
        truth |= dict(zip(add(catalog, model, new), new, strict=True))
        changed, gone = list(truth)[7], list(truth)[500]
        with catalog.transaction():
            truth[changed] = units(1, 2)[0]
            catalog.vectors.put(changed, model, truth[changed])
            catalog.vectors.drop(gone)
        del truth[gone]
        vectors.refresh(reader)
        assert matches(vectors, truth)
        again = LibraryVectors(ModelKey("mini", "sha"), tmp_path / "index" if kept_on_disk else None)
        again.refresh(reader)
        assert matches(again, truth)
        assert (tmp_path / "index").exists() is kept_on_disk
    finally:
        reader.close()


def test_only_visible_photos_are_found_among_those_that_meet_filters(catalog: Catalog) -> None:
    vectors = LibraryVectors(ModelKey("mini", "sha"))
    vectors.refresh(catalog)
    assert vectors.visible_among(np.array([1, 2])).tolist() == []
    with catalog.transaction():
        folder = catalog.folders.add("/photos")
    made = [index(catalog, folder, b"", b"%d.jpg" % number, b"%d" % number) for number in range(5)]
    photos = [photo_id for _, photo_id in made]
    with catalog.transaction():
        catalog.files.set_missing([made[1][0]])
    vectors.refresh(catalog)
    left = [photos[0], *photos[2:]]
    assert vectors.visible.tolist() == left
    assert vectors.visible_among(np.array([*photos, 999])).tolist() == left
    assert vectors.visible_among(np.array([photos[1], photos[4]])).tolist() == [photos[4]]


def test_photos_asked_with_are_left_out(catalog: Catalog, tmp_path: Path) -> None:
    with catalog.transaction():
        model = catalog.vectors.model_id("mini", "sha", D)
    photos = add(catalog, model, units(5, 0))
    vectors = LibraryVectors(ModelKey("mini", "sha"))
    vectors.refresh(catalog)
    wanted = np.array([*photos, 999])
    assert vectors.rows(wanted).tolist() == [0, 1, 2, 3, 4]
    assert vectors.rows(wanted, besides=[photos[3], photos[0], 999]).tolist() == [1, 2, 4]
    assert vectors.rows(wanted[:0], besides=[photos[3]]).tolist() == []
