"""Threads that read files, and can be left behind: a share that is gone may keep one waiting for ever."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

_CLOSE_SECONDS = 3.0


class Pool:
    """`count` daemon threads, so that a program can end although one of them hangs."""

    def __init__(self, count: int) -> None:
        self._steps: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._run, name=f"photolens-read-{number}", daemon=True)
            for number in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, step: Callable[[], Any]) -> Future[Any]:
        """Do `step` on one of the threads."""
        future: Future[Any] = Future()
        self._steps.put((future, step))
        return future

    def close(self) -> None:
        """End the threads once what was submitted is done or cancelled; one that hangs is left behind."""
        deadline = time.monotonic() + _CLOSE_SECONDS
        for _ in self._threads:
            self._steps.put(None)
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _run(self) -> None:
        while (taken := self._steps.get()) is not None:
            future, step = taken
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(step())
            except BaseException as error:
                future.set_exception(error)
            del future, step, taken  # which hold a picture, while this thread waits for the next
