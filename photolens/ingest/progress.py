"""Counting: how many are done, how fast, how long still."""

from __future__ import annotations

import time
from collections import deque

from photolens.domain import IngestFinished, IngestProgress, PhotoId

# The rate is taken over this stretch, so that it follows a change of load without jumping about.
_WINDOW_SECONDS = 15.0
_MIN_SECONDS = 0.5


class Progress:
    """Counters of one run of the ingest, and the events made from them."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.done = self.failed = self.added = self.moved = self.removed = self.decoded = 0
        # Photos that a new file was found to hold: if their old file is gone, they have moved.
        self.found_elsewhere: set[PhotoId] = set()
        self._history: deque[tuple[float, int]] = deque([(time.monotonic(), 0)])

    @property
    def touched(self) -> bool:
        """Whether anything happened since the last reset."""
        return bool(self.done or self.removed or self.moved)

    def restart_clock(self) -> None:
        """After a pause: the time spent waiting says nothing about the rate."""
        self._history = deque([(time.monotonic(), self.done)])

    def event(self, pending: int, *, paused: bool = False, on_battery: bool = False) -> IngestProgress:
        """Where the run stands, with `pending` files still to do."""
        now = time.monotonic()
        self._history.append((now, self.done))
        while len(self._history) > 2 and now - self._history[0][0] > _WINDOW_SECONDS:
            self._history.popleft()
        start, done_then = self._history[0]
        elapsed = now - start
        rate = (self.done - done_then) / elapsed if elapsed >= _MIN_SECONDS else 0.0
        left = pending / rate if rate > 0 and not paused else None
        return IngestProgress(self.done, self.done + pending, self.failed, rate, left, paused, on_battery)

    def finished(self, cancelled: bool, offline: int) -> IngestFinished:
        """The run in numbers; `offline` files still wait for a folder that is out of reach."""
        return IngestFinished(
            self.added, self.moved, self.removed, self.failed, self.decoded, cancelled, offline
        )
