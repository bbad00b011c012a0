"""A library whose folder cannot be written opens for searching, and says so."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytestqt.qtbot import QtBot

from tests.gui.hands import wait_for_message

if TYPE_CHECKING:
    from tests.gui.conftest import WaitForPhotos
    from tests.gui.hands import Windows


def test_a_read_only_folder_is_searched(
    open_window: Windows,
    gallery_library: Path,
    qtbot: QtBot,
    wait_for_photos: WaitForPhotos,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Root may write everywhere: have the system say otherwise of this folder.
    access = os.access
    monkeypatch.setattr(
        os, "access", lambda path, mode, **rest: mode != os.W_OK and access(path, mode, **rest)
    )
    gallery_library.chmod(0o555)
    window = open_window(library=gallery_library)
    wait_for_photos(window, 40)
    wait_for_message(qtbot, window, "folder is read-only: you can search it, but change nothing")
    assert not window.session.writable
    assert not window.commands["add-folder"].isEnabled()
    gallery_library.chmod(0o755)
    monkeypatch.undo()
    window.message.button.click()
    qtbot.waitUntil(lambda: window.session.writable)
