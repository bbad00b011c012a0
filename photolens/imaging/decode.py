"""One photo file -> everything the library wants to know of it, or a PhotoError that says why not.

Plain data in, plain data out, no state but a gate for very large photos: this may run in any thread. What
comes from users' folders is decoded in processes of their own, see `workers.py`.
"""

from __future__ import annotations

import io
import logging
import os
import stat
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
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
# What one picture may take while it is decoded, where that is known beforehand; see `limits.py`.
MOST_HELD_BYTES = 830 << 20
_PILLOW_BYTES = 4  # for each pixel
_JXL_BYTES, _JXL_KEPT_BYTES = 8, 4  # by its plugin, while it decodes and after
_READ_AT_ONCE = 64 << 20  # bytes; larger files are read by the decoder itself, piece by piece

# Pillow refuses twice this by itself, also in places that it reaches before we do. Its warning between
# the two becomes an error here, so that it never reaches anyone's terminal.
Image.MAX_IMAGE_PIXELS = formats.MAX_PIXELS
AvifImagePlugin.DEFAULT_MAX_THREADS = formats.DECODER_THREADS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)
warnings.filterwarnings("ignore", category=UserWarning, module=r"(PIL|pillow_heif|pillow_jxl)\b")

_large_one_at_a_time = threading.BoundedSemaphore(1)
_NAMES = {"MPO": "jpeg", "DIB": "bmp"}
_DRAFTS = (8, 4, 2, 1)
_JPEG_SCAN = b"\xff\xda"
_USUAL_SCANS, _MOST_SCANNED = 24, 4_000_000_000  # pixels over all scans: some ten seconds
_MOST_SHRUNK = 8  # to save memory; beyond, it saves none
_EARLY_END = ("truncated", "end of file", "unexpected end", "eof", "not enough", "premature", "incomplete")
_MEMORY = ("memory", "bad alloc", "security limit")

log = logging.getLogger(__name__)


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
    with _open_photo(path) as fp:
        return _decode(fp, thumbnail_px, input_spec, steps)


def decode_bytes(
    data: bytes,
    *,
    thumbnail_px: int = 320,
    input_spec: InputSpec | None = None,
    steps: Steps = IN_PROCESS,
) -> DecodedPhoto:
    """Read a photo held in memory, one pasted or dropped, as `decode_photo` reads a file."""
    with _boundary(FailureKind.INTERNAL, "This picture could not be processed.", "<bytes>"):
        _check_bytes(len(data))
        return _decode(io.BytesIO(data), thumbnail_px, input_spec, steps)


def make_thumbnail(path: str | bytes, px: int = 320) -> bytes:
    """Upright sRGB JPEG of a photo file, long side at most `px`. Raises PhotoError and nothing else."""
    return decode_photo(path, thumbnail_px=px).thumbnail


def decode_picture(path: str | bytes, max_px: int | None = None, *, steps: Steps = IN_PROCESS) -> PixelArray:
    """The photo itself: upright, sRGB, uint8 [H, W, 3], C-contiguous, read-only.

    Its long side is at most `max_px`; it is never enlarged. None gives the full size, but a photo of more
    than 110 megapixels comes at a half, a third and so on. Raises PhotoError and nothing else.
    """
    with _open_photo(path) as fp:
        return _picture(fp, max_px, steps)


def decode_picture_bytes(data: bytes, max_px: int | None = None, *, steps: Steps = IN_PROCESS) -> PixelArray:
    """The same of a photo held in memory."""
    with _boundary(FailureKind.INTERNAL, "This picture could not be processed.", "<bytes>"):
        _check_bytes(len(data))
        return _picture(io.BytesIO(data), max_px, steps)


def input_of(picture: PixelArray, spec: InputSpec) -> PixelArray:
    """What the model wants, uint8 [size, size, 3], of an upright picture in memory, uint8 [H, W, 3]."""
    height, width, _ = picture.shape
    return model_input(Pixels(Image.fromarray(picture), width, height, 1, 1), spec)


# --- the way of one photo -----------------------------------------------------------------------


