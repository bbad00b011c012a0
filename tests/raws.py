"""RAW photos for tests, made on the spot: DNG files as cameras and converters write them."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

_BYTE, _ASCII, _SHORT, _LONG, _RATIONAL, _SIGNED_RATIONAL = 1, 2, 3, 4, 5, 10
_FORMS = {_BYTE: "B", _SHORT: "H", _LONG: "I", _RATIONAL: "I", _SIGNED_RATIONAL: "i"}
_SUB_IFD, _EXIF_IFD, _GPS_IFD = 330, 34665, 34853
# From XYZ to linear sRGB: the colours of a camera that sees as screens show.
_SRGB_MATRIX = (32405, -15371, -4985, -9693, 18760, 416, 556, -2040, 10572)

Value = str | int | Sequence[int]
Tags = dict[int, tuple[int, Value]]


@dataclass(frozen=True, slots=True)
class Place:
    """Degrees, minutes and seconds north and east."""

    north: tuple[int, int, int]
    east: tuple[int, int, int]


def jpeg(picture: Image.Image, quality: int = 92) -> bytes:
    """A preview as cameras embed it, without metadata."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def dng(
    picture: Image.Image,
    preview: bytes | None = None,
    *,
    preview_size: tuple[int, int] = (0, 0),
    orientation: int = 1,
    claimed: tuple[int, int] | None = None,
    taken_at: str | None = None,
    lens: str | None = None,
    place: Place | None = None,
) -> bytes:
    """A DNG of 16 bits that shows `picture`, which is stored as it is, with even sides.

    `preview`: a JPEG of `preview_size` for the first directory; the sensor's picture is then in a second one.
    `claimed`: width and height that the sensor's picture is said to have.
    """
    sensor = _sensor(picture, claimed or picture.size)
    camera: Tags = {
        271: (_ASCII, "PhotoLens"),
        272: (_ASCII, "PhotoLens Test One"),
        274: (_SHORT, orientation),
        50706: (_BYTE, (1, 4, 0, 0)),
        50708: (_ASCII, "PhotoLens Test One"),
        50721: (_SIGNED_RATIONAL, [part for number in _SRGB_MATRIX for part in (number, 10_000)]),
        50728: (_RATIONAL, (1, 1) * 3),
        50778: (_SHORT, 21),
    }
    if preview is None:
        first, second = camera | sensor, None
    else:
        first, second = camera | _shown(preview_size), sensor
    exif: Tags = {}
    if taken_at:
        exif[36867] = (_ASCII, taken_at)
    if lens:
        exif[42036] = (_ASCII, lens)
    gps: Tags = {}
    if place:
        gps = {
            1: (_ASCII, "N"),
            2: (_RATIONAL, [part for number in place.north for part in (number, 1)]),
            3: (_ASCII, "E"),
            4: (_RATIONAL, [part for number in place.east for part in (number, 1)]),
        }
    return _tiff(first, second, exif, gps, preview, _cfa(picture))


def _sensor(picture: Image.Image, size: tuple[int, int]) -> Tags:
    width, height = picture.size
    return {
        254: (_LONG, 0),
        256: (_LONG, size[0]),
        257: (_LONG, size[1]),
        258: (_SHORT, 16),
        259: (_SHORT, 1),
        262: (_SHORT, 32803),
        277: (_SHORT, 1),
        278: (_LONG, size[1]),
        279: (_LONG, width * height * 2),
        33421: (_SHORT, (2, 2)),
        33422: (_BYTE, (0, 1, 1, 2)),
        50714: (_SHORT, 0),
        50717: (_LONG, 65535),
    }


def _shown(size: tuple[int, int]) -> Tags:
    return {
        254: (_LONG, 1),
        256: (_LONG, size[0]),
        257: (_LONG, size[1]),
        258: (_SHORT, (8, 8, 8)),
        259: (_SHORT, 7),
        262: (_SHORT, 6),
        277: (_SHORT, 3),
        278: (_LONG, size[1]),
    }


def _cfa(picture: Image.Image) -> bytes:
    """What a sensor behind red, green, green and blue filters sees of it."""
    light = (np.arange(256) / 255.0) ** 2.2 * 65535
    seen = light.astype("<u2")[np.asarray(picture)]
    pattern = np.empty(seen.shape[:2], dtype="<u2")
    for row, column, channel in ((0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 2)):
        pattern[row::2, column::2] = seen[row::2, column::2, channel]
    return pattern.tobytes()


def _tiff(
    first: Tags, second: Tags | None, exif: Tags, gps: Tags, preview: bytes | None, sensor: bytes
) -> bytes:
    """Directories in front, then the preview, then the sensor's picture."""
    at = {"second": 0, "exif": 0, "gps": 0, "preview": 0, "sensor": 0}
    for _ in range(2):  # the first time for the lengths
        body = dict(first)
        if second is None:
            body[273] = (_LONG, at["sensor"])
        else:
            assert preview is not None
            body |= {273: (_LONG, at["preview"]), 279: (_LONG, len(preview)), _SUB_IFD: (_LONG, at["second"])}
        body |= {_EXIF_IFD: (_LONG, at["exif"])} if exif else {}
        body |= {_GPS_IFD: (_LONG, at["gps"])} if gps else {}
        data = b"II*\0\x08\0\0\0" + _directory(body, 8)
        for name, tags in (("second", second), ("exif", exif), ("gps", gps)):
            at[name] = len(data)
            if tags:
                offset = {273: (_LONG, at["sensor"])} if name == "second" else {}
                data += _directory(tags | offset, len(data))
        at["preview"] = len(data)
        at["sensor"] = len(data) + len(preview or b"")
    return b"".join((data, preview or b"", sensor))


def _directory(tags: Tags, at: int) -> bytes:
    entries, rest = b"", b""
    after = at + 2 + 12 * len(tags) + 4
    for tag, (kind, value) in sorted(tags.items()):
        content, count = _content(kind, value)
        if len(content) <= 4:
            place = content.ljust(4, b"\0")
        else:
            place = struct.pack("<I", after + len(rest))
            rest += content + bytes(len(content) % 2)
        entries += struct.pack("<HHI", tag, kind, count) + place
    return struct.pack("<H", len(tags)) + entries + bytes(4) + rest


def _content(kind: int, value: Value) -> tuple[bytes, int]:
    if isinstance(value, str):
        text = value.encode() + b"\0"
        return text, len(text)
    numbers = [value] if isinstance(value, int) else list(value)
    content = struct.pack(f"<{len(numbers)}{_FORMS[kind]}", *numbers)
    return content, len(numbers) // (2 if kind in (_RATIONAL, _SIGNED_RATIONAL) else 1)
