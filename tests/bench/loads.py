"""Photos as cameras make them, cheap to generate: large, with detail and sensor noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pillow_heif
from PIL import Image

from tests.raws import dng, jpeg

pillow_heif.register_heif_opener()

MEGAPIXELS = {12: (4000, 3000), 24: (6000, 4000), 48: (8000, 6000)}
_NOISE = 2048  # the side of the square of noise that covers a photo, shifted for each
_CONTRAST = 8.0  # grey values of each octave: thumbnails are then hardly larger than those of real photos
_EMPTY_BOX = (16).to_bytes(4, "big") + b"free"  # of 16 bytes; after the end of other formats nobody looks


@dataclass(frozen=True, slots=True)
class Load:
    """Files of one kind. `originals` differ in their pixels."""

    name: str
    originals: tuple[Path, ...]

    @property
    def megabytes(self) -> float:
        return sum(file.stat().st_size for file in self.originals) / len(self.originals) / 1e6

    def fill(self, folder: Path, count: int, first: int = 0) -> list[Path]:
        """So many files in `folder`, each with a content of its own: a number is added at its end."""
        folder.mkdir(parents=True, exist_ok=True)
        files = []
        for number in range(first, first + count):
            original = self.originals[number % len(self.originals)]
            file = folder / f"{number // 500:03}" / f"{number:06}{original.suffix}"
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(original.read_bytes() + _EMPTY_BOX + number.to_bytes(8, "big"))
            files.append(file)
        return files


def camera_pixels(seed: int, megapixels: int = 12) -> Image.Image:
    """Shapes of all sizes, as strong in each octave as in nature (a spectrum of 1/f), and sensor noise."""
    width, height = MEGAPIXELS[megapixels]
    random = np.random.default_rng(seed)
    shapes = np.full((height // 500, width // 500, 3), 128.0, dtype=np.float32)
    while len(shapes) < height // 4:
        shapes = np.stack([_doubled(channel) for channel in np.moveaxis(shapes, -1, 0)], axis=-1)
        grey = random.standard_normal((*shapes.shape[:2], 1), dtype=np.float32)
        colour = random.standard_normal(shapes.shape, dtype=np.float32)
        shapes += _CONTRAST * (grey + 0.3 * colour)
    # Beyond these bounds the noise would wrap round.
    soft = Image.fromarray(shapes.clip(12, 243).astype(np.uint8))
    picture = np.asarray(soft.resize((width, height), Image.Resampling.BILINEAR)).copy()
    noise = random.integers(-12, 13, (_NOISE, _NOISE, 1), dtype=np.int8).view(np.uint8)
    for top in range(0, height, _NOISE):
        for left in range(0, width, _NOISE):
            tile = picture[top : top + _NOISE, left : left + _NOISE]
            tile += noise[: tile.shape[0], : tile.shape[1]]
    return Image.fromarray(picture)


def _doubled(channel: np.ndarray) -> np.ndarray:
    height, width = channel.shape
    larger = Image.fromarray(channel).resize((2 * width, 2 * height), Image.Resampling.BICUBIC)
    return np.asarray(larger)


def camera_photo(file: Path, seed: int, megapixels: int = 12) -> Path:
    """A JPEG at quality 92, about 5 MB for 12 megapixels."""
    file.parent.mkdir(parents=True, exist_ok=True)
    camera_pixels(seed, megapixels).save(file, quality=92)
    return file


def camera_load(folder: Path, megapixels: int = 12, count: int = 4) -> Load:
    """JPEGs of this many megapixels."""
    files = [camera_photo(folder / f"{megapixels}-{seed}.jpg", seed, megapixels) for seed in range(count)]
    return Load(f"{megapixels} MP JPEG", tuple(files))


def raw_load(folder: Path) -> Load:
    """A RAW photo of 24 megapixels, not compressed, with a preview of full size."""
    folder.mkdir(parents=True, exist_ok=True)
    pixels = camera_pixels(0, 24)
    file = folder / "0.dng"
    file.write_bytes(dng(pixels, jpeg(pixels), preview_size=pixels.size))
    return Load("24 MP RAW", (file,))


def other_loads(folder: Path) -> Sequence[Load]:
    """12 megapixels as PNG, WebP and, where there is an encoder, HEIC; one original each: they are slow."""
    folder.mkdir(parents=True, exist_ok=True)
    pixels = camera_pixels(0)
    pixels.save(folder / "0.png", compress_level=1)
    pixels.save(folder / "0.webp", quality=90, method=0)
    loads = [Load("12 MP PNG", (folder / "0.png",)), Load("12 MP WebP", (folder / "0.webp",))]
    try:
        pixels.save(folder / "0.heic", quality=70, enc_params={"preset": "ultrafast"})
    except (RuntimeError, ValueError, KeyError) as error:
        print(f"HEIC is left out: there is no encoder for it here ({error}).", flush=True)
    else:
        loads.append(Load("12 MP HEIC", (folder / "0.heic",)))
    return loads
