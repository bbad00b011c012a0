"""What the window remembers, however broken its memory is."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from photolens.gui.window_state import WindowState


def test_what_is_set_is_there_the_next_time(tmp_path: Path) -> None:
    state = WindowState(tmp_path / "window.ini")
    values: dict[str, bool | int | str] = {"on": True, "off": False, "size": 220, "text": 'a, "b" = ü; c'}
    for name, value in values.items():
        state.set(name, value)
    state.save()
    later = WindowState(tmp_path / "window.ini")
    assert (later.flag("on", False), later.flag("off", True)) == (True, False)
    assert (later.number("size", 1), later.text("text", "")) == (220, 'a, "b" = ü; c')


@pytest.mark.parametrize(
    "content", [b"", b"\x00\xff\xfe garbage", b"[General]\nsize=large\nsidebar=1,2\ngeometry=@ByteArray(x)\n"]
)
def test_what_is_missing_or_broken_gives_the_default(tmp_path: Path, qtbot: QtBot, content: bytes) -> None:
    file = tmp_path / "window.ini"
    file.write_bytes(content)
    state = WindowState(file)
    assert state.number("size", 180) == 180
    assert state.flag("details", True) is True
    assert state.text("order", "newest") == "newest"
    window = QWidget()
    qtbot.addWidget(window)
    state.restore_geometry(window)
    area = QApplication.primaryScreen().availableGeometry()
    assert (window.width(), window.height()) == (min(1280, area.width()), min(820, area.height()))
