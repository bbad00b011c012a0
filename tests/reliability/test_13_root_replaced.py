"""Harm 13: a root is renamed, deleted or made anew while it is watched."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from photolens.domain import Event, FilesVanished, FolderState, RootState
from photolens.library import Library
from tests.photos import make_photo, make_photos
from tests.reliability.drives import OpenLibrary, ids_by_path, removed
from tests.waiting import eventually


@pytest.fixture
def events() -> list[Event]:
    return []


@pytest.fixture
def watched(pictures: Path, open_library: OpenLibrary, events: list[Event]) -> Library:
    library = open_library(emit=events.append)
    library.watch()
    library.index(pictures)
    events.clear()
    return library


def assert_watched_again(library: Library, pictures: Path) -> None:
    new = make_photo(pictures / "after.jpg", 61)
    eventually(lambda: str(new) in ids_by_path(library))


def test_a_deleted_root_is_offline_and_watched_again_when_it_is_made_anew(
    watched: Library, pictures: Path, events: list[Event]
) -> None:
    known = ids_by_path(watched)
    kept = pictures.with_name("kept")
    shutil.copytree(pictures, kept)
    shutil.rmtree(pictures)
    eventually(lambda: FolderState(str(pictures), online=False) in events)
    assert ids_by_path(watched) == known
    shutil.copytree(kept, pictures)
    eventually(lambda: FolderState(str(pictures), online=True) in events)
    assert_watched_again(watched, pictures)
    assert known.items() <= ids_by_path(watched).items()
    assert removed(events) == set()


def test_a_root_replaced_by_another_folder_is_read_and_keeps_what_was_there(
    watched: Library, pictures: Path, events: list[Event]
) -> None:
    known = ids_by_path(watched)
    old = pictures.with_name("old")
    pictures.rename(old)
    make_photos(pictures, 2, first=70)
    eventually(lambda: FilesVanished(str(pictures), 12, 14) in events)
    eventually(lambda: watched.wait_idle(0))
    assert watched.folders()[0].state is RootState.CHANGED
    assert known.items() < ids_by_path(watched).items()
    assert removed(events) == set()
    assert_watched_again(watched, pictures)
    shutil.rmtree(pictures)
    old.rename(pictures)
    eventually(lambda: watched.folders()[0].state is RootState.ONLINE and len(ids_by_path(watched)) == 12)
    assert ids_by_path(watched) == known
