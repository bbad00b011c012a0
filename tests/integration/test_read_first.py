"""A large folder is read in stages: what is asked for, what was just added, then the rest, newest first."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from photolens.domain import Event, PhotosAdded
from photolens.library import Library
from tests.photos import make_photo

OpenLibrary = Callable[..., Library]

_MANY, _FEW = 90, 6


def make_folder(folder: Path, count: int, *, seed: int, year: int) -> Path:
    """Photos last changed in that year, one second apart."""
    for number in range(count):
        file = make_photo(folder / f"{seed + number}.jpg", seed + number, (64, 48))
        moment = (year - 1970) * 365 * 86_400 + number
        os.utime(file, (moment, moment))
    return folder


class Arrivals:
    """The files of photos in the order in which they were told of."""

    def __init__(self) -> None:
        self.ids: list[int] = []
        self.begun = threading.Event()

    def __call__(self, event: Event) -> None:
        if isinstance(event, PhotosAdded):
            self.ids += event.ids
            self.begun.set()

    def places(self, library: Library, folder: Path) -> list[int]:
        """Which in the order those at or below a folder were."""
        photos = library.photos(self.ids)
        return [place for place, photo in enumerate(photos) if Path(photo.path).is_relative_to(folder)]


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A folder of new photos, and in two folders of similar names old ones."""
    folder = make_folder(tmp_path / "Large", _MANY, seed=0, year=2020)
    make_folder(folder / "1999", _FEW, seed=1000, year=1999)
    make_folder(folder / "1999 more", _FEW, seed=2000, year=1999)
    return folder


def wait_for_queue(library: Library, files: int) -> None:
    while library.status().pending < files:
        time.sleep(0.01)


def test_the_newest_come_first(large: Path, open_library: OpenLibrary) -> None:
    arrivals = Arrivals()
    library = open_library(emit=arrivals)
    assert library.index(large)
    assert min(arrivals.places(library, large / "1999")) > _MANY / 2


def test_a_folder_that_is_looked_at_comes_before_the_rest(large: Path, open_library: OpenLibrary) -> None:
    arrivals = Arrivals()
    library = open_library(emit=arrivals)
    library.pause()
    library.add_folder(large)
    wait_for_queue(library, _MANY + 2 * _FEW)
    library.read_first(["/no/such/folder", str(large / "1999")])
    library.resume()
    assert library.wait_idle()
    assert max(arrivals.places(library, large / "1999")) < _MANY / 2
    assert min(arrivals.places(library, large / "1999 more")) > _MANY / 2
    assert len(arrivals.ids) == _MANY + 2 * _FEW


def test_files_in_sight_come_before_a_folder_and_the_rest_and_are_embedded_first(
    large: Path, tmp_path: Path, open_library: OpenLibrary
) -> None:
    arrivals = Arrivals()
    library = open_library(emit=arrivals)
    library.pause()
    library.add_folder(large)
    wait_for_queue(library, _MANY + 2 * _FEW)
    waiting = library.waiting_files(library.listing(waiting=True).ids.tolist())
    ids = {Path(file.path): file.id for file in waiting}
    in_sight = [ids[large / "1999" / f"{1000 + number}.jpg"] for number in range(_FEW)]
    library.read_first([str(large / "1999 more")])
    library.read_files_first([ids[large / "5.jpg"]])
    library.read_files_first(in_sight)
    library.resume()
    assert library.wait_idle()
    assert max(arrivals.places(library, large / "1999")) < _MANY / 3
    assert max(arrivals.places(library, large / "1999 more")) < _MANY / 2
    photos = {file.photo_id for file in library.waiting_files(in_sight)}
    with closing(sqlite3.connect(tmp_path / "library" / "catalog.db")) as catalog:
        rows = catalog.execute("SELECT photo_id FROM embeddings ORDER BY revision").fetchall()
    assert photos <= {row[0] for row in rows[: _MANY // 3]}


def test_a_change_of_mind_counts_while_photos_are_read(large: Path, open_library: OpenLibrary) -> None:
    arrivals = Arrivals()
    library = open_library(emit=arrivals)
    library.pause()
    library.add_folder(large)
    wait_for_queue(library, _MANY + 2 * _FEW)
    library.read_first([str(large / "1999")])
    library.read_first([str(large / "1999 more")])
    library.resume()
    assert library.wait_idle()
    assert max(arrivals.places(library, large / "1999 more")) < _MANY / 2
    assert min(arrivals.places(library, large / "1999")) > _MANY / 2


def test_a_folder_just_added_does_not_wait_for_a_long_queue(
    tmp_path: Path, large: Path, open_library: OpenLibrary
) -> None:
    arrivals = Arrivals()
    library = open_library(emit=arrivals)
    library.add_folder(large)
    assert arrivals.begun.wait(60)
    library.pause()
    library.add_folder(make_folder(tmp_path / "Added", _FEW, seed=3000, year=1990))
    library.resume()
    assert library.wait_idle()
    assert max(arrivals.places(library, tmp_path / "Added")) < min(arrivals.places(library, large / "1999"))


def test_the_first_photos_can_be_searched_while_the_rest_waits(
    large: Path, open_library: OpenLibrary
) -> None:
    arrived = threading.Event()

    def stop_at_first(event: Event) -> None:
        if isinstance(event, PhotosAdded):
            library.pause()
            arrived.set()

    library = open_library(emit=stop_at_first)
    library.add_folder(large)
    assert arrived.wait(60)
    assert 0 < library.search("a photo").total < _MANY + 2 * _FEW
    assert library.status().pending > 0
