"""The boxes of ISO media files (HEIF, AVIF, JPEG XL, CR3): enough to see what is missing or too large.

libheif returns a picture with black tiles for a file that ends early, and the JPEG XL plugin decodes
while it opens. Both therefore have to be checked before their decoder sees the file.
Sources: ISO/IEC 14496-12 section 4.2 (boxes), ISO/IEC 18181-1 annex B (SizeHeader), 18181-2 (container).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import IO

_JXL_STREAM = b"\xff\x0a"
_MAX_BOXES = 10_000
_CANON = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
_MOST_EXIF = 1 << 20
_SIZE_BITS = (9, 13, 18, 30)
_RATIOS = ((1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))


def top_boxes(fp: IO[bytes]) -> Iterator[tuple[bytes, int, int]]:
    """Yield (type, start of content, end) of each top-level box; the end may lie beyond the file's."""
    return boxes_in(fp, 0, fp.seek(0, os.SEEK_END))


def boxes_in(fp: IO[bytes], at: int, total: int) -> Iterator[tuple[bytes, int, int]]:
    """The same of each box from `at` to `total`."""
    for _ in range(_MAX_BOXES):
        if at >= total:
            return
        fp.seek(at)
        header = fp.read(16)
        size, start = int.from_bytes(header[:4], "big"), at + 8
        if size == 1:
            size, start = int.from_bytes(header[8:16], "big"), at + 16
        end = total if size == 0 else at + size
        if end < start:  # a size that cannot be: nothing after it can be trusted
            return
        yield header[4:8], start, end
        at = end


def ends_early(fp: IO[bytes]) -> bool:
    """Whether a box claims bytes that the file does not have. A bare JPEG XL stream has no boxes."""
    fp.seek(0)
    if fp.read(2) == _JXL_STREAM:
        return False
    total = fp.seek(0, os.SEEK_END)
    return any(end > total for _, _, end in top_boxes(fp))


def jxl_size(fp: IO[bytes]) -> tuple[int, int] | None:
    """Width and height in pixels of a JPEG XL file before rotation, None if there is no header."""
    fp.seek(0)
    if fp.read(2) == _JXL_STREAM:
        fp.seek(0)
        return _codestream_size(fp.read(16))
    for kind, start, _ in top_boxes(fp):
        if kind in (b"jxlc", b"jxlp"):
            fp.seek(start + (4 if kind == b"jxlp" else 0))  # a part begins with its number
            return _codestream_size(fp.read(16))
    return None


def jxl_xmp(fp: IO[bytes]) -> bytes | None:
    """The XMP packet of a JPEG XL container; the plugin does not hand it out."""
    fp.seek(0)
    if fp.read(2) == _JXL_STREAM:
        return None
    for kind, start, end in top_boxes(fp):
        if kind == b"xml ":
            fp.seek(start)
            return fp.read(min(end - start, 1 << 22))
    return None


def cr3_exif(fp: IO[bytes]) -> tuple[bytes, bytes, bytes]:
    """Canon's CR3: the main, the Exif and the GPS directory, each as a TIFF of its own; b"" if not there."""
    for _, start, end in _of_type(fp, b"moov", 0, fp.seek(0, os.SEEK_END)):
        for _, inside, close in _of_type(fp, b"uuid", start, end):
            fp.seek(inside)
            if fp.read(16) == _CANON:
                found = {kind: (at, to) for kind, at, to in boxes_in(fp, inside + 16, close)}
                main, camera, gps = (_content(fp, found.get(kind)) for kind in (b"CMT1", b"CMT2", b"CMT4"))
                return main, camera, gps
    return b"", b"", b""


def _of_type(fp: IO[bytes], kind: bytes, at: int, total: int) -> Iterator[tuple[bytes, int, int]]:
    return (box for box in boxes_in(fp, at, total) if box[0] == kind)


def _content(fp: IO[bytes], span: tuple[int, int] | None) -> bytes:
    if span is None:
        return b""
    fp.seek(span[0])
    return fp.read(min(span[1] - span[0], _MOST_EXIF))


def _codestream_size(data: bytes) -> tuple[int, int] | None:
    if len(data) < 16 or data[:2] != _JXL_STREAM:
        return None
    bits = _Bits(data[2:])
    small = bits.take(1)
    height = bits.side(small)
    ratio = bits.take(3)
    if ratio == 0:
        return bits.side(small), height
    numerator, denominator = _RATIOS[ratio - 1]
    return height * numerator // denominator, height


class _Bits:
    """Reads a codestream's numbers, least significant bit first."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "little")

    def take(self, count: int) -> int:
        taken = self._value & ((1 << count) - 1)
        self._value >>= count
        return taken

    def side(self, small: int) -> int:
        if small:
            return (self.take(5) + 1) * 8
        return self.take(_SIZE_BITS[self.take(2)]) + 1
