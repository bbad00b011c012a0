"""What the program and its decode workers say to each other, see `framing.py`.

A worker has touched files from anywhere: what it says is looked at before it is believed.
"""

from __future__ import annotations

import dataclasses
import math
from datetime import datetime

from photolens.domain import DecodedPhoto, InputSpec, Metadata, PixelArray
from photolens.errors import FailureKind, PhotoError
from photolens.framing import BadMessage, Header, Part
from photolens.messages import packed, unpacked

_MOST_SIDE = 1 << 24
_MOST_TEXT = 1000
_TEXTS = ("camera_make", "camera_model", "lens")
_WHOLE = ("utc_offset_minutes", "iso")
_NUMBERS = ("exposure_seconds", "f_number", "focal_length_mm", "latitude", "longitude")


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
    return {"say": "failed", "kind": error.kind, "reason": packed(error.reason), "absent": absent}


def failure_from(header: Header) -> PhotoError:
    """The failure in an answer; its cause is FileNotFoundError where there is no file. Raises BadMessage."""
    try:
        reason = unpacked(header["reason"])
        error = PhotoError(FailureKind(header["kind"]), reason)
        _text(reason)
        absent = header["absent"]
    except (KeyError, TypeError, ValueError) as wrong:
        raise BadMessage("not a failure") from wrong
    error.__cause__ = FileNotFoundError() if absent else None
    return error


# --- looking at what arrives ----------------------------------------------------------------------


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
