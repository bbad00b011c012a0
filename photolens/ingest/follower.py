"""Which roots are heard live and which are looked through now and then, and how often."""

from __future__ import annotations

import os
from collections.abc import Callable

from photolens.domain import Event, Folder, FolderId, Notice
from photolens.ingest import file_systems
from photolens.ingest.watcher import Watcher
from photolens.messages import message

# Where the system does not tell of changes, look this often.
POLL_SECONDS = 30.0
# But rest this many times as long as the last look took, so that a large share is not read all the time.
_REST = 20.0


class Follower:
    """Follows roots by the system's events where there are any, and plans the looks at the others."""

    def __init__(
        self,
        watcher: Watcher,
        emit: Callable[[Event], None],
        poll_seconds: float = POLL_SECONDS,
        silent: Callable[[str], bool] = file_systems.is_silent,
    ) -> None:
        """`silent` tells whether a folder may change without an event."""
        self.watcher = watcher
        self._emit = emit
        self._poll_seconds = poll_seconds
        self._silent = silent
        self._polled: set[FolderId] = set()
        self._told: set[FolderId] = set()

    def follow(self, folder: Folder) -> None:
        """Hear of a root as well as the system lets us; says so once if that is not live."""
        watched = self.watcher.follow(folder.path)
        silent = self._silent(folder.path)
        if watched and not silent:
            self._polled.discard(folder.id)
        elif os.path.isdir(folder.path):
            self._polled.add(folder.id)
            self._tell(folder, silent)

    def forget(self, folder: Folder) -> None:
        """The root is none any more."""
        self.watcher.leave(folder.path)
        self._polled.discard(folder.id)
        self._told.discard(folder.id)

    def is_polled(self, folder_id: FolderId) -> bool:
        """Whether changes in this root may come without an event."""
        return folder_id in self._polled

    def rest(self, folder_id: FolderId, rescan_seconds: float, took: float) -> float:
        """Seconds until the next look at a root, when the last one took `took` seconds.

        `rescan_seconds` is the most that the user allows; no root is looked at all of the time.
        """
        if folder_id in self._polled:
            rescan_seconds = min(rescan_seconds, max(self._poll_seconds, _REST * took))
        return max(rescan_seconds, took)

    def _tell(self, folder: Folder, silent: bool) -> None:
        if folder.id in self._told:
            return
        self._told.add(folder.id)
        seconds = round(self._poll_seconds)
        if silent:
            why = message(
                "{folder} is on a network drive, which does not tell of changes: PhotoLens looks for changes "
                "there every {seconds} seconds, less often if it is large.",
                folder=folder.path,
                seconds=seconds,
            )
        else:
            why = message(
                "{folder} cannot be watched live (it may have more folders than this computer allows): "
                "PhotoLens looks for changes there every {seconds} seconds, less often if it is large.",
                folder=folder.path,
                seconds=seconds,
            )
        self._emit(Notice(why))
