"""Work for other threads, one piece after the other, in the order in which it was asked for."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TypeVar

from photolens.errors import PhotoLensError
from photolens.gui.bridge import Bridge

T = TypeVar("T")


class InTurn:
    """Keeps what is done and taken back quickly from overtaking each other. Used on the GUI thread."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._waiting: deque[Callable[[], None]] = deque()
        self._running = False

    def run(
        self,
        work: Callable[[], T],
        then: Callable[[T], None] = lambda result: None,
        failed: Callable[[PhotoLensError], None] | None = None,
    ) -> None:
        """As `Bridge.run`, after all that was asked for before."""

        def done(result: T) -> None:
            self._next()
            then(result)

        def not_done(error: PhotoLensError) -> None:
            self._next()
            if failed is not None:
                failed(error)

        self._waiting.append(lambda: _begin(self._bridge, work, done, not_done))
        if not self._running:
            self._next()

    def clear(self) -> None:
        """Drop what has not begun."""
        self._waiting.clear()

    def _next(self) -> None:
        self._running = bool(self._waiting)
        if self._waiting:
            self._waiting.popleft()()


def _begin(
    bridge: Bridge,
    work: Callable[[], T],
    then: Callable[[T], None],
    failed: Callable[[PhotoLensError], None],
) -> None:
    bridge.run(work, then, failed)
