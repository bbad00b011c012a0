"""Weights stored in half precision: the same numbers, rounded once, whatever the size of the file."""

from __future__ import annotations

import hashlib
import json
import threading
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file
from safetensors.torch import save_file as save_torch

from photolens.embedding.float16 import to_float16
from photolens.embedding.weights import read_safetensors_header
from photolens.errors import DownloadCancelled, ModelError
from photolens.paths import resource

RANDOM = np.random.default_rng(1)


def test_floats_become_half_and_all_else_stays(tmp_path: Path) -> None:
    tensors = {
        "visual.weight": RANDOM.normal(size=(7, 5)).astype(np.float32),
        "double": RANDOM.normal(size=(3, 2, 2)),
        "half": RANDOM.normal(size=(4,)).astype(np.float16),
        "scale": np.array(4.6052, dtype=np.float32),
        "empty": np.zeros((0, 3), dtype=np.float32),
        "steps": np.array([1, 2**40], dtype=np.int64),
        "mask": np.array([True, False, True]),
    }
    save_file(tensors, tmp_path / "in.safetensors", metadata={"format": "pt"})
    digest = to_float16(tmp_path / "in.safetensors", tmp_path / "out.safetensors")
    written = (tmp_path / "out.safetensors").read_bytes()
    assert digest == hashlib.sha256(written).hexdigest()
    assert b'"__metadata__":{"format":"pt"}' in written
    read_safetensors_header(tmp_path / "out.safetensors")
    found = load_file(tmp_path / "out.safetensors")
    assert found.keys() == tensors.keys()
    for name, tensor in tensors.items():
        floats = tensor.dtype.kind == "f"
        expected = tensor.astype(np.float16) if floats else tensor
        assert found[name].dtype == expected.dtype
        np.testing.assert_array_equal(found[name], expected)


def test_bfloat16_keeps_its_value(tmp_path: Path) -> None:
    tensor = torch.linspace(-3, 3, 1001).to(torch.bfloat16)
    save_torch({"w": tensor}, tmp_path / "in.safetensors")
    to_float16(tmp_path / "in.safetensors", tmp_path / "out.safetensors")
    np.testing.assert_array_equal(
        load_file(tmp_path / "out.safetensors")["w"], tensor.float().numpy().astype(np.float16)
    )


def test_numbers_too_large_for_half_stay_as_they_are(tmp_path: Path) -> None:
    large = np.array([1.0, 70_000.0], dtype=np.float32)
    save_file({"large": large, "small": large / 100}, tmp_path / "in.safetensors")
    to_float16(tmp_path / "in.safetensors", tmp_path / "out.safetensors")
    found = load_file(tmp_path / "out.safetensors")
    assert found["large"].dtype == np.float32 and found["small"].dtype == np.float16
    np.testing.assert_array_equal(found["large"], large)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_weights_that_are_no_numbers_are_refused(tmp_path: Path, bad: float) -> None:
    save_file({"w": np.array([1, bad], dtype=np.float32)}, tmp_path / "in.safetensors")
    with pytest.raises(ModelError, match="w is not all numbers"):
        to_float16(tmp_path / "in.safetensors", tmp_path / "out.safetensors")


def test_half_stays_the_very_same_and_twice_gives_the_same_file(tmp_path: Path) -> None:
    mini = resource("models", "photolens-mini", "photolens-mini.safetensors")
    first, second = tmp_path / "1.safetensors", tmp_path / "2.safetensors"
    assert to_float16(mini, first) == to_float16(first, second)
    assert first.read_bytes() == second.read_bytes()
    before, after = load_file(mini), load_file(first)
    assert all(np.array_equal(before[name], after[name]) for name in before)


def test_a_large_file_takes_little_memory(tmp_path: Path) -> None:
    tensors = {"w": np.ones((1 << 24,), dtype=np.float32)}  # 67 MB
    save_file(tensors, tmp_path / "in.safetensors")
    del tensors
    told: list[tuple[int, int]] = []
    tracemalloc.start()
    try:
        to_float16(tmp_path / "in.safetensors", tmp_path / "out.safetensors", lambda *at: told.append(at))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 20_000_000
    assert told == sorted(told) and told[-1][0] == told[-1][1] == 2 << 26


def test_a_cancel_ends_it(tmp_path: Path) -> None:
    save_file({"w": np.ones(10, dtype=np.float32)}, tmp_path / "in.safetensors")
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(DownloadCancelled):
        to_float16(tmp_path / "in.safetensors", tmp_path / "out.safetensors", cancel=cancel)


@pytest.mark.parametrize(
    "entries",
    [
        '{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}',
        '{"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}',
        '{"w":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}',
        '{"w":{"dtype":"F32","shape":["x"],"data_offsets":[0,4]}}',
        '{"w":{"dtype":"F32","data_offsets":[0,4]}}',
        '{"w":{"dtype":["F32"],"shape":[1],"data_offsets":[0,4]}}',
    ],
)
def test_a_header_that_contradicts_itself_is_refused(tmp_path: Path, entries: str) -> None:
    file = tmp_path / "in.safetensors"
    data = bytes(json.loads(entries)["w"]["data_offsets"][1])  # as long as it says
    file.write_bytes(len(entries).to_bytes(8, "little") + entries.encode() + data)
    read_safetensors_header(file)
    with pytest.raises(ModelError, match=r"in\.safetensors is damaged"):
        to_float16(file, tmp_path / "out.safetensors")
