"""How many photos a second a model embeds on this machine: measured once, then remembered."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from contextlib import suppress

from photolens.domain import FloatArray, PixelArray
from photolens.embedding.measurements import Measurements
from photolens.embedding.precision import probe_pictures, shortest
from photolens.paths import data_dir

_BATCH = 8
_SECONDS = 2.0


def pictures_per_second(encode_images: Callable[[PixelArray], FloatArray], size: int) -> float:
    """By a trial of some seconds with pictures uint8 [8, size, size, 3]; the best of its rounds counts."""
    pictures = probe_pictures(_BATCH, size)
    encode_images(pictures)  # warms up
    return _BATCH / shortest(lambda: encode_images(pictures), time.perf_counter, _SECONDS)


def remember_speed(name: str, precision: str, rate: float) -> None:
    """Keep what was measured, where that can be written."""
    with suppress(OSError):
        data_dir().mkdir(mode=0o700, parents=True, exist_ok=True)
    _kept().remember(_key(name, precision), f"{rate:.2f}")


def known_speed(name: str, precision: str) -> float | None:
    """Photos a second of this model, in this precision, if that was ever measured on this machine."""
    try:
        return float(_kept().get(_key(name, precision)) or "")
    except ValueError:
        return None


def _kept() -> Measurements:
    return Measurements(data_dir() / "speeds.json")


def _key(name: str, precision: str) -> str:
    return f"{platform.node()}, {os.cpu_count()} cores, {precision}: {name}"
