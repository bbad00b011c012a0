"""Pictures decoded in processes of their own, which can crash or be killed without harm.

The decoder of a damaged file may crash, hang or ask for all memory there is. So the program decodes nothing
of the user's itself: its threads hand files to worker processes, and wait. A worker is limited in memory
(`limits.py`) and time, reused for many files, and ended when nobody has needed it for a while.
"""

from __future__ import annotations

import dataclasses
import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from photolens import framing
from photolens.domain import DecodedPhoto, InputSpec, PixelArray
from photolens.errors import DecoderDied, FailureKind, LibraryError, PhotoError
from photolens.imaging import limits, messages
from photolens.imaging.worker_process import Died, WorkerProcess, worker_command
from photolens.messages import message

_IDLE_SECONDS = 60.0
_LOOK_SECONDS = 0.5
_ANSWERS = 2000  # of one worker; then another takes over, whatever decoders may have leaked

T = TypeVar("T")

log = logging.getLogger(__name__)


class DecodersClosed(LibraryError):
    """The program ends; the picture was not read."""


class Decoders:
    """At most `count` workers, started as they are needed. May be used from any thread; `close` it.

    A source is a path, or the bytes of a picture.
    """

    def __init__(
        self,
        count: int,
        *,
        command: Sequence[str] | None = None,
        decode_seconds: float = limits.DECODE_SECONDS,
        idle_seconds: float = _IDLE_SECONDS,
    ) -> None:
        self._count = count
        self._command = command or worker_command()
        self._decode_seconds = decode_seconds
        self._idle_seconds = idle_seconds
        self._changed = threading.Condition()
        self._idle: list[WorkerProcess] = []  # the one used last is used first
        self._busy: list[WorkerProcess] = []
        self._starting = 0
        self._large = threading.Semaphore()
        self._closed = threading.Event()
        self._watcher: threading.Thread | None = None  # runs as long as there is a worker

    def photo(
        self, source: str | bytes, *, thumbnail_px: int = 320, input_spec: InputSpec | None = None
    ) -> DecodedPhoto:
        """What `decode.decode_photo` and `decode_bytes` give.

        Raises PhotoError, of which DecoderDied when it brought its worker down; LibraryError when no worker
        can be started, of which DecodersClosed.
        """
        spec = None if input_spec is None else dataclasses.asdict(input_spec)
        request = {"ask": "photo", "thumbnail_px": thumbnail_px, "input": spec}
        return self._ask(source, request, lambda header, data: messages.photo_from(header, data, input_spec))

    def picture(self, source: str | bytes, max_px: int | None = None) -> PixelArray:
        """What `decode.decode_picture` and `decode_picture_bytes` give; raises what `photo` raises."""
        return self._ask(source, {"ask": "picture", "max_px": max_px}, messages.picture_from)

    def close(self) -> None:
        """End all workers, those at work too: whoever waits for one gets DecodersClosed."""
        self._closed.set()
        with self._changed:
            idle, self._idle = self._idle, []
            watcher = self._watcher
            for worker in self._busy:
                worker.kill()
            self._changed.notify_all()
        for worker in idle:
            worker.end()
        if watcher is not None:
            watcher.join()

    # --- one request -------------------------------------------------------------------------

    def _ask(
        self,
        source: str | bytes,
        request: framing.Header,
        parse: Callable[[framing.Header, PixelArray], T],
    ) -> T:
        request["file"] = isinstance(source, str)
        data = os.fsencode(source) if isinstance(source, str) else source
        for _ in range(2):  # the system may end one that has done nothing wrong
            worker = self._take()
            try:
                header, answer = worker.ask(request, data, self._large)
                if header.get("say") == "failed":
                    raise messages.failure_from(header)
                return parse(header, answer)
            except (Died, framing.BadMessage):
                worker.kill()
            finally:
                status = self._give_back(worker)
            self._explain(worker, status, source)
        raise PhotoError(
            FailureKind.UNREADABLE,  # no fault of the file, so that it is tried again
            message("The system ended the process that reads pictures, perhaps because memory ran out."),
        )

    def _explain(self, worker: WorkerProcess, status: int | None, source: str | bytes) -> None:
        """Raise what a worker's end means; nothing where it had not begun with the picture."""
        if self._closed.is_set():
            raise DecodersClosed(message("The library is closed."))
        # Whole, since that is how reports for strangers know a path.
        what = os.path.abspath(source) if isinstance(source, str) else "a picture in memory"
        log.warning("a process that read pictures ended with %s, in its hands: %r", status, what)
        if worker.overdue and worker.begun:
            raise DecoderDied(too_slow=True)
        if worker.overdue:
            raise PhotoError(
                FailureKind.UNREADABLE,
                message("The file did not arrive within five minutes. Is its drive or network there?"),
            )
        if not worker.ready:
            raise LibraryError(
                message(
                    "The process that reads pictures does not start (status {status}).", status=str(status)
                )
            )
        if status == limits.OUT_OF_MEMORY:
            raise PhotoError(FailureKind.TOO_LARGE, message("The picture needs more memory than is allowed."))
        if worker.begun and not worker.taken:
            raise DecoderDied()

    # --- workers -----------------------------------------------------------------------------

    def _take(self) -> WorkerProcess:
        """A worker for the calling thread alone. Raises LibraryError."""
        with self._changed:
            while True:
                if self._closed.is_set():
                    raise DecodersClosed(message("The library is closed."))
                if self._idle:
                    worker = self._idle.pop()
                    if not worker.usable:
                        worker.end()
                        continue
                    self._busy.append(worker)
                    return worker
                if len(self._busy) + self._starting < self._count:
                    self._starting += 1
                    break
                self._changed.wait()
        started: WorkerProcess | None = None
        try:
            started = WorkerProcess(self._command, self._decode_seconds)
        except OSError as error:
            raise LibraryError(
                message("The process that reads pictures does not start: {error}.", error=error)
            ) from error
        finally:
            self._note_start(started)
        return started

    def _note_start(self, worker: WorkerProcess | None) -> None:
        with self._changed:
            self._starting -= 1
            if worker is None:
                self._changed.notify()
                return
            self._busy.append(worker)
            if self._closed.is_set():
                worker.kill()
            elif self._watcher is None:
                self._watcher = threading.Thread(target=self._watch, name="photolens-decoders", daemon=True)
                self._watcher.start()

    def _give_back(self, worker: WorkerProcess) -> int | None:
        """Keep a worker for others, or end it and give its exit status."""
        worker.idle_seconds = 0.0
        with self._changed:
            self._busy.remove(worker)
            fresh = not worker.worn and worker.answers < _ANSWERS
            keep = fresh and worker.usable and not self._closed.is_set()
            if keep:
                self._idle.append(worker)
            self._changed.notify()
        return None if keep else worker.end()

    def _watch(self) -> None:
        """On its own thread: kill who takes too long, end who is idle for long."""
        before = time.monotonic()
        while not self._closed.wait(_LOOK_SECONDS):
            now = time.monotonic()
            # While the machine slept, or this program was stopped, nobody was slow.
            passed, before = min(now - before, 2 * _LOOK_SECONDS), now
            with self._changed:
                for worker in self._busy:
                    worker.tick(passed)
                for worker in self._idle:
                    worker.idle_seconds += passed
                ended = [worker for worker in self._idle if worker.idle_seconds >= self._idle_seconds]
                self._idle = [worker for worker in self._idle if worker not in ended]
                done = not self._idle and not self._busy and not self._starting
                if done:
                    self._watcher = None
            for worker in ended:
                worker.end()
            if done:
                return
