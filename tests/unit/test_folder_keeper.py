"""When folders are looked through, and what is told of it. Files need a photo's name, not its bytes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from photolens.catalog import Catalog
from photolens.domain import Event, Notice, ScanFinished, ScanStarted
from photolens.ingest import ScanRules
from photolens.ingest.control import Control
from photolens.ingest.folder_keeper import FolderKeeper
from photolens.ingest.progress import Progress
from photolens.messages import plain


class Kept:
    """A root in a catalog, looked through when asked."""

    def __init__(self, tmp_path: Path) -> None:
        self.root = tmp_path / "pictures"
        self.root.mkdir()
        self.events: list[Event] = []
        self.catalog = Catalog.writer(tmp_path / "catalog.db")
        rules = ScanRules(frozenset(), 3600.0)
        self.keeper = FolderKeeper(
            self.catalog, rules, Control(), Progress(), self.events.append, lambda: None
        )
        self.keeper.add(str(self.root))
        self.look()

    def look(self) -> None:
        self.keeper.request_scan()
        self.keeper.tick()

    @property
    def notices(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, Notice)]


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    kept = Kept(tmp_path)
    yield kept
    kept.keeper.close()
    kept.catalog.close()


def test_every_look_has_an_end_also_at_a_folder_that_is_not_there(kept: Kept) -> None:
    kept.root.rename(kept.root.with_name("away"))
    kept.look()
    kept.look()
    begun = [event.folder for event in kept.events if isinstance(event, ScanStarted)]
    ended = [event.folder for event in kept.events if isinstance(event, ScanFinished)]
    assert begun == ended == [str(kept.root)] * 3


@pytest.mark.skipif(os.name == "nt", reason="makes folders that only POSIX can open one by one")
def test_a_folder_that_cannot_be_looked_into_is_told_of_once(kept: Kept) -> None:
    make_bottomless(kept.root / "a")
    for _ in range(3):
        kept.look()
    assert len(kept.notices) == 1 and "No permission to look into" in kept.notices[0]
    make_bottomless(kept.root / "b")
    kept.look()
    assert len(kept.notices) == 2 and "1 other" in kept.notices[1]


def make_bottomless(folder: Path) -> None:
    """Folders in one another, so deep that the system opens no path to the last; root may not either."""
    folder.mkdir()
    at = os.open(folder, os.O_RDONLY)
    for _ in range(25):
        os.mkdir("x" * 200, dir_fd=at)
        below = os.open("x" * 200, os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = below
    os.close(at)


def test_a_changed_file_may_bring_down_its_process_as_often_as_a_new_one(kept: Kept) -> None:
    photo = kept.root / "a.jpg"
    photo.write_bytes(b"one")
    kept.keeper.look_at([str(photo)])
    (waiting,) = kept.catalog.files.pending(9)
    with kept.catalog.transaction():
        assert kept.catalog.files.count_kill(waiting.id, plain("crashed")) == 1
    photo.write_bytes(b"another")
    kept.keeper.look_at([str(photo)])
    with kept.catalog.transaction():
        assert kept.catalog.files.count_kill(waiting.id, plain("crashed")) == 1
