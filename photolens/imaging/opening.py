"""A photo file is opened: as a file, and as a picture of which no pixels have been read yet."""

from __future__ import annotations

import io
import os
import stat
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
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

from photolens.errors import FailureKind, PhotoError
from photolens.imaging import boxes, formats
from photolens.imaging.failures import boundary, ends_early
from photolens.messages import message

_READ_AT_ONCE = 64 << 20  # bytes; larger files are read by the decoder itself, piece by piece
_RAW_READ_AT_ONCE = 256 << 20  # LibRaw wants to have them whole

# Pillow refuses twice this by itself, also in places that it reaches before we do. Its warning between
# the two becomes an error here, so that it never reaches anyone's terminal.
Image.MAX_IMAGE_PIXELS = formats.MAX_PIXELS
AvifImagePlugin.DEFAULT_MAX_THREADS = formats.DECODER_THREADS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)
warnings.filterwarnings("ignore", category=UserWarning, module=r"(PIL|pillow_heif|pillow_jxl)\b")


@contextmanager
def open_photo(path: str | bytes) -> Iterator[IO[bytes]]:
    """The file; all that fails in the block is a PhotoError."""
    with (
        boundary(FailureKind.INTERNAL, message("This photo could not be processed."), path),
        _open_file(path) as fp,
    ):
        size = os.fstat(fp.fileno()).st_size
        most = _RAW_READ_AT_ONCE if formats.is_raw_name(path) else _READ_AT_ONCE
        # Slow drives are waited for here, where no decoder can be blamed.
        yield io.BytesIO(fp.read(size)) if size <= most else fp


@contextmanager
def _open_file(path: str | bytes) -> Iterator[IO[bytes]]:
    # A pipe named like a photo would block the thread for ever.
    flags = (
        os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    )
    with open(path, "rb", opener=lambda name, _: os.open(name, flags)) as fp:
        status = os.fstat(fp.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise PhotoError(FailureKind.UNREADABLE, message("This is not an ordinary file."))
        check_bytes(status.st_size)
        yield fp


@contextmanager
def opened_image(fp: IO[bytes], kind: str) -> Iterator[ImageFile.ImageFile]:
    """Image.open for a format already known, without Pillow's own look at the number of pixels.

    Ours says the size, and comes as early.
    """
    formats.register_plugin(kind)
    if kind not in Image.OPEN:
        raise PhotoError(
            FailureKind.UNSUPPORTED, message("This installation cannot read {kind} pictures.", kind=kind)
        )
    if kind in ("HEIF", "AVIF", "JXL") and boxes.ends_early(fp):
        raise ends_early()
    fp.seek(0)
    image = Image.OPEN[kind][0](fp, "")
    try:
        yield image
    finally:
        image.close()


def identify(head: bytes, raw_name: bool = False) -> str:
    kind = formats.sniff(head, raw_name)
    if kind is not None:
        return kind
    if unread := formats.known_but_unread(head):
        raise PhotoError(FailureKind.UNSUPPORTED, message("{unread} are not read yet.", unread=unread))
    raise PhotoError(FailureKind.NOT_AN_IMAGE, message("This is not a picture."))


def check_bytes(size: int) -> None:
    if size == 0:
        raise PhotoError(FailureKind.NOT_AN_IMAGE, message("The file is empty."))
    if size > formats.MAX_FILE_BYTES:
        limit = formats.MAX_FILE_BYTES >> 20
        raise PhotoError(
            FailureKind.TOO_LARGE,
            message(
                "The file has {size} MB, more than the {limit} MB that are read.",
                size=size >> 20,
                limit=limit,
            ),
        )
