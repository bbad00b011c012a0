"""Work that cannot go on, as the window tells it: above the photos, until it goes on."""

from __future__ import annotations

import logging
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from photolens.domain import (
    IngestFinished,
    IngestProgress,
    IngestTrouble,
    Query,
    ScanFinished,
    TextTerm,
)
from photolens.gui.window import MainWindow
from tests.gui.concept_hands import answer_dialog
from tests.gui.conftest import WaitForPhotos
from tests.gui.hands import Windows, wait, wait_for_message
from tests.photos import make_photos

_LEFT = Qt.MouseButton.LeftButton
_FULL = "The disk that holds the library is full."


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with 12 MB of room."""
    place = tmp_path / "small disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=12m,mode=700", "tmpfs", str(place)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("this user or this machine may not mount a small disk")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def said(window: MainWindow) -> list[str]:
    return [row.label.text() for row in window.notices.rows]


def test_trouble_stays_until_photos_are_read_again(album_window: MainWindow, qtbot: QtBot) -> None:
    window, hear = album_window, album_window.bridge.hear
    hear(IngestProgress(5, 20, 0, 1.0, None))
    hear(IngestTrouble(_FULL))
    hear(IngestFinished(5, 0, 0, 0, 5))  # so ends every run, also one that was broken off
    wait(qtbot, lambda: said(window) == [_FULL])
    assert window.status.text.full_text() == ""
    hear(IngestTrouble(_FULL))
    hear(IngestProgress(5, 20, 0, 0.0, None, paused=True))
    qtbot.wait(300)
    assert said(window) == [_FULL]
    hear(IngestProgress(6, 20, 0, 1.0, None))
    wait(qtbot, lambda: said(window) == [] and window.notices.isHidden())


def test_trouble_that_was_closed_is_not_told_every_half_minute(
    album_window: MainWindow, qtbot: QtBot
) -> None:
    window, hear = album_window, album_window.bridge.hear
    hear(IngestTrouble(_FULL))
    wait(qtbot, lambda: said(window) == [_FULL])
    window.notices.rows[0].closed.emit()
    hear(IngestTrouble(_FULL))
    qtbot.wait(300)
    assert said(window) == []
    hear(IngestTrouble("The disk cannot be read."))
    wait(qtbot, lambda: said(window) == ["The disk cannot be read."])
    hear(ScanFinished("/photos", 1, 0, 0, 0))
    wait(qtbot, lambda: said(window) == [])
    hear(IngestTrouble(_FULL))
    wait(qtbot, lambda: said(window) == [_FULL])


def test_a_full_disk_is_told_and_once_there_is_room_the_rest_is_read(
    open_window: Windows,
    small_disk: Path,
    tmp_path: Path,
    qtbot: QtBot,
    wait_for_photos: WaitForPhotos,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.CRITICAL, "photolens.ingest")  # the log says it too, as it should
    pictures = tmp_path / "Pictures"
    make_photos(pictures, 6)
    library = small_disk / "library"
    window = open_window([pictures], library=library)
    wait_for_photos(window, 6)
    assert window.library is not None and window.library.wait_idle(20)
    filler = small_disk / "filler"
    with filler.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
        while True:
            file.write(bytes(4096))
    make_photos(pictures, 20, first=6)
    wait(qtbot, lambda: len(said(window)) == 1)
    assert "full" in said(window)[0]
    window.search.focus("red")
    wait(qtbot, lambda: window.browser.answer is not None and window.browser.answer.query is not None)
    window.concepts.changes.save(Query((TextTerm("red"),)), [])
    answer_dialog(qtbot, window, "Red things")
    wait_for_message(qtbot, window, "full")
    assert window.library.concepts() == []
    window.commands["all-photos"].trigger()
    filler.unlink()
    qtbot.mouseClick(window.notices.rows[0].buttons[0], _LEFT)
    wait_for_photos(window, 26)
    wait(qtbot, window.notices.isHidden)
