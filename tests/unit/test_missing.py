"""When files that are gone are taken for deleted, and when somebody has to be asked."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from photolens.domain import Event, FilesVanished
from photolens.ingest.missing import MissingFiles
from photolens.ingest.progress import Progress
from tests.unit.test_scanner import Place


class Watched(Place):
    """A folder of files, and what is decided about those that vanish from it."""

    def __init__(self, tmp_path: Path) -> None:
        super().__init__(tmp_path)
        self.events: list[Event] = []
        self.missing = MissingFiles(self.catalog, Progress(), self.events.append)

    def look(self, *, queue_is_long: bool = False) -> int:
        """Scan and settle, as the program does; returns how many files are held."""
        found = self.scan()
        self.missing.note_root(self.id, strange=found.strange, newest=found.newest)
        self.missing.note(found.missing)
        self.missing.settle(queue_is_long=queue_is_long)
        return len(self.catalog.vanished.ids(self.id))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Watched]:
    place = Watched(tmp_path)
    yield place
    assert place.catalog.integrity_problems() == []
    place.catalog.close()


def fill(place: Watched, files: int, directory: str = "x") -> list[Path]:
    names = [f"{directory}/{number:04}.jpg" for number in range(files)]
    place.write(*names)
    place.settled()
    return [place.root / name for name in names]


@pytest.mark.parametrize(
    ("files", "gone", "asked"),
    [
        (12, 4, False),  # a third, but only four
        (12, 5, True),
        (25, 5, False),  # a fifth, and no more
        (24, 5, True),
        (1000, 100, False),
        (1000, 101, True),
        (3, 3, True),  # nothing left of the folder
        (1, 1, True),
        (3, 2, False),
    ],
)
def test_from_how_many_on_somebody_is_asked(place: Watched, files: int, gone: int, asked: bool) -> None:
    for file in fill(place, files)[:gone]:
        file.unlink()
    assert place.look() == (gone if asked else 0)
    assert len(place.catalog.photos.ids()) == (files if asked else files - gone)
    said = [FilesVanished(str(place.root), gone, files)] if asked else []
    assert [event for event in place.events if isinstance(event, FilesVanished)] == said


def test_what_is_held_stays_so_however_few_go_after_it(place: Watched) -> None:
    files = fill(place, 100)
    for file in files[:30]:
        file.unlink()
    assert place.look() == 30
    assert place.look() == 30
    files[30].unlink()
    assert place.look() == 30


def test_an_old_deletion_does_not_count_towards_a_new_one(
    place: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = fill(place, 24)
    for file in files[:4]:
        file.unlink()
    assert place.look() == 0
    monkeypatch.setattr("photolens.ingest.missing._TOGETHER_SECONDS", 0.0)
    for file in files[4:7]:
        file.unlink()
    assert place.look() == 0


def test_what_is_back_is_not_held_for_what_goes_later(place: Watched) -> None:
    files = fill(place, 60)
    for file in files[:6]:
        file.unlink()
    assert place.look() == 0
    for file in files[:6]:
        file.write_bytes(b"photo")
    place.settled()
    for file in files[20:]:
        file.unlink()
    assert place.look() == 40


def test_files_that_come_while_others_go_do_not_make_these_few(place: Watched) -> None:
    """As when another drive is in the place of the one that was known."""
    for file in fill(place, 30)[:10]:
        file.unlink()
    place.write(*(f"other/{number}.jpg" for number in range(200)))
    assert place.look() == 10


def test_files_that_are_deleted_here_are_not_asked_about(place: Watched) -> None:
    files = fill(place, 20)
    gone, others = files[:10], files[10:15]
    place.missing.expect(map(str, gone))
    for file in gone[:6]:
        file.unlink()
    assert place.look() == 0, "in the middle of it"
    assert len(place.catalog.photos.ids()) == 14
    place.missing.settle_now([], map(str, gone))
    for file in (*gone[6:], *others):
        file.unlink()
    assert place.look() == 9, "it is over"


def test_what_is_not_decided_when_the_program_ends_is_missed_again(place: Watched) -> None:
    fill(place, 20)[0].unlink()
    ending = MissingFiles(place.catalog, Progress(), place.events.append, lambda: True)
    ending.note(place.scan().missing)
    ending.settle()
    assert len(place.catalog.photos.ids()) == 20
    assert place.look() == 0
    assert len(place.catalog.photos.ids()) == 19


def test_files_never_read_are_not_asked_about(place: Watched) -> None:
    fill(place, 4)
    place.write(*(f"new/{number}.jpg" for number in range(50)))
    place.scan()
    shutil.rmtree(place.root / "new")
    assert place.look() == 0
    assert place.catalog.files.pending_count() == 0


def test_while_much_waits_to_be_read_moves_are_not_asked_about(place: Watched) -> None:
    fill(place, 30)
    lost = fill(place, 5, "y")
    (place.root / "x").rename(place.root / "moved")
    for file in lost[:2]:
        file.unlink()
    assert place.look(queue_is_long=True) == 0
    assert len(place.catalog.photos.ids()) == 35, "nothing is settled yet"
    place.read_all()
    place.missing.settle()
    assert place.events[-1:] == [FilesVanished(str(place.root), 32, 65)], "these have other contents"


def test_files_whose_photo_lies_elsewhere_too_are_not_asked_about(place: Watched) -> None:
    files = fill(place, 30)
    rows = [place.catalog.files.find(place.id, b"x", os.fsencode(file.name)) for file in files]
    copies = [f"copy/{file.name}" for file in files]
    place.write(*copies)
    place.scan()
    with place.catalog.transaction():
        for waiting, row in zip(
            sorted(place.catalog.files.pending(99), key=lambda f: f.path), rows, strict=True
        ):
            assert row is not None and row.photo_id is not None
            place.catalog.files.set_indexed(waiting.id, row.photo_id, waiting.stat)
    shutil.rmtree(place.root / "x")
    assert place.look() == 0
    assert len(place.catalog.photos.ids()) == 30
    assert place.catalog.files.counts()["indexed"] == 30


@pytest.mark.parametrize(("photos", "held"), [(5, 5), (4, 0)])
def test_a_folder_that_is_empty_all_at_once_may_be_an_absent_drive(
    place: Watched, photos: int, held: int
) -> None:
    fill(place, 100)
    fill(place, photos, "drive/deep")
    shutil.rmtree(place.root / "drive" / "deep")
    assert place.look() == held


def test_a_folder_that_is_gone_with_its_few_photos_was_deleted(place: Watched) -> None:
    fill(place, 100)
    fill(place, 9, "trip")
    shutil.rmtree(place.root / "trip")
    assert place.look() == 0
    assert len(place.catalog.photos.ids()) == 100
