"""The vectors of the active model as the query thread sees them, kept in step with the catalog."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photolens.catalog import Catalog
from photolens.domain import FloatArray, IdArray, PhotoId
from photolens.index import VectorTable, only_unit
from photolens.library.hubness import HubnessBiases
from photolens.search import FeatureSpace, background_rows, feature_space

# Room for so many photos more, as a share of those there are: address space, which costs no memory yet.
_SPARE = 16


@dataclass(frozen=True, slots=True)
class ModelKey:
    """What names a model in the catalog."""

    name: str
    weights_sha256: str


class LibraryVectors:
    """A table of all vectors, who is visible, and what depends on both. Owned by the query thread."""

    def __init__(self, key: ModelKey, cache_directory: Path | None = None) -> None:
        self.key = key
        self._version: int | None = None
        self._biases = HubnessBiases(cache_directory)
        self.model_id: int | None = None
        self.table: VectorTable | None = None
        self.visible: IdArray = np.empty(0, dtype=np.int64)
        self._is_visible: NDArray[np.bool_] = np.empty(0, dtype=np.bool_)  # by id
        self._visible_rows: NDArray[np.intp] = np.empty(0, dtype=np.intp)
        self.background: NDArray[np.intp] = np.empty(0, dtype=np.intp)
        self._space: FeatureSpace | None = None

    @property
    def version(self) -> int | None:
        """Changes with what the catalog says of photos, files and vectors."""
        return self._version

    @property
    def space(self) -> FeatureSpace:
        """How the background varies; computed when first asked for after vectors have changed."""
        assert self.table is not None
        if self._space is None:
            self._space = feature_space(self.table.vectors[self.background])
        return self._space

    def refresh(self, catalog: Catalog) -> None:
        """Take over what was committed since the last call; cheap when nothing was."""
        version = catalog.changes()
        if version == self._version:
            return
        self.visible = catalog.photos.ids()
        self._is_visible = np.zeros(self.visible[-1] + 1 if len(self.visible) else 0, dtype=np.bool_)
        self._is_visible[self.visible] = True
        if self.model_id is None:
            self.model_id = catalog.vectors.find_model(self.key.name, self.key.weights_sha256)
        if self.model_id is not None:
            table = self.table = self.table or VectorTable(catalog.vectors.dimension(self.model_id))
            self._catch_up(catalog, self.model_id, table)
            rows = table.rows(self.visible)
            self._visible_rows = rows[rows >= 0]
        self._version = version

    def visible_among(self, ids: IdArray) -> IdArray:
        """Those of these ascending ids whose photos are visible."""
        known = ids[: np.searchsorted(ids, len(self._is_visible))]
        return known[self._is_visible[known]]

    def rows(self, ids: IdArray, besides: Collection[PhotoId] = ()) -> NDArray[np.intp]:
        """Table rows of those `ids` that have a vector, without the photos in `besides`."""
        assert self.table is not None
        if ids is self.visible:  # the usual case, worth a million look-ups
            rows = self._visible_rows
        else:
            rows = self.table.rows(ids)
            rows = rows[rows >= 0]
        if not besides:
            return rows
        own = self.table.rows(np.fromiter(besides, dtype=np.int64))
        return np.delete(rows, np.flatnonzero(np.isin(rows, own)))

    def bias(self, rows: NDArray[np.intp], bank: Callable[[], FloatArray]) -> FloatArray:
        """Hubness bias of rows, float32 [n]; computed once per vector, and kept on disk."""
        assert self.table is not None
        assert self.model_id is not None
        return self._biases.of(self.table, rows, self.model_id, bank)

    def _catch_up(self, catalog: Catalog, model_id: int, table: VectorTable) -> None:
        before = (table.revision, len(table))
        add = table.put
        if not len(table):
            count = catalog.vectors.count(model_id)
            table.reserve(count + count // _SPARE)
            add = table.append  # nothing is there yet, so nothing need be looked for
        for batch in catalog.vectors.since(model_id, table.revision, table.dimension):
            rows = add(*only_unit(batch.ids, batch.vectors), batch.revision)
            self._biases.changed(rows, len(table))
        if len(table) != catalog.vectors.count(model_id):
            self._biases.kept(table.keep_only(catalog.vectors.ids(model_id)))
        if (table.revision, len(table)) != before:
            self._space = None
            self.background = background_rows(table.ids)
