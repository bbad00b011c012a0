"""What an evaluation leaves on disk: a folder for results, vectors for the next time."""

from __future__ import annotations

import logging
import zipfile
from pathlib import Path

import numpy as np

from photolens.errors import UsageError
from photolens.messages import plain

log = logging.getLogger(__name__)

# What is known by [n] (rows or names), its vectors float16 [n, d], what could not be read [m].
Found = tuple[np.ndarray, np.ndarray, np.ndarray]


def prepare_folder(out: Path) -> None:
    """Raises UsageError when nothing can be written there."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            plain(f"Nothing can be written to {out}: {error.strerror}. Choose another folder with --out.")
        ) from error


def read_found(file: Path) -> Found | None:
    """As `write_found` kept it; None when the file is missing or damaged."""
    try:
        with np.load(file, allow_pickle=False) as stored:
            return stored["known"], stored["vectors"], stored["unread"]
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile):
        return None


def write_found(file: Path, found: Found) -> None:
    """A cache: where it cannot be written, the work is done again next time."""
    temporary = file.with_suffix(".new")
    known, vectors, unread = found
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as stream:
            np.savez(stream, known=known, vectors=vectors, unread=unread)
        temporary.replace(file)
    except OSError as error:
        log.info("the vectors were not kept: %s", error)
        temporary.unlink(missing_ok=True)
