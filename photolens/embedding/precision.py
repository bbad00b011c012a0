"""Which precision a model computes in on this machine: tried at its first load, then remembered.

Vectors of either precision go into the same index and are compared with each other. So the faster one is
taken only where its vectors, of pictures and of words, have a cosine of at least 0.998 with those of float32:
a rounding that moves no photo past another that differs visibly. On Zen 4 bfloat16 has 0.9999 on real photos,
in two thirds of the time. Dynamic int8 was tried too: no faster there, and its place in torch is deprecated.

torch.compile was a twelfth faster with ViT-B-32-256 in bfloat16, and needs a compiler on the user's machine.
OpenVINO was a quarter faster in bfloat16 (69 photos/s against 54 on two cores) and twice as fast in float32
(37 against 16), where processors lack bfloat16. It is left out for now: its package brings one that reports
to its maker how models are converted, and nothing here may speak to a network.
"""

from __future__ import annotations

import logging
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from photolens.domain import FloatArray, PixelArray
from photolens.embedding.weights import ModelFiles

log = logging.getLogger(__name__)

_AGREES = 0.998
_WORTH = 0.9  # of the time of float32: for less it is not worth a rounding
_TEXTS = ("a photo", "two dogs running along a beach at sunset", "the menu of a restaurant")
_ROUNDS, _SECONDS = 5, 1.5
_VERSION = 1  # raise it when the trial would choose differently


@dataclass(frozen=True, slots=True)
class Trial:
    """What a model gives in one precision: unit vectors [N, D] of the same things, seconds per batch."""

    vectors: FloatArray
    seconds: float

    def replaces(self, exact: Trial) -> bool:
        """Whether to compute this way rather than in float32."""
        cosine = float((self.vectors * exact.vectors).sum(axis=1).min())  # NaN where something overflowed
        log.info("faster precision: %.2f of the time, cosine %.5f", self.seconds / exact.seconds, cosine)
        return cosine >= _AGREES and self.seconds < _WORTH * exact.seconds


def tried(
    images: Callable[[PixelArray], FloatArray],
    texts: Callable[[Sequence[str]], FloatArray],
    pictures: PixelArray,
    clock: Callable[[], float],
) -> Trial:
    """Encode pictures [N, S, S, 3] and some texts; takes some seconds with a large model.

    `clock` gives seconds: on a CPU those of this thread, which other programs do not lengthen.
    """
    vectors = np.concatenate([images(pictures), texts(_TEXTS)])  # warms up, too
    return Trial(vectors, shortest(lambda: images(pictures), clock, _SECONDS))


def shortest(work: Callable[[], object], clock: Callable[[], float], seconds: float) -> float:
    """Seconds of the best of some rounds, begun as long as they have not taken so many `seconds`."""
    times: list[float] = []
    while len(times) < _ROUNDS and sum(times) < seconds:
        start = clock()
        work()
        times.append(clock() - start)
    return min(times)


def probe_pictures(count: int, size: int) -> PixelArray:
    """Pictures with something in them, uint8 [count, size, size, 3]: shades, waves, discs, noise."""
    random = np.random.default_rng(1)
    y, x = np.mgrid[0 : 1 : size * 1j, 0 : 1 : size * 1j][..., None]
    pictures = []
    for number in range(count):
        first, second, third = random.uniform(0, 255, (3, 3))
        across, along, turns = random.normal(), random.normal(), 2 * np.pi * random.uniform(1, 12)
        picture = first * (1 - y) + second * y * (0.5 + 0.5 * np.sin(turns * (x * across + y * along)))
        left, top, radius = random.uniform((0.2, 0.2, 0.1), (0.8, 0.8, 0.4))
        picture = np.where(np.hypot(x - left, y - top) < radius, third * (1 - x / 2), picture)
        picture = picture + random.normal(0, (0, 5, 20, 60)[number % 4], picture.shape)
        pictures.append(picture.clip(0, 255).astype(np.uint8))
    return np.stack(pictures)


def choice_key(files: ModelFiles, device: str, torch_version: str, threads: int) -> str:
    """Tells apart all that the choice depends on."""
    machine = f"{_processor()}, {device}, {threads} threads, torch {torch_version}"
    return f"{_VERSION}: {machine}: {files.name} {files.sha256}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{named[0] if named else platform.processor()} ({platform.machine()})"
