"""The one object between the GUI thread and all others."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from typing import Any, TypeVar

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal, Slot

from photolens.domain import Event
from photolens.errors import PhotoLensError
from photolens.messages import plain

log = logging.getLogger(__name__)

T = TypeVar("T")

_EVENTS_MS = 100  # events are handed on in batches, so that ten thousand cost as little as ten
_TURN_SECONDS = 0.006  # longest stretch of callbacks before the window may paint again
_THREADS = 4
_PATIENCE_SECONDS = 1.0  # with what is under way at the end, before it is hurried


class Bridge(QObject):
    """Brings events and answers to the GUI thread; takes work to a small pool of threads.

    `hear`, `call_soon` and `when_done` may be called from any thread, the rest on the GUI thread.
    """

    events = Signal(list)  # of Event, oldest first
    _posted = Signal()
    _heard = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._calls: deque[Callable[[], None]] = deque()
        self._events: list[Event] = []
        self._call_waits = False
        self._closed = False
        self._begun: set[Future[Any]] = set()
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="photolens-window")
        self._timer = QTimer(self, singleShot=True, interval=_EVENTS_MS)
        self._timer.timeout.connect(self._hand_on_events)
        self._posted.connect(self._run_calls, Qt.ConnectionType.QueuedConnection)
        self._heard.connect(self._start_timer, Qt.ConnectionType.QueuedConnection)

    # --- from any thread ---------------------------------------------------------------------

    def hear(self, event: Event) -> None:
        """Take an event of the library; `events` brings it to the GUI thread."""
        with self._lock:
            if self._closed:
                return
            self._events.append(event)
            first = len(self._events) == 1
        if first:
            self._heard.emit()

    def call_soon(self, call: Callable[[], None]) -> None:
        """Run `call` on the GUI thread, in the order of asking."""
        with self._lock:
            if self._closed:
                return
            self._calls.append(call)
            first, self._call_waits = not self._call_waits, True
        if first:
            self._posted.emit()

    def when_done(
        self,
        future: Future[T],
        then: Callable[[T], None],
        failed: Callable[[PhotoLensError], None] | None = None,
    ) -> None:
        """Call `then` with the result on the GUI thread, or `failed`. A cancelled future calls neither."""
        future.add_done_callback(lambda done: self.call_soon(lambda: _settle(done, then, failed)))

    # --- on the GUI thread -------------------------------------------------------------------

    def run(
        self,
        work: Callable[[], T],
        then: Callable[[T], None] = lambda result: None,
        failed: Callable[[PhotoLensError], None] | None = None,
    ) -> Future[T]:
        """Do `work`, which must not touch a widget, on another thread; then as `when_done`."""
        if self._closed:  # a timer of the window that fired late
            future: Future[T] = Future()
            future.cancel()
            return future
        future = self._pool.submit(work)
        self._begun.add(future)
        future.add_done_callback(self._begun.discard)
        self.when_done(future, then, failed)
        return future

    def close(self, hurry: Callable[[], None] = lambda: None) -> None:
        """Wait for work that has begun, drop the rest. Later calls and events are dropped too.

        `hurry` is called when that takes longer than a moment.
        """
        with self._lock:
            self._closed = True
            self._calls.clear()
            self._events.clear()
        self._pool.shutdown(wait=False, cancel_futures=True)
        if wait(self._begun.copy(), _PATIENCE_SECONDS).not_done:
            hurry()
        self._pool.shutdown()
        self._timer.stop()

    @Slot()
    def _start_timer(self) -> None:
        if not self._closed and not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _hand_on_events(self) -> None:
        with self._lock:
            events, self._events = self._events, []
        if events:
            self.events.emit(events)

    @Slot()
    def _run_calls(self) -> None:
        end = time.perf_counter() + _TURN_SECONDS
        with self._lock:
            self._call_waits = False
        while True:
            with self._lock:
                if not self._calls:
                    return
                call = self._calls.popleft()
                more = bool(self._calls) and not self._call_waits
                self._call_waits |= more
            if more:  # before the call, which may open a dialog while the others are to arrive
                self._posted.emit()
            try:
                call()
            except Exception:
                # One broken answer must not keep the others from arriving.
                log.exception("an answer could not be shown")
            if time.perf_counter() > end:
                return


def _settle(
    future: Future[Any], then: Callable[[Any], None], failed: Callable[[PhotoLensError], None] | None
) -> None:
    try:
        result = future.result()
    except CancelledError:
        return
    except Exception as error:
        if not isinstance(error, PhotoLensError):
            log.error("background work failed", exc_info=error)
            reason = str(error).rstrip(".") or type(error).__name__
            error = PhotoLensError(
                plain(QCoreApplication.translate("Bridge", "Something went wrong: %1.").replace("%1", reason))
            )
        if failed is None:
            log.warning("not shown: %s", type(error).__name__)  # what it says may quote a search
        else:
            failed(error)
        return
    then(result)
