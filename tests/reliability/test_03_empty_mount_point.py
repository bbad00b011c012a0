"""Harm 3: where the drive was is an empty folder, a few leavings, or another drive."""

from __future__ import annotations

from pathlib import Path

import pytest

from photolens.domain import Event, FilesVanished, RootState
from tests.photos import make_photo, make_photos
from tests.reliability.drives import OpenLibrary, decoded, drive, ids_by_path, removed


@pytest.mark.parametrize("leavings", [[], ["desktop.ini", ".hidden/x.jpg", "lost+found/y.jpg"]])
def test_an_empty_mount_point_at_start_loses_nothing(
    leavings: list[str], tmp_path: Path, open_library: OpenLibrary
) -> None:
    with drive(tmp_path / "drive", tmp_path / "photos") as plugged:
        make_photos(plugged.at, 3)
        with open_library() as library:
            library.index(plugged.at)
            known = ids_by_path(library)
        plugged.unplug()
        for name in leavings:
            (plugged.at / name).parent.mkdir(exist_ok=True)
            (plugged.at / name).write_bytes(b"something")
        library = open_library()
        for _ in range(2):  # nor may a second look take the folder for what it was
            library.index()
            assert library.folders()[0].state is RootState.OFFLINE
            assert ids_by_path(library) == known
        plugged.plug_in()
        library.index()
        assert library.folders()[0].state is RootState.ONLINE
        assert ids_by_path(library) == known
        library.close()


def test_another_drive_in_its_place_is_read_and_removes_nothing(
    tmp_path: Path, open_library: OpenLibrary
) -> None:
    place = tmp_path / "photos"
    with drive(tmp_path / "one", place) as one:
        make_photos(place, 3)  # so few that no deletion of them would be asked about
        events: list[Event] = []
        library = open_library(emit=events.append)
        library.index(place)
        make_photos(place / "more", 20, first=20)
        library.index()
        known = ids_by_path(library)
        one.unplug()
        with drive(tmp_path / "two", place) as other:
            make_photo(place / "other.jpg", 90)
            for _ in range(2):
                library.index()
                assert library.folders()[0].state is RootState.CHANGED
                assert known.items() < ids_by_path(library).items()
                assert library.photo(ids_by_path(library)[str(place / "other.jpg")]).online
                assert not any(photo.online for photo in library.photos(known.values()))
            assert FilesVanished(str(place), 23, 24) in events
            assert removed(events) == set()
            other.unplug()
            one.plug_in()
            library.index()
        assert library.folders()[0].state is RootState.ONLINE
        assert (
            events.count(FilesVanished(str(place), 0, 23)) + events.count(FilesVanished(str(place), 0, 24))
            == 1
        )
        assert ids_by_path(library) == known
        assert decoded(events) == 24
        library.close()


def test_a_drive_mounted_below_a_folder_takes_nothing_with_it(
    tmp_path: Path, open_library: OpenLibrary
) -> None:
    root = tmp_path / "photos"
    make_photos(root, 40)
    with drive(tmp_path / "drive", root / "external") as plugged:
        make_photos(plugged.at / "trip", 6, first=50)  # less than a fifth of all
        events: list[Event] = []
        library = open_library(emit=events.append)
        library.index(root)
        known = ids_by_path(library)
        plugged.unplug()
        library.index()
        assert ids_by_path(library) == known
        assert (library.status().offline, library.folders()[0].vanished) == (6, 6)
        plugged.plug_in()
        library.index()
        assert (library.status().offline, library.folders()[0].state) == (0, RootState.ONLINE)
        assert ids_by_path(library) == known
        assert (decoded(events), removed(events)) == (46, set())
        library.close()


def test_the_same_photos_at_another_place_are_the_folder_that_was_known(
    tmp_path: Path, open_library: OpenLibrary
) -> None:
    """A backup that was restored to a new drive: other ids, the same files."""
    place = tmp_path / "photos"
    photos = make_photos(place, 12)
    events: list[Event] = []
    library = open_library(emit=events.append)
    library.index(place)
    known = ids_by_path(library)
    place.rename(tmp_path / "old")
    with drive(tmp_path / "new", place):
        for photo in photos[1:]:
            (place / photo.name).write_bytes((tmp_path / "old" / photo.name).read_bytes())
        library.index()
        assert library.folders()[0].state is RootState.ONLINE
        del known[str(photos[0])]
        assert ids_by_path(library) == known, "a single file that is not there was deleted"
        assert decoded(events) == 12
        library.close()
