"""Vectors of a data set's pictures, kept in pieces so that a run that was stopped goes on."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from photolens.domain import FloatArray, InputSpec, PixelArray
from photolens.embedding.encoder import Encoder
from photolens.embedding.priority import MAX_BATCH
from photolens.errors import PhotoError
from photolens.evaluation.composed.questions import Box, Picture
from photolens.evaluation.kept import Found, read_found, write_found
from photolens.imaging.decode import decode_photo, decode_picture, input_of

log = logging.getLogger(__name__)

PIECE = 1024
_DILATION = 0.7  # what GeneCIS shows of an object's surroundings, as a share of the box
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Gallery:
    """The pictures that could be read."""

    names: tuple[str, ...]
    vectors: FloatArray  # [N, d] unit, rounded to float16 as a library keeps them
    unread: tuple[str, ...]  # "name: reason"


def load_gallery(
    pictures: Sequence[Picture], encoder: Encoder, model: str, cache: Path, progress: Progress
) -> Gallery:
    """Read and embed pictures, or take what `cache` keeps; `model` tells models apart."""
    names: list[str] = []
    unread: list[str] = []
    vectors = [np.empty((0, encoder.dimension), dtype=np.float16)]
    for start in range(0, len(pictures), PIECE):
        progress("Reading pictures", start, len(pictures))
        piece = [(picture, file_of(picture)) for picture in pictures[start : start + PIECE]]
        kept = cache / f"pictures-{_fingerprint(piece, model)}.npz"
        found = read_found(kept)
        if found is None:
            found = _embed(piece, encoder)
            write_found(kept, found)
        names += [str(name) for name in found[0]]
        vectors.append(found[1])
        unread += [str(reason) for reason in found[2]]
    progress("Reading pictures", len(pictures), len(pictures))
    return Gallery(tuple(names), np.concatenate(vectors).astype(np.float32), tuple(unread))


def cut(picture: PixelArray, box: Box) -> PixelArray:
    """The box and its surroundings on a black square, uint8 [S, S, 3], as GeneCIS shows an object.

    The upper left corner moves out by .7 of the box, the size grows by as much; both stay in the picture.
    """
    height, width, _ = picture.shape
    left, top = max(0.0, box[0] - _DILATION * box[2]), max(0.0, box[1] - _DILATION * box[3])
    right, bottom = left + (1 + _DILATION) * box[2], top + (1 + _DILATION) * box[3]
    x, y = round(min(left, width - 1)), round(min(top, height - 1))
    part = picture[y : max(y + 1, round(min(bottom, height))), x : max(x + 1, round(min(right, width)))]
    side = max(part.shape[:2])
    square = np.zeros((side, side, 3), dtype=np.uint8)
    y, x = (side - part.shape[0]) // 2, (side - part.shape[1]) // 2
    square[y : y + part.shape[0], x : x + part.shape[1]] = part
    return square


def file_of(picture: Picture) -> Path | None:
    """Where it lies, if it does."""
    return next((file for file in picture.files if file.is_file()), None)


_Piece = Sequence[tuple[Picture, Path | None]]


def _embed(piece: _Piece, encoder: Encoder) -> Found:
    names: list[str] = []
    unread: list[str] = []
    pixels: list[PixelArray] = []
    vectors = [np.empty((0, encoder.dimension), dtype=np.float32)]
    for picture, file in piece:
        try:
            pixels.append(_pixels(picture, file, encoder.input_spec))
        except PhotoError as error:
            unread.append(f"{picture.name}: {error.reason}")
            continue
        names.append(picture.name)
        if len(pixels) == MAX_BATCH:
            vectors.append(encoder.encode_images(np.stack(pixels)))
            pixels = []
    if pixels:
        vectors.append(encoder.encode_images(np.stack(pixels)))
    return np.array(names, dtype=str), np.concatenate(vectors).astype(np.float16), np.array(unread, dtype=str)


def _pixels(picture: Picture, file: Path | None, spec: InputSpec) -> PixelArray:
    path = str(file or picture.files[0])
    if picture.box is not None:
        return input_of(cut(decode_picture(path), picture.box), spec)
    pixels = decode_photo(path, input_spec=spec).model_input
    assert pixels is not None
    return pixels


def _fingerprint(piece: _Piece, model: str) -> str:
    """Changes with the model, the list, and any picture's box, place, size or time."""
    digest = hashlib.blake2b(model.encode(), digest_size=10)
    for picture, file in piece:
        state = file.stat() if file is not None else None
        said = f"{state.st_size}\0{state.st_mtime_ns}" if state is not None else "absent"
        line = f"{picture.name}\0{file}\0{picture.box}\0{said}\n"
        digest.update(line.encode("utf-8", "surrogateescape"))
    return digest.hexdigest()
