"""`Library`: one photo library, opened."""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from types import TracebackType

import numpy as np
from filelock import FileLock

from photolens import paths
from photolens.catalog import Catalog, FileState
from photolens.domain import (
    CatalogDamage,
    Concept,
    Directory,
    Event,
    Explanation,
    Facets,
    FailedFile,
    Filters,
    Folder,
    IdArray,
    IngestFinished,
    Judgement,
    Listing,
    Order,
    Photo,
    PhotoFile,
    PhotoId,
    PixelArray,
    Query,
    Ranking,
    WaitingFile,
    waits,
)
from photolens.errors import CatalogDamaged, FolderError, LibraryError, PhotoError
from photolens.imaging.thumbnails import ThumbnailStore
from photolens.imaging.workers import Decoders
from photolens.index import ApproximateIndex
from photolens.ingest import (
    ActiveModel,
    Ingest,
    IngestConfig,
    ScanRules,
    check_folder,
    normalised,
    on_battery,
)
from photolens.library import backups, checks, model_vectors
from photolens.library.backups import Backup, Restored
from photolens.library.concepts import ConceptKeeper
from photolens.library.current_searcher import CurrentSearcher
from photolens.library.encoders import LazyEncoder
from photolens.library.guard import CatalogGuard, check_at_start
from photolens.library.model_trial import check_halves
from photolens.library.model_vectors import ModelVectors
from photolens.library.pictures import Pictures
from photolens.library.places import Places
from photolens.library.reader_pool import ReaderPool
from photolens.library.searcher import Searcher
from photolens.library.serving import ServingModel
from photolens.library.status import CheckReport, Status
from photolens.library.thumbnail_pool import ThumbnailPool
from photolens.library.trash import RestoreReport, TrashReport, move_to_trash, put_back
from photolens.library.vectors import ModelKey
from photolens.library.waiting_files import WaitingFiles
from photolens.messages import message
from photolens.search import extend, parse
from photolens.settings import Settings

_THUMBNAIL_THREADS = 2
_MODEL_IDLE_SECONDS = 300  # after which its memory is free again; loading anew takes some seconds
_OTHER_DECODERS = _THUMBNAIL_THREADS + 2  # besides those that index: for the window and for questions


