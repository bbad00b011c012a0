"""A folder of labelled photos: what its labels file says, and a vector of each photo."""

from __future__ import annotations

import csv
import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from photolens.domain import FloatArray, PixelArray
from photolens.embedding.encoder import Encoder
from photolens.embedding.priority import MAX_BATCH
from photolens.errors import PhotoError, UsageError
from photolens.evaluation.kept import Found, read_found, write_found
from photolens.imaging.decode import decode_photo
from photolens.messages import plain

log = logging.getLogger(__name__)

COLUMNS = ("file", "label", "group", "property")


@dataclass(frozen=True, slots=True)
class LabelledPhoto:
    """One row of a labels file: `label` is the narrowest name, `group` holds several labels."""

    file: str
    label: str
    group: str
    property: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """Photos that could be read, in the order of the labels file."""

    photos: tuple[LabelledPhoto, ...]
    vectors: FloatArray  # [N, d] unit, rounded to float16 as a library keeps them
    unread: tuple[str, ...]  # "file: reason"


def read_labels(file: Path) -> list[LabelledPhoto]:
    """Rows of a CSV file with the columns file, label, group, property; others are ignored.

    Raises UsageError, which names the line, when it cannot be read so.
    """
    try:
        with file.open(newline="", encoding="utf-8-sig") as stream:
            reader = csv.DictReader(stream)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise UsageError(
                    plain(f"{file} has no column {', '.join(missing)}; it needs {', '.join(COLUMNS)}.")
                )
            photos = [_photo(file, reader.line_num, row) for row in reader]
    except OSError as error:
        raise UsageError(
            plain(f"The labels {file} cannot be read: {error.strerror}. Give them with --labels.")
        ) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageError(plain(f"{file} is no CSV file in UTF-8: {error}")) from error
    if not photos:
        raise UsageError(plain(f"{file} names no photo."))
    repeated = len(photos) - len({photo.file for photo in photos})
    if repeated:
        raise UsageError(plain(f"{file} names {repeated} photos more than once."))
    return photos


def _photo(file: Path, line: int, row: dict[str, str | None]) -> LabelledPhoto:
    values = [(row[name] or "").strip() for name in COLUMNS]
    if not values[0] or not values[1]:
        raise UsageError(plain(f"{file}, line {line}: a photo needs a file and a label."))
    return LabelledPhoto(*values)


def load_dataset(
    folder: Path, photos: Sequence[LabelledPhoto], encoder: Encoder, model: str, cache: Path
) -> Dataset:
    """Vectors of all photos that can be read; `cache` keeps them for the next time.

    `model` tells models apart, e.g. the SHA-256 of the weights. Raises UsageError when none can be read.
    """
    known = cache / f"vectors-{_fingerprint(folder, photos, model)}.npz"
    found = read_found(known)
    if found is None:
        found = _embed(folder, photos, encoder)
        write_found(known, found)
    read, vectors, unread = found
    if not len(read):
        raise UsageError(plain(f"None of the {len(photos)} photos in the labels can be read in {folder}."))
    kept = tuple(photos[row] for row in read.tolist())
    return Dataset(kept, vectors.astype(np.float32), tuple(unread.tolist()))


def _embed(folder: Path, photos: Sequence[LabelledPhoto], encoder: Encoder) -> Found:
    read: list[int] = []
    unread: list[str] = []
    pixels: list[PixelArray] = []
    vectors = [np.empty((0, encoder.dimension), dtype=np.float32)]
    for row, photo in enumerate(photos):
        try:
            decoded = decode_photo(str(folder / photo.file), input_spec=encoder.input_spec)
        except PhotoError as error:
            unread.append(f"{photo.file}: {error.reason}")
            continue
        assert decoded.model_input is not None
        read.append(row)
        pixels.append(decoded.model_input)
        if len(pixels) == MAX_BATCH:
            vectors.append(encoder.encode_images(np.stack(pixels)))
            pixels = []
    if pixels:
        vectors.append(encoder.encode_images(np.stack(pixels)))
    return (
        np.array(read, dtype=np.intp),
        np.concatenate(vectors).astype(np.float16),
        np.array(unread, dtype=str),
    )


def _fingerprint(folder: Path, photos: Sequence[LabelledPhoto], model: str) -> str:
    """Changes with the model, the list, and any photo's size or time."""
    digest = hashlib.blake2b(model.encode(), digest_size=10)
    for photo in photos:
        file = folder / photo.file
        try:
            found = file.stat()
            digest.update(
                f"{file}\0{found.st_size}\0{found.st_mtime_ns}\n".encode("utf-8", "surrogateescape")
            )
        except OSError:
            digest.update(f"{file}\0absent\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()
