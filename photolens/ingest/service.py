"""The ingest thread: the one owner of the catalog's writing connection and of the index.

Everything that writes goes through `submit`, or happens here by itself: scans when due, changes that
the watcher heard of, the queue of files to read.
"""

from __future__ import annotations

import logging
import os
import queue
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from photolens.catalog import Catalog
from photolens.domain import (
    Event,
    Folder,
    FolderId,
    FolderState,
    IngestTrouble,
    Notice,
    PhotosChanged,
    PhotosRemoved,
    ScanFinished,
    ScanStarted,
)
from photolens.errors import LibraryError, PhotoLensError
from photolens.imaging.thumbnails import ThumbnailStore
from photolens.index import ApproximateIndex
from photolens.ingest import live, roots, scanner
from photolens.ingest.control import Control
from photolens.ingest.index_keeper import IndexKeeper
from photolens.ingest.pipeline import BATCH, ImageEncoder, Pipeline
from photolens.ingest.progress import Progress
from photolens.ingest.watcher import Watcher

log = logging.getLogger(__name__)

T = TypeVar("T")

_REST_SECONDS = 0.25
# How often a watched root is checked for having been unplugged, renamed or replaced.
_LIVENESS_SECONDS = 5.0
# Where the system does not tell of changes, look this often.
_POLL_SECONDS = 30.0
# After trouble such as a full disk, wait this long before trying again.
_TROUBLE_SECONDS = 30.0
# Files that vanished are settled after the queue, where a move may explain them; unless it is long.
_LONG_QUEUE = 1000


@dataclass(frozen=True, slots=True)
class IngestConfig:
    index_directory: Path
    skip: frozenset[str]  # real paths of folders that are never scanned: the library's own
    threads: int
    rescan_seconds: float


@dataclass(frozen=True, slots=True)
class ActiveModel:
    """The model in use, and the index of its vectors."""

    id: int
    index: ApproximateIndex


