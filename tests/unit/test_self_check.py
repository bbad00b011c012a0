"""Whether a model's halves belong together, found out with drawn scenes."""

from __future__ import annotations

import numpy as np
import pytest

from photolens.domain import FloatArray
from photolens.embedding import find_model
from photolens.embedding.encoder import Encoder
from photolens.embedding.scenes import scenes
from photolens.embedding.self_check import agreement, check_pair
from photolens.errors import ModelError


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder.load(find_model("photolens-mini"))


@pytest.mark.parametrize("size", [96, 224, 384])
def test_scenes_have_the_size_asked_for_and_are_the_same_every_time(size: int) -> None:
    pictures, words = scenes(size)
    assert pictures.shape == (10, size, size, 3) and pictures.dtype == np.uint8
    assert len(set(words)) == 10
    np.testing.assert_array_equal(pictures, scenes(size)[0])
    assert all(picture.std() > 10 for picture in pictures)


def test_the_built_in_model_passes(encoder: Encoder) -> None:
    check_pair("photolens-mini", 96, encoder.encode_images, encoder.encode_texts)


def turned(vectors: FloatArray, seed: int) -> FloatArray:
    """The same vectors in another space."""
    matrix = np.random.default_rng(seed).normal(size=(vectors.shape[1],) * 2)
    return np.linalg.qr(matrix)[0].astype(np.float32).T @ vectors.T


@pytest.mark.parametrize("seed", range(5))
def test_halves_of_different_spaces_are_refused(encoder: Encoder, seed: int) -> None:
    with pytest.raises(ModelError, match="mine does not find simple pictures"):
        check_pair("mine", 96, lambda p: turned(encoder.encode_images(p), seed).T, encoder.encode_texts)


def test_words_that_were_cut_wrongly_are_found_out(encoder: Encoder) -> None:
    with pytest.raises(ModelError, match="do not belong"):
        check_pair(
            "mine",
            96,
            encoder.encode_images,
            lambda texts: encoder.encode_texts(["".join(chr(ord(c) + 1) for c in text) for text in texts]),
        )


def test_halves_of_other_dimensions_and_no_numbers_are_refused(encoder: Encoder) -> None:
    with pytest.raises(ModelError, match="pictures have 255 numbers, those of words 256"):
        check_pair("mine", 96, lambda p: encoder.encode_images(p)[:, 1:], encoder.encode_texts)
    for wrong in (np.nan, 0.0):
        with pytest.raises(ModelError, match="do not belong"):
            check_pair("mine", 96, lambda p, w=wrong: encoder.encode_images(p) * w, encoder.encode_texts)


def test_agreement_is_in_standard_deviations() -> None:
    random = np.random.default_rng(2)
    assert agreement(np.eye(10, dtype=np.float32)) == pytest.approx(9)
    assert agreement(1 - np.eye(10, dtype=np.float32)) == pytest.approx(-9)
    table = random.normal(size=(10, 10)).astype(np.float32)
    drawn = [agreement(table[:, random.permutation(10)]) for _ in range(4000)]
    assert np.mean(drawn) == pytest.approx(0, abs=0.06)
    assert np.std(drawn) == pytest.approx(1, abs=0.05)
    shifted = table + 5 * random.normal(size=(10, 1)).astype(np.float32)  # some pictures are near all words
    assert agreement(shifted) == pytest.approx(agreement(table), abs=1e-4)
