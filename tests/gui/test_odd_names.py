"""Names that no one would type are shown in the window, and break nothing there."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from photolens.library import Library
from photolens.words import file_name
from tests.gui.hands import wait
from tests.photos import make_photo

if TYPE_CHECKING:
    from tests.gui.conftest import WaitForPhotos
    from tests.gui.hands import Windows

NAMES = [
    b"caf\xe9.jpg",
    "é.jpg".encode(),
    "e\u0301.jpg".encode(),
    "👩‍👩‍👧‍👦 🏖.jpg".encode(),
    b"new\nline\x1b[31m.jpg",
    b"<b>bold &amp; %1.jpg",
    "\u202egpj.evil.jpg".encode(),
    "שלום.jpg".encode(),
    b"-n.jpg",
    b"x" * 251 + b".jpg",
]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux takes all of these names")
def test_details_tell_every_name(
    open_window: Windows, tmp_path: Path, qtbot: QtBot, wait_for_photos: WaitForPhotos
) -> None:
    folder = tmp_path / os.fsdecode("Ordner \n🏖 ".encode() + b"\xe9")
    for number, name in enumerate(NAMES):
        make_photo(folder / "photo.jpg", number, (120, 80)).rename(folder / os.fsdecode(name))
        (folder / os.fsdecode(b"none " + name[:200])).write_bytes(b"no photo")
    with Library(tmp_path / "library") as library:
        library.index(folder)
    window = open_window(library=tmp_path / "library")
    wait_for_photos(window, len(NAMES))
    window.commands["details"].setChecked(True)
    window.commands["failures"].trigger()
    assert window.library is not None
    photos = {photo.id: photo for photo in window.library.photos(window.model.listing.ids.tolist())}
    for row, photo_id in enumerate(window.model.listing.ids.tolist()):
        window.grid.select_row(row)
        shown = file_name(photos[photo_id].path)
        wait(qtbot, lambda shown=shown: shown in texts(window.details))  # type: ignore[misc]
        QApplication.clipboard().clear()
        window.commands["copy-path"].trigger()
        wait(qtbot, lambda: QApplication.clipboard().text() != "")


def texts(pane: object) -> list[str]:
    labels = pane.findChildren(QLabel)  # type: ignore[attr-defined]
    return [label.text().replace("\u200b", "") for label in labels]
