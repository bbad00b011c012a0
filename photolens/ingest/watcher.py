"""Live events of the file system: hints about where to look, never the truth.

watchdog's threads only note paths. The ingest thread takes them once a path has been quiet for a
moment, and then looks at the disk itself; what no event announced, the next scan finds.
"""

from __future__ import annotations

import logging
import os
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass

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
from photolens.ingest.heard import NO_MORE, Changes, Heard

if sys.platform == "linux":
    from photolens.ingest.inotify import InotifyObserver

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

# A root that the system would not watch is not tried at each scan: trying uses up every watch there is.
_AGAIN_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class WatchedRoot:
    watch: ObservedWatch
    identity: tuple[int, int]


class Watcher:
    """Follows folders live. All methods belong to the ingest thread."""

    def __init__(self, wake: Callable[[], None] = lambda: None) -> None:
        self._observer: BaseObserver | None = None
        self._roots: dict[str, WatchedRoot] = {}
        self._not_before: dict[str, float] = {}  # roots that were refused: when to try again
        self._heard = Heard(wake)

    def follow(self, root: str) -> bool:
        """Watch `root` and all below it. False when the system will not (its limit, no such folder).

        A root is watched as a whole or not at all: half of it would keep watches from other programs
        and still miss what is new. Calling again re-attaches a root that was replaced by another
        folder of the same name.
        """
        identity = _identity(root)
        watched = self._roots.get(root)
        if watched and watched.identity == identity and not self._is_refused(watched):
            return True
        if watched:
            self._unschedule(root)
        if identity is None or time.monotonic() < self._not_before.get(root, 0.0):
            return False
        try:
            self._roots[root] = WatchedRoot(self._schedule(root), identity)
        except OSError as error:
            if error.errno in NO_MORE:
                self._refuse(root)
            else:
                log.warning("cannot watch %s: %s", root, error)
            return False
        if self._is_refused(self._roots[root]):
            self._unschedule(root)
            self._refuse(root)
            return False
        self._not_before.pop(root, None)
        return True

    def leave(self, root: str) -> None:
        """Stop watching a root."""
        self._not_before.clear()  # there may be room for the others now
        self._unschedule(root)

    def lost_roots(self) -> list[str]:
        """Watched roots of which not all is heard any more.

        They are gone, or another folder now; or the system refused to watch a folder that is new.
        """
        return [
            root
            for root, watched in self._roots.items()
            if _identity(root) != watched.identity or self._is_refused(watched)
        ]

    def changes(self) -> Changes:
        """The paths that have been quiet for a moment, taken out of what was heard."""
        return self._heard.take()

    @property
    def waiting(self) -> bool:
        """Whether something was heard that has not been looked at."""
        return self._heard.waiting

    def stop(self) -> None:
        """Stop all watching and wait for watchdog's threads to end."""
        if self._observer is not None:
            self._observer.stop()
            self._observer.join()
            self._observer = None
        self._roots.clear()

    def _schedule(self, root: str) -> ObservedWatch:
        if self._observer is None:
            self._observer = InotifyObserver(self._heard) if sys.platform == "linux" else Observer()
            self._observer.start()
        # A link is not followed by the system's watch: watch what it points to.
        real = os.path.realpath(root)
        if sys.platform == "linux" and isinstance(self._observer, InotifyObserver):
            self._observer.descriptor.refused.discard(real)
        handler = _Handler(self._heard, real, root)
        return self._observer.schedule(handler, real, recursive=True, event_filter=_WANTED)

    def _unschedule(self, root: str) -> None:
        watched = self._roots.pop(root, None)
        if watched and self._observer is not None:
            try:
                self._observer.unschedule(watched.watch)
            except (KeyError, OSError) as error:  # its emitter died with the folder
                log.debug("unwatching %s: %s", root, error)

    def _is_refused(self, watched: WatchedRoot) -> bool:
        if sys.platform == "linux" and isinstance(self._observer, InotifyObserver):
            return watched.watch.path in self._observer.descriptor.refused
        return False

    def _refuse(self, root: str) -> None:
        self._not_before[root] = time.monotonic() + _AGAIN_SECONDS
        log.warning("cannot watch %s: the system's limit is reached", root)


class _Handler(FileSystemEventHandler):
    """Notes the paths of events, as they are called below the root the user named."""

    def __init__(self, heard: Heard, real: str, root: str) -> None:
        self._heard = heard
        self._real = real
        self._root = root

    def _named(self, path: bytes | str) -> str:
        text = os.fsdecode(path)
        return self._root + text[len(self._real) :] if text.startswith(self._real) else text

    def on_any_event(self, event: FileSystemEvent) -> None:
        if not event.is_directory and not any(
            is_photo_name(os.path.basename(path)) for path in (event.src_path, event.dest_path) if path
        ):
            return
        if self._heard.storm:
            self._heard.touch()
            return
        target = self._named(event.dest_path) if event.dest_path else None
        self._heard.put(self._named(event.src_path), target)


def _identity(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return (found.st_dev, found.st_ino)
