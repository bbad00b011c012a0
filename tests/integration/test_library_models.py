"""The models that have read photos of a library, and forgetting one of them while the library is in use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from photolens.embedding.speed import known_speed
from photolens.errors import LibraryError, ModelError, UsageError
from photolens.library import Library
from photolens.library.model_trial import try_model
from tests.models import second_model

OpenLibrary = Callable[..., Library]


def test_an_old_model_is_forgotten_and_the_new_one_goes_on(
    open_library: OpenLibrary, pictures: Path, tmp_path: Path
) -> None:
    library = open_library()
    library.index(pictures)
    liked = library.search("something blue").hits[0].photo_id
    concept = library.save_concept("Blue", library.search("something blue").query)
    (first,) = library.models()
    assert (first.name, first.photos, first.vectors, first.active) == ("photolens-mini", 12, 12, True)
    assert first.size_bytes == 12 * 256 * 2
    with pytest.raises(UsageError, match="in use"):
        library.forget_model(first.id)
    library.close()

    library = open_library(settings=second_model(tmp_path / "model"))
    assert [model.active for model in library.models()][:1] == [False]
    assert len(library.search("something blue").hits) == 12
    library.index()
    assert {model.name: model.photos for model in library.models()} == {"photolens-mini": 12, "mini-two": 12}
    before = [hit.photo_id for hit in library.search("something blue").hits]
    assert library.forget_model(first.id) == 12
    assert [model.name for model in library.models()] == ["mini-two"]
    assert [hit.photo_id for hit in library.search("something blue").hits] == before
    assert library.concept(concept.id).name == "Blue"
    assert liked in before
    assert library.check().clean
    library.close()

    library = open_library()  # going back reads the photos again
    library.index()
    assert {model.name: model.photos for model in library.models()} == {"photolens-mini": 12, "mini-two": 12}
    assert library.check().clean


def test_forgetting_the_model_that_still_answers_leaves_what_is_read_already(
    open_library: OpenLibrary, pictures: Path, tmp_path: Path
) -> None:
    library = open_library()
    library.index(pictures)
    library.close()
    library = open_library(settings=second_model(tmp_path / "model"))
    library.pause()
    assert len(library.search("something blue").hits) == 12
    (old,) = [model for model in library.models() if not model.active]
    library.forget_model(old.id)
    assert len(library.search("something blue").hits) < 12
    library.resume()
    assert library.index()
    assert len(library.search("something blue").hits) == 12


def test_a_library_opened_for_reading_forgets_nothing(open_library: OpenLibrary, pictures: Path) -> None:
    library = open_library()
    library.index(pictures)
    library.close()
    with open_library(read_only=True) as reader:
        assert reader.models()[0].vectors == 12
        with pytest.raises(LibraryError, match="reading only"):
            reader.forget_model(99)


def test_a_trial_measures_and_remembers() -> None:
    assert known_speed("photolens-mini", "float32") is None
    found = try_model("photolens-mini")
    assert found.dimension == 256
    assert known_speed("photolens-mini", "float32") == pytest.approx(found.photos_per_second, abs=0.01)
    assert known_speed("photolens-mini", "bfloat16") is None


def test_a_model_whose_halves_do_not_belong_together_reads_nothing(
    open_library: OpenLibrary, pictures: Path, tmp_path: Path
) -> None:
    settings = second_model(tmp_path / "model")
    weights = load_file(settings.weights)
    text = weights["text.text_projection"].astype(np.float32)
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(text.shape[1],) * 2))[0]
    save_file(weights | {"text.text_projection": (text @ turn).astype(np.float16)}, settings.weights)
    library = open_library(settings=settings)
    with pytest.raises(ModelError, match="mini-two does not find simple pictures by their words"):
        library.index(pictures)
    assert library.status().pending == 12
    assert library.models() == []
    library.close()
    library = open_library()  # with the built-in one again
    assert library.index()
    assert library.status().embedded == 12
