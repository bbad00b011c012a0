"""One photo file -> everything the library wants to know of it, or a PhotoError that says why not.

Plain data in, plain data out, no state but a gate for very large photos: this may run in any thread, or
in another process.
"""

from __future__ import annotations

import io
import logging
import os
import stat
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from typing import IO

# Naming the decoders is what registers them, and leaves out Pillow's thirty others.
from PIL import (  # noqa: F401
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from photolens.domain import DecodedPhoto, InputSpec, Metadata, PixelArray
from photolens.errors import FailureKind, PhotoError
from photolens.imaging import boxes, formats
from photolens.imaging.metadata import read_metadata
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

LARGE_PIXELS = 50_000_000  # 200 MB as Pillow holds them

# Pillow refuses twice this by itself, also in places that it reaches before we do. Its warning between
# the two becomes an error here, so that it never reaches anyone's terminal.
Image.MAX_IMAGE_PIXELS = formats.MAX_PIXELS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)
warnings.filterwarnings("ignore", category=UserWarning, module=r"(PIL|pillow_heif|pillow_jxl)\b")

_large_one_at_a_time = threading.BoundedSemaphore(1)
_NAMES = {"MPO": "jpeg", "DIB": "bmp"}
_DRAFTS = (8, 4, 2, 1)
_EARLY_END = ("truncated", "end of file", "unexpected end", "eof", "not enough", "premature", "incomplete")
_MEMORY = ("memory", "bad alloc", "security limit")

log = logging.getLogger(__name__)


def decode_photo(
    path: str | bytes, *, thumbnail_px: int = 320, input_spec: InputSpec | None = None
) -> DecodedPhoto:
    """Read one photo file; the file is only read.

    `thumbnail_px`: longest side of the thumbnail, which is never enlarged. `input_spec`: what the model
    wants; without it `model_input` is None. Raises PhotoError and nothing else.
    """
    with _open_photo(path) as fp:
        return _decode(fp, thumbnail_px, input_spec)


def decode_bytes(
    data: bytes, *, thumbnail_px: int = 320, input_spec: InputSpec | None = None
) -> DecodedPhoto:
    """Read a photo held in memory, one pasted or dropped, as `decode_photo` reads a file."""
    with _boundary(FailureKind.INTERNAL, "This picture could not be processed.", "<bytes>"):
        _check_bytes(len(data))
        return _decode(io.BytesIO(data), thumbnail_px, input_spec)


def make_thumbnail(path: str | bytes, px: int = 320) -> bytes:
    """Upright sRGB JPEG of a photo file, long side at most `px`. Raises PhotoError and nothing else."""
    return decode_photo(path, thumbnail_px=px).thumbnail


def decode_picture(path: str | bytes, max_px: int | None = None) -> PixelArray:
    """The photo itself: upright, sRGB, uint8 [H, W, 3], C-contiguous, read-only.

    Its long side is at most `max_px`; it is never enlarged. None gives the full size, but a photo of more
    than 110 megapixels comes at a half, a third and so on. Raises PhotoError and nothing else.
    """
    with _open_photo(path) as fp:
        pixels, _, _ = _load(fp, lambda size: picture_reduction(size, max_px))
        return shown(pixels, max_px)


def decode_picture_bytes(data: bytes, max_px: int | None = None) -> PixelArray:
    """The same of a photo held in memory."""
    with _boundary(FailureKind.INTERNAL, "This picture could not be processed.", "<bytes>"):
        _check_bytes(len(data))
        pixels, _, _ = _load(io.BytesIO(data), lambda size: picture_reduction(size, max_px))
        return shown(pixels, max_px)


def input_of(picture: PixelArray, spec: InputSpec) -> PixelArray:
    """What the model wants, uint8 [size, size, 3], of an upright picture in memory, uint8 [H, W, 3]."""
    height, width, _ = picture.shape
    return model_input(Pixels(Image.fromarray(picture), width, height, 1, 1), spec)


# --- the way of one photo -----------------------------------------------------------------------


def _decode(fp: IO[bytes], thumbnail_px: int, spec: InputSpec | None) -> DecodedPhoto:
    pixels, metadata, name = _load(fp, lambda size: reduction(size, thumbnail_px, spec))
    picture = thumbnail(pixels, thumbnail_px)
    width, height = pixels.upright_size
    return DecodedPhoto(
        width=width,
        height=height,
        format=name,
        metadata=metadata,
        mean_color=mean_color(picture),
        thumbnail=encode_thumbnail(picture),
        model_input=model_input(pixels, spec) if spec is not None else None,
    )


