"""Real image files for tests, made on the spot."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

_EXIF_DATE, _EXIF_MAKE, _EXIF_MODEL = 0x9003, 0x010F, 0x0110
_EXIF_IFD = 0x8769


def picture(seed: int, size: tuple[int, int] = (480, 320)) -> Image.Image:
    """A smooth coloured picture with a bright block, different for every seed."""
    random = np.random.default_rng(seed)
    coarse = random.integers(0, 255, (6, 8, 3), dtype=np.uint8)
    image = Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC)
    x, y = (int(random.integers(0, side * 3 // 4)) for side in size)
    image.paste(tuple(int(v) for v in random.integers(0, 255, 3)), (x, y, x + size[0] // 4, y + size[1] // 4))
    return image


def make_photo(
    file: Path,
    seed: int = 0,
    size: tuple[int, int] = (480, 320),
    *,
    taken_at: str | None = None,
    camera: tuple[str, str] | None = None,
) -> Path:
    """Write a photo; the suffix of `file` decides the format. `taken_at` as EXIF writes it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    image = picture(seed, size)
    exif = Image.Exif()
    if camera:
        exif[_EXIF_MAKE], exif[_EXIF_MODEL] = camera
    if taken_at:
        exif.get_ifd(_EXIF_IFD)[_EXIF_DATE] = taken_at
    image.save(file, exif=exif)
    return file


def make_photos(folder: Path, count: int, first: int = 0) -> list[Path]:
    """`count` different JPEGs called photo_00.jpg and so on."""
    return [make_photo(folder / f"photo_{seed:02}.jpg", seed) for seed in range(first, first + count)]
