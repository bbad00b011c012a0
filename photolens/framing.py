"""How the program and the processes beside it talk: a JSON object and bytes, one after the other.

Never a pickle, which is a program: some of these processes have touched files from anywhere.
"""

from __future__ import annotations

import json
import struct
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

Header = dict[str, Any]
Part = bytes | NDArray[Any]
Bytes = NDArray[np.uint8]

_LENGTHS = struct.Struct("<IQ")
_MOST_HEADER = 1 << 16
_MOST_BYTES = 1 << 30  # a file's most bytes, and more than the most pixels


class BadMessage(Exception):
    """What arrived cannot have been meant so."""


def send(stream: IO[bytes], header: Header, *parts: Part) -> None:
    """Write one message; arrays are contiguous. Raises OSError when nobody listens any more."""
    text = json.dumps(header).encode("ascii")
    stream.write(_LENGTHS.pack(len(text), sum(map(_length, parts))) + text)
    for part in parts:
        stream.write(part if isinstance(part, bytes) else part.data.cast("B"))
    stream.flush()


def receive(stream: IO[bytes]) -> tuple[Header, Bytes]:
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


def _length(part: Part) -> int:
    return len(part) if isinstance(part, bytes) else part.nbytes


def _exactly(stream: IO[bytes], length: int) -> Bytes:
    data: Bytes = np.empty(length, dtype=np.uint8)
    view, at = data.data, 0
    while at < length:
        count = stream.readinto(view[at:])  # type: ignore[attr-defined]
        if not count:
            raise EOFError
        at += count
    return data


def _refuse(name: str) -> object:
    raise ValueError(name)
