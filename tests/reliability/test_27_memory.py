"""The memory does not do: smaller batches, then the CPU, then later again; no photo is skipped.

There is no graphics card here. The model is real, and its tower refuses large batches as one would.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from photolens.domain import Event, IngestTrouble
from photolens.embedding import find_model
from photolens.embedding.encoder import Encoder
from photolens.embedding.priority import MAX_BATCH
from photolens.errors import ModelError, ModelUnavailable
from photolens.library import Library
from photolens.library.encoders import LazyEncoder
from tests.models import killed_at_its_start, second_model
from tests.photos import picture
from tests.reliability.towers import fitted, no_room_above, too_much


@pytest.fixture(scope="module")
def sound() -> Encoder:
    return Encoder.load(find_model("photolens-mini"))


@pytest.fixture
def encoder() -> Encoder:
    return Encoder.load(find_model("photolens-mini"))


@pytest.fixture
def pixels() -> np.ndarray:
    return np.stack([np.asarray(picture(seed, (96, 96))) for seed in range(2 * MAX_BATCH + 3)])


@pytest.mark.parametrize("limit", [5, 1])
def test_a_batch_that_is_too_large_is_halved_and_the_next_are_no_larger(
    encoder: Encoder, sound: Encoder, pixels: np.ndarray, limit: int
) -> None:
    tower = fitted(encoder)
    tower.before = no_room_above(limit)
    found = encoder.encode_images(pixels)
    np.testing.assert_allclose(found, sound.encode_images(pixels), atol=1e-4)
    assert tower.batches[:3] == [16, 8, 4]
    refused = [count for count in tower.batches if count > limit]
    assert refused == [16, 8, 4, 2][: len(refused)]  # each size was tried once
    assert max(tower.batches[len(refused) :]) <= limit


def test_what_the_machine_itself_says_is_understood_too(
    encoder: Encoder, sound: Encoder, pixels: np.ndarray
) -> None:
    fitted(encoder).before = lambda count: too_much(count) if count > 4 else None
    np.testing.assert_allclose(encoder.encode_images(pixels), sound.encode_images(pixels), atol=1e-4)


def test_where_one_photo_is_too_much_the_model_goes_to_the_cpu(
    encoder: Encoder, sound: Encoder, pixels: np.ndarray
) -> None:
    tower = fitted(encoder)
    encoder._device = torch.device("meta")  # as if it were on a card

    def on_card(count: int) -> None:
        if encoder._device.type != "cpu":
            no_room_above(0)(count)

    tower.before = on_card
    np.testing.assert_allclose(encoder.encode_images(pixels), sound.encode_images(pixels), atol=1e-4)
    assert tower.batches == [16, 8, 4, 2, 1, 16, 16, 3]
    np.testing.assert_allclose(encoder.encode_texts(["snow"]), sound.encode_texts(["snow"]), atol=1e-5)


def test_any_other_failure_is_no_lack_of_memory(encoder: Encoder, pixels: np.ndarray) -> None:
    def fail(count: int) -> None:
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

    tower = fitted(encoder)
    tower.before = fail
    with pytest.raises(RuntimeError, match="shapes"):
        encoder.encode_images(pixels)
    assert tower.batches == [16]


@pytest.mark.usefixtures("own_models")
def test_without_memory_for_a_single_photo_the_photos_wait(
    pictures: Path, open_library: Callable[..., Library], monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = [0]
    encoder = Encoder.load(find_model("photolens-mini"))
    fitted(encoder).before = lambda count: no_room_above(limit[0])(count)
    monkeypatch.setattr(LazyEncoder, "get", lambda lazy: encoder)
    events: list[Event] = []
    library = open_library(emit=events.append)
    with pytest.raises(ModelError, match="not enough memory for the model photolens-mini"):
        library.index(pictures)
    assert library.failures() == []
    assert library.status().pending == 12
    assert any(isinstance(event, IngestTrouble) for event in events)
    limit[0] = 3
    assert library.index()  # there is room again
    assert library.failures() == []
    assert library.status().photos == library.status().embedded == 12


@pytest.mark.skipif(sys.platform == "win32", reason="its process is sent a signal")
@pytest.mark.usefixtures("own_models")
def test_a_new_model_without_memory_is_tried_again_in_the_same_library(
    pictures: Path, open_library: Callable[..., Library], tmp_path: Path
) -> None:
    library = open_library(settings=second_model(tmp_path / "model"))
    with killed_at_its_start(library._encoder), pytest.raises(ModelUnavailable, match="ended twice"):
        library.index(pictures)
    library.index(pictures)
    assert library.status().photos == library.status().embedded == 12
