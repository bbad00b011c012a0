"""Live events of the file system: hints about where to look, never the truth.

watchdog's threads only put paths on a queue. The ingest thread takes them out once a path has been
quiet for a moment, and then looks at the disk itself; what no event announced, the next scan finds.
"""

from __future__ import annotations

import errno
import logging
import os
import queue
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch

from photolens.imaging.formats import is_photo_name

log = logging.getLogger(__name__)

# watchdog says so when a folder is created while it is already adding the watch for it; harmless, as
# the watch is the same, and nothing to show a user.
warnings.filterwarnings("ignore", message="Callback with id", category=RuntimeWarning)

# Reading a file also makes events; only these mean that something changed.
_WANTED: list[type[FileSystemEvent]] = [
    FileCreatedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileDeletedEvent,
    FileClosedEvent,
    DirCreatedEvent,
    DirMovedEvent,
    DirDeletedEvent,
]

# A path is looked at when nothing was heard of it for this long.
_QUIET_SECONDS = 0.4
# More paths than this at once: one scan is cheaper than looking at each.
_STORM = 5000


@dataclass(slots=True)
class Changes:
    """Paths worth a look now. `moves` are (from, to); `storm`: too many, scan everything."""

    paths: list[str] = field(default_factory=list)
    moves: list[tuple[str, str]] = field(default_factory=list)
    storm: bool = False

    def __bool__(self) -> bool:
        return bool(self.paths or self.moves or self.storm)


@dataclass(frozen=True, slots=True)
class WatchedRoot:
    watch: ObservedWatch
    identity: tuple[int, int]


class Watcher:
    """Follows folders live. All methods belong to the ingest thread."""

    def __init__(self, wake: Callable[[], None] = lambda: None) -> None:
        self._observer: BaseObserver | None = None
        self._roots: dict[str, WatchedRoot] = {}
        self._events: queue.SimpleQueue[tuple[str, str | None]] = queue.SimpleQueue()
        self._due: dict[str, float] = {}
        self._moves: list[tuple[str, str]] = []
        self._wake = wake

    def follow(self, root: str) -> bool:
        """Watch `root` and all below it. False when the system will not (its limit, no such folder).

        Calling again re-attaches a root that was replaced by another folder of the same name.
        """
        identity = _identity(root)
        watched = self._roots.get(root)
        if watched and watched.identity == identity:
            return True
        if watched:
            self.leave(root)
        if identity is None:
            return False
        try:
            if self._observer is None:
                self._observer = Observer()
                self._observer.start()
            # A link is not followed by the system's watch: watch what it points to.
            real = os.path.realpath(root)
            handler = _Handler(self._events, self._wake, real, root)
            watch = self._observer.schedule(handler, real, recursive=True, event_filter=_WANTED)
        except OSError as error:
            limit = error.errno in (errno.ENOSPC, errno.EMFILE)
            log.warning("cannot watch %s: %s", root, "the system's limit is reached" if limit else error)
            return False
        self._roots[root] = WatchedRoot(watch, identity)
        return True

    def leave(self, root: str) -> None:
        """Stop watching a root."""
        watched = self._roots.pop(root, None)
        if watched and self._observer is not None:
            try:
                self._observer.unschedule(watched.watch)
            except (KeyError, OSError) as error:  # its emitter died with the folder
                log.debug("unwatching %s: %s", root, error)

    def replaced_roots(self) -> list[str]:
        """Watched roots that are gone or another folder now: their events have stopped."""
        return [root for root, watched in self._roots.items() if _identity(root) != watched.identity]

    def changes(self) -> Changes:
        """The paths that have been quiet for a moment, taken out of the queue."""
        now = time.monotonic()
        while True:
            try:
                path, target = self._events.get_nowait()
            except queue.Empty:
                break
            self._due[path] = now + _QUIET_SECONDS
            if target is not None:
                self._due[target] = now + _QUIET_SECONDS
                self._moves.append((path, target))
        if len(self._due) > _STORM:
            self._due.clear()
            self._moves.clear()
            return Changes(storm=True)
        moves, self._moves = self._moves, []
        quiet = [path for path, at in self._due.items() if at <= now]
        for path in quiet:
            del self._due[path]
        return Changes(quiet, moves)

    @property
    def waiting(self) -> bool:
        """Whether something was heard that has not been looked at."""
        return bool(self._due or self._moves) or not self._events.empty()

    def stop(self) -> None:
        """Stop all watching and wait for watchdog's threads to end."""
        if self._observer is not None:
            self._observer.stop()
            self._observer.join()
            self._observer = None
        self._roots.clear()


class _Handler(FileSystemEventHandler):
    """Puts the paths of events on the queue, as they are called below the root the user named."""

    def __init__(
        self,
        events: queue.SimpleQueue[tuple[str, str | None]],
        wake: Callable[[], None],
        real: str,
        root: str,
    ) -> None:
        self._events = events
        self._wake = wake
        self._real = real
        self._root = root

    def _named(self, path: bytes | str) -> str:
        text = os.fsdecode(path)
        return self._root + text[len(self._real) :] if text.startswith(self._real) else text

    def on_any_event(self, event: FileSystemEvent) -> None:
        source = self._named(event.src_path)
        target = self._named(event.dest_path) if event.dest_path else None
        if not event.is_directory and not any(
            is_photo_name(os.path.basename(path)) for path in (source, target) if path
        ):
            return
        self._events.put((source, target))
        self._wake()


def _identity(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return (found.st_dev, found.st_ino)
