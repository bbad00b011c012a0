"""Pause, resume, cancel and stop, as seen from the ingest thread."""

from __future__ import annotations

import threading


class Control:
    """Flags that other threads set and the ingest thread obeys between two photos."""

    def __init__(self) -> None:
        self._running = threading.Event()
        self._running.set()
        self._cancelled = threading.Event()
        self._stopping = threading.Event()
        self._held = False

    def pause(self) -> None:
        self._held = False
        self._running.clear()

    def resume(self) -> None:
        self._held = False
        self._running.set()

    def hold(self) -> None:
        """Pause until `release`, unless the user has paused already: then that counts."""
        if not self.paused:
            self._held = True
            self._running.clear()

    def release(self) -> None:
        """End what `hold` began."""
        if self._held:
            self.resume()

    def cancel(self) -> None:
        """Give up the work that waits now; it is kept for the next scan."""
        self._cancelled.set()
        self._running.set()

    def renew(self) -> None:
        """New work was asked for: an earlier cancel is over."""
        self._cancelled.clear()

    def stop(self) -> None:
        """Leave as soon as the batch in hand is committed."""
        self._stopping.set()
        self._running.set()

    @property
    def paused(self) -> bool:
        return not self._running.is_set()

    @property
    def held(self) -> bool:
        """Whether it is paused, and not by the user."""
        return self._held and self.paused

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    @property
    def stopping(self) -> bool:
        return self._stopping.is_set()

    def interrupted(self) -> bool:
        """Whether the work in hand should end now."""
        return self.cancelled or self.stopping

    def wait_while_paused(self, seconds: float) -> None:
        """Sleep until resumed, at most `seconds`."""
        self._running.wait(seconds)
