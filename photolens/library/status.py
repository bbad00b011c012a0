"""What a library can say about itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from photolens.domain import Folder


class IndexState(StrEnum):
    """The saved index beside the catalog. Whatever it is, searches are answered."""

    NOT_NEEDED = "not needed"  # every photo is compared; one is made above a million
    READY = "ready"
    BEHIND = "behind"  # sound, but many vectors came later; they are added at the next start
    MISSING = "missing"  # not written yet, or deleted; rebuilt at the next start
    DAMAGED = "damaged"  # not what was saved; rebuilt at the next start


@dataclass(frozen=True, slots=True)
class Status:
    """A library in numbers. `offline` counts photos all of whose copies are out of reach now.

    `copies` are the files that hold the photos, `files` all: also those that failed, or were never read. Of
    the `pending` files, `pending_offline` wait for their folder to come back.

    After a change of model `searches_use` names the one before, until `model` has read all photos; of the
    present ones it has read `read` then. `on_battery`: what waits is read when the computer is plugged in.
    """

    library: str
    folders: tuple[Folder, ...]
    photos: int
    copies: int
    files: int
    failed: int
    pending: int
    offline: int
    missing: int
    embedded: int
    model: str
    dimension: int | None
    catalog_bytes: int
    index_state: IndexState
    pending_offline: int = 0
    searches_use: str | None = None
    read: int = 0
    on_battery: bool = False


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What `check` found: `problems` need attention, `notes` mend themselves.

    Where the catalog itself is not `intact`, and `repair` did not help, only a backup does.
    """

    problems: tuple[str, ...]
    notes: tuple[str, ...]
    photos: int
    vectors: int
    library: str
    intact: bool = True

    @property
    def clean(self) -> bool:
        return not self.problems
