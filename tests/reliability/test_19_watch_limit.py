"""The system has no watches left: PhotoLens looks itself, says so once, and takes none from others."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from watchdog.events import FileSystemEventHandler

from photolens.ingest.heard import Heard
from photolens.ingest.watcher import Watcher
from tests.photos import make_photo
from tests.reliability.watching import Watching, can_limit

MOST = 30
COUNTS = {"small": 4, "large": 90, "huge": 200, "growing": 9}


def make_folders(root: Path, count: int) -> Path:
    """A root with so many folders and a photo."""
    for number in range(count):
        (root / f"{number:03}").mkdir(parents=True)
    make_photo(root / "000" / "first.jpg", len(root.name))
    return root


@pytest.mark.skipif(not can_limit(), reason="this system gives a process no limit of its own")
def test_what_cannot_be_watched_is_looked_through_instead(tmp_path: Path) -> None:
    roots = [make_folders(tmp_path / name, count) for name, count in COUNTS.items()]
    small, large, huge, growing = roots
    with Watching(tmp_path / "catalog", *roots, most=MOST, poll_seconds=0.3) as watching:
        assert watching.known.watches == 5 + 10  # of the large ones, nothing is held
        for number, folder in enumerate((large / "077", small / "001", growing / "002", large)):
            new = make_photo(folder / "new.jpg", 50 + number)
            watching.eventually(lambda known, new=new: str(new) in known.paths)
        watching.eventually(lambda known: known.idle)
        said = [notice.partition(" cannot be watched live") for notice in watching.known.notices]
        assert sorted(root for root, said_so, _ in said if said_so) == [str(huge), str(large)]  # once

        for number in range(MOST):
            (growing / f"new {number}").mkdir()
        watching.eventually(lambda known: len(known.notices) == 3 and known.watches == 5)
        new = make_photo(growing / "new 25" / "new.jpg", 60)
        watching.eventually(lambda known: str(new) in known.paths)
        assert str(growing) in watching.known.notices[2]
    log = (tmp_path / "catalog" / "photolens.log").read_text()
    assert len(log) < 20_000
    assert log.count("cannot watch") <= 5  # growing too, and then the others once more: there may be room now


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts watches")
def test_watches_are_left_for_other_programs(tmp_path: Path) -> None:
    from photolens.ingest.inotify import InotifyObserver

    observer = InotifyObserver(Heard(), most=5)
    observer.start()
    try:
        root = make_folders(tmp_path / "root", 20)
        watch = observer.schedule(FileSystemEventHandler(), str(root), recursive=True)
        assert len(observer.descriptor._watch_for_wd) == 5
        assert observer.descriptor.refused == {str(root)}
        observer.unschedule(watch)
        assert not observer.descriptor._watch_for_wd
    finally:
        observer.stop()
        observer.join()


def test_a_folder_that_is_gone_is_tried_again_at_once(tmp_path: Path) -> None:
    watcher = Watcher()
    try:
        assert not watcher.follow(str(tmp_path / "later"))
        make_folders(tmp_path / "later", 2)
        assert watcher.follow(str(tmp_path / "later"))
        assert watcher.lost_roots() == []
    finally:
        watcher.stop()
