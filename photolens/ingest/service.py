"""The ingest thread: the one owner of the catalog's writing connection and of the index.

Everything that writes goes through `submit`, or happens here by itself: scans when due, changes that
the watcher heard of, the queue of files to read.
"""

from __future__ import annotations

import errno
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from photolens.catalog import Catalog
from photolens.domain import CatalogDamage, Event, Folder, FolderId, IngestTrouble, PhotoId
from photolens.errors import CatalogDamaged, LibraryError, ModelError, ModelUnavailable, PhotoLensError
from photolens.imaging.thumbnails import ThumbnailStore
from photolens.imaging.workers import Decoders
from photolens.index import ApproximateIndex
from photolens.ingest.control import Control
from photolens.ingest.folder_keeper import FolderKeeper, ScanRules
from photolens.ingest.index_keeper import IndexKeeper
from photolens.ingest.pipeline import ImageEncoder, Pipeline
from photolens.ingest.pool import Pool
from photolens.ingest.power import PowerWatch
from photolens.ingest.progress import Progress
from photolens.ingest.settler import Settler
from photolens.ingest.waiting import Queue, Waiting
from photolens.messages import Message, message, system

log = logging.getLogger(__name__)

T = TypeVar("T")

# Where something is about to be ready, look again so soon; else when it is due, or something is heard.
_REST_SECONDS = 0.25
_LONG_REST_SECONDS = 60.0
# After trouble such as a full disk, wait this long before trying again.
_TROUBLE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class IngestConfig:
    index_directory: Path
    threads: int
    rules: ScanRules
    pause_on_battery: bool = False


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
        encoder: ImageEncoder,
        decoders: Decoders,
        emit: Callable[[Event], None],
        may_write: Callable[[], bool] = lambda: True,
    ) -> None:
        """`may_write` is asked on the ingest thread before anything else, and may take its time."""
        self._catalog = catalog
        self._may_write = may_write
        self._config = config
        self._thumbnails = thumbnails
        self._resolve_model = resolve_model
        self._encoder = encoder
        self._decoders = decoders
        self._emit = _guarded(emit)
        self._control = Control()
        self._power = PowerWatch(self._control) if config.pause_on_battery else None
        self._progress = Progress()
        self._commands: queue.SimpleQueue[tuple[Future[Any], Callable[[Catalog], Any]]] = queue.SimpleQueue()
        self._wake = threading.Event()
        self._idle = threading.Condition()
        self._busy = 0  # things submitted and not finished
        self._resting = False
        self._ended = False
        self._broken: PhotoLensError | None = None  # no photo can be embedded at all
        self._trouble: PhotoLensError | None = None
        self._damage: CatalogDamaged | None = None  # nothing is written any more
        self._blocked_until = 0.0
        self._folders = FolderKeeper(
            catalog, config.rules, self._control, self._progress, self._emit, self._queue_without_vector
        )
        self._pipeline: Pipeline | None = None
        self._model: ActiveModel | None = None
        self._keeper: IndexKeeper | None = None
        self._vectors_to_check: Iterator[list[PhotoId]] = iter(())
        self._queue = Queue(catalog)
        self._pool = Pool(config.threads)
        # A daemon, so that a program that forgets to close its library can end; `Library` closes at exit.
        self._thread = threading.Thread(target=self._main, name="photolens-ingest", daemon=True)
        self._thread.start()

    # --- from any thread ---------------------------------------------------------------------

    def submit(self, work: Callable[[Catalog], T]) -> Future[T]:
        """Run `work` on the ingest thread, with the catalog, between two batches."""
        future: Future[T] = Future()
        with self._idle:
            if self._ended:
                raise self._damage or self._broken or LibraryError(message("The library is closed."))
            self._busy += 1
            self._resting = False
            self._commands.put((future, work))
        self._wake.set()
        return future

    def write(self, call: Callable[[Catalog], T]) -> Future[T]:
        """Run `call` on the ingest thread in a transaction of its own: all that it writes, or nothing.

        What is written is on the disk when the future is done: it is for what the user has said.
        """

        def in_transaction(catalog: Catalog) -> T:
            with catalog.lasting_transaction():
                return call(catalog)

        return self.submit(in_transaction)

    def scan(self, *, deep: bool = False) -> Future[None]:
        """Compare all folders with the disk; then read what is new, or when `deep`, everything."""
        return self._submit_fresh(lambda catalog: self._folders.request_scan(deep=deep))

    def confirm_vanished(self, path: str) -> Future[int]:
        """The held files of this root were deleted; gives how many. The future raises FolderError."""
        return self.submit(lambda catalog: self._folders.confirm_vanished(path))

    def expect_gone(self, paths: Iterable[str]) -> Future[None]:
        """These files are about to be deleted here, and nobody is to be asked; `look_at` them afterwards."""
        wanted = tuple(paths)
        return self.submit(lambda catalog: self._folders.expect_gone(wanted))

    def look_at(self, paths: Iterable[str]) -> Future[None]:
        """Compare just these paths with the disk, at once, whether or not they are watched."""
        wanted = tuple(paths)
        return self.submit(lambda catalog: self._folders.look_at(wanted))

    def read_first(self, paths: Iterable[str]) -> Future[None]:
        """Read what waits at or below these folders before the rest. The next call replaces this one."""
        wanted = tuple(paths)
        return self.submit(lambda catalog: self._queue.read_first(self._folders.places(wanted)))

    def read_files_first(self, file_ids: Iterable[int]) -> Future[None]:
        """Read these files before all the rest. The next call replaces this one."""
        wanted = tuple(file_ids)
        return self.submit(lambda catalog: self._queue.read_files_first(wanted))

    def retry_failed(self) -> Future[int]:
        """Try every file that could not be read once more; gives how many there are."""
        return self._submit_fresh(lambda catalog: catalog.files.retry_failed())

    def add_folder(self, path: str) -> Future[Folder]:
        """Make `path` a root and read its photos before the rest. The future raises FolderError."""

        def add(catalog: Catalog) -> Folder:
            folder = self._folders.add(path)
            self._queue.read_first([(folder.id, b"")])
            return folder

        return self._submit_fresh(add)

    def remove_folder(self, folder_id: FolderId) -> Future[None]:
        """Forget a root; its photos leave the library, the files on disk stay."""
        return self.submit(lambda catalog: self._folders.remove(folder_id))

    def repair(self) -> Future[list[str]]:
        """Make again what can be made again; gives what was done, in sentences. Raises CatalogDamaged."""
        return self._submit_fresh(self._repair)

    def watch(self) -> Future[None]:
        """Follow all folders live from now on."""
        return self.submit(lambda catalog: self._folders.watch(self._wake.set))

    def pause(self) -> None:
        self._control.pause()
        self._wake.set()

    def resume(self) -> None:
        """Go on after a pause or a cancel, on battery too."""
        if self._power is not None:
            self._power.overrule()
        self._control.renew()
        self._control.resume()
        self.submit(lambda catalog: None)  # there is something to wait for again

    @property
    def paused(self) -> bool:
        return self._control.paused

    @property
    def on_battery(self) -> bool:
        """Whether the reading is paused because the computer runs on its battery."""
        return self._control.held

    def cancel(self) -> None:
        """Stop reading photos; what waits is kept in the queue for the next scan."""
        self._control.cancel()
        self._wake.set()

    def wait_idle(self, timeout: float | None = None) -> bool:
        """Block until everything known is done; False after `timeout` seconds. Re-raises trouble."""
        with self._idle:
            done = self._idle.wait_for(lambda: self._resting, timeout)
            error = self._damage or self._broken or self._trouble
            if error is not None:
                raise error
        return done

    def end_for(self, damage: CatalogDamaged) -> None:
        """The catalog is damaged: write nothing more to it, and tell. Does not wait."""
        with self._idle:
            if self._damage is not None:
                return
            self._damage = damage
        log.error("%s", damage)
        self._control.stop()
        self._wake.set()
        self._emit(CatalogDamage(damage.text))

    def stop(self) -> None:
        """Commit what is done, save the index, end the threads, the decoders and the model.

        The catalog stays open.
        """
        self._control.stop()
        self._decoders.close()  # what is decoded or embedded now is not awaited
        self._encoder.release()
        self._wake.set()
        self._thread.join()
        self._pool.close()

    def _submit_fresh(self, work: Callable[[Catalog], T]) -> Future[T]:
        """New work was asked for: an earlier cancel is over, and trouble is tried again."""
        self._control.renew()

        def fresh(catalog: Catalog) -> T:
            self._trouble, self._blocked_until = None, 0.0
            self._encoder.try_again()
            return work(catalog)

        return self.submit(fresh)

    # --- on the ingest thread ----------------------------------------------------------------

    def _main(self) -> None:
        try:
            if self._may_begin():
                while not self._control.stopping:
                    self._step()
                if self._damage is None:
                    self._save_index()
        finally:
            self._folders.close()
            with self._idle:
                self._ended = self._resting = True
                self._idle.notify_all()
                while not self._commands.empty():
                    future, _ = self._commands.get_nowait()
                    if future.set_running_or_notify_cancel():
                        closed = LibraryError(message("The library is closed."))
                        future.set_exception(self._damage or self._broken or closed)

    def _may_begin(self) -> bool:
        try:
            return self._may_write()
        except LibraryError as error:
            self._broken = error
            self._in_trouble(error)
            return False

    def _step(self) -> None:
        try:
            with self._catalog.reading():  # whatever SQLite has to say, it is said in a person's words
                self._step_or_rest()
        except CatalogDamaged as error:
            self.end_for(error)
        except PhotoLensError as error:
            self._in_trouble(error)
        except OSError as error:
            self._in_trouble(LibraryError(_said(error)))
        except Exception as error:
            # Whatever it was, it must not end the thread on which everything else depends.
            log.exception("unexpected")
            self._in_trouble(
                LibraryError(message("Indexing cannot go on because of an error: {error}", error=error))
            )

    def _step_or_rest(self) -> None:
        self._tick()  # first, so that a folder is there before the seconds that a new model takes
        if self._pipeline is None and self._broken is None and time.monotonic() >= self._blocked_until:
            self._start_up()
        if self._has_work():
            self._work()
        elif not self._look_over_vectors():
            self._rest()

    def _start_up(self) -> None:
        try:
            model = self._resolve_model(self._catalog)
        except ModelUnavailable:
            raise  # tried again after a while, as all trouble is
        except ModelError as error:
            self._broken = error
            raise
        keeper = IndexKeeper(self._catalog, model.index, model.id, self._config.index_directory)
        keeper.open(self._running)
        self._catalog.files.queue_without_vector(model.id)
        self._model, self._keeper = model, keeper
        self._vectors_to_check = self._catalog.vectors.damaged(model.id)
        self._pipeline = Pipeline(
            self._catalog,
            Settler(self._catalog, self._thumbnails, keeper.add, model.id, self._progress, self._emit),
            model.id,
            self._encoder,
            self._decoders,
            self._pool,
            self._config.threads,
            self._control,
            self._progress,
            self._emit,
            self._queue,
        )

    def _look_over_vectors(self) -> bool:
        """Read a few thousand, so that nobody waits for long; False when all were read."""
        damaged = next(self._vectors_to_check, None)
        if damaged and self._model is not None:
            self._forget_damaged(self._model.id, damaged)
        return damaged is not None

    def _forget_damaged(self, model_id: int, damaged: list[PhotoId]) -> None:
        """Vectors that the disk has spoilt: without one, a photo is read again."""
        log.warning("%d stored vectors are damaged; their photos are read again", len(damaged))
        with self._catalog.transaction():
            self._catalog.vectors.drop_of(model_id, damaged)
        if self._model is not None and self._keeper is not None and self._model.id == model_id:
            self._keeper.remove(np.array(damaged, dtype=np.int64))
        self._queue_without_vector()

    def _repair(self, catalog: Catalog) -> list[str]:
        done = catalog.mend()
        forgotten = 0
        for model in catalog.vectors.models():
            for damaged in catalog.vectors.damaged(model.id):
                if damaged:
                    self._forget_damaged(model.id, damaged)
                    forgotten += len(damaged)
                if not self._running():
                    return done
        if forgotten:
            done.append(f"Stored vectors that could not be used were taken out: {forgotten:,}.")
        if leftovers := self._thumbnails.remove_leftovers():
            done.append(f"Half-written thumbnails were removed: {leftovers:,}.")
        self._queue_without_vector()
        return done

    def _running(self) -> bool:
        return not self._control.stopping

    def _queue_without_vector(self) -> None:
        if self._model is not None:
            self._catalog.files.queue_without_vector(self._model.id)

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
                    with self._catalog.reading():
                        result = work(self._catalog)
                    future.set_result(result)
                except BaseException as error:
                    future.set_exception(error)
                    if isinstance(error, CatalogDamaged):
                        self.end_for(error)
            self._done_one()
        if time.monotonic() >= self._blocked_until:
            self._folders.tick()

    def _tick_at_work(self) -> None:
        """The same, and what only counts while photos are read."""
        self._tick()
        if self._power is not None:
            self._power.look()

    def _has_work(self) -> bool:
        if self._pipeline is None or self._control.interrupted() or time.monotonic() < self._blocked_until:
            return False
        return self._waiting().ready

    def _waiting(self) -> Waiting:
        return self._queue.waiting(self._pipeline.put_off if self._pipeline is not None else set())

    def _work(self) -> None:
        assert self._pipeline is not None
        with self._idle:
            self._resting = False
        self._progress.restart_clock()
        self._pipeline.run(self._tick_at_work)
        self._trouble = None
        self._folders.scan_around(self._pipeline.vanished)
        self._pipeline.vanished.clear()

    def _rest(self) -> None:
        """Nothing to do: settle what is open, tell, and sleep until something happens."""
        # Where the reading was cancelled or is in trouble, what waits may be what has moved.
        self._folders.settle_missing(unread=self._waiting().unread)
        self._finish_run()
        if self._control.stopping:
            return
        # Trouble and a cancel end the waiting too: nothing more will happen for a while.
        halted = self._pipeline is None or self._control.cancelled or self._trouble is not None
        heard = self._folders.waiting
        to_do = self._folders.due() or self._folders.undecided or self._waiting().any
        with self._idle:
            self._resting = not self._busy and not heard and (halted or not to_do)
            if self._resting:
                self._idle.notify_all()
        self._wake.wait(self._seconds_to_rest(soon=not halted and self._waiting().any))
        self._wake.clear()

    def _seconds_to_rest(self, *, soon: bool) -> float:
        """How long nothing needs a look, if nobody wakes this thread: asleep it costs nothing."""
        if soon:
            return _REST_SECONDS
        blocked = self._blocked_until - time.monotonic()
        return min(_LONG_REST_SECONDS, max(_REST_SECONDS, blocked, self._folders.rest()))

    def _finish_run(self) -> None:
        if not self._progress.touched:
            return
        self._folders.tell_held()  # some may have been found elsewhere
        self._save_index()
        offline = self._catalog.files.pending_offline_count()
        self._emit(self._progress.finished(self._control.cancelled, offline))
        self._progress.reset()

    def _save_index(self) -> None:
        if self._keeper is None:
            return
        try:
            self._keeper.save_if_due(self._running)
        except Exception as error:
            # A cache that was not written costs a rebuild, nothing else.
            log.warning("the index was not saved: %s", error)

    def _in_trouble(self, error: PhotoLensError) -> None:
        log.error("indexing cannot go on: %s", error)
        self._blocked_until = time.monotonic() + _TROUBLE_SECONDS
        with self._idle:
            self._trouble = error
        self._emit(IngestTrouble(error.text))


def _said(error: OSError) -> Message:
    if error.errno == errno.ENOSPC:
        return message(
            "The disk that holds the library is full. Make room, then index again; nothing is lost."
        )
    if error.filename:
        return message(
            "Indexing cannot go on: {reason} ({file}).", reason=system(error), file=str(error.filename)
        )
    return message("Indexing cannot go on: {reason}.", reason=system(error))


def _guarded(emit: Callable[[Event], None]) -> Callable[[Event], None]:
    """A listener that fails must not stop the indexing."""

    def call(event: Event) -> None:
        try:
            emit(event)
        except Exception:
            log.exception("a listener failed on %r", event)

    return call
