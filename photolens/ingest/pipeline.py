"""From the queue of files to photos in the catalog: hash, decode, embed, commit.

Hashing and decoding run in a pool of threads, a few files ahead of the ingest thread, which embeds and
commits; those that decode wait for a worker process. Memory is bounded by the number of files ahead,
whatever the size of the folder. Nothing is reported before it is committed.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from functools import partial
from typing import Any, Protocol

import numpy as np

from photolens.catalog import Catalog, PendingFile, unit_rows
from photolens.domain import DecodedPhoto, Event, FloatArray, InputSpec, PixelArray
from photolens.embedding import MAX_BATCH, ModelStopped
from photolens.errors import DecoderDied, FailureKind, LibraryError, ModelError, PhotoError
from photolens.imaging.workers import Decoders, DecodersClosed
from photolens.ingest.arriving import Arriving
from photolens.ingest.control import Control
from photolens.ingest.fingerprint import Fingerprint, fingerprint, stat_now
from photolens.ingest.pool import Pool
from photolens.ingest.progress import Progress
from photolens.ingest.settler import Outcome, Settler
from photolens.ingest.waiting import Queue
from photolens.messages import Message, message, plain

log = logging.getLogger(__name__)

# A batch that a graphics card would like larger goes off without the rest after so long.
_PATIENCE_SECONDS = 1.0
# Results that need no embedding (failures, moved files) are committed in larger groups.
_SETTLE = 128
_REFILL = 256
# Photos shown while the model is still being loaded; they wait in memory for it.
_SHOWN = 128
_TICK_SECONDS = 0.2
_RETRY_SECONDS = 0.5
_VANISHED_SECONDS = 5.0
_HASHED_PER_SECOND = 200e6  # bytes, cautiously
# Counting what waits takes as long as embedding a batch when there are very many.
_COUNT_SECONDS = 1.0
_MOST_KILLS = 2
# No photo is to blame for these: it stays in the queue.
_NOT_THE_PHOTOS = (ModelError, MemoryError)


class ImageEncoder(Protocol):
    """What the pipeline needs of `photolens.library.encoders.LazyEncoder`."""

    @property
    def input_spec(self) -> InputSpec: ...

    @property
    def coming(self) -> bool: ...

    @property
    def batch(self) -> int: ...

    def get_ahead(self) -> None: ...

    def try_again(self) -> None: ...

    def release(self) -> None: ...

    def encode_images(self, pixels: PixelArray) -> FloatArray: ...


class Pipeline:
    """Works the queue of pending files off. Lives on the ingest thread, as does the catalog."""

    def __init__(
        self,
        catalog: Catalog,
        settler: Settler,
        model_id: int,
        encoder: ImageEncoder,
        decoders: Decoders,
        pool: Pool,
        threads: int,
        control: Control,
        progress: Progress,
        emit: Callable[[Event], None],
        queue: Queue,
    ) -> None:
        self._catalog = catalog
        self._queue = queue
        self._settler = settler
        self._model_id = model_id
        self._encoder = encoder
        self._decoders = decoders
        self._pool = pool
        self._threads = threads
        self._control = control
        self._progress = progress
        self._emit = emit
        self._jobs: dict[Future[Any], Outcome] = {}  # of a Fingerprint or a DecodedPhoto
        self._ready: list[Outcome] = []
        self._twins: dict[bytes, list[Outcome]] = {}  # same content as one being decoded
        self._put_off: dict[int, float] = {}  # file id -> when to look at it again
        self._arriving = Arriving()
        self._paused_said = False
        self._model_comes = False
        self._flushed_at = 0.0
        self._pending = 0
        self._counted_at = 0.0
        self.vanished: set[str] = set()  # files of the queue that were not there; for the owner to clear

    @property
    def put_off(self) -> set[int]:
        """Ids of the files that wait for a better moment."""
        now = time.monotonic()
        return {file_id for file_id, at in self._put_off.items() if at > now}

    def run(self, tick: Callable[[], None]) -> None:
        """Work until the queue is empty or the work is interrupted; `tick` is called now and then.

        Raises LibraryError or OSError when the catalog or a thumbnail cannot be written; what was
        not committed is still in the queue then.
        """
        try:
            self._run(tick)
        finally:
            for job in self._jobs:
                job.cancel()
            wait(list(self._jobs), timeout=_TICK_SECONDS)  # one that hangs is not waited for
            self._jobs.clear()
            self._ready.clear()
            self._twins.clear()

    def _run(self, tick: Callable[[], None]) -> None:
        self._model_comes = False
        queue: list[PendingFile] = []
        while not self._control.interrupted():
            tick()
            if self._control.paused:
                self._flush()
                self._say_paused()
                self._control.wait_while_paused(_TICK_SECONDS)
                self._progress.restart_clock()
                continue
            self._paused_said = False
            if self.vanished:
                queue = []  # a scan must look first: perhaps the whole drive is gone
            elif not queue or self._queue.reordered:
                queue = self._next_files()
            coming = self._encoder.coming
            ahead = 2 * self._encoder.batch + 2 * self._threads + (_SHOWN if coming else 0)
            while queue and len(self._jobs) + len(self._ready) < ahead:
                file = queue.pop(0)
                self._submit(Outcome(file), partial(fingerprint, file.path))
            if coming:
                self._show()
            if not self._jobs:
                self._flush()
                if self.vanished or (not queue and not self._next_files()):
                    return
                continue
            done, _ = wait(self._jobs, timeout=_TICK_SECONDS, return_when=FIRST_COMPLETED)
            for job in [job for job in self._jobs if job in done]:  # in the order of the queue
                self._take(job)
            if not self._encoder.coming and self._batch_is_full():
                self._flush()
        self._flush()

    def _submit(self, outcome: Outcome, step: Callable[[], Fingerprint | DecodedPhoto]) -> None:
        self._jobs[self._pool.submit(step)] = outcome

    def _say_paused(self) -> None:
        if not self._paused_said:
            self._paused_said = True
            pending, held = self._catalog.files.pending_count(), self._control.held
            self._emit(self._progress.event(pending, paused=True, on_battery=held))

    def _next_files(self) -> list[PendingFile]:
        put_off = self.put_off
        self._put_off = {file_id: self._put_off[file_id] for file_id in put_off}
        in_hand = {outcome.file.id for outcome in (*self._jobs.values(), *self._ready)}
        in_hand.update(twin.file.id for twins in self._twins.values() for twin in twins)
        return self._queue.take(_REFILL, in_hand | put_off)

    def _batch_is_full(self) -> bool:
        to_embed = sum(outcome.decoded is not None for outcome in self._ready)
        late = time.monotonic() - self._flushed_at > _PATIENCE_SECONDS
        wanted = min(MAX_BATCH, self._encoder.batch) if late else self._encoder.batch
        return to_embed >= wanted or len(self._ready) >= _SETTLE or (bool(self._ready) and not self._jobs)

    # --- one file ----------------------------------------------------------------------------

    def _take(self, job: Future[Any]) -> None:
        """One step of one file is done: start the next step, or settle it."""
        outcome = self._jobs.pop(job)
        try:
            result = job.result()
        except DecoderDied as error:
            self._died(outcome, error)
            return
        except PhotoError as error:
            self._fail(outcome, error)
            return
        except DecodersClosed:
            self._release_twins(outcome)
            return  # the program ends; the file stays in the queue
        except LibraryError:
            raise  # no file can be decoded at all
        except Exception as error:
            log.exception("reading %r", outcome.file.path)
            self._fail(
                outcome,
                PhotoError(
                    FailureKind.INTERNAL, message("PhotoLens could not read it: {error}", error=error)
                ),
            )
            return
        if isinstance(result, Fingerprint):
            outcome.mark = result
            self._decode_or_adopt(outcome)
        else:
            self._decoded(outcome, result)

    def _decode_or_adopt(self, outcome: Outcome) -> None:
        assert outcome.mark is not None
        content = outcome.mark.content_hash
        photo_id = self._catalog.photos.by_hash(content)
        if photo_id is not None and self._catalog.vectors.has(photo_id, self._model_id):
            self._ready.append(outcome)
        elif content in self._twins:
            self._twins[content].append(outcome)
        else:
            self._twins[content] = []
            self._decode(outcome)

    def _decode(self, outcome: Outcome) -> None:
        if not self._model_comes:
            self._model_comes = True
            self._encoder.get_ahead()  # it takes seconds, in which photos are read
        spec = self._encoder.input_spec
        self._submit(outcome, partial(self._decoders.photo, outcome.file.path, input_spec=spec))

    def _died(self, outcome: Outcome, error: DecoderDied) -> None:
        """Try once more; then set the file aside. It is counted first, should the program end meanwhile."""
        with self._catalog.transaction():
            kills = self._catalog.files.count_kill(outcome.file.id, error.reason)
        if kills >= _MOST_KILLS:
            self._fail(outcome, error.set_aside(), may_settle=False)  # one that changes comes back anyway
        else:
            self._decode(outcome)

    def _decoded(self, outcome: Outcome, decoded: DecodedPhoto) -> None:
        assert outcome.mark is not None
        self._progress.decoded += 1
        now = stat_now(outcome.file.path)
        if now is None or now[:2] != outcome.mark.stat[:2]:
            # Still being written; a large file is not hashed again all the time.
            size = 0 if now is None else now.size_bytes
            self._put_off_file(outcome, _RETRY_SECONDS + size / _HASHED_PER_SECOND)
            return
        self._arriving.forget(outcome.file.id)
        outcome.decoded = decoded
        self._ready.append(outcome)

    def _fail(self, outcome: Outcome, error: PhotoError, *, may_settle: bool = True) -> None:
        now = stat_now(outcome.file.path)
        if now is None:
            # Deleted, or the drive is gone: only a scan can tell, so the file is left alone until then.
            self._arriving.forget(outcome.file.id)
            self.vanished.add(outcome.file.path)
            self._put_off_file(outcome, _VANISHED_SECONDS)
            return
        if may_settle and self._arriving.may_arrive(outcome.file, now):
            self._put_off_file(outcome, _RETRY_SECONDS + now.size_bytes / _HASHED_PER_SECOND)
            return
        self._arriving.forget(outcome.file.id)
        outcome.error = error
        self._ready.append(outcome)
        for twin in self._release_twins(outcome):
            twin.error = error
            self._ready.append(twin)

    def _put_off_file(self, outcome: Outcome, seconds: float) -> None:
        """Leave the file, and those of the same content, in the queue for a while."""
        again = time.monotonic() + seconds
        for late in (outcome, *self._release_twins(outcome)):
            self._put_off[late.file.id] = again

    def _release_twins(self, outcome: Outcome) -> list[Outcome]:
        return self._twins.pop(outcome.mark.content_hash, []) if outcome.mark else []

    # --- a batch -----------------------------------------------------------------------------

    def _flush(self) -> None:
        """Embed what is decoded, and commit everything that is settled."""
        self._flushed_at = time.monotonic()
        if not self._ready:
            return
        outcomes, self._ready = self._ready, []
        try:
            if not self._control.interrupted():
                self._embed([outcome for outcome in outcomes if outcome.decoded is not None])
        except ModelStopped:
            if not self._control.interrupted():
                raise
        if self._control.interrupted():  # what has no vector yet stays in the queue
            outcomes = [o for o in outcomes if o.decoded is None or o.vector is not None]
        for outcome in list(outcomes):
            for twin in self._release_twins(outcome):
                twin.error = outcome.error
                outcomes.append(twin)
        for outcome in self._settler.settle(outcomes):
            self._put_off_file(outcome, _RETRY_SECONDS)
        self._emit(self._progress.event(self._count_pending(len(outcomes))))

    def _show(self) -> None:
        """The model is not there yet, which takes seconds: show what is decoded."""
        new = [outcome for outcome in self._ready if outcome.decoded is not None and not outcome.shown]
        for outcome in new:
            outcome.shown = True
        if new:
            self._settler.show(new)

    def _embed(self, outcomes: list[Outcome]) -> None:
        size = self._encoder.batch
        for start in range(0, len(outcomes), size):
            batch = outcomes[start : start + size]
            try:
                self._embed_batch(batch)
            except _NOT_THE_PHOTOS:
                raise
            except Exception:
                log.exception("embedding a batch failed; trying its photos one by one")
                for outcome in batch:
                    self._embed_alone(outcome)

    def _embed_batch(self, batch: list[Outcome]) -> None:
        inputs = [o.decoded.model_input for o in batch if o.decoded and o.decoded.model_input is not None]
        vectors = self._encoder.encode_images(np.stack(inputs))
        for outcome, vector, sound in zip(batch, vectors, unit_rows(vectors), strict=True):
            if sound:
                outcome.vector = vector
            else:
                _refuse(outcome, message("the model gives no usable numbers for it"))

    def _embed_alone(self, outcome: Outcome) -> None:
        try:
            self._embed_batch([outcome])
        except _NOT_THE_PHOTOS:
            raise
        except Exception as error:
            _refuse(outcome, plain(str(error)))

    def _count_pending(self, settled: int) -> int:
        """How many files wait: counted now and then, reckoned in between."""
        now = time.monotonic()
        self._pending = max(0, self._pending - settled)
        if now - self._counted_at > _COUNT_SECONDS or not self._pending:
            self._pending, self._counted_at = self._catalog.files.pending_count(), now
        return self._pending


def _refuse(outcome: Outcome, why: Message) -> None:
    outcome.decoded = None
    outcome.error = PhotoError(
        FailureKind.INTERNAL, message("The model could not read this photo: {why}", why=why)
    )
