"""Target 2: is the precision that the program takes the fastest one that keeps the embeddings?"""

from __future__ import annotations

import statistics
from functools import partial

import numpy as np

from photolens.imaging.decode import decode_photo
from photolens.library import Library
from photolens.library.encoders import LazyEncoder
from photolens.settings import PRECISIONS, Settings
from tests.bench.reporting import Target, report, seconds, told
from tests.bench.scratch import Scratch
from tests.photos import make_photos

_PHOTOS, _ROUNDS = 32, 3
_SAME = 0.998  # cosine with float32
_NOISE = 0.9  # of the best speed: what two measurements of the same may differ by


def measure(scratch: Scratch) -> None:
    photos = make_photos(scratch.folder / "precision", _PHOTOS)
    for model in scratch.options.models:
        settings = scratch.settings(model)
        with Library(scratch.folder / f"precision-{model}", settings=settings) as library:
            chosen = library._encoder.get()
            fixed = [name for name in PRECISIONS if name != "auto"]
            encoders = {p: LazyEncoder(settings.model, settings.weights, p).get() for p in fixed}
            encoders["chosen"] = chosen
            spec = chosen.input_spec
            inputs = [decode_photo(str(photo), input_spec=spec).model_input for photo in photos]
            _compare(model, encoders, np.stack([pixels for pixels in inputs if pixels is not None]), settings)


def _compare(model: str, encoders: dict[str, object], pixels: np.ndarray, settings: Settings) -> None:
    found = {name: encoder.encode_images(pixels) for name, encoder in encoders.items()}  # type: ignore[attr-defined]
    cosine = {name: float((rows * found["float32"]).sum(axis=1).min()) for name, rows in found.items()}
    times: dict[str, list[float]] = {name: [] for name in encoders}
    for _ in range(_ROUNDS):
        for name, encoder in encoders.items():
            times[name].append(seconds(partial(encoder.encode_images, pixels)))  # type: ignore[attr-defined]
    speed = {name: len(pixels) / statistics.median(taken) for name, taken in times.items()}
    best = max(rate for name, rate in speed.items() if cosine[name] >= _SAME)
    for name, rate in speed.items():
        gain = rate / speed["float32"]
        target = told(2, gain)
        if name == "chosen":
            met = cosine[name] >= _SAME and rate >= _NOISE * best
            target = Target(2, target.ratio, "the fastest", met)
        what = f"chosen by `precision = {settings.precision!r}`" if name == "chosen" else name
        report(
            f"embedding, {model}, {what}",
            f"{rate:.1f} photos/s, cosine {cosine[name]:.4f} at least",
            f"float32 {speed['float32']:.1f}/s; the fastest with a cosine of {_SAME}: {best:.1f}/s",
            target,
        )
