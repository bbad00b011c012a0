"""Harm 2: a drive is unplugged while the program runs, while it is closed, or in the middle of indexing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from photolens.domain import Event, FolderState, PhotosAdded, RootState
from photolens.library import Library
from tests.photos import make_photo, make_photos
from tests.reliability.drives import (
    Drive,
    OpenLibrary,
    concept_ids,
    decoded,
    drive,
    ids_by_path,
    removed,
    save_concept,
)
from tests.waiting import eventually


class RenamedFolder(Drive):
    """What a drive looks like to us that the system mounts under a folder of its own, made for it."""

    def plug_in(self) -> None:
        self.folder.rename(self.at)

    def unplug(self) -> None:
        self.at.rename(self.folder)


@contextmanager
def renamed_folder(folder: Path, at: Path) -> Iterator[Drive]:
    folder.mkdir()
    made = RenamedFolder(folder, at)
    made.plug_in()
    yield made


Kind = Callable[[Path, Path], object]
both_kinds = pytest.mark.parametrize("kind", [drive, renamed_folder], ids=["mounted", "renamed"])


@contextmanager
def full_drive(kind: Kind, tmp_path: Path, photos: int = 6) -> Iterator[Drive]:
    with kind(tmp_path / "drive", tmp_path / "photos") as plugged:  # type: ignore[attr-defined]
        make_photos(plugged.at, photos - 2)
        make_photos(plugged.at / "trip", 2, first=photos - 2)
        yield plugged


def assert_kept(library: Library, known: dict[str, int]) -> None:
    """Offline, and yet all there: listed, found by searching, with thumbnails, and saying where they are."""
    assert ids_by_path(library) == known
    assert library.folders()[0].state is RootState.OFFLINE
    assert library.status().offline == len(set(known.values()))
    hits = library.search("anything", limit=50).hits
    assert {hit.photo_id for hit in hits} == set(known.values())
    assert all(library.thumbnail(photo_id) for photo_id in known.values())
    assert not any(photo.online for photo in library.photos(known.values()))
    assert concept_ids(library) == sorted(known.values())[:2]


@both_kinds
def test_unplugged_while_running(kind: Kind, tmp_path: Path, open_library: OpenLibrary) -> None:
    with full_drive(kind, tmp_path) as plugged:
        events: list[Event] = []
        library = open_library(emit=events.append)
        library.watch()
        library.index(plugged.at)
        known = ids_by_path(library)
        save_concept(library, *sorted(known.values())[:2])
        events.clear()
        plugged.unplug()
        eventually(lambda: FolderState(str(plugged.at), online=False) in events)
        library.rescan()
        assert library.wait_idle(30)
        assert_kept(library, known)
        make_photo(plugged.folder / "new.jpg", 40)
        plugged.plug_in()
        eventually(lambda: FolderState(str(plugged.at), online=True) in events)
        eventually(lambda: str(plugged.at / "new.jpg") in ids_by_path(library))
        assert known.items() < ids_by_path(library).items()
        assert library.status().offline == 0
        assert decoded(events) <= 1, "only the new photo may be read"
        assert removed(events) == set()
        library.close()


@both_kinds
def test_unplugged_while_closed(kind: Kind, tmp_path: Path, open_library: OpenLibrary) -> None:
    with full_drive(kind, tmp_path) as plugged:
        with open_library() as library:
            library.index(plugged.at)
            known = ids_by_path(library)
            save_concept(library, *sorted(known.values())[:2])
        plugged.unplug()
        events: list[Event] = []
        library = open_library(emit=events.append)
        library.index()
        assert_kept(library, known)
        plugged.plug_in()
        library.index()
        assert library.folders()[0].state is RootState.ONLINE
        assert ids_by_path(library) == known
        assert (library.status().offline, decoded(events), removed(events)) == (0, 0, set())
        library.close()


@both_kinds
def test_unplugged_in_the_middle_of_indexing(kind: Kind, tmp_path: Path, open_library: OpenLibrary) -> None:
    with full_drive(kind, tmp_path, photos=40) as plugged:
        events: list[Event] = []
        library = open_library(emit=events.append)
        library.add_folder(plugged.at)
        eventually(lambda: any(isinstance(event, PhotosAdded) for event in events))
        library.pause()
        plugged.unplug()
        library.resume()
        library.rescan()
        assert library.wait_idle(60)
        half = library.status()
        assert 0 < half.photos < 40, "it was not in the middle"
        assert (half.failed, half.offline, removed(events)) == (0, half.photos, set())
        events.clear()
        plugged.plug_in()
        library.index()
        assert (library.status().photos, library.status().failed) == (40, 0)
        assert decoded(events) == 40 - half.photos, "what was done is not read again"
        library.close()
