"""Harm 23: links in circles, a folder inside another, the library inside a folder: each photo once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from photolens.errors import FolderError
from tests.photos import make_photo, make_photos
from tests.reliability.drives import OpenLibrary, ids_by_path
from tests.waiting import eventually

needs_links = pytest.mark.skipif(not hasattr(os, "symlink"), reason="this system has no links")


def link(place: Path, target: Path) -> None:
    try:
        place.symlink_to(target, target_is_directory=True)
    except OSError as error:
        pytest.skip(f"links may not be made here: {error}")


@needs_links
@pytest.mark.parametrize("watch", [False, True], ids=["scanned", "watched"])
def test_links_in_circles_end(watch: bool, pictures: Path, open_library: OpenLibrary) -> None:
    link(pictures / "up", pictures.parent)
    link(pictures / "here", pictures)
    link(pictures / "Holiday 2019" / "back", pictures)
    link(pictures / "to", pictures / "fro")
    link(pictures / "fro", pictures / "to")
    library = open_library()
    if watch:
        library.watch()
    library.index(pictures)
    assert len(ids_by_path(library)) == library.status().files == 12
    if watch:
        link(pictures / "late", pictures)
        new = make_photo(pictures / "new.jpg", 50)
        eventually(lambda: str(new) in ids_by_path(library))
        library.index()
        assert library.status().files == 13


@needs_links
def test_one_folder_under_two_names_is_one(pictures: Path, open_library: OpenLibrary) -> None:
    link(pictures.with_name("other name"), pictures)
    library = open_library()
    library.index(pictures, pictures.with_name("other name"))
    assert [folder.path for folder in library.folders()] == [str(pictures)]
    assert library.status().files == 12


@pytest.mark.parametrize("inner_first", [True, False])
def test_a_root_inside_a_root_is_read_once(
    inner_first: bool, pictures: Path, open_library: OpenLibrary
) -> None:
    inner = pictures / "Holiday 2019"
    library = open_library()
    library.watch()
    for folder in (inner, pictures) if inner_first else (pictures, inner):
        library.index(folder)
    assert [folder.path for folder in library.folders()] == [str(pictures)]
    new = make_photo(inner / "new.jpg", 50)
    eventually(lambda: str(new) in ids_by_path(library))
    library.index()
    assert library.status().files == library.status().photos == 13


def test_the_librarys_own_folder_is_never_read(pictures: Path, open_library: OpenLibrary) -> None:
    own = pictures / "my library"
    library = open_library(own)
    library.watch()
    library.index(pictures)
    make_photos(own / "thumbnails", 1, first=60)
    new = make_photo(pictures / "new.jpg", 50)
    eventually(lambda: str(new) in ids_by_path(library))
    library.index()
    assert not any(path.startswith(str(own)) for path in ids_by_path(library))
    assert library.status().files == 13
    for folder in (own, pictures / "." / "my library" / ".." / "my library"):
        with pytest.raises(FolderError, match="the library's own folder"):
            library.add_folder(folder)
