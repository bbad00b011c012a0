"""Thumbnails for what is on screen: the newest request is served first."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future

from photolens.domain import PhotoId

log = logging.getLogger(__name__)


class ThumbnailPool:
    """A few threads that work a stack of requests. A request cancelled in time costs nothing."""

    def __init__(self, load: Callable[[PhotoId], bytes | None], threads: int) -> None:
        self._load = load
        self._condition = threading.Condition()
        self._stack: list[tuple[PhotoId, Future[bytes | None]]] = []
        self._waiting: dict[PhotoId, Future[bytes | None]] = {}
        self._stopping = False
        self._wanted_threads = threads
        self._threads: list[threading.Thread] = []  # started by the first request

    def request(self, photo_id: PhotoId) -> Future[bytes | None]:
        """JPEG bytes in a future, None when the photo has no thumbnail and cannot be read now.

        Asking again for one that waits moves it to the front. `cancel()` the future when it scrolls
        out of sight.
        """
        with self._condition:
            future = self._waiting.get(photo_id)
            if future is None or future.cancelled():
                future = Future()
                self._waiting[photo_id] = future
            if self._stopping:
                future.cancel()
            else:
                self._start_threads()
                self._stack.append((photo_id, future))
                self._condition.notify()
            return future

    def close(self) -> None:
        """Cancel what waits and end the threads."""
        with self._condition:
            self._stopping = True
            for _, future in self._stack:
                future.cancel()
            self._stack.clear()
            self._condition.notify_all()
        for thread in self._threads:
            thread.join()

    def _start_threads(self) -> None:
        while len(self._threads) < self._wanted_threads:
            name = f"photolens-thumbnail-{len(self._threads)}"
            self._threads.append(threading.Thread(target=self._work, name=name, daemon=True))
            self._threads[-1].start()

    def _work(self) -> None:
        while True:
            with self._condition:
                self._condition.wait_for(lambda: self._stack or self._stopping)
                if not self._stack:
                    return
                photo_id, future = self._stack.pop()
                if self._waiting.get(photo_id) is not future:
                    continue  # asked for twice, and served already
                del self._waiting[photo_id]
                if not future.set_running_or_notify_cancel():
                    continue
            try:
                future.set_result(self._load(photo_id))
            except Exception as error:
                log.warning("no thumbnail of photo %d: %s", photo_id, error)
                future.set_exception(error)
