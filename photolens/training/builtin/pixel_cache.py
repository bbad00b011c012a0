"""Training photos as one file of small uint8 pictures, and random views of them."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from photolens.domain import InputSpec
from photolens.errors import PhotoError
from photolens.imaging.decode import decode_photo
from photolens.training.builtin.sources import Picture
from photolens.training.builtin.workplace import Workplace

# What open_clip and CLIP subtract from pixels, and divide them by.
MEAN = torch.tensor([0.48145466, 0.4578275, 0.40821073]).view(1, 3, 1, 1)
STD = torch.tensor([0.26862954, 0.26130258, 0.27577711]).view(1, 3, 1, 1)

_GREY_SHARE = 0.05
_READ_AT_ONCE = 64

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class View:
    """How random views are cut. `area`: share of the picture, from and to; `aspect`: half the logarithm of
    width to height, from and to; `jitter`: how far brightness, contrast and colour may go."""

    area: tuple[float, float]
    aspect: tuple[float, float] = (-0.22, 0.22)
    jitter: float = 0.3


def read_picture(file: str, size: int) -> Pixels | None:
    """The middle of a photo as the program prepares it, uint8 [size, size, 3]; None when it is unreadable."""
    try:
        photo = decode_photo(file, thumbnail_px=32, input_spec=InputSpec(size=size))
    except PhotoError:
        return None
    return photo.model_input


def write_cache(place: Workplace, name: str, pictures: Sequence[Picture], size: int) -> int:
    """Write name.npy, uint8 [N, size, size, 3], and the rows in name.json; returns how many were readable."""
    shape = (len(pictures), size, size, 3)
    out = np.lib.format.open_memmap(place.work / f"{name}.npy", "w+", np.uint8, shape)
    rows: list[Picture] = []
    with ThreadPoolExecutor(2) as pool:
        for start in range(0, len(pictures), _READ_AT_ONCE):
            part = pictures[start : start + _READ_AT_ONCE]
            read = pool.map(lambda picture: read_picture(picture.file, size), part)
            for picture, pixels in zip(part, read, strict=True):
                if pixels is not None:
                    out[len(rows)] = pixels
                    rows.append(picture)
    out.flush()
    place.write_json(f"{name}.json", [asdict(row) for row in rows])
    return len(rows)


def read_rows(place: Workplace, name: str) -> list[Picture]:
    """The rows that `write_cache` has written."""
    rows = place.read_json(f"{name}.json", "prepare")
    return [Picture(row["file"], row["key"], tuple(row["names"]), tuple(row["captions"])) for row in rows]


class PixelCache:
    """The pictures of one set, drawn without repetition until all have been seen."""

    def __init__(self, place: Workplace, name: str, seed: int = 0) -> None:
        self.rows = read_rows(place, name)
        self._pixels = np.load(place.made(f"{name}.npy", "prepare"), mmap_mode="r", allow_pickle=False)
        self._random = np.random.default_rng(seed)
        self._order = np.empty(0, dtype=np.int64)

    def draw(self, count: int) -> torch.Tensor:
        """The next rows, int64 [count]."""
        while len(self._order) < count:
            self._order = np.concatenate([self._order, self._random.permutation(len(self.rows))])
        drawn, self._order = self._order[:count], self._order[count:]
        return torch.from_numpy(drawn)

    def views(self, rows: torch.Tensor, size: int, view: View) -> torch.Tensor:
        """Random views of these rows, normalised, float32 [N, 3, size, size]."""
        if not len(rows):
            return torch.empty(0, 3, size, size)
        pixels = torch.from_numpy(np.stack([self._pixels[row] for row in rows.tolist()]))
        return _augmented(pixels.permute(0, 3, 1, 2).float().div_(255), size, view)


def _augmented(pictures: torch.Tensor, size: int, view: View) -> torch.Tensor:
    """Crops, mirrors and changes colours of pictures, float32 [N, 3, H, W] from 0 to 1."""
    count = len(pictures)
    side = torch.empty(count).uniform_(*view.area).sqrt()
    aspect = torch.empty(count).uniform_(*view.aspect).exp()
    width, height = (side * aspect).clamp(max=1), (side / aspect).clamp(max=1)
    theta = torch.zeros(count, 2, 3)
    theta[:, 0, 0] = width * torch.where(torch.rand(count) < 0.5, -1.0, 1.0)
    theta[:, 0, 2] = (torch.rand(count) * 2 - 1) * (1 - width)
    theta[:, 1, 1] = height
    theta[:, 1, 2] = (torch.rand(count) * 2 - 1) * (1 - height)
    grid = functional.affine_grid(theta, [count, 3, size, size], align_corners=False)
    cut = functional.grid_sample(
        pictures, grid, mode="bilinear", padding_mode="reflection", align_corners=False
    )

    def factor() -> torch.Tensor:
        return 1 + (torch.rand(count, 1, 1, 1) * 2 - 1) * view.jitter

    cut = cut * factor()
    middle = cut.mean((1, 2, 3), keepdim=True)
    cut = (cut - middle) * factor() + middle
    grey = cut.mean(1, keepdim=True)
    cut = (cut - grey) * factor() + grey
    cut = torch.where(torch.rand(count, 1, 1, 1) < _GREY_SHARE, grey.expand_as(cut), cut).clamp_(0, 1)
    return ((cut - MEAN) / STD).contiguous(memory_format=torch.channels_last)
