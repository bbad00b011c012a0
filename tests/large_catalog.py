"""A library as it is after a hundred thousand photos were indexed, made in seconds: for trying the window.

    python -m tests.large_catalog FOLDER [COUNT]

The photos exist in the catalog only. Their folder counts as offline, so that no scan takes them away.
"""

from __future__ import annotations

import itertools
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from photolens.catalog import Catalog, FileStat
from photolens.domain import DecodedPhoto, FloatArray, Metadata
from photolens.imaging.decode import decode_photo
from photolens.imaging.thumbnails import ThumbnailStore
from photolens.ingest.fingerprint import content_hash
from photolens.library.encoders import LazyEncoder
from photolens.library.places import Places
from photolens.settings import Settings
from tests.photos import make_photo

FIRST_DAY, DAYS = datetime(2005, 1, 1), 20 * 365
CAMERAS = [
    ("Apple", "iPhone 12"),
    ("Canon", "EOS 5D Mark III"),
    ("FUJIFILM", "X-T3"),
    ("Google", "Pixel 7"),
    ("NIKON CORPORATION", "NIKON D750"),
    ("SONY", "ILCE-7M3"),
]
_SHAPES = [(480, 320), (320, 480), (480, 360), (360, 480), (400, 400), (640, 360), (900, 300)]
_BATCH = 5000


def make_large_library(folder: Path, photos: int = 100_000, *, source: list[Path]) -> None:
    """Make a library in `folder` with so many photos that look like those in `source`.

    The same arguments give the same photos. Raises FileExistsError when there is a library already.
    """
    places = Places(folder.absolute())
    if places.catalog.exists():
        raise FileExistsError(f"there is a library in {folder} already")
    places.create()
    model = LazyEncoder(Settings().model)
    encoder = model.get()
    looks = [decode_photo(str(file), input_spec=encoder.input_spec) for file in source]
    pixels = [look.model_input for look in looks if look.model_input is not None]
    centres = np.concatenate([encoder.encode_images(one[None]) for one in pixels])
    with places.acquire():
        catalog = Catalog.writer(places.catalog)
        try:
            with catalog.transaction():
                model_id = catalog.vectors.model_id(model.files.name, model.files.sha256, encoder.dimension)
            _fill(catalog, places, photos, model_id, looks, centres)
        finally:
            catalog.close()


def _fill(
    catalog: Catalog,
    places: Places,
    photos: int,
    model_id: int,
    looks: list[DecodedPhoto],
    centres: FloatArray,
) -> None:
    random = np.random.default_rng(0)
    thumbnails = _SharedThumbnails(places.thumbnails)
    with catalog.transaction():
        folder_id = catalog.folders.add(f"{places.root}-photos-not-here")
        catalog.folders.set_online(folder_id, False)
    for start in range(0, photos, _BATCH):
        chosen = random.integers(len(looks), size=min(_BATCH, photos - start))
        with catalog.transaction():
            for number, look, vector in zip(
                itertools.count(start), chosen.tolist(), _near(centres[chosen], random), strict=False
            ):
                content = content_hash(str(number).encode())
                varied = _varied(looks[look], random)
                photo_id = _add_photo(catalog, folder_id, number, content, varied, random)
                catalog.vectors.put(photo_id, model_id, vector)
                thumbnails.put(content, varied.thumbnail)


def _add_photo(
    catalog: Catalog,
    folder_id: int,
    number: int,
    content: bytes,
    photo: DecodedPhoto,
    random: np.random.Generator,
) -> int:
    """What a scan and then the pipeline write for one file."""
    day = photo.metadata.taken_at or FIRST_DAY + timedelta(days=float(random.uniform(0, DAYS)))
    directory, name = f"{day:%Y/%m}".encode(), f"IMG_{number:06}.jpg".encode()
    size = photo.width * photo.height // 3
    stat = FileStat(size, int(day.timestamp() * 1e9), number + 1)
    catalog.files.add_pending(folder_id, directory, [(name, stat)])
    file = catalog.files.find(folder_id, directory, name)
    assert file is not None
    photo_id = catalog.photos.insert(content, size, photo)
    catalog.files.set_indexed(file.id, photo_id, stat)
    return photo_id


def _varied(look: DecodedPhoto, random: np.random.Generator) -> DecodedPhoto:
    """A photo that looks like this one, taken at another time, by another camera, in another size."""
    scale = float(random.uniform(1000, 6000)) / max(look.width, look.height)
    return DecodedPhoto(
        width=round(look.width * scale),
        height=round(look.height * scale),
        format="jpeg" if random.random() < 0.9 else "heif",
        metadata=_metadata(random),
        mean_color=look.mean_color,
        thumbnail=look.thumbnail,
        model_input=None,
    )


def _metadata(random: np.random.Generator) -> Metadata:
    """Mostly what a camera writes; nothing at all for every twentieth photo, as for a screenshot."""
    if random.random() < 0.05:
        return Metadata()
    make, model = CAMERAS[int(random.integers(len(CAMERAS)))]
    located = random.random() < 0.4
    return Metadata(
        taken_at=FIRST_DAY + timedelta(seconds=int(random.integers(DAYS * 86_400))),
        camera_make=make,
        camera_model=model,
        exposure_seconds=1 / int(random.integers(10, 4000)),
        f_number=round(float(random.uniform(1.4, 16)), 1),
        iso=int(random.choice([100, 200, 400, 800, 1600, 3200])),
        focal_length_mm=float(random.integers(16, 200)),
        latitude=float(random.uniform(-60, 70)) if located else None,
        longitude=float(random.uniform(-180, 180)) if located else None,
    )


def _near(centres: FloatArray, random: np.random.Generator) -> FloatArray:
    """Unit vectors around these, a cosine of about 0.8 away, so that a search finds what looks right."""
    noise = random.standard_normal(centres.shape, dtype=np.float32)
    vectors = centres + 0.75 * noise / np.linalg.norm(noise, axis=1, keepdims=True)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


class _SharedThumbnails:
    """Puts one thumbnail under many hashes, by links where the file system has them."""

    def __init__(self, directory: Path) -> None:
        self._store = ThumbnailStore(directory)
        self._written: dict[bytes, Path] = {}
        for number in range(256):
            self._store.path(bytes([number, 0])).parent.mkdir(parents=True, exist_ok=True)

    def put(self, content: bytes, jpeg: bytes) -> None:
        target = self._store.path(content)
        if jpeg in self._written:
            try:
                os.link(self._written[jpeg], target)
            except OSError:  # no links here, or as many of this file as the file system allows
                shutil.copyfile(self._written[jpeg], target)
                self._written[jpeg] = target
        else:
            self._store.put(content, jpeg)
            self._written[jpeg] = target


def sample_photos(folder: Path) -> Iterator[Path]:
    """Photos of several shapes and colours, made in `folder`."""
    for seed in range(8 * len(_SHAPES)):
        yield make_photo(folder / f"{seed}.jpg", seed, _SHAPES[seed % len(_SHAPES)])


def main(folder: str, count: str = "100000") -> None:
    """Make the library and say how long it took."""
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch:
        make_large_library(Path(folder), int(count), source=list(sample_photos(Path(scratch))))
    print(f"{int(count):,} photos in {folder} after {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main(*sys.argv[1:])