class Library:
    """A photo library: folders in, searches out. Safe to use from several threads.

    >>> with Library("my-library") as library:            # doctest: +SKIP
    ...     library.index("~/Pictures")
    ...     for hit in library.search("a dog on a beach", limit=5).hits:
    ...         print(library.photo(hit.photo_id).path)

    Opened for writing (the default) it holds a lock, so that only one process changes it. With
    `read_only` it only answers. Close it, or use it in a `with` statement.
    """

    def __init__(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        settings: Settings | None = None,
        read_only: bool = False,
        emit: Callable[[Event], None] = lambda event: None,
    ) -> None:
        """Open the library folder `path` (default: the user's), creating it unless `read_only`.

        `emit` is called with every event, mostly from the ingest thread: return quickly.
        Raises LibraryBusy, LibraryMissing, CatalogDamaged, ModelError.
        """
        self.settings = settings or Settings()
        self._places = _places_of(path)
        self._emit = emit
        self._encoder = LazyEncoder(
            self.settings.model,
            self.settings.weights,
            self.settings.precision,
            _MODEL_IDLE_SECONDS,
            None if read_only else self._places.trials,
        )
        self._models = ServingModel(self._encoder)
        self._decoders = Decoders(self.settings.decode_threads + _OTHER_DECODERS)
        self._pictures = Pictures(self._decoders)
        self._index: ApproximateIndex | None = None
        self._ingest: Ingest | None = None
        self._lock: FileLock | None = None
        self._writing_catalog: Catalog | None = None
        self._thumbnail_pool = ThumbnailPool(self.thumbnail, _THUMBNAIL_THREADS)
        self._thumbnails = ThumbnailStore(self._places.thumbnails)
        self._guard = CatalogGuard(self._places, self.settings.backups, self._on_damage, emit)
        with backups.advising():
            if read_only:
                check_at_start(self._places)
            else:
                self._open_for_writing()
        self._readers = ReaderPool(self._places.catalog, self._on_damage)
        self._waiting = WaitingFiles(self._readers, self._pictures)
        self._searcher = CurrentSearcher(self._open_reader, self._models, self._make_searcher, emit)
        self._concepts = ConceptKeeper(
            self._readers.reader,
            lambda: self._writer,
            self.thumbnail,
            self._pictures,
            ModelKey(self._encoder.files.name, self._encoder.files.sha256),
            emit,
        )
        self._query_thread = ThreadPoolExecutor(1, thread_name_prefix="photolens-query")
        atexit.register(self.close)
        try:
            with backups.advising(), self._readers.reader():  # a damaged catalog is better found now
                pass
        except LibraryError:
            self.close()
            raise

    @staticmethod
    def exists(path: str | os.PathLike[str] | None = None) -> bool:
        """Whether there is a library in this folder (default: the user's)."""
        return _places_of(path).catalog.exists()

    @staticmethod
    def check_folder(path: str | os.PathLike[str], library: str | os.PathLike[str] | None = None) -> None:
        """Raise FolderError for what cannot be added to the library in this folder (default: the user's).

        Makes nothing, so that a slip of the hand leaves no empty library behind.
        """
        check_folder(normalised(os.fspath(path)), _places_of(library).own)

    # --- folders and indexing ----------------------------------------------------------------

    def add_folder(self, path: str | os.PathLike[str]) -> Folder:
        """Add a folder and begin to read its photos. Raises FolderError when it cannot be listed."""
        return self._writer.add_folder(normalised(os.fspath(path))).result()

    def remove_folder(self, path: str | os.PathLike[str]) -> None:
        """Forget a folder and its photos. The files stay where they are. Raises FolderError."""
        self._writer.remove_folder(self._folder(path).id).result()

    def folders(self) -> list[Folder]:
        """All folders, with their number of photos and whether they can be reached."""
        with self._readers.reader() as catalog:
            return catalog.folders.with_counts()

    def vanished_files(self, path: str | os.PathLike[str], limit: int | None = 100) -> list[str]:
        """Files of a folder that are gone together with so many others that nothing was removed, by path.

        At most `limit`; None: all. Raises FolderError for a folder that is none of the library's.
        """
        with self._readers.reader() as catalog:
            return catalog.vanished.paths(self._folder(path).id, limit)

    def confirm_vanished(self, path: str | os.PathLike[str]) -> int:
        """Those files were deleted: take them out of the library; returns how many are indeed not there.

        Raises FolderError for a folder that is none of the library's, or that is offline.
        """
        return self._writer.confirm_vanished(self._folder(path).path).result()

    def index(self, *folders: str | os.PathLike[str], timeout: float | None = None) -> bool:
        """Add folders (none: look through all that are known) and wait until every photo is read.

        False when `timeout` seconds were not enough; the work goes on. Raises FolderError, LibraryError.
        """
        for folder in folders:
            self.add_folder(folder)
        if not folders:
            self.rescan()
        return self.wait_idle(timeout)

    def rescan(self, *, deep: bool = False) -> None:
        """Compare all folders with the disk and read what is new.

        `deep`: every file is hashed again, which finds what was changed without another size or time.
        """
        self._writer.scan(deep=deep)

    def watch(self) -> None:
        """Follow all folders live until closed: what happens to their files shows up by itself."""
        self.watch_later().result()

    def watch_later(self) -> Future[None]:
        """The same without waiting."""
        return self._writer.watch()

    def read_first(self, folders: Iterable[str]) -> None:
        """Read what waits at or below these folders before the rest; the next call replaces this one.

        Does not wait. A folder that is added is read first without asking.
        """
        self._writer.read_first(folders)

    def read_files_first(self, ids: Iterable[PhotoId]) -> None:
        """Read these files of a listing before all the rest, in this order; the next call replaces this one.

        Does not wait.
        """
        self._writer.read_files_first(-photo_id for photo_id in ids if waits(photo_id))

    def retry_failed(self) -> int:
        """Try every file that could not be read once more; returns how many there are."""
        return self._writer.retry_failed().result()

    def pause(self) -> None:
        """Stop reading photos until `resume`; searching goes on."""
        self._writer.pause()

    def resume(self) -> None:
        """Go on after `pause` or `cancel`."""
        self._writer.resume()

    def cancel(self) -> None:
        """Stop reading photos. What is not read yet is kept for `resume`, `rescan` or the next start."""
        self._writer.cancel()

    def wait_idle(self, timeout: float | None = None) -> bool:
        """Wait until all that is known is read; False after `timeout` seconds.

        Raises LibraryError or ModelError when indexing cannot go on.
        """
        return self._writer.wait_idle(timeout)

    # --- searching ---------------------------------------------------------------------------

    def search(
        self,
        query: str | Query = "",
        *,
        images: Sequence[PhotoId | str | bytes] = (),
        without: Sequence[str] = (),
        liked: Sequence[PhotoId] = (),
        disliked: Sequence[PhotoId] = (),
        filters: Filters | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> Ranking:
        """Find photos by words, pictures (photo ids, paths or bytes), or both; best first.

        `query` may use the search box's grammar, e.g. `beach -people since:2019`; `without` are words to
        keep away from. Photos `liked` come first and those `disliked` last, and the others are ordered
        by what that teaches; unknown ids teach nothing. `offset` pages on. Raises QueryError, ModelError.
        """
        asked = parse(query) if isinstance(query, str) else query
        asked = extend(asked, images=images, without=without)
        clicks = [Judgement(photo, True) for photo in liked] + [Judgement(photo, False) for photo in disliked]
        asked = replace(asked, judgements=(*asked.judgements, *clicks))
        if filters is not None:
            asked = replace(asked, filters=filters)
        return self.search_later(asked, limit=limit, offset=offset).result()

    def search_later(self, query: Query, *, limit: int = 100, offset: int = 0) -> Future[Ranking]:
        """The same on the query thread, without waiting; cancel the future of an outdated query."""
        return self._query_thread.submit(self._searcher.search, query, limit, offset)

    def explain(self, query: Query, photo_id: PhotoId) -> Explanation:
        """Why this photo is where it is in the answer to a query.

        Raises QueryError where nothing was asked or the photo has not been read, ModelError.
        """
        return self.explain_later(query, photo_id).result()

    def explain_later(self, query: Query, photo_id: PhotoId) -> Future[Explanation]:
        """The same on the query thread, without waiting."""
        return self._query_thread.submit(self._searcher.explain, query, photo_id)

    def narrow(self, query: Query, count: int = 6) -> tuple[PhotoId, ...]:
        """Unjudged photos whose judgement would say most of what is meant. Raises QueryError, ModelError."""
        return self.narrow_later(query, count).result()

    def narrow_later(self, query: Query, count: int = 6) -> Future[tuple[PhotoId, ...]]:
        """The same on the query thread, without waiting."""
        return self._query_thread.submit(self._searcher.narrow, query, count)

    def prepare(self) -> Future[None]:
        """Load what words need in the background, so that the first search does not wait for it."""
        return self._query_thread.submit(self._searcher.prepare)

    def more_like(self, photo_id: PhotoId, *, limit: int = 100) -> Ranking:
        """Photos like this one, which is not among them."""
        return self.search(images=[photo_id], limit=limit)

    # --- photos ------------------------------------------------------------------------------

    def photo_ids(self, filters: Filters | None = None, order: Order = Order.NEWEST) -> IdArray:
        """Ids of all photos that meet `filters`, in order, int64 [N]."""
        with self._readers.reader() as catalog:
            return catalog.photos.ids(filters, order)

    def listing(
        self, filters: Filters | None = None, order: Order = Order.NEWEST, *, waiting: bool = False
    ) -> Listing:
        """The same photos with their shapes, colours and times, as a grid wants them.

        `waiting`: with the files that wait to be read for the first time, as far as `filters` name folders
        only; of others nobody knows whether they meet them.
        """
        filters = filters or Filters()
        with self._readers.reader() as catalog, catalog.transaction():
            photos = catalog.photos.listing(filters, order)
            if not waiting or filters != Filters(folders=filters.folders) or not catalog.unread.any():
                return photos
            return catalog.unread.among(photos, filters.folders, order)

    def waiting_files(self, ids: Iterable[PhotoId]) -> list[WaitingFile]:
        """What is known of these files of a listing, and what became of them; those that are gone are left
        out, in no order."""
        return self._waiting.files(ids)

    def listing_of(self, ids: Iterable[PhotoId]) -> Listing:
        """These photos in the order given; unknown ids and photos no longer present are left out."""
        wanted = np.fromiter(ids, dtype=np.int64)
        with self._readers.reader() as catalog:
            return catalog.photos.listing_of(wanted)

    def facets(self) -> Facets:
        """What the present photos can be filtered by: cameras, formats, years, places."""
        with self._readers.reader() as catalog:
            return catalog.photos.facets()

    def directories(self) -> list[Directory]:
        """Every directory at or below a folder that holds photos or waiting files, ordered by path."""
        with self._readers.reader() as catalog:
            return catalog.photos.directories()

    def photos(self, ids: Iterable[PhotoId]) -> list[Photo]:
        """What is known of these photos, in their order; unknown ids are left out."""
        with self._readers.reader() as catalog:
            return catalog.photos.get(list(ids))

    def photo(self, photo_id: PhotoId) -> Photo:
        """What is known of one photo. Raises LibraryError for an unknown id."""
        found = self.photos([photo_id])
        if not found:
            raise LibraryError(message("There is no photo {photo} in this library.", photo=str(photo_id)))
        return found[0]

    def files(self, photo_id: PhotoId) -> list[PhotoFile]:
        """Where the copies of one photo lie, reachable ones first."""
        with self._readers.reader() as catalog:
            return catalog.photos.files(photo_id)

    def thumbnail(self, photo_id: PhotoId) -> bytes | None:
        """A JPEG of at most 320 px; made again when the cache lost it. None when that cannot be done now.

        Of a file that waits, too; like `picture`.
        """
        if waits(photo_id):
            return self._waiting.thumbnail(photo_id, self.thumbnail)
        with self._readers.reader() as catalog:
            content = catalog.photos.hash_of(photo_id)
            files = catalog.photos.files(photo_id) if content else []
        if content is None:
            return None
        cached = self._thumbnails.get(content)
        return cached or self._make_thumbnail(content, files)

    def trash(self, photo_ids: Iterable[PhotoId]) -> TrashReport:
        """Move every reachable copy of these photos to the system's trash.

        What cannot be moved is in the report, with the reason, and stays where it is; copies in folders
        that are offline stay too. Raises LibraryError when opened for reading only.
        """
        writer = self._writer
        files = [
            (file.path, photo.size_bytes)
            for photo in self.photos(photo_ids)
            for file in self.files(photo.id)
            if file.online
        ]
        writer.expect_gone(path for path, _ in files)
        try:
            return move_to_trash(files)
        finally:
            writer.look_at(path for path, _ in files)

    def restore(self, report: TrashReport) -> RestoreReport:
        """Put files back from the trash. One whose place is taken stays there, as does one that the
        system does not show us. Raises LibraryError when opened for reading only.
        """
        writer = self._writer
        restored = put_back(report)
        writer.look_at(restored.restored)
        return restored

    def request_thumbnail(self, photo_id: PhotoId) -> Future[bytes | None]:
        """The same in a pool of threads, newest request first; cancel what is out of sight."""
        return self._thumbnail_pool.request(photo_id)

    def picture(self, photo_id: PhotoId, max_px: int | None = None) -> PixelArray:
        """The photo itself: upright, sRGB, uint8 [H, W, 3], C-contiguous, read-only.

        Its long side is at most `max_px`; None: full size, but of more than 110 megapixels a half, a third
        and so on. From the first copy that can be read; raises PhotoError with the reason of the first
        when none can, LibraryError for an unknown id.
        """
        if waits(photo_id):
            file = self._waiting.file(photo_id)
            if file.photo_id is None:
                return self._pictures.picture(file.path, max_px)
            photo_id = file.photo_id
        with self._readers.reader() as catalog:
            known = catalog.photos.hash_of(photo_id) is not None
            files, folders = catalog.photos.files(photo_id), catalog.folders.all()
        if not known:
            raise LibraryError(message("There is no photo {photo} in this library.", photo=str(photo_id)))
        return self._pictures.first_of(files, folders, max_px)

    def preview(self, source: str | bytes) -> bytes:
        """JPEG of at most 320 px of a picture outside the library, a path or the bytes. Raises PhotoError."""
        return self._pictures.photo(source).thumbnail

    def failures(self) -> list[FailedFile]:
        """Every file that could not be read, with its reason."""
        with self._readers.reader() as catalog:
            return catalog.files.failed()

    def failure_count(self) -> int:
        """How many files could not be read."""
        with self._readers.reader() as catalog:
            return catalog.files.counts()[FileState.FAILED]

    # --- concepts and history ----------------------------------------------------------------

    def concepts(self) -> list[Concept]:
        """Every saved query, by name, whatever the case."""
        return self._concepts.all()

    def concept(self, name_or_id: str | int) -> Concept:
        """One saved query. Raises LibraryError with the names there are."""
        return self._concepts.get(name_or_id)

    def save_concept(self, name: str, query: Query) -> Concept:
        """Save a query with its judgements under a new name of 1 to 100 characters.

        Small copies of its pictures are kept, so that it outlives them. Raises UsageError for a name that is
        taken, whatever the case, QueryError for a picture that cannot be read.
        """
        return self._concepts.save(name, query)

    def update_concept(self, concept_id: int, query: Query) -> Concept:
        """Give a concept another query. Raises LibraryError, QueryError."""
        return self._concepts.update(concept_id, query)

    def rename_concept(self, concept_id: int, name: str) -> Concept:
        """Give a concept another name. Raises UsageError for one that is taken, LibraryError."""
        return self._concepts.rename(concept_id, name)

    def duplicate_concept(self, concept_id: int) -> Concept:
        """Save the same under "Name copy", "Name copy 2" and so on. Raises LibraryError."""
        return self._concepts.duplicate(concept_id)

    def delete_concept(self, concept_id: int) -> Concept:
        """Delete a concept; what this gives can be put back by `restore_concept`. Raises LibraryError."""
        return self._concepts.delete(concept_id)

    def restore_concept(self, concept: Concept) -> Concept:
        """Put a deleted concept back under its id, and its name ("Name 2" where that was taken meanwhile)."""
        return self._concepts.restore(concept)

    def export_concept(self, concept_id: int, path: str | os.PathLike[str]) -> None:
        """Write a concept to one file, `.photolens-concept`, whole or not at all. Raises LibraryError."""
        self._concepts.export(concept_id, path)

    def import_concept(self, path: str | os.PathLike[str]) -> Concept:
        """Read a concept that was exported, under a free name. Raises ConceptFileError, LibraryError."""
        return self._concepts.import_file(path)

    def remember_search(self, query: Query) -> None:
        """Put a search first among the recent ones, of which 50 are kept; one that asks nothing is not."""
        self._concepts.remember(query)

    def recent_searches(self, limit: int = 20) -> list[Query]:
        """The searches remembered, the latest first."""
        return self._concepts.recent(limit)

    def forget_searches(self, query: Query | None = None) -> None:
        """Forget one recent search, or all."""
        self._concepts.forget(query)

    # --- the library itself ------------------------------------------------------------------

    def status(self) -> Status:
        """The library in numbers."""
        with self._readers.reader() as catalog:
            serving = self._models.choose(catalog)
            stand_in = None if serving is self._encoder else serving.files.name
            found = checks.status(catalog, self._places, self._encoder.files, stand_in)
        return replace(found, on_battery=found.pending > 0 and self._waits_for_power())

    def models(self) -> list[ModelVectors]:
        """The models that have read photos of this library, with what they read; the oldest first."""
        with self._readers.reader() as catalog:
            return model_vectors.models_of(catalog, self._encoder.files)

    def forget_model(self, model_id: int) -> int:
        """Drop the vectors of a model that is not in use, and return how many. Photos and concepts stay.

        Going back to it reads all photos again. Raises UsageError for the model in use, LibraryError.
        """
        files, directory = self._encoder.files, self._places.index
        return self._writer.write(
            lambda catalog: model_vectors.forget(catalog, model_id, files, directory)
        ).result()

    def check(self) -> CheckReport:
        """Verify the catalog, every stored vector and the index file. Reads no photo."""
        with self._readers.reader() as catalog:
            return checks.check(catalog, self._places, self._encoder.files, self._thumbnails)

    def repair(self) -> list[str]:
        """Put right what can be made again, and say what was done, in sentences. Reads no photo.

        Photos whose vectors are missing or damaged wait to be read again. Raises CatalogDamaged when only a
        backup helps, LibraryError.
        """
        return self._writer.repair().result()

    def back_up(self) -> Backup:
        """Make a backup of the catalog now, beside those made every day. Raises LibraryError."""
        self._writer  # noqa: B018 - raises where the library was opened for reading only
        return self._guard.back_up()

    @staticmethod
    def backups(path: str | os.PathLike[str] | None = None) -> list[Backup]:
        """The backups of the library in this folder (default: the user's), newest first."""
        return backups.list_backups(_places_of(path).root)

    @staticmethod
    def restore_catalog(path: str | os.PathLike[str] | None, backup: Backup | None) -> Restored:
        """Go back to a backup of the library in this folder; None: start anew from the photos.

        The library must not be open. What was there is kept. Raises LibraryBusy, CatalogTooNew, LibraryError.
        """
        return backups.restore(_places_of(path).root, backup)

    def stop(self) -> None:
        """Let nobody wait for photos or backups any more, before `close`; does not wait itself.

        What was asked to be written still is.
        """
        self._guard.hurry()
        if self._ingest is not None:
            self._ingest.cancel()
        self._decoders.close()

    def close(self) -> None:
        """Finish the batch in hand, save, and end all threads. May be called twice; is called at exit."""
        atexit.unregister(self.close)
        self._guard.stop()
        if self._ingest is not None:
            self._ingest.stop()
        self._decoders.close()
        self._thumbnail_pool.close()
        self._query_thread.shutdown(cancel_futures=True)
        self._searcher.close()
        self._models.release()
        self._readers.close()
        self._guard.close()
        # Last of all connections, so that SQLite folds its log into the catalog.
        if self._writing_catalog is not None:
            self._writing_catalog.close()
            self._writing_catalog = None
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> Library:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- inside ------------------------------------------------------------------------------

    def _folder(self, path: str | os.PathLike[str]) -> Folder:
        wanted = normalised(os.fspath(path))
        with self._readers.reader() as catalog:
            folder = next((folder for folder in catalog.folders.all() if folder.path == wanted), None)
        if folder is None:
            raise FolderError(message("{path} is not one of this library's folders.", path=wanted))
        return folder

    @property
    def _writer(self) -> Ingest:
        if self._ingest is None:
            raise LibraryError(message("This library was opened for reading only."))
        return self._ingest

    def _open_for_writing(self) -> None:
        self._places.create()
        self._lock = self._places.acquire()
        try:
            self._guard.before_opening()
            catalog = self._writing_catalog = Catalog.writer(self._places.catalog)
        except BaseException:
            self._lock.release()
            raise
        config = IngestConfig(
            index_directory=self._places.index,
            threads=self.settings.decode_threads,
            rules=ScanRules(skip=self._places.own, rescan_seconds=60.0 * self.settings.rescan_minutes),
            pause_on_battery=self.settings.pause_on_battery,
        )
        self._ingest = Ingest(
            catalog,
            config,
            self._thumbnails,
            self._resolve_model,
            self._encoder,
            self._decoders,
            self._tell,
            self._guard.wait_until_sound,
        )
        self._guard.start()

    def _waits_for_power(self) -> bool:
        """Of another process it is only known what it should do."""
        if self._ingest is not None:
            return self._ingest.on_battery
        return self.settings.pause_on_battery and on_battery()

    def _on_damage(self, error: CatalogDamaged) -> None:
        """From any thread: what was read shows that the catalog is damaged."""
        if self._ingest is not None:
            self._ingest.end_for(error)
        else:
            self._emit(CatalogDamage(error.text))

    def _resolve_model(self, catalog: Catalog) -> ActiveModel:
        """On the ingest thread: the model's row and an empty index. Loads a model only when it is new."""
        files = self._encoder.files
        model_id = catalog.vectors.find_model(files.name, files.sha256)
        if model_id is None:
            check_halves(self._encoder)
            model_id = catalog.vectors.model_id(files.name, files.sha256, self._encoder.dimension)
        # Those that are installed are found by their name.
        catalog.vectors.remember_weights(model_id, files.weights if self.settings.weights else None)
        self._index = ApproximateIndex(catalog.vectors.dimension(model_id))
        return ActiveModel(model_id, self._index)

    def _tell(self, event: Event) -> None:
        self._emit(event)
        if not isinstance(event, IngestFinished):
            return
        self._guard.all_read()
        if self._models.stands_in:
            with suppress(RuntimeError):  # the program ends
                self.prepare()  # all photos may be read with the new model now

    def _open_reader(self) -> Catalog:
        return Catalog.reader(self._places.catalog, self._on_damage)

    def _make_searcher(self, encoder: LazyEncoder) -> Searcher:
        return Searcher(
            self._open_reader,
            encoder,
            lambda: self._index if encoder is self._encoder else None,
            self._places.index,
            self._thumbnails.get,
            self._pictures,
        )

    def _make_thumbnail(self, content: bytes, files: Iterable[PhotoFile]) -> bytes | None:
        for file in files:
            if not file.online:
                continue
            try:
                jpeg = self._pictures.photo(file.path).thumbnail
            except PhotoError:
                continue
            with suppress(OSError):  # a cache; the library's folder may be read-only
                self._thumbnails.put(content, jpeg)
            return jpeg
        return None


def _places_of(path: str | os.PathLike[str] | None) -> Places:
    return Places(paths.library_folder(path))
