"""Files that wait to be read can be looked at: listed, with thumbnail and picture, before they are photos."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from photolens.domain import Event, FilesFound, Filters, Order, ScanFinished
from photolens.errors import LibraryError, PhotoError
from photolens.library import Library
from tests.photos import make_photo

OpenLibrary = Callable[..., Library]


@pytest.fixture
def waiting(pictures: Path, open_library: OpenLibrary) -> Library:
    """A library that has found twelve photos and one broken file, and is paused."""
    (pictures / "broken.jpg").write_bytes(b"no photo")
    library = open_library()
    library.pause()
    library.add_folder(pictures)
    while library.status().pending < 13:
        time.sleep(0.01)
    return library


def test_they_are_listed_where_it_is_asked_for_and_only_folders_are_named(
    waiting: Library, pictures: Path
) -> None:
    assert len(waiting.listing()) == 0
    listing = waiting.listing(order=Order.NAME, waiting=True)
    assert len(listing) == 13 and (listing.ids < 0).all()
    paths = {file.id: file.path for file in waiting.waiting_files(listing.ids.tolist())}
    names = [Path(paths[file_id]).name for file_id in listing.ids.tolist()]
    assert names == sorted(names) and names[0] == "broken.jpg"
    assert len(waiting.listing(Filters(folders=(str(pictures),)), waiting=True)) == 13
    assert len(waiting.listing(Filters(formats=("jpeg",)), waiting=True)) == 0
    assert sum(directory.waiting for directory in waiting.directories()) == 13


def test_they_can_be_looked_at_before_and_after_they_are_read(waiting: Library) -> None:
    files = waiting.waiting_files(waiting.listing(waiting=True).ids.tolist())
    good = next(file.id for file in files if not file.path.endswith("broken.jpg"))
    broken = next(file.id for file in files if file.path.endswith("broken.jpg"))
    jpeg = waiting.request_thumbnail(good).result()
    assert jpeg is not None and max(Image.open(io.BytesIO(jpeg)).size) == 320
    picture = waiting.picture(good)
    assert waiting.request_thumbnail(broken).result() is None
    with pytest.raises(PhotoError):
        waiting.picture(broken)
    waiting.resume()
    assert waiting.wait_idle()
    assert (waiting.listing(waiting=True).ids > 0).all()
    (now,) = waiting.waiting_files([good, broken])
    assert now.id == good and now.photo_id is not None
    assert waiting.thumbnail(good) == waiting.thumbnail(now.photo_id) == jpeg
    assert (waiting.picture(good) == picture).all()
    with pytest.raises(LibraryError, match="could not be read"):
        waiting.picture(broken)


def test_a_scan_tells_of_files_while_it_goes_on(tmp_path: Path, open_library: OpenLibrary) -> None:
    told: list[Event] = []
    library = open_library(emit=told.append)
    library.pause()
    photo = make_photo(tmp_path / "Many" / "0.jpg").read_bytes()
    for number in range(1, 600):
        directory = tmp_path / "Many" / str(number // 100)
        directory.mkdir(exist_ok=True)
        (directory / f"{number}.jpg").write_bytes(photo)
    folder = library.add_folder(tmp_path / "Many")
    while not any(isinstance(event, ScanFinished) for event in told):
        time.sleep(0.01)
    assert [event for event in told if isinstance(event, FilesFound)] == 2 * [FilesFound(folder.path)]
    told.clear()
    library.rescan()  # nothing is new
    while not any(isinstance(event, ScanFinished) for event in told):
        time.sleep(0.01)
    assert not any(isinstance(event, FilesFound) for event in told)