def _load(fp: IO[bytes], reduction_of: Callable[[tuple[int, int]], int]) -> tuple[Pixels, Metadata, str]:
    """Decode at the smallest scale that will do: 1/`reduction_of` the stored size, or more.

    At most one large photo is held at full size at a time.
    """
    kind = _identify(fp)
    with _boundary(FailureKind.DAMAGED, "The picture is damaged.", kind), ExitStack() as held:
        if kind == "JXL":  # this plugin decodes while it opens
            size = boxes.jxl_size(fp) or (1, 1)
            _check_pixels(size)
            held.enter_context(_gate(size))
        image = held.enter_context(_opened(fp, kind))
        full = image.size
        _check_pixels(full)
        wanted = reduction_of(full)
        scale = _draft(image, wanted)
        if kind != "JXL":
            # A progressive JPEG is held whole while it is decoded, at whatever scale.
            held.enter_context(_gate(full if "progressive" in image.info else image.size))
        metadata = _load_with_metadata(image, boxes.jxl_xmp(fp) if kind == "JXL" else None)
        if scale == 1:
            full = image.size  # TIFF is turned, and HEIF may turn out smaller, only now
        factor = max(1, wanted // scale)
        pixels = Pixels(_reduced(image, factor), *full, scale * factor, _orientation(image))
        return pixels, metadata, _NAMES.get(image.format or kind, kind.lower())


def _load_with_metadata(image: ImageFile.ImageFile, xmp: bytes | None) -> Metadata:
    if image.format == "PNG":  # may carry it behind the pixels; TIFF can only be asked before
        image.load()
    metadata = read_metadata(image, xmp)
    image.load()
    return metadata


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
        log.debug("unreadable EXIF: %r", error)
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


# --- opening ------------------------------------------------------------------------------------


@contextmanager
def _open_photo(path: str | bytes) -> Iterator[IO[bytes]]:
    """The file, if it is none that we refuse by its name; all that fails in the block is a PhotoError."""
    with _boundary(FailureKind.INTERNAL, "This photo could not be processed.", path), _open_file(path) as fp:
        if formats.is_raw_name(path):
            suffix = formats.suffix_of(path).upper()
            raise PhotoError(FailureKind.UNSUPPORTED, f"RAW files ({suffix}) are not read yet.")
        yield fp


@contextmanager
def _open_file(path: str | bytes) -> Iterator[IO[bytes]]:
    # A pipe named like a photo would block the thread for ever.
    flags = (
        os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    )
    with open(path, "rb", opener=lambda name, _: os.open(name, flags)) as fp:
        status = os.fstat(fp.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise PhotoError(FailureKind.UNREADABLE, "This is not an ordinary file.")
        _check_bytes(status.st_size)
        yield fp


@contextmanager
def _opened(fp: IO[bytes], kind: str) -> Iterator[ImageFile.ImageFile]:
    """Image.open for a format already known, without Pillow's own look at the number of pixels.

    Ours says the size, and comes as early.
    """
    formats.register_plugin(kind)
    if kind not in Image.OPEN:
        raise PhotoError(FailureKind.UNSUPPORTED, f"This installation cannot read {kind} pictures.")
    if kind in ("HEIF", "AVIF", "JXL") and boxes.ends_early(fp):
        raise _ends_early()
    fp.seek(0)
    image = Image.OPEN[kind][0](fp, "")
    try:
        yield image
    finally:
        image.close()


def _identify(fp: IO[bytes]) -> str:
    head = fp.read(formats.HEADER_BYTES)
    kind = formats.sniff(head)
    if kind is not None:
        return kind
    if unread := formats.known_but_unread(head):
        raise PhotoError(FailureKind.UNSUPPORTED, f"{unread} are not read yet.")
    raise PhotoError(FailureKind.NOT_AN_IMAGE, "This is not a picture.")


def _check_bytes(size: int) -> None:
    if size == 0:
        raise PhotoError(FailureKind.NOT_AN_IMAGE, "The file is empty.")
    if size > formats.MAX_FILE_BYTES:
        limit = formats.MAX_FILE_BYTES >> 20
        raise PhotoError(
            FailureKind.TOO_LARGE,
            f"The file has {size >> 20:,} MB, more than the {limit:,} MB that are read.",
        )


def _check_pixels(size: tuple[int, int]) -> None:
    width, height = size
    if width * height > formats.MAX_PIXELS:
        limit = formats.MAX_PIXELS // 1_000_000
        raise PhotoError(
            FailureKind.TOO_LARGE,
            f"{width:,} x {height:,} pixels is more than the {limit} million that are read.",
        )


def _gate(size: tuple[int, int]) -> AbstractContextManager[object]:
    return _large_one_at_a_time if size[0] * size[1] > LARGE_PIXELS else nullcontext()


# --- failures -----------------------------------------------------------------------------------


@contextmanager
def _boundary(kind: FailureKind, reason: str, what: object) -> Iterator[None]:
    """Turn whatever a decoder throws into a PhotoError; `kind` and `reason` are for what is unknown."""
    try:
        yield
    except PhotoError:
        raise
    except Exception as error:
        log.debug("cannot read %r", what, exc_info=True)
        raise _explain(error, kind, reason) from error


def _explain(error: Exception, kind: FailureKind, reason: str) -> PhotoError:
    if isinstance(error, MemoryError):
        return PhotoError(FailureKind.TOO_LARGE, "There is not enough memory to read this picture.")
    if isinstance(error, Image.DecompressionBombError | Image.DecompressionBombWarning):
        return PhotoError(FailureKind.TOO_LARGE, "The picture has more pixels than are read.")
    if isinstance(error, OSError) and error.errno is not None:
        return PhotoError(FailureKind.UNREADABLE, _system_reason(error))
    if isinstance(error, ValueError) and kind is FailureKind.INTERNAL and "null byte" in str(error):
        return PhotoError(FailureKind.UNREADABLE, "The file name is not valid.")
    if kind is FailureKind.DAMAGED:
        text = str(error).lower()
        if isinstance(error, EOFError) or any(word in text for word in _EARLY_END):
            return _ends_early()
        if any(word in text for word in _MEMORY):
            return PhotoError(FailureKind.TOO_LARGE, "The picture needs more memory than is allowed.")
    return PhotoError(kind, reason)


def _ends_early() -> PhotoError:
    return PhotoError(FailureKind.DAMAGED, "The file ends too early; part of the picture is missing.")


def _system_reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return "The file is not there."
    if isinstance(error, PermissionError):
        return "No permission to read the file."
    if isinstance(error, IsADirectoryError):
        return "This is a folder, not a file."
    return f"The system could not read the file: {error.strerror or error}."
