"""How much each photo resembles any text: computed once per vector, and kept on disk beside the text bank.

A million photos take seconds, and the first text of every start would wait for them. The file is tied to
the vectors of the bank (which are those of one model) by its name, to each photo's by a fingerprint of its
vector, and to itself by a digest: what does not fit is computed again.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photolens.domain import FloatArray
from photolens.index import VectorTable
from photolens.search import hubness_bias

log = logging.getLogger(__name__)

Rows = NDArray[np.intp]
Fingerprints = NDArray[np.uint64]

_THREADS = min(4, os.cpu_count() or 1)
_BLOCK = 1024  # with its products it fits the processor's cache
_DIGEST_BYTES = 32
_ENTRY = np.dtype([("vector", "<u8"), ("bias", "<f4")])
# So few are computed in the time that writing the file takes; more are worth it from this share of all.
_SAVE_FROM, _SAVE_SHARE = 1000, 0.02


class HubnessBiases:
    """The hubness bias of every row of a table, whose owner says what becomes of its rows."""

    def __init__(self, directory: Path | None) -> None:
        """In `directory` they are kept; None: nowhere."""
        self._directory = directory
        self._values: FloatArray = np.empty(0, dtype=np.float32)  # by row, with room for more; NaN: not known
        self._looked = False  # whether what is on disk was taken over
        self._unsaved = 0

    def changed(self, rows: Rows, count: int) -> None:
        """These rows hold other vectors now, and there are `count` in all."""
        if count > len(self._values):
            longer = np.full(max(count, len(self._values) * 5 // 4), np.nan, dtype=np.float32)
            longer[: len(self._values)] = self._values
            self._values = longer
        self._values[rows] = np.nan

    def kept(self, rows: Rows) -> None:
        """Only these rows are left, in this order."""
        self._values = self._values[rows]

    def of(self, table: VectorTable, rows: Rows, model_id: int, bank: Callable[[], FloatArray]) -> FloatArray:
        """Bias of rows, float32 [n]. Those not known are computed, with the bank's unit vectors [M, d]."""
        found = self._values[rows]
        if not np.isnan(found).any():
            return found
        phrases = bank()
        file = None if self._directory is None else _file(self._directory, model_id, phrases)
        if not self._looked and file is not None:
            self._values[: len(table)] = _read(file, table)
        self._looked = True
        unknown = rows[np.isnan(self._values[rows])]
        self._compute(table, unknown, phrases)
        self._unsaved += len(unknown)
        if file is not None and self._unsaved >= max(_SAVE_FROM, _SAVE_SHARE * len(table)):
            _write(file, table, self._values[: len(table)], model_id)
            self._unsaved = 0
        return self._values[rows]

    def _compute(self, table: VectorTable, rows: Rows, phrases: FloatArray) -> None:
        def compute(start: int) -> None:
            part = rows[start : start + _BLOCK]
            self._values[part] = hubness_bias(table.vectors[part].astype(np.float32), phrases)

        starts = range(0, len(rows), _BLOCK)
        with ThreadPoolExecutor(max(1, min(_THREADS, len(starts)))) as pool:
            for _ in pool.map(compute, starts):
                pass


def fingerprints(vectors: NDArray[np.float16]) -> Fingerprints:
    """A number for each vector [N, d], uint64 [N]: a multilinear hash of its bits (Carter, Wegman 1979)."""
    dimension = vectors.shape[1]
    word, width = (np.uint32, dimension // 2) if dimension % 2 == 0 else (np.uint16, dimension)
    factors = np.random.default_rng(dimension).integers(2**64, size=width, dtype=np.uint64)
    found = np.empty(len(vectors), dtype=np.uint64)
    for start in range(0, len(vectors), _BLOCK):
        words = vectors[start : start + _BLOCK].view(word).astype(np.uint64)
        found[start : start + _BLOCK] = words @ factors
    return found


def _file(directory: Path, model_id: int, bank: FloatArray) -> Path:
    version = hashlib.blake2b(np.ascontiguousarray(bank).tobytes(), digest_size=6).hexdigest()
    return directory / f"hubness-{model_id}-{version}"


def _read(file: Path, table: VectorTable) -> FloatArray:
    """What is known of the table's rows, float32 [N]; NaN where nothing is."""
    found = np.full(len(table), np.nan, dtype=np.float32)
    try:
        raw = file.read_bytes()
    except OSError:
        return found
    content = memoryview(raw)[_DIGEST_BYTES:]
    if hashlib.blake2b(content, digest_size=_DIGEST_BYTES).digest() != raw[:_DIGEST_BYTES]:
        log.info("the kept biases in %s are damaged; computing them again", file)
        return found
    known = np.frombuffer(content, dtype=_ENTRY)
    if len(known):
        wanted = fingerprints(table.vectors)
        sorted_vectors = np.ascontiguousarray(known["vector"])
        place = np.minimum(np.searchsorted(sorted_vectors, wanted), len(known) - 1)
        same = sorted_vectors[place] == wanted
        found[same] = known["bias"][place[same]]
    return found


def _write(file: Path, table: VectorTable, values: FloatArray, model_id: int) -> None:
    """A cache: where it cannot be written, it is computed again next time."""
    entries = np.empty(len(values), dtype=_ENTRY)
    entries["vector"], entries["bias"] = fingerprints(table.vectors), values
    entries = entries[~np.isnan(values)]
    content = entries[np.argsort(entries["vector"])].tobytes()
    temporary = file.with_suffix(".new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(hashlib.blake2b(content, digest_size=_DIGEST_BYTES).digest() + content)
        temporary.replace(file)
        for old in file.parent.glob(f"hubness-{model_id}-*"):
            if old != file:
                old.unlink(missing_ok=True)
    except OSError as error:
        log.info("the biases were not kept: %s", error)
        temporary.unlink(missing_ok=True)
