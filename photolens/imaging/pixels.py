"""From decoded pixels to the thumbnail and the model's input: modes, colours, geometry.

Colours are converted once the picture is reduced, but before the last resize: profiles are not linear,
and the embedding notices. Resizing happens in the file's own orientation; the small results are turned.
"""

from __future__ import annotations

import io
import logging
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from PIL import Image, ImageCms, ImageStat

from photolens.domain import InputSpec

if TYPE_CHECKING:
    from photolens.domain import PixelArray

Box = tuple[float, float, float, float]

# On 619 photos and a model of 96 pixels: 2.0 leaves 5 embeddings below cosine .999 of those from the full
# picture, 2.5 leaves 2, this one none at 8 % more time, 4.0 gains little. It also lets a 12-megapixel photo
# (3000 = 2.9 x 4 x 256) be decoded at a quarter for 256 pixels.
_OVERSAMPLING = 2.75
# A thumbnail's picture may be averaged first, to no less than this many times the thumbnail's pixels. That
# takes half the time and is hard to see: 51 dB apart on median of 40 photos, 42 at worst.
_THUMBNAIL_GAP = 1.5
_BAND_PIXELS = 4_000_000
MAX_PICTURE_PIXELS = 110_000_000  # lets the 108-megapixel phones in; 330 MB as an array
_THUMBNAIL_QUALITY = 82
_WHITE = (255, 255, 255, 255)
_PLAIN = frozenset(("L", "RGB", "CMYK"))
_RESAMPLING = {"bicubic": Image.Resampling.BICUBIC, "bilinear": Image.Resampling.BILINEAR}
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pixels:
    """A decoded photo in sRGB, perhaps at reduced scale, in the file's own orientation.

    `width` and `height` are the stored full size; `image` covers it at 1/`scale`, its last row and
    column perhaps only in part.
    """

    image: Image.Image  # RGB
    width: int
    height: int
    scale: int
    orientation: int  # EXIF's 1 to 8

    @property
    def upright_size(self) -> tuple[int, int]:
        return (self.height, self.width) if self.orientation >= 5 else (self.width, self.height)


def reduction(size: tuple[int, int], thumbnail_px: int, spec: InputSpec | None) -> int:
    """By how much a photo may be shrunk before resizing without showing in thumbnail or embedding.

    The model's input wants _OVERSAMPLING times its own pixels, so that the final resize still decides
    what is kept.
    """
    longest, shortest = max(size), min(size)
    factor = longest // thumbnail_px
    if spec is not None:
        side = longest if spec.resize_mode == "longest" else shortest
        factor = min(factor, int(side / (_OVERSAMPLING * spec.size)))
    return max(1, factor)


