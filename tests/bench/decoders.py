"""What decoding in worker processes costs, against the same decoding in threads of one process."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from photolens.domain import DecodedPhoto, InputSpec
from photolens.imaging.decode import decode_photo, decode_picture
from photolens.imaging.workers import Decoders
from photolens.settings import Settings
from tests.bench.loads import camera_photo
from tests.bench.reporting import report, seconds
from tests.photos import make_photos

CAMERA_FILES, CAMERA_PHOTOS = 10, 60
SMALL_FILES, SMALL_PHOTOS = 50, 600
ROUNDS = 3
_SPEC = InputSpec(96)


def measure() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        camera = [camera_photo(folder / f"{seed}.jpg", seed) for seed in range(CAMERA_FILES)]
        small = make_photos(folder / "small", SMALL_FILES)
        decoders = Decoders(Settings().decode_threads)
        try:
            compare("decoding 12 MP in workers", camera * (CAMERA_PHOTOS // CAMERA_FILES), decoders)
            compare("decoding small photos", small * (SMALL_PHOTOS // SMALL_FILES), decoders)
            showing(camera, decoders)
        finally:
            decoders.close()


def compare(what: str, files: list[Path], decoders: Decoders) -> None:
    """As indexing decodes: a thumbnail and the model's input from each, in as many threads as it uses."""
    here, there = [], []
    for _ in range(ROUNDS):
        here.append(seconds(lambda: _all(files, lambda path: decode_photo(path, input_spec=_SPEC))))
        there.append(seconds(lambda: _all(files, lambda path: decoders.photo(path, input_spec=_SPEC))))
    _tell(what, len(files), here, there, "promised: at most 1.10")


def showing(files: list[Path], decoders: Decoders) -> None:
    """As the viewer decodes: all pixels, one photo at a time."""
    here, there = [], []
    for _ in range(ROUNDS):
        here.append(seconds(lambda: [decode_picture(str(file)) for file in files]))
        there.append(seconds(lambda: [decoders.picture(str(file)) for file in files]))
    _tell("showing 12 MP", len(files), here, there, "all pixels come through a pipe")


def _all(files: list[Path], decode: Callable[[str], DecodedPhoto]) -> None:
    with ThreadPoolExecutor(Settings().decode_threads) as pool:
        for _ in pool.map(decode, map(str, files)):
            pass


def _tell(what: str, count: int, here: list[float], there: list[float], note: str) -> None:
    ratio = statistics.median(t / h for t, h in zip(there, here, strict=True))
    speed = count / statistics.median(there)
    report(what, f"{speed:.1f} photos/s", f"{ratio:.2f} x the time of threads, {note}")


if __name__ == "__main__":
    measure()
