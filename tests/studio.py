"""The real window in a process of its own, brought into states to make pictures of."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtCore import QObject, QTranslator
    from PySide6.QtGui import QPixmap
    from PySide6.QtWidgets import QWidget

_FONT_POINTS = 10


@dataclass(frozen=True, slots=True)
class Size:
    """Logical pixels, and how many device pixels each has."""

    width: int
    height: int
    scale: int = 1

    @property
    def name(self) -> str:
        return f"{self.width * self.scale}x{self.height * self.scale}@{self.scale}"


class Studio:
    """One window of one size, brought into one state after the other."""

    def __init__(self, out: Path, photos: Path, size: Size) -> None:
        from PySide6.QtCore import Qt
        from PySide6.QtGui import QFontDatabase
        from PySide6.QtWidgets import QApplication

        from photolens.gui import languages
        from photolens.gui.bridge import Bridge
        from photolens.gui.garbage import GarbageCollector
        from photolens.gui.session import Session
        from photolens.gui.theme import Theme
        from photolens.gui.window import MainWindow
        from photolens.gui.window_state import WindowState
        from photolens.settings import Settings

        self.out, self.photos, self.size = out, photos, size
        self.scratch = Path(tempfile.mkdtemp())
        self.application = QApplication([])
        languages.use(self.application, "system")
        if os.environ.get("RIGHT_TO_LEFT"):
            self.application.installTranslator(_right_to_left(self.application))
            self.application.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        font = self.application.font()
        if good := [family for family in ("Inter", "Noto Sans") if family in QFontDatabase.families()]:
            font.setFamily(good[0])
        font.setPointSize(round(_FONT_POINTS * float(os.environ.get("TEXT_SIZE") or 1)))
        self.application.setFont(font)
        self.garbage = GarbageCollector()
        self.theme = Theme(self.application)
        self.bridge = Bridge()
        self.session = Session(self.bridge, self.scratch / "library", Settings())
        state = WindowState(self.scratch / "window.ini")
        self.window = MainWindow(self.bridge, self.session, state)
        self.window.resize(size.width, size.height)
        self.window.show()
        self.session.open()

    def close(self) -> None:
        self.window.close()
        self.session.close()
        self.garbage.close()
        shutil.rmtree(self.scratch)

    # --- states that more than one set of pictures shows --------------------------------------

    def library(self) -> None:
        for name, content in (
            ("broken.jpg", b"\xff\xd8\xff\xe0 not much of a photo"),
            ("notes.png", b"hello"),
        ):
            (self.photos / name).write_bytes(content)
        raw = self.photos / "DSC_0042.NEF"
        raw.write_bytes(b"MM\x00*" + bytes(2000))
        count = sum(file.suffix.lower() in (".jpg", ".jpeg", ".png") for file in self.photos.rglob("*.*")) - 2
        self.session.add_folders([str(self.photos)])
        self.window.commands["pause"].setChecked(False)
        self.wait(lambda: (self.window.model.listing.ids > 0).sum() >= count * 0.95, 90)
        library = self.session.library
        assert library is not None
        self.wait(lambda: library.wait_idle(0), 60)
        self.wait(lambda: not self.window.status.text.full_text(), 15)
        self.window.status.setFocus()

    def settings(self) -> None:
        self.window.commands["search-part"].setChecked(False)
        self.window.hand.close_viewer()
        self.window.dialogs.show_settings()
        self.wait(lambda: self.window.dialogs.settings is not None)
        self.settle(0.3)

    def failures(self) -> None:
        self.close_dialogs()
        self.window.dialogs.show_failures()
        self.settle(0.5)

    # --- tools -------------------------------------------------------------------------------

    def judge(self, ids: list[int], liked: bool) -> None:
        self.window.clicks.judge(ids, liked)
        browser = self.window.browser
        self.wait(lambda: browser.answer is not None and browser.answer.page == browser.page)

    def ask(self, text: str) -> None:
        """As if typed."""
        self.window.search.focus()
        self.window.search.edit.setText(text)
        self.window.search.edit.textEdited.emit(text)
        self.wait(lambda: self.answered() == text, 30)

    def answered(self) -> str | None:
        """The words of the question that the grid answers."""
        answer = self.window.browser.answer
        return answer.page.text if answer is not None and answer.query is not None else None

    def shown(self) -> int:
        return len(self.window.model.listing)

    def grab(self) -> QPixmap:
        """The dialog that is open, else the window; popups over it as they lie on the screen."""
        from PySide6.QtCore import Qt
        from PySide6.QtGui import QPainter

        base = self.application.activeModalWidget() or self.dialog() or self.window
        image = base.grab()
        painter = QPainter(image)
        for popup in self.application.topLevelWidgets():
            kind = popup.windowType()
            if popup.isVisible() and kind in (Qt.WindowType.Popup, Qt.WindowType.ToolTip):
                painter.drawPixmap(base.mapFromGlobal(popup.pos()), popup.grab())
        painter.end()
        return image

    def dialog(self) -> QWidget | None:
        """The one that is open, unless it is modal."""
        return next((dialog for dialog in self.dialogs() if dialog.isVisible()), None)

    def dialogs(self) -> list[QWidget]:
        window, dialogs = self.window, self.window.dialogs
        made = (dialogs.settings, dialogs.failures, dialogs.shortcuts, dialogs.guide, window.banners.dialog)
        more = (window.backups.dialog, window.concepts.narrow.dialog, window.concepts.changes.dialog)
        return [dialog for dialog in (*made, *more) if dialog is not None]

    def close_dialogs(self) -> None:
        for dialog in self.dialogs():
            dialog.close()

    def settle(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end or self.window.thumbnails.waiting:
            self.application.processEvents()
            time.sleep(0.005)

    def wait(self, until: Callable[[], object], seconds: float = 10) -> None:
        end = time.monotonic() + seconds
        while not until():
            if time.monotonic() > end:
                raise TimeoutError("the window did not get there")
            self.application.processEvents()
            time.sleep(0.005)
        self.settle(0.4)


def _right_to_left(parent: QObject) -> QTranslator:
    """Has English sentences laid out as those of a language that is written from right to left."""
    from PySide6.QtCore import QTranslator

    class Translator(QTranslator):
        def isEmpty(self) -> bool:  # noqa: N802
            return False

        def translate(self, context: str, source: str, comment: str = "", n: int = -1) -> str:
            if context == "QShortcut":  # names of keys
                return source
            number = str(n) if n >= 0 else ""
            return "\u200f" + source.replace("%Ln", number).replace("%n", number)

    return Translator(parent)
