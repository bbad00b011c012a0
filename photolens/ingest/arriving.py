"""Files that cannot be read, but may still be on their way: written with pauses, or by another computer."""

from __future__ import annotations

import time
from dataclasses import dataclass

from photolens.catalog import FileStat, PendingFile

# A file that stays the same for so long is whole; one that was seen to grow may only have paused.
_SETTLED_SECONDS = 2.0
_PAUSE_SECONDS = 10.0
# Times of files come from any clock, but one that is wrong by more than a day is rare.
_LONG_AGO_SECONDS = 86400.0


@dataclass(frozen=True, slots=True)
class _Look:
    stat: FileStat
    since: float
    patience: float


class Arriving:
    """Remembers what files looked like that could not be read, until `forget`."""

    def __init__(self) -> None:
        self._looks: dict[int, _Look] = {}

    def may_arrive(self, file: PendingFile, now: FileStat) -> bool:
        """Whether a file that cannot be read, and looks like this `now`, is worth another try."""
        look = self._looks.get(file.id)
        changed = (file.stat if look is None else look.stat)[:2] != now[:2]
        if not any(now):
            return False  # we may not even ask
        if look is None and not changed and abs(time.time() - now.mtime_ns / 1e9) > _LONG_AGO_SECONDS:
            return False
        if look is None or changed:
            patience = _PAUSE_SECONDS if changed else _SETTLED_SECONDS
            look = self._looks[file.id] = _Look(now, time.monotonic(), patience)
        return time.monotonic() - look.since < look.patience

    def forget(self, file_id: int) -> None:
        """The file was read, given up, or is gone."""
        self._looks.pop(file_id, None)
