"""Settling what became of files: the catalog's transaction, then the index, caches and listeners."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from photolens.catalog import Catalog, PendingFile
from photolens.domain import (
    DecodedPhoto,
    Event,
    FileFailed,
    FloatArray,
    IdArray,
    PhotoId,
    PhotosAdded,
    PhotosChanged,
    PhotosRemoved,
)
from photolens.errors import FailureKind, PhotoError
from photolens.imaging.thumbnails import ThumbnailStore
from photolens.ingest.fingerprint import Fingerprint, stat_now
from photolens.ingest.progress import Progress

log = logging.getLogger(__name__)

# An editor's temporary file lives no longer than it takes to save; a photo of its own does.
_FLEETING = timedelta(minutes=10)


@dataclass(slots=True)
class Outcome:
    """What became of one file. At most one of `error` and `decoded` is set; neither: known content."""

    file: PendingFile
    mark: Fingerprint | None = None
    decoded: DecodedPhoto | None = None
    error: PhotoError | None = None
    vector: FloatArray | None = None
    shown: bool = False  # before it had a vector


@dataclass(slots=True)
class Written:
    """What one transaction changed, told to others once it is committed."""

    added: list[PhotoId] = field(default_factory=list)
    removed: list[PhotoId] = field(default_factory=list)
    changed: list[PhotoId] = field(default_factory=list)
    failed: list[FileFailed] = field(default_factory=list)
    vectors: dict[PhotoId, FloatArray] = field(default_factory=dict)
    stale_thumbnails: list[bytes] = field(default_factory=list)
    undecided: list[Outcome] = field(default_factory=list)


class Settler:
    """Commits outcomes together, and tells of them once they are committed. On the ingest thread."""

    def __init__(
        self,
        catalog: Catalog,
        thumbnails: ThumbnailStore,
        index: Callable[[IdArray, NDArray[np.float16]], None],
        model_id: int,
        progress: Progress,
        emit: Callable[[Event], None],
    ) -> None:
        self._catalog = catalog
        self._thumbnails = thumbnails
        self._index = index
        self._model_id = model_id
        self._progress = progress
        self._emit = emit
        self._taken: set[PhotoId] = set()  # drafts whose content an edited photo took

    def settle(self, outcomes: list[Outcome]) -> list[Outcome]:
        """Commit all in one transaction; returns those that cannot be decided yet and stay in the queue.

        Raises LibraryError or OSError when the catalog or a thumbnail cannot be written.
        """
        self._keep_thumbnails(outcomes)
        written = Written()
        with self._catalog.transaction():
            # Files never read before go first: they may be where the photo of a changed file has gone.
            for outcome in sorted(outcomes, key=lambda outcome: outcome.file.photo_id is not None):
                self._write(outcome, written)
            self._drop_contradictions(written)
        self._progress.done += len(outcomes) - len(written.undecided)
        self._publish(written)
        return written.undecided

    def show(self, outcomes: list[Outcome]) -> None:
        """Put new photos that are decoded into the library, before they have vectors: to be looked at.

        Their files stay in the queue until they are settled. Raises what `settle` raises.
        """
        new = [
            outcome for outcome in outcomes if outcome.decoded is not None and outcome.file.photo_id is None
        ]
        self._keep_thumbnails(new)
        written = Written()
        with self._catalog.transaction():
            for outcome in new:
                assert outcome.mark is not None
                assert outcome.decoded is not None
                content, stat = outcome.mark.content_hash, outcome.mark.stat
                if self._catalog.files.pending_stat(outcome.file.id) != outcome.file.stat:
                    continue
                if self._catalog.photos.by_hash(content) is not None:
                    continue  # a copy, or one that comes back
                photo_id = self._catalog.photos.insert(content, stat.size_bytes, outcome.decoded)
                self._catalog.files.show(outcome.file.id, photo_id)
                outcome.file = replace(outcome.file, photo_id=photo_id)
                written.added.append(photo_id)
        self._publish(written)

    def _drop_contradictions(self, written: Written) -> None:
        """Photos that changed places with each other were without a file only in between."""
        present = {photo_id for photo_id in written.removed if self._catalog.files.copies(photo_id)}
        written.removed = [photo_id for photo_id in written.removed if photo_id not in present]
        written.added = [photo_id for photo_id in written.added if photo_id not in present]
        written.changed += sorted(present.difference(written.changed))

    def _keep_thumbnails(self, outcomes: list[Outcome]) -> None:
        """Before the photos are told of. One that cannot be written is made again when it is looked at."""
        try:
            for outcome in outcomes:
                if outcome.decoded is not None and outcome.mark is not None:
                    self._thumbnails.put(outcome.mark.content_hash, outcome.decoded.thumbnail)
        except OSError as error:
            log.warning("thumbnails were not written: %s", error)

    def _write(self, outcome: Outcome, written: Written) -> None:
        queued = self._catalog.files.pending_stat(outcome.file.id)
        if queued is None:
            return  # its folder was removed, or it moved, while it was read
        if queued != outcome.file.stat and (outcome.mark is None or queued[:2] != outcome.mark.stat[:2]):
            return  # it changed once more while it was read, and stays in the queue
        if outcome.mark is None or (outcome.error is not None and not self._knows(outcome.mark)):
            self._write_failure(outcome, written)
            return
        content = outcome.mark.content_hash
        photo_id = self._catalog.photos.by_hash(content)
        if photo_id is None:
            if outcome.decoded is None:
                return  # what held this content was edited meanwhile; the file stays in the queue
            if self._is_undecided(outcome):
                written.undecided.append(outcome)
                return
            photo_id = self._new_content(outcome, outcome.decoded, written)
        elif self._is_draft_of_edit(photo_id, outcome):
            if self._is_undecided(outcome):
                written.undecided.append(outcome)
                return
            photo_id = self._take_draft(photo_id, outcome, written)
        elif photo_id != outcome.file.photo_id:
            self._progress.found_elsewhere.add(photo_id)
            if self._catalog.files.copies(photo_id) == 0:
                written.added.append(photo_id)  # it was gone, and is back
        if outcome.vector is not None:
            self._catalog.vectors.put(photo_id, self._model_id, outcome.vector)
            written.vectors[photo_id] = outcome.vector
        if self._catalog.files.set_indexed(outcome.file.id, photo_id, outcome.mark.stat):
            self._progress.moved += 1
            written.changed.append(photo_id)
        if outcome.error is not None:
            # Known, perhaps to another model: it stays in the library although this one makes nothing of it.
            self._catalog.files.set_unreadable(outcome.file.id, outcome.error.kind, outcome.error.reason)
        self._note_orphan(outcome, photo_id, written)

    def _knows(self, mark: Fingerprint) -> bool:
        return self._catalog.photos.by_hash(mark.content_hash) is not None

    def _write_failure(self, outcome: Outcome, written: Written) -> None:
        error, file = outcome.error, outcome.file
        assert error is not None
        if error.kind is FailureKind.UNREADABLE and file.photo_id is not None:
            # What may not be seen is not gone.
            self._catalog.files.set_unreadable(file.id, error.kind, error.reason)
            return
        self._catalog.files.set_failed(file.id, error.kind, error.reason)
        written.failed.append(FileFailed(file.path, error.kind, error.reason))
        self._note_orphan(outcome, None, written)

    def _is_undecided(self, outcome: Outcome) -> bool:
        """Whether the photo that this file held may only have been renamed, and not been read there yet."""
        old = outcome.file.photo_id
        return (
            old is not None
            and not self._catalog.files.copies(old, besides=outcome.file.id)
            and self._catalog.files.may_have_moved(old)
        )

    def _new_content(self, outcome: Outcome, decoded: DecodedPhoto, written: Written) -> PhotoId:
        """A photo never seen; or one edited in place, which stays the photo that it was."""
        assert outcome.mark is not None
        content, size = outcome.mark.content_hash, outcome.mark.stat.size_bytes
        old = outcome.file.photo_id
        if old is None or self._catalog.files.copies(old, besides=outcome.file.id):
            photo_id = self._catalog.photos.insert(content, size, decoded)
            written.added.append(photo_id)
            return photo_id
        old_hash = self._catalog.photos.hash_of(old)
        if old_hash is not None:
            written.stale_thumbnails.append(old_hash)
        self._catalog.vectors.drop(old)
        self._catalog.photos.replace_content(old, content, size, decoded)
        written.changed.append(old)
        return old

    def _is_draft_of_edit(self, photo_id: PhotoId, outcome: Outcome) -> bool:
        """Whether this content was only known from a file that an editor then renamed over the photo.

        Such a file lay beside the photo, was written after the photo was known, and seen a moment ago;
        nothing depends on it, and no file holds it any more. The photo that is edited would lose its last
        copy. Where another file may hold that photo now, they were renamed, as by a program that numbers.
        """
        old = outcome.file.photo_id
        if old is None or old == photo_id or outcome.mark is None:
            return False
        if self._catalog.files.copies(old, besides=outcome.file.id):
            return False
        drafts = self._catalog.photos.files(photo_id)
        directory = os.path.dirname(outcome.file.path)
        first_seen = self._catalog.photos.added_at(photo_id)
        written_at = outcome.mark.stat.mtime_ns / 1e9
        return (
            timedelta() <= datetime.now(UTC) - first_seen < _FLEETING
            and written_at > self._catalog.photos.added_at(old).timestamp()
            and not self._catalog.concepts.depend_on(photo_id)
            and (bool(drafts) or photo_id in self._taken)  # the edit is taken back
            and all(file.online and os.path.dirname(file.path) == directory for file in drafts)
            and all(stat_now(file.path) is None for file in drafts)
            and not self._catalog.files.may_lie_in_changed(old, outcome.file.id)
        )

    def _take_draft(self, draft: PhotoId, outcome: Outcome, written: Written) -> PhotoId:
        """The edited photo stays the photo that it was; the other takes what it held, without a file."""
        old = outcome.file.photo_id
        assert old is not None
        self._taken.add(draft)
        self._catalog.photos.exchange_content(old, draft)
        now = self._catalog.vectors.exchange(old, draft, self._model_id)
        written.vectors.update(zip(now.ids.tolist(), now.vectors.astype(np.float32), strict=True))
        if self._catalog.files.release_photo(draft):
            written.removed.append(draft)
        written.changed.append(old)
        return old

    def _note_orphan(self, outcome: Outcome, now: PhotoId | None, written: Written) -> None:
        """The photo that the file held before may have lost its last copy."""
        old = outcome.file.photo_id
        if old not in (None, now) and old is not None and not self._catalog.files.copies(old):
            written.removed.append(old)

    def _publish(self, written: Written) -> None:
        """Tell the index, the caches and the listeners what is now in the catalog."""
        if written.vectors:
            ids = np.array(list(written.vectors), dtype=np.int64)
            self._index(ids, np.stack(list(written.vectors.values())).astype(np.float16))
        for content in written.stale_thumbnails:
            self._thumbnails.remove(content)
        self._progress.failed += len(written.failed)
        self._progress.added += len(written.added)
        self._progress.removed += len(written.removed)
        for failure in written.failed:
            self._emit(failure)
        if written.added:
            self._emit(PhotosAdded(tuple(written.added)))
        if written.removed:
            self._emit(PhotosRemoved(tuple(written.removed)))
        if written.changed:
            self._emit(PhotosChanged(tuple(written.changed)))
