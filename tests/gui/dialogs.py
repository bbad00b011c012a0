"""A walk over the dialogs of the window, for what holds of each of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from photolens.gui.window import MainWindow
from tests.gui.hands import wait

# By the command that opens it: the part of the window that keeps it, and as what.
_KEPT = {
    "settings": ("dialogs", "settings"),
    "failures": ("dialogs", "failures"),
    "shortcuts": ("dialogs", "shortcuts"),
    "guide": ("dialogs", "guide"),
    "backups": ("backups", "dialog"),
}

each_dialog = pytest.mark.parametrize("name", _KEPT)


def pages(qtbot: QtBot, window: MainWindow, name: str) -> Iterator[QDialog]:
    """The dialog, opened by its command; once for each of its tabs, which is then the current one."""
    window.commands[name].trigger()
    owner, kept_as = _KEPT[name]
    holder = getattr(window, owner)
    wait(qtbot, lambda: getattr(holder, kept_as) is not None)
    dialog = getattr(holder, kept_as)
    wait(qtbot, dialog.isVisible)
    tabs = getattr(dialog, "tabs", None)
    for tab in range(tabs.count() if tabs else 1):
        if tabs:
            tabs.setCurrentIndex(tab)
        yield dialog
