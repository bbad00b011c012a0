"""One photo file -> everything the library wants to know of it, or a PhotoError that says why not.

Plain data in, plain data out, no state but a gate for very large photos: this may run in any thread. What
comes from users' folders is decoded in processes of their own, see `workers.py`.
"""

from __future__ import annotations

import dataclasses
import io
import logging
import os
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import IO

from PIL import Image, ImageFile

from photolens.domain import DecodedPhoto, InputSpec, Metadata, PixelArray
from photolens.errors import FailureKind, PhotoError
from photolens.imaging import boxes, formats, raw
from photolens.imaging.failures import boundary
from photolens.imaging.metadata import read_metadata, read_raw_metadata
from photolens.imaging.opening import check_bytes, identify, open_photo, opened_image
from photolens.imaging.pixels import (
    Pixels,
    encode_thumbnail,
    mean_color,
    model_input,
    picture_reduction,
    reduction,
    shown,
    shrink,
    thumbnail,
    to_srgb,
)
from photolens.messages import message

LARGE_PIXELS = 50_000_000  # 200 MB as Pillow holds them
# What one picture may take while it is decoded, where that is known beforehand; see `limits.py`.
MOST_HELD_BYTES = 830 << 20
_PILLOW_BYTES = 4  # for each pixel
_JXL_BYTES, _JXL_KEPT_BYTES = 8, 4  # by its plugin, while it decodes and after
# A preview may have so much less than the sensor's picture, whose margins some cameras leave out.
_NEARLY = 0.9

_large_one_at_a_time = threading.BoundedSemaphore(1)
_NAMES = {"MPO": "jpeg", "DIB": "bmp"}
_DRAFTS = (8, 4, 2, 1)
_JPEG_SCAN = b"\xff\xda"
_USUAL_SCANS, _MOST_SCANNED = 24, 4_000_000_000  # pixels over all scans: some ten seconds
_MOST_SHRUNK = 8  # to save memory; beyond, it saves none

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """How much of a photo is needed: by how much it may be shrunk, and which long side a preview must have.

    Without a long side a preview has to be as large as the photo itself.
    """

    reduction: Callable[[tuple[int, int]], int]
    longest: int | None

    def is_enough(self, preview: tuple[int, int], full: tuple[int, int]) -> bool:
        longest = max(full) if self.longest is None else min(self.longest, max(full))
        return max(preview) >= _NEARLY * longest


@dataclass(frozen=True, slots=True)
class _Loaded:
    """A photo's pixels and what the file says. `size` is that of the photo itself, upright."""

    pixels: Pixels
    metadata: Metadata
    format: str
    size: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Steps:
    """What whoever has a photo decoded hears of, and has a say in."""

    begun: Callable[[], object]  # called when the file is read, before any decoder sees it
    large: Callable[[], AbstractContextManager[object]]  # held while a very large photo is decoded


IN_PROCESS = Steps(lambda: None, lambda: _large_one_at_a_time)


def decode_photo(
    path: str | bytes,
    *,
    thumbnail_px: int = 320,
    input_spec: InputSpec | None = None,
    steps: Steps = IN_PROCESS,
) -> DecodedPhoto:
    """Read one photo file; the file is only read.

    `thumbnail_px`: longest side of the thumbnail, which is never enlarged. `input_spec`: what the model
    wants; without it `model_input` is None. Raises PhotoError and nothing else.
    """
    with open_photo(path) as fp:
        return _decode(fp, thumbnail_px, input_spec, steps, formats.is_raw_name(path))


def decode_bytes(
    data: bytes,
    *,
    thumbnail_px: int = 320,
    input_spec: InputSpec | None = None,
    steps: Steps = IN_PROCESS,
) -> DecodedPhoto:
    """Read a photo held in memory, one pasted or dropped, as `decode_photo` reads a file."""
    with boundary(FailureKind.INTERNAL, message("This picture could not be processed."), "<bytes>"):
        check_bytes(len(data))
        return _decode(io.BytesIO(data), thumbnail_px, input_spec, steps)


