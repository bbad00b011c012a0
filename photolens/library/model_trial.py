"""Trying a model before it is taken into use."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from photolens.embedding.self_check import check_pair
from photolens.embedding.speed import pictures_per_second, remember_speed
from photolens.library.encoders import LazyEncoder
from photolens.settings import BUILT_IN_MODEL


@dataclass(frozen=True, slots=True)
class ModelTrial:
    """What a trial found: numbers per vector, photos a second."""

    dimension: int
    photos_per_second: float


def check_halves(encoder: LazyEncoder) -> None:
    """Raise ModelError unless pictures and words of a model that a library has never used belong together.

    Takes some seconds; none for the built-in model, whose weights are compared with their checksum.
    """
    if encoder.files.name != BUILT_IN_MODEL:
        check_pair(encoder.files.name, encoder.input_spec.size, encoder.encode_images, encoder.encode_texts)


def try_model(name: str, weights: str | Path = "", precision: str = "float32") -> ModelTrial:
    """Load a model, see that its halves belong together, and measure it; takes some seconds.

    The speed is remembered. Raises ModelError.
    """
    lazy = LazyEncoder(name, weights, precision)
    try:
        encoder = lazy.get()
        size, dimension = encoder.input_spec.size, encoder.dimension
        check_pair(name, size, encoder.encode_images, encoder.encode_texts)
        rate = pictures_per_second(encoder.encode_images, size)
    finally:
        lazy.release()
    remember_speed(name, precision, rate)
    return ModelTrial(dimension, rate)
