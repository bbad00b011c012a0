"""Questions about the whole library: its status, and whether it is sound."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from photolens.catalog import Catalog, FileState, SavedIndex
from photolens.embedding import ModelFiles
from photolens.imaging.thumbnails import ThumbnailStore
from photolens.index import wants_index
from photolens.ingest import is_worth_saving
from photolens.library.places import Places
from photolens.library.status import CheckReport, IndexState, Status
from photolens.words import plural

_MOST_PROBLEMS = 20


def status(catalog: Catalog, places: Places, model: ModelFiles, stand_in: str | None = None) -> Status:
    """The library in numbers, without reading any photo. `stand_in`: the model that searches use instead."""
    counts = catalog.files.counts()
    model_id = catalog.vectors.find_model(model.name, model.sha256)
    return Status(
        library=str(places.root),
        folders=tuple(catalog.folders.with_counts()),
        photos=catalog.photos.count(),
        copies=catalog.photos.copy_count(),
        files=counts[FileState.INDEXED] + counts[FileState.PENDING] + counts[FileState.FAILED],
        failed=counts[FileState.FAILED],
        pending=counts[FileState.PENDING],
        offline=catalog.photos.offline_count(),
        missing=counts[FileState.MISSING],
        embedded=0 if model_id is None else catalog.vectors.count(model_id),
        model=model.name,
        dimension=None if model_id is None else catalog.vectors.dimension(model_id),
        catalog_bytes=sum(file.stat().st_size for file in places.catalog_files() if file.exists()),
        index_state=IndexState.NOT_NEEDED
        if model_id is None
        else index_state(catalog, places.index, model_id),
        pending_offline=catalog.files.pending_offline_count(),
        searches_use=stand_in,
        read=0 if stand_in is None or model_id is None else catalog.vectors.coverage().get(model_id, 0),
    )


def index_state(catalog: Catalog, directory: Path, model_id: int, *, thorough: bool = False) -> IndexState:
    """Whether the saved index is the one the catalog describes; `thorough` reads it whole."""
    saved = catalog.vectors.saved_index(model_id)
    file = directory / saved.file if saved else None
    vectors = catalog.vectors.count(model_id)
    if not wants_index(vectors, kept=file is not None and file.is_file()):
        return IndexState.NOT_NEEDED
    if saved is None or file is None or not file.is_file():
        return IndexState.MISSING
    if thorough and not _is_as_saved(file, saved):
        return IndexState.DAMAGED
    # A few vectors that came after the file was written are added from the catalog at each start.
    behind = is_worth_saving(abs(vectors - saved.vectors), vectors)
    return IndexState.BEHIND if behind else IndexState.READY


def check(catalog: Catalog, places: Places, model: ModelFiles, thumbnails: ThumbnailStore) -> CheckReport:
    """Read everything the library holds about photos, and say what is wrong with it."""
    problems = catalog.integrity_problems()
    if problems:
        return CheckReport(tuple(problems[:_MOST_PROBLEMS]), (), 0, 0, str(places.root), intact=False)
    notes: list[str] = []
    model_id = catalog.vectors.find_model(model.name, model.sha256)
    ids = catalog.photos.ids()
    vectors = np.empty(0, dtype=np.int64)
    if model_id is not None:
        vectors = catalog.vectors.ids(model_id)
        damaged = sum(len(batch) for batch in catalog.vectors.damaged(model_id))
        if damaged:
            problems.append(f"{damaged:,} stored {plural('vector', damaged)} cannot be used.")
        state = index_state(catalog, places.index, model_id, thorough=True)
        if state not in (IndexState.READY, IndexState.NOT_NEEDED):
            notes.append(f"The search index is {state.value}; it is put right at the next start of indexing.")
    waiting = len(np.setdiff1d(ids, vectors))
    if waiting:
        notes.append(f"{waiting:,} photos are not embedded with {model.name} yet; index again to go on.")
    absent = sum(not thumbnails.exists(content) for content in catalog.photos.present_hashes())
    if absent:
        notes.append(f"{absent:,} thumbnails are not there; they are made again when needed.")
    return CheckReport(tuple(problems), tuple(notes), len(ids), len(vectors), str(places.root))


def _is_as_saved(file: Path, saved: SavedIndex) -> bool:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest() == saved.sha256
