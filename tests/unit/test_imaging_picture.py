"""The photo itself: upright, at the size asked for, never larger than it is."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from photolens.domain import PixelArray
from photolens.errors import FailureKind, PhotoError
from photolens.imaging import pixels
from photolens.imaging.decode import decode_picture
from photolens.imaging.pixels import picture_reduction
from tests.photos import picture

SIZE = (800, 600)


def _save(file: Path, orientation: int = 1, size: tuple[int, int] = SIZE, **options: object) -> Path:
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture(3, size).save(file, exif=exif, **options)
    return file


def _upright(file: Path) -> Image.Image:
    with Image.open(file) as image:
        return ImageOps.exif_transpose(image).convert("RGB")


def _difference(one: PixelArray, other: Image.Image) -> float:
    return float(np.abs(one.astype(np.float32) - np.asarray(other, np.float32)).mean())


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tiff"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_full_picture_is_the_file_pixel_by_pixel_turned_upright(
    tmp_path: Path, suffix: str, orientation: int
) -> None:
    file = _save(tmp_path / f"a.{suffix}", orientation)
    found = decode_picture(str(file))
    assert found.dtype == np.uint8 and found.flags.c_contiguous
    assert found.shape == ((800, 600, 3) if orientation >= 5 else (600, 800, 3))
    assert _difference(found, _upright(file)) < 0.01


@pytest.mark.parametrize("suffix", ["jpg", "png"])
@pytest.mark.parametrize("max_px", [799, 500, 400, 399, 267, 100, 1])
def test_a_smaller_picture_has_exactly_that_side_and_looks_the_same(
    tmp_path: Path, suffix: str, max_px: int
) -> None:
    file = _save(tmp_path / f"a.{suffix}", 6)
    found = decode_picture(str(file), max_px)
    size = max(1, round(max_px * 0.75)), max_px
    assert (found.shape[1], found.shape[0]) == size
    assert found.flags.c_contiguous
    assert _difference(found, _upright(file).resize(size, Image.Resampling.LANCZOS)) < 4


@pytest.mark.parametrize("suffix", ["jpg", "png"])
def test_a_picture_is_never_enlarged(tmp_path: Path, suffix: str) -> None:
    file = _save(tmp_path / f"a.{suffix}")
    assert decode_picture(str(file), 5000).shape == (600, 800, 3)
    assert decode_picture(str(file), 800).shape == (600, 800, 3)


def test_a_jpeg_is_decoded_at_reduced_scale_where_that_suffices(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scales: list[int] = []
    shown = pixels.shown

    def record(found: pixels.Pixels, max_px: int | None) -> PixelArray:
        scales.append(SIZE[0] // found.image.width)
        return shown(found, max_px)

    monkeypatch.setattr("photolens.imaging.decode.shown", record)
    file = _save(tmp_path / "a.jpg")
    for max_px in (None, 800, 401, 400, 201, 200, 100):
        decode_picture(str(file), max_px)
    assert scales == [1, 1, 1, 2, 2, 4, 8]


def test_grey_and_transparent_pictures_have_three_channels_too(tmp_path: Path) -> None:
    Image.new("L", (4, 3), 100).save(tmp_path / "grey.png")
    Image.new("RGBA", (4, 3), (255, 0, 0, 0)).save(tmp_path / "clear.png")
    assert np.unique(decode_picture(str(tmp_path / "grey.png"))).tolist() == [100]
    assert np.unique(decode_picture(str(tmp_path / "clear.png"))).tolist() == [255]
    assert decode_picture(str(tmp_path / "grey.png")).shape == (3, 4, 3)


@pytest.mark.parametrize("suffix", ["jpg", "png"])
def test_a_gigantic_picture_is_halved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str) -> None:
    monkeypatch.setattr(pixels, "MAX_PICTURE_PIXELS", 400_000)
    file = _save(tmp_path / f"a.{suffix}", 6)
    found = decode_picture(str(file))
    assert found.shape == (400, 300, 3)
    assert _difference(found, _upright(file).resize((300, 400), Image.Resampling.BOX)) < 4
    assert decode_picture(str(file), 100).shape == (100, 75, 3)


def test_how_far_a_picture_is_reduced() -> None:
    assert picture_reduction((4000, 3000), None) == 1
    assert picture_reduction((12_000, 9_000), None) == 1
    assert picture_reduction((12_500, 9_000), None) == 2
    assert picture_reduction((4000, 3000), 1920) == 2
    assert picture_reduction((20_000, 12_000), 19_000) == 2
    assert picture_reduction((256_000_000, 1), None) == 3


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.jpg", b"", FailureKind.NOT_AN_IMAGE),
        ("a.jpg", b"no picture at all", FailureKind.NOT_AN_IMAGE),
        ("a.cr2", b"II*\0 raw", FailureKind.UNSUPPORTED),
        ("a.jpg", None, FailureKind.UNREADABLE),
    ],
)
def test_what_cannot_be_shown_says_why(
    tmp_path: Path, name: str, data: bytes | None, kind: FailureKind
) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(PhotoError) as caught:
        decode_picture(os.fsencode(tmp_path / name), 100)
    assert caught.value.kind is kind


def test_a_picture_cut_short_is_damaged(tmp_path: Path) -> None:
    file = _save(tmp_path / "a.jpg")
    file.write_bytes(file.read_bytes()[:-3000])
    with pytest.raises(PhotoError, match="ends too early"):
        decode_picture(str(file))
