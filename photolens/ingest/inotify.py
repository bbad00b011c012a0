"""Linux: what watchdog keeps to itself, told: lost events, and folders that could not be watched.

watchdog 7 writes both to its log only: a folder below a root for which there was no watch left stays
unwatched without an error, and what happened while the kernel's queue was full is never heard of.
"""

from __future__ import annotations

import errno
import logging
import os
from pathlib import Path

from watchdog.observers.api import BaseObserver
from watchdog.observers.inotify import InotifyEmitter, InotifyWatchGroup
from watchdog.observers.inotify_c import (
    CallbackId,
    InotifyEvent,
    InotifyFD,
    Mask,
    WatchCallback,
    WatchDescriptor,
)

from photolens.imaging.formats import is_photo_name
from photolens.ingest.heard import NO_MORE, Heard

# Without a handler its warnings, of which we take care, would end up in the user's terminal.
logging.getLogger("watchdog").addHandler(logging.NullHandler())

_LIMIT = Path("/proc/sys/fs/inotify/max_user_watches")
# Of the watches that the system gives to all programs of a user together, others need some too.
_SHARE = 0.75


class Descriptor(InotifyFD):
    """The kernel's queue of events. `refused` holds the paths of roots that are watched in part only."""

    def __init__(self, heard: Heard, most: int) -> None:
        super().__init__()
        self._heard = heard
        self._most = most
        self.refused: set[str] = set()

    def add_callback(
        self, path: bytes, mask: Mask, callback: WatchCallback, id_: CallbackId
    ) -> WatchDescriptor:
        """Watch one folder. Raises OSError, which watchdog overlooks for all but the root itself."""
        try:
            if len(self._watch_for_wd) >= self._most:
                raise OSError(errno.ENOSPC, "PhotoLens' share of the system's watches is used up")
            return super().add_callback(path, mask, callback, id_)
        except OSError as error:
            if error.errno in NO_MORE and isinstance(callback, InotifyWatchGroup):
                self.refused.add(os.fsdecode(callback.path))
            raise

    def handle_event(self, event: InotifyEvent) -> None:
        """On the thread that reads: pass an event on, but of a storm only what concerns folders."""
        if event.is_queue_overflow:
            with self._heard.losing():
                super().handle_event(event)
        elif self._heard.storm and not event.is_directory and not event.is_ignored:
            if is_photo_name(event.name):
                self._heard.touch()
        else:
            super().handle_event(event)


class InotifyObserver(BaseObserver):
    """watchdog's observer with a descriptor that tells. Raises OSError at the limit of the system."""

    def __init__(self, heard: Heard, most: int | None = None) -> None:
        self.descriptor = Descriptor(heard, _share() if most is None else most)
        self.descriptor.start()
        super().__init__(InotifyEmitter, inotify_fd=self.descriptor)

    def on_thread_stop(self) -> None:
        super().on_thread_stop()
        self.descriptor.stop()
        self.descriptor.join()


def _share() -> int:
    try:
        return int(_SHARE * int(_LIMIT.read_text()))
    except (OSError, ValueError):
        return 1 << 30  # the kernel says when it is enough