class Ingest:
    """Runs the ingest thread. Public methods may be called from any thread."""

    def __init__(
        self,
        catalog: Catalog,
        config: IngestConfig,
        thumbnails: ThumbnailStore,
        resolve_model: Callable[[Catalog], ActiveModel],
        encoder: Callable[[], ImageEncoder],
        emit: Callable[[Event], None],
    ) -> None:
        self._catalog = catalog
        self._config = config
        self._thumbnails = thumbnails
        self._resolve_model = resolve_model
        self._encoder = encoder
        self._emit = _guarded(emit)
        self._control = Control()
        self._progress = Progress()
        self._commands: queue.SimpleQueue[tuple[Future[Any], Callable[[Catalog], Any]]] = queue.SimpleQueue()
        self._wake = threading.Event()
        self._idle = threading.Condition()
        self._busy = 1  # things submitted and not finished; the first is starting up
        self._resting = False
        self._ended = False
        self._broken: PhotoLensError | None = None  # no photo can be embedded at all
        self._trouble: PhotoLensError | None = None
        self._blocked_until = 0.0
        self._missing: set[int] = set()
        self._watcher: Watcher | None = None
        self._polled: set[FolderId] = set()
        self._next_scan: dict[FolderId, float] = {}
        self._next_liveness = 0.0
        self._pipeline: Pipeline | None = None
        self._model: ActiveModel | None = None
        self._keeper: IndexKeeper | None = None
        self._pool = ThreadPoolExecutor(config.threads, thread_name_prefix="photolens-decode")
        self._thread = threading.Thread(target=self._main, name="photolens-ingest")
        self._thread.start()

    # --- from any thread ---------------------------------------------------------------------

    def submit(self, work: Callable[[Catalog], T]) -> Future[T]:
        """Run `work` on the ingest thread, with the catalog, between two batches."""
        future: Future[T] = Future()
        with self._idle:
            if self._ended:
                raise self._broken or LibraryError("The library is closed.")
            self._busy += 1
            self._resting = False
            self._commands.put((future, work))
        self._wake.set()
        return future

    def scan(self, folder_ids: Iterable[FolderId] | None = None) -> Future[None]:
        """Compare these folders, or all, with the disk; then read what is new."""

        self._control.renew()

        def work(catalog: Catalog) -> None:
            self._trouble, self._blocked_until = None, 0.0
            wanted = None if folder_ids is None else set(folder_ids)
            for folder in catalog.folders.all():
                if wanted is None or folder.id in wanted:
                    self._scan(folder)

        return self.submit(work)

    def retry_failed(self) -> Future[int]:
        """Try every file that could not be read once more; gives how many there are."""

        self._control.renew()
        return self.submit(lambda catalog: catalog.files.retry_failed())

    def add_folder(self, path: str) -> Future[Folder]:
        """Make `path` a root and read its photos. The future raises FolderError."""
        self._control.renew()

        def work(catalog: Catalog) -> Folder:
            roots.check(path)
            folder = roots.add(catalog, path)
            self._next_scan[folder.id] = 0.0
            return folder

        return self.submit(work)

    def remove_folder(self, folder_id: FolderId) -> Future[None]:
        """Forget a root; its photos leave the library, the files on disk stay."""

        def work(catalog: Catalog) -> None:
            for folder in catalog.folders.all():
                if folder.id == folder_id:
                    if self._watcher is not None:
                        self._watcher.leave(folder.path)
                    before = set(catalog.photos.ids().tolist())
                    catalog.folders.remove(folder_id)
                    gone = before.difference(catalog.photos.ids().tolist())
                    self._next_scan.pop(folder_id, None)
                    if gone:
                        self._emit(PhotosRemoved(tuple(sorted(gone))))

        return self.submit(work)

    def watch(self) -> Future[None]:
        """Follow all folders live from now on."""

        def work(catalog: Catalog) -> None:
            if self._watcher is None:
                self._watcher = Watcher(self._wake.set)
            for folder in catalog.folders.all():
                self._follow(folder)
            self._encoder()  # so that the first new photo does not wait for the model

        return self.submit(work)

    def pause(self) -> None:
        self._control.pause()
        self._wake.set()

    def resume(self) -> None:
        """Go on after a pause or a cancel."""
        self._control.renew()
        self._control.resume()
        self.submit(lambda catalog: None)  # there is something to wait for again

    @property
    def paused(self) -> bool:
        return self._control.paused

    def cancel(self) -> None:
        """Stop reading photos; what waits is kept in the queue for the next scan."""
        self._control.cancel()
        self._wake.set()

    def wait_idle(self, timeout: float | None = None) -> bool:
        """Block until everything known is done; False after `timeout` seconds. Re-raises trouble."""
        with self._idle:
            done = self._idle.wait_for(lambda: self._resting, timeout)
            error = self._broken or self._trouble
            if error is not None:
                raise error
        return done

    def stop(self) -> None:
        """Finish the batch in hand, commit, save the index, end the threads. The catalog stays open."""
        self._control.stop()
        self._wake.set()
        self._thread.join()
        self._pool.shutdown()

    # --- on the ingest thread ----------------------------------------------------------------

    def _main(self) -> None:
        try:
            self._start_up()
            while not self._control.stopping:
                self._step()
            self._save_index()
        except Exception as error:
            log.exception("the ingest thread ended")
            self._broken = LibraryError(f"Indexing has stopped because of an error: {error}")
            self._emit(IngestTrouble(str(self._broken)))
        finally:
            if self._watcher is not None:
                self._watcher.stop()
            with self._idle:
                self._ended = self._resting = True
                self._idle.notify_all()
                while not self._commands.empty():
                    future, _ = self._commands.get_nowait()
                    if future.set_running_or_notify_cancel():
                        future.set_exception(self._broken or LibraryError("The library is closed."))

    def _start_up(self) -> None:
        try:
            model = self._model = self._resolve_model(self._catalog)
        except PhotoLensError as error:
            self._broken = error
            self._in_trouble(error)
            self._done_one()
            return
        self._keeper = IndexKeeper(self._catalog, model.index, model.id, self._config.index_directory)
        self._pipeline = Pipeline(
            self._catalog,
            self._thumbnails,
            model.index,
            model.id,
            self._encoder,
            self._pool,
            2 * BATCH + 2 * self._config.threads,
            self._control,
            self._progress,
            self._emit,
        )
        self._keeper.open(lambda: not self._control.stopping)
        self._catalog.files.queue_without_vector(model.id)
        self._done_one()

    def _step(self) -> None:
        try:
            self._tick()
            if self._has_work():
                self._work()
            else:
                self._rest()
        except (PhotoLensError, OSError) as error:
            self._in_trouble(error if isinstance(error, PhotoLensError) else LibraryError(_plain(error)))

    def _done_one(self) -> None:
        with self._idle:
            self._busy -= 1
            self._resting = False  # it may have left something to do

    def _tick(self) -> None:
        """What must not wait for the queue: commands, changes on disk, scans that are due."""
        while True:
            try:
                future, work = self._commands.get_nowait()
            except queue.Empty:
                break
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(work(self._catalog))
                except BaseException as error:
                    future.set_exception(error)
            self._done_one()
        if self._watcher is not None:
            self._take_changes(self._watcher)
            self._check_roots(self._watcher)
        self._scan_due()

    def _has_work(self) -> bool:
        if self._pipeline is None or self._control.interrupted() or time.monotonic() < self._blocked_until:
            return False
        return bool(self._catalog.files.pending(1, self._pipeline.put_off))

    def _work(self) -> None:
        assert self._pipeline is not None
        with self._idle:
            self._resting = False
        self._progress.restart_clock()
        self._pipeline.run(self._tick)
        self._trouble = None
        vanished, self._pipeline.vanished = self._pipeline.vanished, set()
        for folder_id in self._folders_of(vanished):
            self._next_scan[folder_id] = 0.0

    def _rest(self) -> None:
        """Nothing to do: settle what is open, tell, and sleep until something happens."""
        self._settle_missing()
        self._finish_run()
        if self._control.stopping:
            return
        # Trouble and a cancel end the waiting too: nothing more will happen for a while.
        halted = self._pipeline is None or self._control.cancelled or self._trouble is not None
        heard = self._watcher is not None and self._watcher.waiting
        to_do = self._scans_due() or self._catalog.files.pending_count()
        with self._idle:
            self._resting = not self._busy and not heard and (halted or not to_do)
            if self._resting:
                self._idle.notify_all()
        self._wake.wait(_REST_SECONDS)
        self._wake.clear()

    def _finish_run(self) -> None:
        if not self._progress.touched:
            return
        self._save_index()
        self._emit(self._progress.finished(self._control.cancelled))
        self._progress.reset()

    def _save_index(self) -> None:
        if self._keeper is None:
            return
        try:
            self._keeper.save_if_due()
        except (PhotoLensError, OSError) as error:
            # A cache that was not written costs a rebuild, nothing else.
            log.warning("the index was not saved: %s", error)

    # --- scans and changes -------------------------------------------------------------------

    def _scan(self, folder: Folder) -> None:
        self._emit(ScanStarted(folder.path))
        self._follow(folder)  # before looking, so that nothing falls between
        self._next_scan.pop(folder.id, None)
        result = scanner.scan(
            self._catalog, folder, skip=self._config.skip, stopped=self._control.interrupted
        )
        if self._watcher is not None:
            wait = self._config.rescan_seconds
            wait = min(wait, _POLL_SECONDS) if folder.id in self._polled else wait
            self._next_scan[folder.id] = time.monotonic() + wait
        if self._catalog.folders.set_online(folder.id, result.online):
            self._emit(FolderState(folder.path, result.online))
            if result.online and self._model is not None:
                self._catalog.files.queue_without_vector(self._model.id)
        for path in result.unreadable:
            self._emit(Notice(f"No permission to look into {path}; what is known of it is kept."))
        self._missing.update(result.missing)
        if self._catalog.files.pending_count() > _LONG_QUEUE:
            self._settle_missing()
        if result.online:
            self._emit(
                ScanFinished(folder.path, result.files, result.new, result.changed, len(result.missing))
            )

    def _settle_missing(self) -> None:
        """Files found missing are so, if they still are: a move may have explained them meanwhile."""
        if not self._missing:
            return
        paths = self._catalog.files.paths(self._missing)
        self._missing.clear()
        gone = [file_id for file_id, path in paths.items() if not os.path.lexists(path)]
        with self._catalog.transaction():
            removed, kept = self._catalog.files.set_missing(gone)
        self._progress.removed += len(removed)
        self._progress.moved += len(self._progress.found_elsewhere.intersection(kept))
        if removed:
            self._emit(PhotosRemoved(tuple(removed)))
        if kept:
            self._emit(PhotosChanged(tuple(kept)))

    def _take_changes(self, watcher: Watcher) -> None:
        changes = watcher.changes()
        if not changes:
            return
        folders = self._catalog.folders.all()
        if changes.storm:
            for folder in folders:
                self._scan(folder)
            return
        moved = live.apply_moves(self._catalog, folders, changes.moves).moved
        if moved:
            self._progress.moved += len(moved)
            self._emit(PhotosChanged(tuple(moved)))
        result = live.apply_paths(self._catalog, folders, changes.paths, self._config.skip)
        self._missing.update(result.missing)
        if self._missing and self._catalog.files.pending_count() > _LONG_QUEUE:
            self._settle_missing()
        for folder_id in result.rescan:
            self._next_scan[folder_id] = 0.0

    def _check_roots(self, watcher: Watcher) -> None:
        now = time.monotonic()
        if now >= self._next_liveness:
            self._next_liveness = now + _LIVENESS_SECONDS
            for root in watcher.replaced_roots():
                watcher.leave(root)
                for folder in self._catalog.folders.all():
                    if folder.path == root:
                        self._next_scan[folder.id] = 0.0
            for folder in self._catalog.folders.all():
                if not folder.online and os.path.isdir(folder.path):
                    self._next_scan[folder.id] = 0.0

    def _scans_due(self) -> set[FolderId]:
        now = time.monotonic()
        return {folder_id for folder_id, at in self._next_scan.items() if at <= now}

    def _scan_due(self) -> None:
        due = self._scans_due() if time.monotonic() >= self._blocked_until else set()
        for folder in self._catalog.folders.all() if due else ():
            if folder.id in due and not self._control.interrupted():
                self._scan(folder)

    def _follow(self, folder: Folder) -> None:
        if self._watcher is None:
            return
        if self._watcher.follow(folder.path):
            self._polled.discard(folder.id)
        elif os.path.isdir(folder.path) and folder.id not in self._polled:
            self._polled.add(folder.id)
            self._emit(
                Notice(
                    f"{folder.path} cannot be watched live; PhotoLens looks for changes every "
                    f"{_POLL_SECONDS:.0f} seconds instead."
                )
            )

    def _folders_of(self, paths: Iterable[str]) -> set[FolderId]:
        folders = self._catalog.folders.all()
        places = (live.locate(folders, path) for path in paths)
        return {place.folder.id for place in places if place is not None}

    def _in_trouble(self, error: PhotoLensError) -> None:
        log.error("indexing cannot go on: %s", error)
        self._blocked_until = time.monotonic() + _TROUBLE_SECONDS
        with self._idle:
            self._trouble = error
        self._emit(IngestTrouble(str(error)))


def _plain(error: OSError) -> str:
    where = f" ({error.filename})" if error.filename else ""
    return f"Indexing cannot go on: {error.strerror or error}{where}."


def _guarded(emit: Callable[[Event], None]) -> Callable[[Event], None]:
    """A listener that fails must not stop the indexing."""

    def call(event: Event) -> None:
        try:
            emit(event)
        except Exception:
            log.exception("a listener failed on %r", event)

    return call
