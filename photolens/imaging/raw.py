"""RAW photos, read by LibRaw: the preview that the camera stored, or the picture made from the sensor's."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from PIL import Image

from photolens.errors import FailureKind, PhotoError
from photolens.imaging.failures import ends_early
from photolens.messages import message

if TYPE_CHECKING:
    import rawpy

# For each pixel, while a picture is made: the sensor's two bytes, four colours of two and the result's three.
# At half size the last two have a quarter of the pixels. The rest is what decoders keep beside.
DEVELOP_BYTES, HALF_DEVELOP_BYTES = 14, 6
# EXIF's, of LibRaw's, which adds 1 for mirrored, 2 for upside down and 4 for rows that are columns.
_ORIENTATIONS = (1, 2, 4, 3, 5, 8, 6, 7)
_SRGB_GAMMA = (2.4, 12.92)
_TAIL = 256  # bytes at the end of a preview

log = logging.getLogger(__name__)


class RawPhoto:
    """An opened RAW file, of which nothing but the description has been read.

    `size`: width and height of the sensor's picture, as it is stored. `orientation`: EXIF's 1 to 8.
    """

    def __init__(self, photo: rawpy.RawPy, data: bytes) -> None:
        self._photo = photo
        self.data = data  # LibRaw reads on in it
        sizes = photo.sizes
        self.size = (sizes.width, sizes.height)
        self.orientation = _ORIENTATIONS[sizes.flip & 7]

    @property
    def upright_size(self) -> tuple[int, int]:
        width, height = self.size
        return (height, width) if self.orientation >= 5 else (width, height)

    def orientation_of_preview(self, size: tuple[int, int]) -> int:
        """EXIF orientation that a preview of this size is still to be given.

        Most cameras store it as the sensor saw it, some upright. What its EXIF says is not asked: LibRaw
        writes the photo's there, and editors forget to change it.
        """
        turned_already = (size[0] - size[1]) * (self.size[0] - self.size[1]) < 0
        return 1 if turned_already and self.orientation >= 5 else self.orientation

    def preview(self) -> bytes | None:
        """The largest embedded preview if it is a JPEG and there in full, else None.

        LibRaw gives a JPEG without EXIF one of its own making.
        """
        try:
            found = self._photo.extract_thumb()
        except Exception as error:  # LibRaw has many words for none
            log.debug("no preview: %s", type(error).__name__)
            return None
        # Where the file ends before the preview does, LibRaw leaves in its place what was in memory before,
        # perhaps of another photo. Of a bitmap, always small, that could not be seen.
        if isinstance(found.data, bytes) and found.data[-_TAIL:] in self.data:
            return found.data
        return None

    def develop(self, half: bool) -> Image.Image:
        """The sensor's picture in sRGB, as it is stored, at full or at half size. The last that can be asked.

        Raises PhotoError if the file ends too early, rawpy.LibRawError.
        """
        import rawpy

        options = rawpy.Params(half_size=half, use_camera_wb=True, gamma=_SRGB_GAMMA, user_flip=0)
        try:
            pixels = self._photo.postprocess(options)
        except rawpy.LibRawIOError as error:  # the file is in memory
            raise ends_early() from error
        self._photo.close()
        return Image.fromarray(pixels).convert("RGB")  # some sensors see no colours


def libraw_version() -> str:
    """LibRaw's version; "missing" where it does not load."""
    try:
        import rawpy
    except Exception:
        return "missing"
    return ".".join(map(str, rawpy.libraw_version))


@contextmanager
def opened(fp: IO[bytes]) -> Iterator[RawPhoto]:
    """Read a file whole and have LibRaw look at it. Raises PhotoError if LibRaw knows no such file."""
    try:
        import rawpy
    except Exception as error:  # a binary wheel can fail in more ways than ImportError
        log.warning("RAW cannot be read: rawpy does not load", exc_info=True)
        raise PhotoError(
            FailureKind.UNSUPPORTED, message("This installation cannot read RAW files.")
        ) from error

    fp.seek(0)
    data = fp.read()
    try:
        photo = rawpy.imread(io.BytesIO(data))
    except (rawpy.LibRawFileUnsupportedError, rawpy.LibRawIOError, rawpy.LibRawDataError) as error:
        raise _unknown() from error
    try:
        found = RawPhoto(photo, data)
        if not all(found.size):
            raise _unknown()
        yield found
    finally:
        photo.close()


def _unknown() -> PhotoError:
    return PhotoError(
        FailureKind.UNSUPPORTED,
        message("This RAW file is damaged, or its camera or format is not known yet."),
    )
