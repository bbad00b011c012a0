"""Real windows over real libraries. Qt is imported only when a test asks for a window."""

from __future__ import annotations

import gc
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from photolens.library import Library
from photolens.library.encoders import LazyEncoder
from photolens.settings import Settings
from tests.photos import make_photo, make_photos

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.logging import _QtMessageCapture
    from pytestqt.qtbot import QtBot

    from photolens.gui.window import MainWindow
    from tests.gui.hands import Windows

WaitForPhotos = Callable[["MainWindow", int], None]
Speak = Callable[[str], str]


@pytest.fixture(scope="package", autouse=True)
def garbage_stays_on_this_thread() -> Iterator[None]:
    """As in the program, see gui/garbage.py: found on another thread, a widget would be destroyed there."""
    gc.disable()
    yield
    gc.unfreeze()
    gc.collect()
    gc.enable()


@pytest.fixture(scope="session")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library over 40 photos, read once; nobody may change it. See `gallery_library`."""
    root = tmp_path_factory.mktemp("gallery")
    folder = root / "Pictures"
    for number in range(3):  # large enough to be zoomed; the newest
        make_photo(
            folder / f"large_{number}.jpg", number, (2400, 1600), taken_at=f"2022:12:2{number} 12:00:00"
        )
    for number in range(20):
        suffix, size = (".png", (160, 240)) if number < 4 else (".jpg", (240, 160))
        file = make_photo(folder / f"photo_{number:02}{suffix}", 10 + number, size)
        moment = datetime(2022, 3, number + 1, 10).timestamp()
        os.utime(file, (moment, moment))
    canon, fuji = ("Canon", "EOS R5"), ("FUJIFILM", "X-T5")
    for number in range(9):
        taken, file = f"2019:07:{number + 1:02} 10:00:00", folder / "Holiday 2019" / f"beach_{number}.jpg"
        make_photo(file, 40 + number, (240, 160), taken_at=taken, camera=canon)
    for number in range(8):
        taken, file = f"2021:11:{number + 1:02} 22:00:00", folder / "City" / "Night" / f"night_{number}.jpg"
        make_photo(file, 60 + number, (240, 160), taken_at=taken, camera=fuji)
    with Library(root / "library") as library:
        library.index(folder)
        library.prepare().result()  # what it keeps for searching is in the copies too
    return root


@pytest.fixture
def gallery_library(gallery: Path, tmp_path: Path) -> Path:
    """A copy of the gallery's library for this test alone; its photos are everybody's."""
    return Path(shutil.copytree(gallery / "library", tmp_path / "gallery library"))


@pytest.fixture(scope="session")
def untouched_album(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve photos, two files that are none, and a library that has read them; see `album`."""
    root = tmp_path_factory.mktemp("untouched") / "album"
    make_photos(root / "Pictures", 10)
    (root / "Pictures" / "notes.png").write_text("no photo at all")
    (root / "Pictures" / "empty.png").touch()
    make_photos(root / "Pictures" / "Holiday 2019", 2, first=10)
    with Library(root / "library") as library:
        library.index(root / "Pictures")
        library.prepare().result()
    shutil.copytree(root, root.with_name("kept"))
    return root


@pytest.fixture
def album(untouched_album: Path) -> Path:
    """Pictures and library of the album as they were, at the same place each time; change what you like."""
    shutil.rmtree(untouched_album, ignore_errors=True)
    return Path(shutil.copytree(untouched_album.with_name("kept"), untouched_album))


@pytest.fixture
def speak(qapp: QApplication) -> Iterator[Speak]:
    """Has windows speak a language, of the settings; takes it back."""
    from PySide6.QtCore import QLocale, QTranslator

    from photolens.gui import languages

    locale, direction = QLocale(), qapp.layoutDirection()

    def take_back() -> None:
        for translator in qapp.findChildren(QTranslator):
            qapp.removeTranslator(translator)
            translator.setParent(None)
        QLocale.setDefault(locale)
        qapp.setLayoutDirection(direction)

    def use(setting: str) -> str:
        take_back()
        return languages.use(qapp, setting)

    yield use
    take_back()


@pytest.fixture
def open_window(
    qapp: QApplication,
    qtbot: QtBot,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    qtlog: _QtMessageCapture,
) -> Iterator[Windows]:
    """Opens windows as the program does; at the end all are closed. Nothing may have gone wrong unseen."""
    from tests.gui.hands import Windows

    # A window loads it when the first photo needs it, which no test should wait for.
    LazyEncoder(Settings().model).get()
    windows = Windows(qapp, qtbot, tmp_path / "library")
    gc.freeze()  # so that looking for this test's garbage is quick
    yield windows
    windows.close_all()
    gc.collect()
    wrong = [
        record.getMessage()
        for when in ("setup", "call", "teardown")
        for record in caplog.get_records(when)
        if record.levelno >= logging.ERROR and record.name.startswith("photolens")
    ]
    bad = ("WARNING", "CRITICAL", "FATAL")
    said = [record.message for record in qtlog.records if record.log_type_name in bad]
    # What the offscreen screen cannot do, it says each time.
    wrong += [message for message in said if not message.startswith("This plugin does not")]
    assert not wrong, f"said in the logs: {wrong}"


@pytest.fixture
def wait_for_photos(qtbot: QtBot) -> WaitForPhotos:
    """Waits until the grid shows so many photos, and no file that waits to be read."""
    from tests.gui.hands import PATIENCE_MS

    def wait(window: MainWindow, count: int) -> None:
        def shown() -> None:
            assert window.browser.answer is not None and not window.browser.answer.waiting
            assert len(window.model.listing) == count

        qtbot.waitUntil(shown, timeout=PATIENCE_MS)

    return wait


@pytest.fixture
def gallery_window(open_window: Windows, gallery_library: Path, wait_for_photos: WaitForPhotos) -> MainWindow:
    """A window over the gallery, with all its photos in the grid."""
    window = open_window(library=gallery_library)
    wait_for_photos(window, 40)
    return window


@pytest.fixture
def album_window(
    open_window: Windows, album: Path, qtbot: QtBot, wait_for_photos: WaitForPhotos
) -> MainWindow:
    """A window over the album, its twelve photos in order of name, nothing left to read."""
    from tests.gui.hands import wait_for_answer

    window = open_window(library=album / "library")
    wait_for_photos(window, 12)
    assert window.library is not None
    window.library.watch_later().result(20)  # as the window has asked; it begins with a scan
    assert window.library.wait_idle(20)
    window.commands["by-name"].trigger()
    wait_for_answer(qtbot, window)
    window.grid.setFocus()
    return window