def picture_reduction(size: tuple[int, int], max_px: int | None) -> int:
    """By how much a photo may be shrunk before it is shown with a long side of `max_px` (None: full size).

    More than MAX_PICTURE_PIXELS are never shown: such a photo is shrunk to a half, a third and so on, which
    a decoder can do without holding all of it.
    """
    width, height = size
    factor = 1 if max_px is None else reduction(size, max_px, None)
    while -(-width // factor) * -(-height // factor) > MAX_PICTURE_PIXELS:
        factor += 1
    return factor


def shrink(image: Image.Image, factor: int) -> Image.Image:
    """Loaded image of any mode -> L, RGB or CMYK at 1/`factor`, averaged, alpha flattened on white.

    Goes band by band, so that a palette or alpha photo of 200 megapixels needs no second copy.
    """
    ceiling = _ceiling(image)
    if factor == 1:
        return _plain(image, ceiling)
    width, height = image.size
    rows = factor * max(1, _BAND_PIXELS // (width * factor))
    small: Image.Image | None = None
    for top in range(0, height, rows):
        band = image.crop((0, top, width, min(height, top + rows)))
        band = _plain(band, ceiling).reduce(factor)
        if small is None:
            small = Image.new(band.mode, (band.width, -(-height // factor)))
        small.paste(band, (0, top // factor))
    assert small is not None  # a Pillow image has at least one row
    return small


def to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """L, RGB or CMYK -> RGB in sRGB. A profile that is damaged or of another colour space is ignored."""
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            if not _is_srgb(source) and source.profile.xcolor_space.strip() == _SPACE_OF[picture.mode]:
                converted = ImageCms.profileToProfile(
                    picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
                )
                if converted is not None:
                    return converted
        except Exception as error:  # a bad profile costs fidelity, not the photo
            log.debug("colour profile ignored: %s", type(error).__name__)
    return picture.convert("RGB")


def thumbnail(pixels: Pixels, longest: int) -> Image.Image:
    """Upright sRGB picture whose long side is at most `longest`, never enlarged."""
    return _upright(pixels, _scaled(pixels, longest, _THUMBNAIL_GAP))


def shown(pixels: Pixels, max_px: int | None) -> PixelArray:
    """Upright picture with a long side of at most `max_px`, never enlarged.

    uint8 [H, W, 3], C-contiguous, read-only.
    """
    longest = max(1, max(pixels.width, pixels.height) // pixels.scale)
    picture = _scaled(pixels, longest if max_px is None else min(longest, max_px))
    width, height = picture.size
    turned = pixels.orientation >= 5
    array = np.empty((width, height, 3) if turned else (height, width, 3), dtype=np.uint8)
    rows = max(1, _BAND_PIXELS // width)
    for top in range(0, height, rows):  # band by band: there is no room for another copy of the largest
        bottom = min(height, top + rows)
        band = _upright(pixels, picture.crop((0, top, width, bottom)))
        if pixels.orientation in (3, 4, 6, 7):
            top, bottom = height - bottom, height - top
        array[(slice(None), slice(top, bottom)) if turned else slice(top, bottom)] = np.asarray(band)
    array.setflags(write=False)
    return array


def encode_thumbnail(picture: Image.Image) -> bytes:
    """JPEG bytes, without the original's metadata."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=_THUMBNAIL_QUALITY)
    return buffer.getvalue()


def mean_color(picture: Image.Image) -> int:
    """Average colour of an RGB picture as 0xRRGGBB."""
    red, green, blue = (round(value) for value in ImageStat.Stat(picture).mean)
    return red << 16 | green << 8 | blue


def model_input(pixels: Pixels, spec: InputSpec) -> PixelArray:
    """uint8 [size, size, 3] as open_clip's evaluation transform makes it, before normalisation.

    "shortest": torchvision's Resize(size), CenterCrop; "squash": Resize((size, size)); "longest":
    open_clip's ResizeKeepRatio(longest=1), CenterCropOrPad. One resize with a box instead of two steps.
    """
    full = pixels.upright_size
    if spec.resize_mode == "longest":
        return _padded(pixels, spec)
    box = (0.0, 0.0, float(full[0]), float(full[1]))
    if spec.resize_mode == "shortest":
        box = _center_box(full, spec.size)
    stored = stored_box(box, pixels.orientation, (pixels.width, pixels.height))
    picture = _resized(pixels, (spec.size, spec.size), stored, _RESAMPLING[spec.interpolation])
    return np.array(_upright(pixels, picture), dtype=np.uint8)


def _padded(pixels: Pixels, spec: InputSpec) -> PixelArray:
    ratio = max(pixels.width, pixels.height) / spec.size
    size = max(1, round(pixels.width / ratio)), max(1, round(pixels.height / ratio))
    box = (0.0, 0.0, float(pixels.width), float(pixels.height))
    picture = _upright(pixels, _resized(pixels, size, box, _RESAMPLING[spec.interpolation]))
    canvas = Image.new("RGB", (spec.size, spec.size), (spec.fill_color,) * 3)
    canvas.paste(picture, ((spec.size - picture.width) // 2, (spec.size - picture.height) // 2))
    return np.array(canvas, dtype=np.uint8)


def _center_box(full: tuple[int, int], size: int) -> Box:
    """The part of the upright photo that is left after Resize(size) and CenterCrop(size)."""
    width, height = full
    # int() after the product, as torchvision computes it: another order gives other pixels.
    resized = (size, int(size * height / width)) if width <= height else (int(size * width / height), size)
    left, top = (round((side - size) / 2.0) for side in resized)
    per_x, per_y = width / resized[0], height / resized[1]
    return left * per_x, top * per_y, (left + size) * per_x, (top + size) * per_y


def stored_box(box: Box, orientation: int, stored: tuple[int, int]) -> Box:
    """The box of the stored picture that shows as `box` once turned upright."""
    left, top, right, bottom = box
    if orientation >= 5:  # rows and columns change places
        left, top, right, bottom = top, left, bottom, right
    width, height = stored
    if orientation in (2, 3, 7, 8):
        left, right = width - right, width - left
    if orientation in (3, 4, 6, 7):
        top, bottom = height - bottom, height - top
    return left, top, right, bottom


def _scaled(pixels: Pixels, longest: int, gap: float | None = None) -> Image.Image:
    """The whole picture as it is stored, its long side at most `longest`, never enlarged."""
    ratio = min(1.0, longest / max(pixels.width, pixels.height))
    size = max(1, round(pixels.width * ratio)), max(1, round(pixels.height * ratio))
    box = (0.0, 0.0, float(pixels.width), float(pixels.height))
    return _resized(pixels, size, box, Image.Resampling.LANCZOS, gap)


def _resized(
    pixels: Pixels,
    size: tuple[int, int],
    box: Box,
    filter_: Image.Resampling,
    gap: float | None = None,
) -> Image.Image:
    left, top, right, bottom = (side / pixels.scale for side in box)
    width, height = pixels.image.size
    inside = max(0.0, left), max(0.0, top), min(float(width), right), min(float(height), bottom)
    if size == (width, height) and inside == (0.0, 0.0, width, height):
        return pixels.image  # Pillow would copy it, and at full size that is a lot
    return pixels.image.resize(size, filter_, box=inside, reducing_gap=gap)


def _upright(pixels: Pixels, picture: Image.Image) -> Image.Image:
    turn = _TURNS.get(pixels.orientation)
    return picture if turn is None else picture.transpose(turn)


# --- modes --------------------------------------------------------------------------------------


def _ceiling(image: Image.Image) -> float:
    """The value that counts as white in a picture of more than 8 bits; 0 where that is no question."""
    if image.mode.startswith("I;16"):
        return 65535.0
    if image.mode not in ("I", "F"):
        return 0.0
    extrema = image.getextrema()
    brightest = extrema[1] if isinstance(extrema[1], int | float) and math.isfinite(extrema[1]) else 1.0
    usual: tuple[float, ...] = (1.0, 255.0, 65535.0) if image.mode == "F" else (255.0, 65535.0)
    return next((white for white in usual if brightest <= white), brightest)


def _plain(image: Image.Image, ceiling: float) -> Image.Image:
    if ceiling:
        values = np.nan_to_num(np.asarray(image, dtype=np.float32)) * (255.0 / ceiling)
        return Image.fromarray(values.clip(0, 255).round().astype(np.uint8))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, _WHITE), image).convert("RGB")
    if image.mode == "LAB":
        return _from_lab(image)
    if image.mode in _PLAIN:
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def _from_lab(image: Image.Image) -> Image.Image:
    lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    converted = ImageCms.profileToProfile(image, lab, srgb, outputMode="RGB")
    assert converted is not None  # only an in-place conversion returns nothing
    return converted


_SPACE_OF: dict[str, Literal["GRAY", "RGB", "CMYK"]] = {"L": "GRAY", "RGB": "RGB", "CMYK": "CMYK"}


def _is_srgb(profile: ImageCms.ImageCmsProfile) -> bool:
    return (profile.profile.profile_description or "").startswith("sRGB")