def make_thumbnail(path: str | bytes, px: int = 320) -> bytes:
    """Upright sRGB JPEG of a photo file, long side at most `px`. Raises PhotoError and nothing else."""
    return decode_photo(path, thumbnail_px=px).thumbnail


def decode_picture(path: str | bytes, max_px: int | None = None, *, steps: Steps = IN_PROCESS) -> PixelArray:
    """The photo itself: upright, sRGB, uint8 [H, W, 3], C-contiguous, read-only.

    Its long side is at most `max_px`; it is never enlarged. None gives the full size, but a photo of more
    than 110 megapixels comes at a half, a third and so on. A RAW photo may come as its preview or at half
    size, where that does for `max_px` or there is no memory for more. Raises PhotoError and nothing else.
    """
    with open_photo(path) as fp:
        return _picture(fp, max_px, steps, formats.is_raw_name(path))


def decode_picture_bytes(data: bytes, max_px: int | None = None, *, steps: Steps = IN_PROCESS) -> PixelArray:
    """The same of a photo held in memory."""
    with boundary(FailureKind.INTERNAL, message("This picture could not be processed."), "<bytes>"):
        check_bytes(len(data))
        return _picture(io.BytesIO(data), max_px, steps)


def input_of(picture: PixelArray, spec: InputSpec) -> PixelArray:
    """What the model wants, uint8 [size, size, 3], of an upright picture in memory, uint8 [H, W, 3]."""
    height, width, _ = picture.shape
    return model_input(Pixels(Image.fromarray(picture), width, height, 1, 1), spec)


# --- the way of one photo -----------------------------------------------------------------------


def _picture(fp: IO[bytes], max_px: int | None, steps: Steps, raw_name: bool = False) -> PixelArray:
    wanted = _Wanted(lambda size: picture_reduction(size, max_px), max_px)
    return shown(_load(fp, wanted, steps, raw_name).pixels, max_px)


def _decode(
    fp: IO[bytes], thumbnail_px: int, spec: InputSpec | None, steps: Steps, raw_name: bool = False
) -> DecodedPhoto:
    # Twice, so that the short side has as many pixels as the model wants.
    longest = thumbnail_px if spec is None else max(thumbnail_px, 2 * spec.size)
    wanted = _Wanted(lambda size: reduction(size, thumbnail_px, spec), longest)
    loaded = _load(fp, wanted, steps, raw_name)
    pixels, (width, height) = loaded.pixels, loaded.size
    picture = thumbnail(pixels, thumbnail_px)
    return DecodedPhoto(
        width=width,
        height=height,
        format=loaded.format,
        metadata=loaded.metadata,
        mean_color=mean_color(picture),
        thumbnail=encode_thumbnail(picture),
        model_input=model_input(pixels, spec) if spec is not None else None,
    )


def _load(fp: IO[bytes], wanted: _Wanted, steps: Steps, raw_name: bool) -> _Loaded:
    """Decode at the smallest scale that will do: 1/`wanted.reduction` the stored size, or more.

    At most one large photo is held at full size at a time.
    """
    steps.begun()
    kind = identify(fp.read(formats.HEADER_BYTES), raw_name)
    if kind == "RAW":
        return _load_raw(fp, wanted, steps)
    return _load_picture(fp, kind, wanted, steps)


def _load_picture(fp: IO[bytes], kind: str, wanted: _Wanted, steps: Steps) -> _Loaded:
    with boundary(FailureKind.DAMAGED, message("The picture is damaged."), kind), ExitStack() as held:
        if kind == "JXL":  # this plugin decodes while it opens
            size = boxes.jxl_size(fp) or (1, 1)
            _check_pixels(size)
            _check_memory(size[0] * size[1] * _JXL_BYTES)
            _pass_gate(size, held, steps)
        image = held.enter_context(opened_image(fp, kind))
        return _loadopened_image(image, boxes.jxl_xmp(fp) if kind == "JXL" else None, wanted, held, steps)


