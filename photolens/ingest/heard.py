"""What was heard of the file system and not looked at yet: bounded, and safe between threads."""

from __future__ import annotations

import errno
import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

log = logging.getLogger(__name__)

# A path is looked at when nothing was heard of it for this long.
_QUIET_SECONDS = 0.4
# More paths than this at once: one scan is cheaper than looking at each. Only Linux says when events were
# lost; elsewhere a few hundred in a moment are taken as a sign of it.
STORM = 2000 if sys.platform == "linux" else 500
# A storm is over when nothing was heard for this long.
_CALM_SECONDS = 1.0
# One that does not end is looked into all the same, less and less often.
_FIRST_LOOK_SECONDS = 15.0
_LOOK_SECONDS = 240.0
# How a system says that it will not listen to more.
NO_MORE = frozenset({errno.ENOSPC, errno.ENOMEM, errno.EMFILE, errno.ENFILE})


@dataclass(slots=True)
class Changes:
    """Paths worth a look now. `moves` are (from, to); `storm`: too many, or some lost: scan everything."""

    paths: list[str] = field(default_factory=list)
    moves: list[tuple[str, str]] = field(default_factory=list)
    storm: bool = False

    def __bool__(self) -> bool:
        return bool(self.paths or self.moves or self.storm)


class Heard:
    """Gathers paths until they have been quiet for a moment. In a storm it keeps none, only the time.

    The last `storm` that it tells of always comes after the last event of the storm, so a scan that
    begins then sees everything.
    """

    def __init__(self, wake: Callable[[], None] = lambda: None) -> None:
        self._wake = wake
        self._lock = threading.Lock()
        self._due: dict[str, float] = {}
        self._moves: list[tuple[str, str]] = []
        self._storm = False
        self._losing = 0  # threads that are just finding their way back after a loss
        self._last = 0.0
        self._next_look = 0.0
        self._look_after = 0.0

    @property
    def storm(self) -> bool:
        """Whether so much happens that single paths do not count."""
        return self._storm

    @property
    def waiting(self) -> bool:
        """Whether something was heard that has not been looked at."""
        return bool(self._storm or self._due or self._moves)

    def put(self, path: str, target: str | None = None) -> None:
        """Something happened to `path`; with `target`, it was moved there."""
        now = time.monotonic()
        with self._lock:
            self._last = now
            if self._storm:
                return
            self._due[path] = now + _QUIET_SECONDS
            if target is not None:
                self._due[target] = now + _QUIET_SECONDS
                self._moves.append((path, target))
            if len(self._due) > STORM or len(self._moves) > STORM:
                self._begin_storm(now)
        self._wake()

    def touch(self) -> None:
        """Something happened that nobody needs to know the name of: the storm goes on."""
        self._last = time.monotonic()

    @contextmanager
    def losing(self) -> Iterator[None]:
        """Events were lost, and more may be until the block ends."""
        with self._lock:
            self._losing += 1
            self._begin_storm(time.monotonic())
        try:
            yield
        finally:
            with self._lock:
                self._losing -= 1
                self._begin_storm(time.monotonic())
            self._wake()

    def take(self) -> Changes:
        """The paths that have been quiet for a moment, taken out; or word of a storm."""
        now = time.monotonic()
        with self._lock:
            if self._storm:
                return Changes(storm=self._look_into_storm(now))
            moves, self._moves = self._moves, []
            quiet = [path for path, at in self._due.items() if at <= now]
            for path in quiet:
                del self._due[path]
            return Changes(quiet, moves)

    def _begin_storm(self, now: float) -> None:
        self._last = now
        self._due.clear()
        self._moves.clear()
        if not self._storm:
            log.info("more happens than can be followed file by file; the folders are compared afterwards")
            self._storm = True
            self._look_after = _FIRST_LOOK_SECONDS
            self._next_look = now + self._look_after

    def _look_into_storm(self, now: float) -> bool:
        if not self._losing and now - self._last >= _CALM_SECONDS:
            self._storm = False
            return True
        if now < self._next_look:
            return False
        self._look_after = min(2 * self._look_after, _LOOK_SECONDS)
        self._next_look = now + self._look_after
        return True
