"""Run as a program without the superuser's right to read everything: see test_22_no_permission."""

from __future__ import annotations

import sys
from pathlib import Path

from photolens.domain import Event, Notice, RootState
from photolens.errors import FailureKind
from photolens.library import Library
from tests.photos import make_photo
from tests.reliability.drives import concept_ids, ids_by_path, removed, save_concept


def read_again_later(pictures: Path) -> None:
    events: list[Event] = []
    with Library(pictures.parent / "library", emit=events.append) as library:
        known = ids_by_path(library)
        assert len(known) == 12
        closed, locked = pictures / "closed", pictures / "photo_00.jpg"
        save_concept(library, known[str(locked)], known[str(closed / "deep" / "photo_06.jpg")])
        closed.chmod(0)
        locked.chmod(0)
        new = make_photo(pictures / "new.jpg", 50)
        new.chmod(0)
        library.index()
        assert known.items() <= ids_by_path(library).items()
        assert len(concept_ids(library)) == 2
        (failed,) = library.failures()
        assert (failed.path, failed.kind) == (str(new), FailureKind.UNREADABLE)
        assert failed.reason == "No permission to read the file."
        notices = [event.text for event in events if isinstance(event, Notice)]
        assert notices == [f"No permission to look into {closed}; what is known is kept."]
        library.rescan(deep=True)  # tries to read what it may not
        library.wait_idle(30)
        for path in (closed, locked, new):
            path.chmod(0o700)
        library.index()
        assert library.failures() == []
        assert known.items() < ids_by_path(library).items()
        assert (library.status().photos, removed(events)) == (13, set())
        assert library.check().clean


def root_closed(pictures: Path) -> None:
    with Library(pictures.parent / "library") as library:
        known = ids_by_path(library)
        assert len(known) == 12
        pictures.chmod(0)
        library.index()
        assert library.folders()[0].state is RootState.OFFLINE
        assert ids_by_path(library) == known
        pictures.chmod(0o700)
        library.index()
        assert library.folders()[0].state is RootState.ONLINE
        assert ids_by_path(library) == known


if __name__ == "__main__":
    {"read_again_later": read_again_later, "root_closed": root_closed}[sys.argv[1]](Path(sys.argv[2]))