def _loadopened_image(
    image: ImageFile.ImageFile, xmp: bytes | None, wanted: _Wanted, held: ExitStack, steps: Steps
) -> _Loaded:
    full = image.size
    _check_pixels(full)
    least = max(wanted.reduction(full), _least_draft(image, full))
    scale = _draft(image, least)
    if image.format != "JXL":
        # A progressive JPEG is held whole while it is decoded, at whatever scale.
        _pass_gate(full if "progressive" in image.info else image.size, held, steps)
    metadata = _load_with_metadata(image, xmp)
    if scale == 1:
        full = image.size  # TIFF is turned, and HEIF may turn out smaller, only now
    kept = _JXL_KEPT_BYTES if image.format == "JXL" else 0
    factor = _factor(image.size, max(1, least // scale), kept)
    pixels = Pixels(_reduced(image, factor), *full, scale * factor, _orientation(image))
    kind = image.format or ""
    return _Loaded(pixels, metadata, _NAMES.get(kind, kind.lower()), pixels.upright_size)


def _load_with_metadata(image: ImageFile.ImageFile, xmp: bytes | None) -> Metadata:
    if image.format == "PNG":  # may carry it behind the pixels; TIFF can only be asked before
        image.load()
    metadata = read_metadata(image, xmp)
    image.load()
    return metadata


def _least_draft(image: ImageFile.ImageFile, size: tuple[int, int]) -> int:
    """By how much libjpeg must shrink a progressive JPEG for all to fit: 1, 2, 4 or 8.

    It holds two bytes for each sample of each component besides the picture. Raises PhotoError where
    that alone is too much.
    """
    if "progressive" not in image.info:
        return 1
    pixels = size[0] * size[1]
    if isinstance(image.fp, io.BytesIO):  # each scan goes over the whole picture; a dozen are usual
        scans = image.fp.getvalue().count(_JPEG_SCAN)
        if scans > _USUAL_SCANS and scans * pixels > _MOST_SCANNED:
            raise PhotoError(FailureKind.TOO_LARGE, message("Reading this picture would take too long."))
    layers = [(layer[1], layer[2]) for layer in getattr(image, "layer", ())] or [(1, 1)]
    most = max(across for across, _ in layers) * max(down for _, down in layers)
    held = 2 * pixels * sum(across * down for across, down in layers) // max(1, most)
    _check_memory(held + pixels * _PILLOW_BYTES // _DRAFTS[0] ** 2)
    scales = reversed(_DRAFTS)
    return next(s for s in scales if held + pixels * _PILLOW_BYTES // s**2 <= MOST_HELD_BYTES)


def _factor(size: tuple[int, int], factor: int, kept: int) -> int:
    """`factor`, or more where picture and reduced copy are too much to hold, with `kept` bytes a pixel."""
    pixels = size[0] * size[1]
    whole = pixels * (_PILLOW_BYTES + kept)
    while factor < _MOST_SHRUNK and whole + pixels * _PILLOW_BYTES // factor**2 > MOST_HELD_BYTES:
        factor += 1
    return factor


def _reduced(image: ImageFile.ImageFile, factor: int) -> Image.Image:
    """Reduced copy in sRGB, independent of the file."""
    picture = to_srgb(shrink(image, factor), image.info.get("icc_profile"))
    return image.copy() if picture is image else picture


def _draft(image: ImageFile.ImageFile, wanted: int) -> int:
    """Have libjpeg decode at 1/8, 1/4 or 1/2 scale; the scale it took, 1 for every other format."""
    if image.format not in ("JPEG", "MPO"):
        return 1
    width, height = image.size
    scale = next(scale for scale in _DRAFTS if scale <= wanted)
    image.draft(None, (max(1, width // scale), max(1, height // scale)))
    return round(max(width, height) / max(image.size))


def _orientation(image: ImageFile.ImageFile) -> int:
    """EXIF orientation that is still to be applied, asked after loading.

    By then Pillow has turned TIFF and libheif HEIC, and both have dropped the tag; Pillow tells AVIF's
    rotation through it. libjxl has turned JPEG XL but left the tag, except for a repacked JPEG.
    """
    if image.format == "JXL" and not getattr(image, "jpeg", False):
        return 1
    try:
        value = image.getexif().get(0x0112, 1)
    except Exception as error:  # broken EXIF must not make a good picture fail
        log.debug("unreadable EXIF: %s", type(error).__name__)
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


# --- RAW ----------------------------------------------------------------------------------------


def _load_raw(fp: IO[bytes], wanted: _Wanted, steps: Steps) -> _Loaded:
    """By the preview if that is large enough, else by what the sensor saw; where one fails, by the other."""
    with boundary(FailureKind.DAMAGED, message("The picture is damaged."), "RAW"), ExitStack() as held:
        _check_memory(fp.seek(0, os.SEEK_END))
        steps = _passing_once(steps, held)
        photo = held.enter_context(raw.opened(fp))
        _check_pixels(photo.size)
        preview = _opened_preview(photo, held)
        metadata = read_raw_metadata(photo.data, preview)
        develop = partial(_developed, photo, wanted, steps)
        if preview is None:
            pixels = develop()
        else:
            show = partial(_previewed, photo, preview, wanted, steps)
            enough = wanted.is_enough(preview.size, photo.size)
            pixels = _first_that_works(show, develop) if enough else _first_that_works(develop, show)
        return _Loaded(pixels, metadata, "raw", photo.upright_size)


def _passing_once(steps: Steps, held: ExitStack) -> Steps:
    """The gate is passed when it is first asked for, and held until all of the photo is done."""
    passed = False

    def large() -> AbstractContextManager[object]:
        nonlocal passed
        if not passed:
            passed = True
            held.enter_context(steps.large())
        return nullcontext()

    return Steps(steps.begun, large)


def _opened_preview(photo: raw.RawPhoto, held: ExitStack) -> ImageFile.ImageFile | None:
    """The preview before its pixels are read; None if there is none, or none that can be read."""
    data = photo.preview()
    try:
        return None if data is None else held.enter_context(opened_image(io.BytesIO(data), "JPEG"))
    except Exception as error:
        log.debug("no preview: %s", type(error).__name__)
        return None


def _first_that_works(one: Callable[[], Pixels], other: Callable[[], Pixels]) -> Pixels:
    try:
        return one()
    except Exception as error:
        log.debug("half of a RAW photo cannot be read: %s", type(error).__name__)
        try:
            return other()
        except Exception:
            raise error from None


def _previewed(photo: raw.RawPhoto, preview: ImageFile.ImageFile, wanted: _Wanted, steps: Steps) -> Pixels:
    with ExitStack() as held:
        pixels = _loadopened_image(preview, None, wanted, held, steps).pixels
    turn = photo.orientation_of_preview((pixels.width, pixels.height))
    return dataclasses.replace(pixels, orientation=turn)


def _developed(photo: raw.RawPhoto, wanted: _Wanted, steps: Steps) -> Pixels:
    count, others = photo.size[0] * photo.size[1], len(photo.data)
    _check_memory(others + count * raw.HALF_DEVELOP_BYTES)
    half = wanted.reduction(photo.size) > 1 or others + count * raw.DEVELOP_BYTES > MOST_HELD_BYTES
    with ExitStack() as held:
        _pass_gate(photo.size, held, steps)
        picture = photo.develop(half)
        factor = wanted.reduction(picture.size)
        return Pixels(shrink(picture, factor), *picture.size, factor, photo.orientation)


# --- limits ---------------------------------------------------------------------------------------


def _check_pixels(size: tuple[int, int]) -> None:
    width, height = size
    if width * height > formats.MAX_PIXELS:
        limit = formats.MAX_PIXELS // 1_000_000
        raise PhotoError(
            FailureKind.TOO_LARGE,
            message(
                "{width} x {height} pixels is more than the {limit} million that are read.",
                width=width,
                height=height,
                limit=limit,
            ),
        )


def _check_memory(size: int) -> None:
    if size > MOST_HELD_BYTES:
        raise PhotoError(FailureKind.TOO_LARGE, message("The picture needs more memory than is allowed."))


def _pass_gate(size: tuple[int, int], held: ExitStack, steps: Steps) -> None:
    if size[0] * size[1] > LARGE_PIXELS:
        held.enter_context(steps.large())
