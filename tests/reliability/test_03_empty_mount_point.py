"""Harm 3: where the drive was is an empty folder, a few leavings, or another drive."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from photolens.catalog import RootIdentity
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


def test_another_drive_with_the_same_names_takes_no_photo_s_place(
    tmp_path: Path, open_library: OpenLibrary
) -> None:
    """Two memory cards in one reader: cameras give all their files the same names."""
    place = tmp_path / "card"
    with drive(tmp_path / "one", place) as one:
        make_photos(place, 6)
        events: list[Event] = []
        library = open_library(emit=events.append)
        library.index(place)
        known = ids_by_path(library)
        contents = {photo_id: library.photo(photo_id).content_hash for photo_id in known.values()}
        one.unplug()
        with drive(tmp_path / "two", place) as other:
            for number in range(6):
                make_photo(place / f"photo_{number:02}.jpg", 40 + number)
            make_photo(place / "photo_06.jpg", 46)
            for _ in range(2):
                library.index()
                assert library.folders()[0].vanished == 6
                assert known.items() < ids_by_path(library).items()
                assert not any(photo.online for photo in library.photos(known.values()))
            assert FilesVanished(str(place), 6, 7) in events
            assert removed(events) == set()
            library.rescan(deep=True)
            assert library.wait_idle(30)
            assert {i: library.photo(i).content_hash for i in contents} == contents
            # Only when it is said that they are gone, their places are free for the other photos.
            assert library.confirm_vanished(place) == 6
            library.index()
            others = ids_by_path(library)
            assert len(others) == 7
            assert not set(others.values()).intersection(known.values())
            other.unplug()
        one.plug_in()
        library.index()
        assert library.folders()[0].vanished == 7
        library.confirm_vanished(place)
        library.index()
        assert ids_by_path(library) == known
        assert {i: library.photo(i).content_hash for i in contents} == contents
        assert library.check().clean
        library.close()


def test_the_next_card_in_a_reader_is_not_taken_for_the_one_before(
    tmp_path: Path, open_library: OpenLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of FAT, exFAT and XFS the system only says the device, and all their top folders have one inode."""
    monkeypatch.setattr(
        "photolens.ingest.identity.identity_of", lambda path: (os.stat(path), RootIdentity(None, 7, 1))[1]
    )
    place = tmp_path / "card"
    with drive(tmp_path / "one", place) as one:
        make_photos(place, 4)
        library = open_library()
        library.index(place)
        known = ids_by_path(library)
        one.unplug()
        with drive(tmp_path / "two", place) as other:
            make_photos(place / "more", 30, first=20)
            library.index()
            assert known.items() < ids_by_path(library).items()
            assert library.folders()[0].vanished == 4
            other.unplug()
        one.plug_in()
        library.index()
        assert not any(not photo.online for photo in library.photos(known.values()))
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
