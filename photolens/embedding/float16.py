"""Weights stored once, in float16: half the disk, and no worse, since photos' vectors are kept in float16
too.

A safetensors file is a header in JSON, after its length in 8 bytes, and the tensors one after the other. It
is read and written here in pieces of some megabytes, whatever its size.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from photolens.embedding.download import unwritable
from photolens.embedding.weights import SafetensorsHeader, read_safetensors_header
from photolens.errors import DownloadCancelled, ModelError
from photolens.messages import message
from photolens.paths import sync

_PIECE = 1 << 20  # numbers at a time
_WIDTHS = {"F64": 8, "F32": 4, "BF16": 2}  # bytes of what becomes float16
_LARGEST = float(np.finfo(np.float16).max)


@dataclass(frozen=True, slots=True)
class _Tensor:
    name: str
    dtype: str
    shape: list[int]
    start: int  # in bytes from the end of the header
    end: int

    @property
    def numbers(self) -> int:
        return (self.end - self.start) // _WIDTHS[self.dtype]


def to_float16(
    source: Path,
    target: Path,
    report: Callable[[int, int], None] = lambda done, total: None,
    cancel: threading.Event | None = None,
) -> str:
    """Write the tensors of a safetensors file to `target`, float64, float32 and bfloat16 as float16.

    A tensor with numbers too large for that stays as it is. Returns the SHA-256 of the new file, which is
    the same for the same source. `report` gets the bytes read and all there are to read, each of them
    twice. Raises ModelError for a file that is not sound, or whose weights are no numbers; DownloadCancelled.
    """
    header = read_safetensors_header(source)
    tensors = _tensors(header, source)
    total = 2 * sum(tensor.end - tensor.start for tensor in tensors)
    with source.open("rb") as file:
        work = _Work(file, header.data_start, total, report, cancel or threading.Event())
        halved = {t.name for t in tensors if t.dtype in _WIDTHS and work.fits(t)}
        try:
            with target.open("wb") as out:
                digest = work.write(out, tensors, halved, header.metadata)
            sync(target)
        except OSError as error:
            raise unwritable(target, error) from error
    return digest


class _Work:
    def __init__(
        self,
        file: IO[bytes],
        data_start: int,
        total: int,
        report: Callable[[int, int], None],
        cancel: threading.Event,
    ) -> None:
        self._file, self._data_start = file, data_start
        self._total, self._report, self._cancel = total, report, cancel
        self._done = 0

    def fits(self, tensor: _Tensor) -> bool:
        """Whether float16 can hold these numbers. Raises ModelError where they are none."""
        largest = 0.0
        for piece in self._numbers(tensor):
            largest = max(largest, float(np.abs(piece).max(initial=0.0)))
            if not np.isfinite(piece).all():
                raise ModelError(
                    message(
                        "These weights are damaged: {name} is not all numbers. Get them again.",
                        name=tensor.name,
                    )
                )
        return largest <= _LARGEST

    def write(self, out: IO[bytes], tensors: list[_Tensor], halved: set[str], metadata: object) -> str:
        """The whole new file; returns its SHA-256."""
        entries: dict[str, object] = {} if metadata is None else {"__metadata__": metadata}
        at = 0
        for tensor in tensors:
            half = tensor.name in halved
            size = 2 * tensor.numbers if half else tensor.end - tensor.start
            dtype = "F16" if half else tensor.dtype
            entries[tensor.name] = {"dtype": dtype, "shape": tensor.shape, "data_offsets": [at, at + size]}
            at += size
        text = json.dumps(entries, separators=(",", ":")).encode()
        text += b" " * (-len(text) % 8)  # tensors begin at multiples of eight
        digest = hashlib.sha256()
        for part in (len(text).to_bytes(8, "little"), text):
            out.write(part)
            digest.update(part)
        for tensor in tensors:
            for data in self._halves(tensor) if tensor.name in halved else self._bytes(tensor, 4 * _PIECE):
                out.write(data)
                digest.update(data)
        return digest.hexdigest()

    def _halves(self, tensor: _Tensor) -> Iterator[bytes]:
        for piece in self._numbers(tensor):
            yield piece.astype("<f2").tobytes()

    def _numbers(self, tensor: _Tensor) -> Iterator[NDArray[np.floating]]:
        for data in self._bytes(tensor, _PIECE * _WIDTHS[tensor.dtype]):
            if tensor.dtype == "BF16":  # the upper half of a float32
                yield (np.frombuffer(data, "<u2").astype("<u4") << 16).view("<f4")
            else:
                yield np.frombuffer(data, "<f8" if tensor.dtype == "F64" else "<f4")

    def _bytes(self, tensor: _Tensor, piece: int) -> Iterator[bytes]:
        for start in range(tensor.start, tensor.end, piece):
            if self._cancel.is_set():
                raise DownloadCancelled(message("The installation was stopped."))
            self._file.seek(self._data_start + start)
            data = self._file.read(min(piece, tensor.end - start))
            self._done += len(data)
            self._report(self._done, self._total)
            yield data


def _tensors(header: SafetensorsHeader, source: Path) -> list[_Tensor]:
    """In the order of the file. Raises ModelError unless they fill it without gaps and with what they say."""
    try:
        found = [
            _Tensor(name, entry["dtype"], entry["shape"], *entry["data_offsets"])
            for name, entry in header.tensors.items()
        ]
        found.sort(key=lambda tensor: (tensor.start, tensor.end))
        at = 0
        for tensor in found:
            numbers = int(np.prod(tensor.shape, dtype=np.int64))
            width = _WIDTHS.get(tensor.dtype)
            if tensor.start != at or tensor.end < at or (width and tensor.end - at != numbers * width):
                raise ValueError(tensor.name)
            at = tensor.end
    except (TypeError, KeyError, ValueError) as error:
        raise ModelError(message("The model file {file} is damaged; get it again.", file=source)) from error
    return found
