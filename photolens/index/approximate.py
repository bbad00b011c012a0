"""The USearch index: candidates in a fraction of a millisecond, whatever the number of photos.

USearch trusts any file it is given: one with flipped bytes may load silently or crash the process,
and a save that is interrupted leaves half a file. So a file is written beside the old one, flushed
and renamed, and nothing is loaded whose SHA-256 differs from the catalog's record.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from usearch.index import Index

from photolens.domain import FloatArray, IdArray
from photolens.paths import sync

log = logging.getLogger(__name__)

# A removed vector is only marked, and each mark costs recall: rebuild when this share is reached.
_MAX_REMOVED_SHARE = 0.2


class ApproximateIndex:
    """A USearch index of unit vectors under photo ids: cosine, float16. Safe from several threads."""

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self._lock = threading.Lock()
        self._index = _new(dimension)
        self._removed = 0

    def __len__(self) -> int:
        with self._lock:
            return len(self._index)

    @property
    def worn(self) -> bool:
        """Whether so many vectors were removed that a rebuild is due."""
        with self._lock:
            return self._removed > 100 and self._removed > _MAX_REMOVED_SHARE * len(self._index)

    def add(self, ids: IdArray, vectors: NDArray[np.float16]) -> None:
        """Add or replace vectors: ids int64 [n], vectors [n, D]. Raises ValueError when not finite."""
        if vectors.shape != (len(ids), self.dimension):
            raise ValueError(f"expected vectors [{len(ids)}, {self.dimension}], got {vectors.shape}")
        if not np.isfinite(vectors).all():
            raise ValueError("a vector holds NaN or infinity")
        keys = ids.astype(np.uint64)
        with self._lock:
            known = keys[np.atleast_1d(self._index.contains(keys))] if len(self._index) else keys[:0]
            if len(known):
                self._removed += int(np.sum(self._index.remove(known)))
            self._index.add(keys, vectors)

    def remove(self, ids: IdArray) -> None:
        """Forget these ids; unknown ones are ignored."""
        with self._lock:
            keys = ids.astype(np.uint64)
            known = keys[np.atleast_1d(self._index.contains(keys))] if len(keys) else keys
            if len(known):
                self._removed += int(np.sum(self._index.remove(known)))

    def ids(self) -> IdArray:
        """All ids, ascending, int64 [N]."""
        with self._lock:
            if len(self._index) == 0:
                return np.empty(0, dtype=np.int64)
            return np.sort(self._index.keys[:].astype(np.int64))

    def search(self, queries: FloatArray, count: int) -> IdArray:
        """The union of the `count` nearest ids of each unit query [Q, D], ascending, int64 [n]."""
        with self._lock:
            if len(self._index) == 0 or len(queries) == 0:
                return np.empty(0, dtype=np.int64)
            # Each row may be short, so ask one by one rather than read the padding of a batch.
            found = [np.asarray(self._index.search(query, count).keys) for query in queries]
        return np.unique(np.concatenate(found)).astype(np.int64)

    def clear(self) -> None:
        """Start again, empty."""
        with self._lock:
            self._index = _new(self.dimension)
            self._removed = 0

    def save(self, file: Path) -> str:
        """Write to `file` in one step and return its SHA-256 (hex). Raises OSError, e.g. disk full."""
        temporary = file.with_name(file.name + ".new")
        try:
            with self._lock:
                self._index.save(str(temporary))
                expected = int(self._index.serialized_length)
            if temporary.stat().st_size != expected:  # a full disk can pass silently
                raise OSError(f"{temporary} was not written completely")
            digest = _sha256(temporary)
            sync(temporary)
            temporary.replace(file)
            sync(file.parent)
        except RuntimeError as error:  # how USearch reports a failed write
            raise OSError(f"the index could not be written to {file}: {error}") from error
        finally:
            temporary.unlink(missing_ok=True)
        return digest

    def load(self, file: Path, sha256: str, vectors: int) -> bool:
        """Replace the contents by a saved file; False, and empty, when it is not exactly what was saved."""
        self.clear()
        try:
            if _sha256(file) != sha256:
                log.warning("the index %s is not the one that was saved; rebuilding it", file)
                return False
            index = _new(self.dimension)
            index.load(str(file))
        except FileNotFoundError:
            return False
        except (OSError, RuntimeError, ValueError) as error:
            log.warning("the index %s cannot be read (%s); rebuilding it", file, error)
            return False
        # `load` takes over whatever dimension the file has.
        if index.ndim != self.dimension or len(index) != vectors:
            log.warning("the index %s does not fit the catalog; rebuilding it", file)
            return False
        with self._lock:
            self._index = index
        return True


def _new(dimension: int) -> Index:
    return Index(ndim=dimension, metric="cos", dtype="f16")


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
