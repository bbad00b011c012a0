"""Keeping the index file in step with the catalog, which alone is the truth.

Small libraries have none: every photo is compared.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photolens.catalog import Catalog, SavedIndex
from photolens.domain import IdArray
from photolens.index import ApproximateIndex, only_unit, wants_index

log = logging.getLogger(__name__)

# Saving writes the whole file, and what was not saved is added again at the next start from the
# catalog in a fraction of a second: so save when at least this share of the vectors is new.
_SAVE_SHARE = 0.02
_SAVE_AT_MOST_AFTER = 5000


def is_worth_saving(fresh: int, vectors: int) -> bool:
    """Whether an index of so many vectors, of which `fresh` are not in its file, should be written."""
    return fresh > 0 and (fresh >= _SAVE_SHARE * vectors or fresh >= _SAVE_AT_MOST_AFTER)


class IndexKeeper:
    """Loads, reconciles and saves the index of one model. Lives on the ingest thread."""

    def __init__(self, catalog: Catalog, index: ApproximateIndex, model_id: int, directory: Path) -> None:
        self._catalog = catalog
        self._index = index
        self._model_id = model_id
        self._directory = directory
        self._used = False  # whether there is an index at all
        self._saved_revision = 0
        self._saved_vectors = 0

    def open(self, tick: Callable[[], bool]) -> None:
        """Load what was saved if it is sound, and bring it up to the catalog. `tick` may stop it."""
        saved = self._catalog.vectors.saved_index(self._model_id)
        file = self._directory / Path(saved.file).name if saved else None
        if not self._is_wanted(kept=file is not None and file.is_file()):
            self._drop()
            return
        self._used = True
        if saved and file and self._index.load(file, saved.sha256, saved.vectors):
            self._saved_revision, self._saved_vectors = saved.revision, saved.vectors
        if not self._catch_up(tick) or self._matches() or self._remove_surplus():
            return
        log.warning("the index does not match the catalog; rebuilding it")
        self.rebuild(tick)

    def add(self, ids: IdArray, vectors: NDArray[np.float16]) -> None:
        """Add what was just committed, int64 [n] and [n, D], where there is an index."""
        if self._used:
            self._index.add(ids, vectors)

    def remove(self, ids: IdArray) -> None:
        """Forget these vectors, int64 [n], where there is an index."""
        if self._used:
            self._index.remove(ids)

    def rebuild(self, tick: Callable[[], bool]) -> None:
        """Throw the index away and make it again from the catalog."""
        self._used = True
        self._index.clear()
        self._saved_revision = self._saved_vectors = 0
        self._catch_up(tick)

    def save_if_due(self, tick: Callable[[], bool]) -> None:
        """Write the index when enough of it is new. Raises OSError, e.g. when the disk is full.

        Here one is first made of a library that has grown large, and given up where it has become small.
        """
        if not self._is_wanted(kept=self._used):
            if self._used:
                self._drop()
            return
        if not self._used or self._index.worn:
            self.rebuild(tick)
        if not self._matches():
            return  # stopped midway
        revision = self._catalog.vectors.latest_revision(self._model_id)
        fresh = max(len(self._index) - self._saved_vectors, int(revision > self._saved_revision))
        if is_worth_saving(fresh, len(self._index)):
            self._save(revision)

    def _is_wanted(self, *, kept: bool) -> bool:
        return wants_index(self._catalog.vectors.count(self._model_id), kept=kept)

    def _drop(self) -> None:
        self._used = False
        self._index.clear()
        self._saved_revision = self._saved_vectors = 0
        for file in self._directory.glob(f"{self._model_id}-*.usearch*"):
            with suppress(OSError):  # a folder in its place, say: nobody loads what the catalog does not name
                file.unlink(missing_ok=True)

    def _save(self, revision: int) -> None:
        # A name of its own for every save, one after a rebuild at the same revision too: the old file stays
        # valid until the catalog names the new.
        file = self._directory / f"{self._model_id}-{revision}-{secrets.token_hex(4)}.usearch"
        self._directory.mkdir(parents=True, exist_ok=True)
        vectors = len(self._index)
        digest = self._index.save(file)
        saved = SavedIndex(file.name, digest, self._index.dimension, vectors, revision)
        self._catalog.vectors.set_saved_index(self._model_id, saved)
        self._saved_revision, self._saved_vectors = revision, vectors
        for old in self._directory.glob(f"{self._model_id}-*.usearch*"):
            if old != file:
                with suppress(OSError):
                    old.unlink(missing_ok=True)

    def _catch_up(self, tick: Callable[[], bool]) -> bool:
        """Add all vectors newer than the saved ones; False when stopped midway."""
        for batch in self._catalog.vectors.since(self._model_id, self._saved_revision, self._index.dimension):
            ids, vectors = only_unit(batch.ids, batch.vectors)
            for start in range(0, len(ids), 1024):
                self._index.add(ids[start : start + 1024], vectors[start : start + 1024])
                if not tick():
                    return False
        return True

    def _matches(self) -> bool:
        return len(self._index) == self._catalog.vectors.count(self._model_id)

    def _remove_surplus(self) -> bool:
        self._index.remove(np.setdiff1d(self._index.ids(), self._catalog.vectors.ids(self._model_id)))
        return self._matches()
