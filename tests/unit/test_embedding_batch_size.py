"""How many photos a graphics card is given at once.

There is no graphics card here. The model is real but for its tower, a small one that takes as long, or
refuses, as a card would.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from photolens.embedding import MAX_BATCH, find_model
from photolens.embedding.batch_size import SIZES, best_size
from photolens.embedding.encoder import Encoder
from photolens.embedding.measurements import Measurements
from tests.reliability.towers import Tower, fitted, no_room_above


@pytest.mark.parametrize(
    ("overhead", "each", "room", "best"),
    [
        (0.010, 0.0, 999, SIZES[-1]),  # a large card: any batch takes the same
        (0.0, 0.001, 999, MAX_BATCH),  # a CPU: a photo takes the same in any batch
        (0.004, 0.0005, 999, 2 * MAX_BATCH),
        (0.010, 0.0, 40, 2 * MAX_BATCH),
        (0.010, 0.0, 4, MAX_BATCH),
        (0.100, 0.002, 999, MAX_BATCH),  # a query would wait too long for more
        (0.100, 0.001, 999, 2 * MAX_BATCH),
    ],
)
def test_the_smallest_that_is_nearly_as_fast_as_any(
    overhead: float, each: float, room: int, best: int
) -> None:
    assert best_size(lambda size: overhead + each * size if size <= room else None) == best


class _Card:
    """An encoder on the CPU that believes to be on a card whose batches all take the same time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, room: int = 999) -> None:
        self.encoder = Encoder.load(find_model("photolens-mini"))
        self.tower: Tower = fitted(self.encoder)
        # What it computes is of no interest here, and would be thousands of pictures.
        self.tower.inside = torch.nn.Sequential(
            torch.nn.AdaptiveAvgPool2d(4), torch.nn.Flatten(), torch.nn.Linear(48, self.encoder.dimension)
        )
        self.seconds = 0.0

        def take(count: int) -> None:
            no_room_above(room)(count)
            self.seconds += 0.010

        self.tower.before = take
        monkeypatch.setattr(time, "perf_counter", lambda: self.seconds)


def test_a_card_gets_the_size_found_best_and_it_is_remembered(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kept = Measurements(tmp_path / "found.json")
    card = _Card(monkeypatch, room=70)
    card.encoder._choose_batch(kept, "key")
    assert card.encoder.batch == 64
    assert json.loads((tmp_path / "found.json").read_text()) == {"key": "64"}
    again = _Card(monkeypatch)
    again.encoder._choose_batch(kept, "key")
    assert again.encoder.batch == 64
    assert again.tower.batches == []  # not tried again
    kept.remember("key", "a hundred")
    again.encoder._choose_batch(kept, "key")
    assert again.encoder.batch == 128


def test_batches_of_that_size_are_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    card = _Card(monkeypatch)
    card.encoder._choose_batch(Measurements(None), "key")
    card.tower.batches.clear()
    side = card.encoder.input_spec.size
    assert card.encoder.encode_images(np.zeros((200, side, side, 3), dtype=np.uint8)).shape == (200, 256)
    assert card.tower.batches == [128, 72]


def test_a_cpu_is_not_asked(tmp_path: Path) -> None:
    encoder = Encoder.load(find_model("photolens-mini"), trials=tmp_path / "found.json")
    assert encoder._device == torch.device("cpu")
    assert encoder.batch == MAX_BATCH
    assert not (tmp_path / "found.json").exists()