def _picture(fp: IO[bytes], max_px: int | None, steps: Steps) -> PixelArray:
    pixels, _, _ = _load(fp, lambda size: picture_reduction(size, max_px), steps)
    return shown(pixels, max_px)


def _decode(fp: IO[bytes], thumbnail_px: int, spec: InputSpec | None, steps: Steps) -> DecodedPhoto:
    pixels, metadata, name = _load(fp, lambda size: reduction(size, thumbnail_px, spec), steps)
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


def _load(
    fp: IO[bytes], reduction_of: Callable[[tuple[int, int]], int], steps: Steps
) -> tuple[Pixels, Metadata, str]:
    """Decode at the smallest scale that will do: 1/`reduction_of` the stored size, or more.

    At most one large photo is held at full size at a time.
    """
    steps.begun()
    kind = _identify(fp)
    with _boundary(FailureKind.DAMAGED, "The picture is damaged.", kind), ExitStack() as held:
        if kind == "JXL":  # this plugin decodes while it opens
            size = boxes.jxl_size(fp) or (1, 1)
            _check_pixels(size)
            _check_memory(size[0] * size[1] * _JXL_BYTES)
            _pass_gate(size, held, steps)
        image = held.enter_context(_opened(fp, kind))
        full = image.size
        _check_pixels(full)
        wanted = max(reduction_of(full), _least_draft(image, full))
        scale = _draft(image, wanted)
        if kind != "JXL":
            # A progressive JPEG is held whole while it is decoded, at whatever scale.
            _pass_gate(full if "progressive" in image.info else image.size, held, steps)
        metadata = _load_with_metadata(image, boxes.jxl_xmp(fp) if kind == "JXL" else None)
        if scale == 1:
            full = image.size  # TIFF is turned, and HEIF may turn out smaller, only now
        kept = _JXL_KEPT_BYTES if kind == "JXL" else 0
        factor = _factor(image.size, max(1, wanted // scale), kept)
        pixels = Pixels(_reduced(image, factor), *full, scale * factor, _orientation(image))
        return pixels, metadata, _NAMES.get(image.format or kind, kind.lower())


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
            raise PhotoError(FailureKind.TOO_LARGE, "Reading this picture would take too long.")
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


# --- opening ------------------------------------------------------------------------------------


@contextmanager
def _open_photo(path: str | bytes) -> Iterator[IO[bytes]]:
    """The file, if it is none that we refuse by its name; all that fails in the block is a PhotoError."""
    with _boundary(FailureKind.INTERNAL, "This photo could not be processed.", path), _open_file(path) as fp:
        if formats.is_raw_name(path):
            suffix = formats.suffix_of(path).upper()
            raise PhotoError(FailureKind.UNSUPPORTED, f"RAW files ({suffix}) are not read yet.")
        size = os.fstat(fp.fileno()).st_size
        # Slow drives are waited for here, where no decoder can be blamed.
        yield io.BytesIO(fp.read(size)) if size <= _READ_AT_ONCE else fp


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


def _check_memory(size: int) -> None:
    if size > MOST_HELD_BYTES:
        raise PhotoError(FailureKind.TOO_LARGE, "The picture needs more memory than is allowed.")


def _pass_gate(size: tuple[int, int], held: ExitStack, steps: Steps) -> None:
    if size[0] * size[1] > LARGE_PIXELS:
        held.enter_context(steps.large())


# --- failures -----------------------------------------------------------------------------------


@contextmanager
def _boundary(kind: FailureKind, reason: str, what: object) -> Iterator[None]:
    """Turn whatever a decoder throws into a PhotoError; `kind` and `reason` are for what is unknown."""
    try:
        yield
    except PhotoError:
        raise
    except Exception as error:
        log.debug("cannot read %r: %s at %s", what, type(error).__name__, _place(error))
        raise _explain(error, kind, reason) from error


def _place(error: Exception) -> str:
    """Where it was raised. A traceback would show what it says, which may quote the photo."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.filename}, line {frame.lineno}"


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
