"""Pictures and folders that the user brings, looked at by a real library."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QObject, QUrl
from PySide6.QtGui import QPixmap
from pytestqt.qtbot import QtBot

from photolens.gui.bridge import Bridge
from photolens.gui.incoming import Incoming
from photolens.gui.page import Picture
from photolens.library import Library
from tests.photos import make_photo, make_photos

_PATIENCE_MS = 10_000


@dataclass
class Heard:
    """All it has said."""

    pictures: list[list[Picture]] = field(default_factory=list)
    folders: list[list[str]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    thumbnails: list[tuple[Picture, QPixmap]] = field(default_factory=list)


@pytest.fixture
def owner(qapp: QObject) -> QObject:
    return QObject()


@pytest.fixture
def incoming(qtbot: QtBot, owner: QObject, open_library: Callable[..., Library]) -> Iterator[Incoming]:
    bridge = Bridge()
    made = Incoming(bridge, owner)
    made.use(open_library())
    yield made
    bridge.close()


@pytest.fixture
def heard(incoming: Incoming) -> Heard:
    said = Heard()
    incoming.pictures.connect(said.pictures.append)
    incoming.folders.connect(said.folders.append)
    incoming.text.connect(said.texts.append)
    incoming.problem.connect(said.problems.append)
    incoming.note.connect(said.notes.append)
    incoming.thumbnail.connect(lambda picture, pixmap: said.thumbnails.append((picture, pixmap)))
    return said


def files(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def test_a_file_becomes_a_picture_with_its_thumbnail(
    incoming: Incoming, heard: Heard, tmp_path: Path, qtbot: QtBot
) -> None:
    file = make_photo(tmp_path / "näh #1.png", 1, (640, 320))
    incoming.take(files(file))
    qtbot.waitUntil(lambda: bool(heard.pictures), timeout=_PATIENCE_MS)
    assert heard.pictures == [[Picture(str(file))]]
    ((picture, pixmap),) = heard.thumbnails
    assert picture == Picture(str(file))
    assert (pixmap.width(), pixmap.height()) == (320, 160)


def test_folders_and_files_are_sorted_out(
    incoming: Incoming, heard: Heard, tmp_path: Path, qtbot: QtBot
) -> None:
    photo = make_photo(tmp_path / "a.jpg")
    (tmp_path / "folder.jpg").mkdir()  # a name says nothing
    incoming.take(files(photo, tmp_path / "folder.jpg"))
    qtbot.waitUntil(lambda: bool(heard.folders), timeout=_PATIENCE_MS)
    assert heard.pictures == [[Picture(str(photo))]]
    assert heard.folders == [[str(tmp_path / "folder.jpg")]]


def test_what_is_no_picture_is_named_and_the_others_are_taken(
    incoming: Incoming, heard: Heard, tmp_path: Path, qtbot: QtBot
) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("no picture")
    photo = make_photo(tmp_path / "a.jpg")
    incoming.take(files(text, tmp_path / "gone.jpg", photo))
    qtbot.waitUntil(lambda: bool(heard.problems), timeout=_PATIENCE_MS)
    assert heard.pictures == [[Picture(str(photo))]]
    assert "notes.txt cannot be searched with" in heard.problems[0]
    assert "gone.jpg cannot be searched with" in heard.problems[0]


def test_of_many_files_the_first_five_are_taken(
    incoming: Incoming, heard: Heard, tmp_path: Path, qtbot: QtBot
) -> None:
    photos = make_photos(tmp_path / "many", 7)
    incoming.take(files(*photos))
    qtbot.waitUntil(lambda: bool(heard.notes), timeout=_PATIENCE_MS)
    assert heard.pictures == [[Picture(str(photo)) for photo in photos[:5]]]
    assert "first 5" in heard.notes[0]
    assert not heard.problems


def test_words_come_in_one_line(incoming: Incoming, heard: Heard) -> None:
    data = QMimeData()
    data.setText("  a dog\n\ton a   beach ")
    incoming.take(data)
    assert heard.texts == ["a dog on a beach"]
    data.setText(" \n ")
    incoming.take(data)
    assert len(heard.texts) == 1


def test_the_address_of_a_picture_is_explained(incoming: Incoming, heard: Heard) -> None:
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/a.jpg")])
    incoming.take(data)
    assert "never goes online" in heard.problems[0]


def test_a_chip_gets_the_thumbnail_of_a_photo_a_file_or_bytes(
    incoming: Incoming, heard: Heard, tmp_path: Path, qtbot: QtBot, open_library: Callable[..., Library]
) -> None:
    file = make_photo(tmp_path / "Pictures" / "a.jpg")
    library = open_library(tmp_path / "another library")
    library.index(file.parent)
    incoming.use(library)
    sources = (int(library.photo_ids()[0]), str(file), file.read_bytes())
    for number, source in enumerate(sources):
        incoming.want_thumbnail(Picture(source))
        qtbot.waitUntil(lambda number=number: len(heard.thumbnails) == number + 1, timeout=_PATIENCE_MS)
    assert [picture.source for picture, _ in heard.thumbnails] == list(sources)
    assert {(pixmap.width(), pixmap.height()) for _, pixmap in heard.thumbnails} == {(320, 213)}


def test_without_a_library_nothing_is_looked_at(
    incoming: Incoming, heard: Heard, tmp_path: Path, qtbot: QtBot
) -> None:
    incoming.use(None)
    incoming.take(files(make_photo(tmp_path / "a.jpg")))
    incoming.want_thumbnail(Picture(1))
    qtbot.wait(200)
    assert heard == Heard()
