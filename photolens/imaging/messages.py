"""What the program and its decode workers say to each other: a JSON object and bytes, one after the other.

Never a pickle: a worker has touched files from anywhere, and what it says is looked at before it is believed.
"""

from __future__ import annotations

import dataclasses
import json
import math
import struct
from datetime import datetime
from typing import IO, Any

import numpy as np

from photolens.domain import DecodedPhoto, InputSpec, Metadata, PixelArray
from photolens.errors import FailureKind, PhotoError

Header = dict[str, Any]
Part = bytes | PixelArray

_LENGTHS = struct.Struct("<IQ")
_MOST_HEADER = 1 << 16
_MOST_BYTES = 1 << 30  # a file's most bytes, and more than the most pixels
_MOST_SIDE = 1 << 24
_MOST_TEXT = 1000
_TEXTS = ("camera_make", "camera_model", "lens")
_WHOLE = ("utc_offset_minutes", "iso")
_NUMBERS = ("exposure_seconds", "f_number", "focal_length_mm", "latitude", "longitude")


class BadMessage(Exception):
    """What arrived cannot have been meant so."""


def send(stream: IO[bytes], header: Header, *parts: Part) -> None:
    """Write one message. Raises OSError when nobody listens any more."""
    text = json.dumps(header).encode("ascii")
    stream.write(_LENGTHS.pack(len(text), sum(map(_length, parts))) + text)
    for part in parts:
        stream.write(part if isinstance(part, bytes) else part.data.cast("B"))
    stream.flush()


def receive(stream: IO[bytes]) -> tuple[Header, PixelArray]:
    """The next message: its header and its bytes, uint8 [N].

    Raises EOFError when there is none, BadMessage.
    """
    header_length, length = _LENGTHS.unpack(_exactly(stream, _LENGTHS.size).data)
    if header_length > _MOST_HEADER or length > _MOST_BYTES:
        raise BadMessage("too long")
    try:
        header = json.loads(_exactly(stream, header_length).tobytes(), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise BadMessage("not JSON") from error
    if not isinstance(header, dict):
        raise BadMessage("not an object")
    return header, _exactly(stream, length)


def photo_message(photo: DecodedPhoto) -> tuple[Header, list[Part]]:
    """A decoded photo as a header and bytes: the thumbnail, then the model's input."""
    metadata = dataclasses.asdict(photo.metadata)
    metadata["taken_at"] = photo.metadata.taken_at and photo.metadata.taken_at.isoformat()
    header = {
        "say": "photo",
        "size": [photo.width, photo.height],
        "format": photo.format,
        "metadata": metadata,
        "mean_color": photo.mean_color,
        "thumbnail": len(photo.thumbnail),
    }
    return header, [photo.thumbnail, *([] if photo.model_input is None else [photo.model_input])]


def photo_from(header: Header, data: PixelArray, spec: InputSpec | None) -> DecodedPhoto:
    """The photo in an answer. Raises BadMessage."""
    try:
        width, height = header["size"]
        split = _whole(header["thumbnail"], 0, len(data))
        return DecodedPhoto(
            width=_whole(width, 1, _MOST_SIDE),
            height=_whole(height, 1, _MOST_SIDE),
            format=_text(header["format"]),
            metadata=_metadata(header["metadata"]),
            mean_color=_whole(header["mean_color"], 0, 0xFFFFFF),
            thumbnail=data[:split].tobytes(),
            model_input=None if spec is None else data[split:].reshape(spec.size, spec.size, 3),
        )
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise BadMessage("not a photo") from error


def picture_from(header: Header, data: PixelArray) -> PixelArray:
    """The pixels in an answer, uint8 [H, W, 3], read-only. Raises BadMessage."""
    try:
        height, width = header["size"]
        picture = data.reshape(_whole(height, 1, _MOST_SIDE), _whole(width, 1, _MOST_SIDE), 3)
    except (KeyError, TypeError, ValueError) as error:
        raise BadMessage("not a picture") from error
    picture.setflags(write=False)
    return picture


def failure_message(error: PhotoError) -> Header:
    absent = isinstance(error.__cause__, FileNotFoundError | NotADirectoryError)
    return {"say": "failed", "kind": error.kind, "reason": error.reason, "absent": absent}


def failure_from(header: Header) -> PhotoError:
    """The failure in an answer; its cause is FileNotFoundError where there is no file. Raises BadMessage."""
    try:
        error = PhotoError(FailureKind(header["kind"]), _text(header["reason"]))
        absent = header["absent"]
    except (KeyError, TypeError, ValueError) as wrong:
        raise BadMessage("not a failure") from wrong
    error.__cause__ = FileNotFoundError() if absent else None
    return error


# --- looking at what arrives ----------------------------------------------------------------------


def _length(part: Part) -> int:
    return len(part) if isinstance(part, bytes) else part.nbytes


def _exactly(stream: IO[bytes], length: int) -> PixelArray:
    data: PixelArray = np.empty(length, dtype=np.uint8)
    view, at = data.data, 0
    while at < length:
        count = stream.readinto(view[at:])  # type: ignore[attr-defined]
        if not count:
            raise EOFError
        at += count
    return data


def _metadata(found: Header) -> Metadata:
    taken_at = found["taken_at"]
    values: Header = {"taken_at": None if taken_at is None else datetime.fromisoformat(taken_at)}
    values |= {name: None if found[name] is None else _text(found[name]) for name in _TEXTS}
    values |= {name: None if found[name] is None else _whole(found[name], -(2**31), 2**31) for name in _WHOLE}
    values |= {name: _number(found[name]) for name in _NUMBERS}
    return Metadata(**values)


def _whole(value: object, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise ValueError(value)
    return value


def _number(value: object) -> float | None:
    if value is None:
        return None
    if not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(value)
    return float(value)


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > _MOST_TEXT:
        raise ValueError(value)
    return value


def _refuse(name: str) -> object:
    raise ValueError(name)
