"""The precision is chosen by trial, remembered, and never one that changes what is found."""

from __future__ import annotations

import json
import stat
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from photolens.domain import FloatArray, PixelArray
from photolens.embedding import find_model
from photolens.embedding.encoder import Encoder
from photolens.embedding.measurements import Measurements
from photolens.embedding.precision import Trial, choice_key, probe_pictures, tried
from photolens.errors import ModelError

EYE = np.eye(4, dtype=np.float32)


@pytest.mark.parametrize(
    ("cosine", "seconds", "taken"),
    [(1.0, 0.5, True), (0.9985, 0.5, True), (0.997, 0.1, False), (1.0, 0.95, False), (np.nan, 0.1, False)],
)
def test_only_what_is_faster_and_as_good_is_taken(cosine: float, seconds: float, taken: bool) -> None:
    other = EYE.copy()
    other[2] = [0, 0, cosine, np.sqrt(1 - cosine**2)]
    assert Trial(other, seconds).replaces(Trial(EYE, 1.0)) is taken


def test_the_best_of_several_rounds_counts_and_a_slow_model_gets_few() -> None:
    for step, rounds in ((0.1, 5), (10.0, 1)):
        now, asked = [0.0], []

        def images(pictures: PixelArray, now: list[float] = now, step: float = step) -> FloatArray:
            asked.append(len(pictures))  # noqa: B023
            now[0] += step * (3 if len(asked) < 3 else 1)  # noqa: B023
            return EYE[: len(pictures)]

        trial = tried(images, lambda texts: EYE[: len(texts)], probe_pictures(2, 8), lambda now=now: now[0])  # type: ignore[misc]
        assert asked == [2] * (1 + rounds)
        assert trial.seconds == pytest.approx(step * (3 if rounds == 1 else 1))
        assert trial.vectors.shape == (2 + 3, 4)


def test_the_pictures_of_the_trial_differ_and_have_something_in_them() -> None:
    pictures = probe_pictures(8, 96)
    assert pictures.shape == (8, 96, 96, 3)
    assert pictures.dtype == np.uint8
    assert pictures.reshape(8, -1).std(axis=1).min() > 10
    vectors = Encoder.load(find_model("photolens-mini"), "float32").encode_images(pictures)
    assert (vectors @ vectors.T - np.eye(8)).max() < 0.99


@pytest.mark.parametrize("better", [True, False])
def test_the_choice_is_made_once_for_a_machine_and_a_model(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, better: bool
) -> None:
    trials: list[bool] = []

    def replaces(trial: Trial, exact: Trial) -> bool:
        assert (trial.vectors * exact.vectors).sum(axis=1).min() > 0.998
        assert not np.array_equal(trial.vectors, exact.vectors)
        trials.append(better)
        return better

    monkeypatch.setattr(Trial, "replaces", replaces)
    files, wanted = find_model("photolens-mini"), torch.bfloat16 if better else torch.float32
    exact = Encoder.load(files, "float32").encode_texts(["snow"])
    for _ in range(2):
        encoder = Encoder.load(files, "auto", trials=tmp_path / "precision.json")
        assert next(encoder._model.parameters()).dtype == wanted
        assert (encoder.encode_texts(["snow"]) * exact).sum() > (0.998 if better else 0.999999)
    assert len(trials) == 1
    Encoder.load(replace(files, sha256="0" * 64), "auto", trials=tmp_path / "precision.json")
    assert len(trials) == 2
    Encoder.load(files, "auto")
    assert len(trials) == 3
    assert Encoder.load(files, "float32")._dtype == torch.float32  # whatever was found


def test_what_bfloat16_cannot_do_is_done_in_float32(monkeypatch: pytest.MonkeyPatch) -> None:
    encode = Encoder.encode_images

    def refuse(encoder: Encoder, pixels: PixelArray, *, urgent: bool = False) -> FloatArray:
        if encoder._dtype == torch.bfloat16:
            raise NotImplementedError("'convolution' not implemented for 'BFloat16'")
        return encode(encoder, pixels, urgent=urgent)

    monkeypatch.setattr(Encoder, "encode_images", refuse)
    assert Encoder.load(find_model("photolens-mini"), "auto")._dtype == torch.float32


def test_a_device_that_cannot_compute_the_model_leaves_it_to_the_cpu() -> None:
    encoder = Encoder.load(find_model("photolens-mini"), "float32", device="meta")  # which computes nothing
    assert encoder._device.type == "cpu"
    assert encoder.encode_texts(["snow"]).shape == (1, 256)


def test_broken_weights_are_refused_by_the_trial_too(tmp_path: Path) -> None:
    from tests.unit.test_embedding_encoder import changed_model

    file = changed_model(tmp_path, "mine-auto", lambda tensors: [t.fill_(torch.nan) for t in tensors.values() if t.is_floating_point()] and None)  # fmt: skip  # noqa: E501
    with pytest.raises(ModelError, match="damaged"):
        Encoder.load(find_model("mine-auto", file), "auto", trials=tmp_path / "precision.json")
    assert not (tmp_path / "precision.json").exists()


# --- what is remembered ---------------------------------------------------------------------


def test_choices_are_kept_for_the_user_alone_and_the_oldest_go(tmp_path: Path) -> None:
    file = tmp_path / "new" / "precision.json"
    file.parent.mkdir()
    for number in range(60):
        Measurements(file).remember(str(number), "float32")
    Measurements(file).remember("20", "bfloat16")
    assert Measurements(file).get("20") == "bfloat16"
    assert Measurements(file).get("5") is None
    assert len(json.loads(file.read_bytes())) == 50
    assert [found.name for found in file.parent.iterdir()] == ["precision.json"]
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b'{"key": 3}', b"[" * 100_000])
def test_a_damaged_file_is_an_empty_one(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "precision.json"
    file.write_bytes(content)
    assert Measurements(file).get("key") is None
    Measurements(file).remember("key", "bfloat16")
    assert Measurements(file).get("key") == "bfloat16"


def test_where_nothing_can_be_written_the_trial_comes_again(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    kept = Measurements(tmp_path / "file" / "precision.json")
    kept.remember("key", "bfloat16")
    assert kept.get("key") is None


def test_a_precision_nobody_knows_is_tried_again(tmp_path: Path) -> None:
    files = find_model("photolens-mini")
    key = choice_key(files, "cpu", torch.__version__, torch.get_num_threads())
    trials = tmp_path / "precision.json"
    Measurements(trials).remember(key, "float8")
    Encoder.load(files, "auto", device="cpu", trials=trials)
    assert Measurements(trials).get(key) in ("float32", "bfloat16")
