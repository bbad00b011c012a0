"""Vectors of the generic texts that hubness is measured with, made once per model and kept."""

from __future__ import annotations

import hashlib
import logging
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from photolens.domain import FloatArray
from photolens.paths import resource

log = logging.getLogger(__name__)


def load_bank(
    directory: Path, weights_sha256: str, dimension: int, encode: Callable[[Sequence[str]], FloatArray]
) -> FloatArray:
    """Unit vectors, float32 [M, D], of the phrases in resources/texts/generic.txt.

    Kept under the hash of the weights: ids of models begin anew in a catalog that is made again.
    """
    raw = resource("texts", "generic.txt").read_bytes()
    version = hashlib.blake2b(raw, digest_size=6).hexdigest()
    file = directory / f"texts-{weights_sha256[:16]}-{version}.npy"
    bank = _read(file, dimension)
    if bank is not None:
        return bank
    phrases = [line.strip() for line in raw.decode("utf-8").splitlines()]
    bank = encode([phrase for phrase in phrases if phrase and not phrase.startswith("#")])
    _write(file, bank)
    return bank


def _read(file: Path, dimension: int) -> FloatArray | None:
    try:
        bank: FloatArray = np.load(file, allow_pickle=False)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile):
        return None
    sound = bank.ndim == 2 and bank.shape[1] == dimension and bank.dtype == np.float32
    return bank if sound and np.allclose(np.linalg.norm(bank, axis=1), 1.0, atol=1e-2) else None


def _write(file: Path, bank: FloatArray) -> None:
    """A cache: where it cannot be written, the phrases are encoded again next time."""
    temporary = file.with_suffix(".new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as stream:
            np.save(stream, bank, allow_pickle=False)
        temporary.replace(file)
    except OSError as error:
        log.info("the text vectors were not kept: %s", error)
        temporary.unlink(missing_ok=True)
