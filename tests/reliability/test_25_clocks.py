"""Harm 25: clocks that are wrong, and an edit that leaves size and time as they were."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from photolens.domain import Event, FolderState
from photolens.library import Library, Order
from tests.photos import make_photo, make_photos
from tests.reliability.drives import OpenLibrary, concept_ids, decoded, ids_by_path, save_concept
from tests.waiting import eventually

_TIMES = {
    "1970": 0,
    "before": -86_400 * 365,
    "1904": -2_082_844_800,
    "2106": 2**32 - 1,
    "2200": 7_258_118_400,
    "9999": 253_402_300_799,
}


def test_photos_of_any_time_are_read_and_listed(tmp_path: Path, open_library: OpenLibrary) -> None:
    pictures = tmp_path / "pictures"
    for number, (name, seconds) in enumerate(_TIMES.items()):
        photo = make_photo(pictures / f"{name}.jpg", number)
        try:
            os.utime(photo, (seconds, seconds))
        except (OSError, OverflowError):
            photo.unlink()  # this system knows no such time
    library = open_library()
    library.index(pictures)
    on_disk = {str(photo) for photo in pictures.iterdir()}
    assert set(ids_by_path(library)) == on_disk
    for order in Order:
        assert len(library.photo_ids(order=order)) == len(on_disk)
    assert len(library.listing()) == len(on_disk)
    assert all(photo.sort_time for photo in library.photos(library.photo_ids().tolist()))
    events: list[Event] = []
    library.close()
    library = open_library(emit=events.append)
    library.index()
    assert decoded(events) == 0, "they are taken for what they were"


def replaced_unnoticed(photo: Path) -> None:
    """Another picture of the same size, time and inode, such as a tool leaves that restores the time."""
    before = photo.stat()
    other = make_photo(photo.parent.parent / "other.jpg", 77).read_bytes()
    data = other + bytes(max(0, before.st_size - len(other)))
    with photo.open("r+b") as stream:
        stream.write(data[: before.st_size])
    os.utime(photo, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = photo.stat()
    assert (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)


@pytest.fixture
def roomy(tmp_path: Path) -> Path:
    """Six photos with some room at their end."""
    pictures = tmp_path / "pictures"
    for photo in make_photos(pictures, 6):
        with photo.open("ab") as stream:
            stream.write(bytes(20_000))
    return pictures


def test_a_deep_look_finds_an_edit_that_nothing_tells_of(roomy: Path, open_library: OpenLibrary) -> None:
    events: list[Event] = []
    library = open_library(emit=events.append)
    library.index(roomy)
    known = ids_by_path(library)
    photo = roomy / "photo_02.jpg"
    save_concept(library, known[str(photo)], known[str(roomy / "photo_03.jpg")])
    content = library.photo(known[str(photo)]).content_hash
    replaced_unnoticed(photo)
    library.index()
    assert library.photo(known[str(photo)]).content_hash == content, (
        "an ordinary look reads no unchanged file"
    )
    events.clear()
    library.rescan(deep=True)
    assert library.wait_idle(60)
    assert library.photo(known[str(photo)]).content_hash != content
    assert library.search(images=[str(photo)], limit=1).hits[0].photo_id == known[str(photo)]
    assert decoded(events) == 1, "the others are only hashed"
    assert ids_by_path(library) == known
    assert len(concept_ids(library)) == 2


def test_a_deep_look_that_is_interrupted_goes_on_later(roomy: Path, open_library: OpenLibrary) -> None:
    with open_library() as library:
        library.index(roomy)
        replaced_unnoticed(roomy / "photo_02.jpg")
        library.pause()
        library.rescan(deep=True)
        eventually(lambda: library.status().pending == 6)
        assert library.status().photos == 6, "what waits stays in the library"
    events: list[Event] = []
    library = open_library(emit=events.append)
    assert library.wait_idle(60)
    assert decoded(events) == 1


def test_a_clock_that_is_set_back_stops_nothing(
    pictures: Path, open_library: OpenLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    library: Library
    events: list[Event] = []
    library = open_library(emit=events.append)
    library.watch()
    library.index(pictures)
    now = time.time
    for shift in (-10 * 365 * 86_400, 10 * 365 * 86_400):
        monkeypatch.setattr(time, "time", lambda shift=shift: now() + shift)
        new = make_photo(pictures / f"new {shift}.jpg", abs(shift) % 97)
        eventually(lambda new=new: str(new) in ids_by_path(library))
    pictures.rename(pictures.with_name("away"))
    eventually(lambda: FolderState(str(pictures), online=False) in events)
    pictures.with_name("away").rename(pictures)
    eventually(lambda: FolderState(str(pictures), online=True) in events)
