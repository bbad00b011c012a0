"""What the tests of the window do with it: open, type, drop, choose, answer questions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QImage,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QMenu, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from photolens.gui.bridge import Bridge
from photolens.gui.chips import Chip
from photolens.gui.session import Session
from photolens.gui.theme import Theme
from photolens.gui.window import MainWindow
from photolens.gui.window_state import WindowState
from photolens.settings import Settings

PATIENCE_MS = 30_000
_LOOK_MS = 20
_COPY = Qt.DropAction.CopyAction
_LEFT = Qt.MouseButton.LeftButton
_NO_KEYS = Qt.KeyboardModifier.NoModifier


@dataclass(frozen=True, slots=True)
class _Opened:
    window: MainWindow
    session: Session
    theme: Theme


class Windows:
    """Opens main windows, joined as in photolens/app.py, and closes them with all they hold."""

    def __init__(self, application: QApplication, qtbot: QtBot, folder: Path) -> None:
        self._application = application
        self._qtbot = qtbot
        self._library = folder
        self._opened: list[_Opened] = []

    def __call__(
        self,
        folders: Sequence[str | Path] = (),
        *,
        settings: Settings | None = None,
        library: Path | None = None,
        state: Path | None = None,
    ) -> MainWindow:
        """A window that is shown and active, its session opening; by default always the same library."""
        settings = settings or Settings()
        theme = Theme(self._application)
        theme.choose(settings.theme)
        bridge = Bridge()
        session = Session(bridge, library or self._library, settings, [str(folder) for folder in folders])
        state = state or self._library.with_name("window.ini")
        window = MainWindow(bridge, session, WindowState(state))
        session.settings_changed.connect(lambda changed: theme.choose(changed.theme))
        self._opened.append(_Opened(window, session, theme))
        window.show()
        window.activateWindow()
        self._qtbot.waitUntil(window.isActiveWindow, timeout=PATIENCE_MS)
        QTimer.singleShot(0, session.open)
        return window

    def close(self, window: MainWindow) -> None:
        """As a click on its cross, and the end of the program after it."""
        (opened,) = (one for one in self._opened if one.window is window)
        self._opened.remove(opened)
        window.close()
        opened.session.close()
        opened.theme.close()
        window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QApplication.processEvents()

    def close_all(self) -> None:
        for opened in reversed(self._opened[:]):
            self.close(opened.window)
        QApplication.clipboard().clear()


# --- waiting --------------------------------------------------------------------------------


def wait(qtbot: QtBot, condition: Callable[[], object]) -> None:
    """Until it is so; an assertion in `condition` counts as not yet."""

    def met() -> None:
        assert condition() in (None, True)

    qtbot.waitUntil(met, timeout=PATIENCE_MS)


def wait_for_answer(qtbot: QtBot, window: MainWindow, *, asked: bool | None = None) -> None:
    """Until the grid shows what the page asks; `asked`: whether that must be a search."""

    def answered() -> None:
        answer = window.browser.answer
        assert answer is not None and answer.page == window.browser.page
        assert asked is None or (answer.query is not None) is asked

    wait(qtbot, answered)


def wait_for_message(qtbot: QtBot, window: MainWindow, part: str) -> None:
    """Until the message bar says something with these words in it."""

    def said() -> None:
        assert window.message.isVisible()
        assert part in window.message.label.text()

    wait(qtbot, said)


def activate(qtbot: QtBot, window: QWidget) -> None:
    """Have the keys go to this window again, which a popup or dialog ends on the offscreen screen."""
    window.activateWindow()
    wait(qtbot, window.isActiveWindow)


# --- what the user does ---------------------------------------------------------------------


def ask(qtbot: QtBot, window: MainWindow, text: str) -> None:
    """Type it into the search box, press Enter, wait for the answer."""
    window.search.edit.clear()
    window.search.edit.setFocus()
    qtbot.keyClicks(window.search.edit, text)
    qtbot.keyClick(window.search.edit, Qt.Key.Key_Return)
    wait_for_answer(qtbot, window)


def drop(target: QWidget, data: QMimeData) -> bool:
    """Let go of it over this widget; False when nobody would take it."""
    at = QPointF(target.rect().center())
    enter = QDragEnterEvent(at.toPoint(), _COPY, data, _LEFT, _NO_KEYS)
    enter.ignore()
    QApplication.sendEvent(target, enter)
    if not enter.isAccepted():
        return False
    QApplication.sendEvent(target, QDragMoveEvent(at.toPoint(), _COPY, data, _LEFT, _NO_KEYS))
    QApplication.sendEvent(target, QDropEvent(at, _COPY, data, _LEFT, _NO_KEYS))
    return True


def urls(*targets: str | Path) -> QMimeData:
    """Files or addresses, as a file manager or a browser drags them."""
    data = QMimeData()
    data.setUrls([QUrl(str(t)) if str(t).startswith("http") else QUrl.fromLocalFile(str(t)) for t in targets])
    return data


def image(color: str = "red", width: int = 120, height: int = 80) -> QImage:
    made = QImage(width, height, QImage.Format.Format_RGB32)
    made.fill(color)
    return made


def wheel(target: QWidget, steps: int, at: QPointF, modifiers: Qt.KeyboardModifier = _NO_KEYS) -> None:
    """Turn the wheel, away from the user where positive."""
    phase = Qt.ScrollPhase.NoScrollPhase
    turn = QPoint(0, 120 * steps)
    event = QWheelEvent(
        at, target.mapToGlobal(at), QPoint(), turn, Qt.MouseButton.NoButton, modifiers, phase, False
    )
    QApplication.sendEvent(target, event)


def drag_mouse(target: QWidget, start: QPoint, end: QPoint) -> None:
    """Press, move in steps, let go."""
    for kind, share in (
        (QEvent.Type.MouseButtonPress, 0.0),
        (QEvent.Type.MouseMove, 0.3),
        (QEvent.Type.MouseMove, 0.7),
        (QEvent.Type.MouseMove, 1.0),
        (QEvent.Type.MouseButtonRelease, 1.0),
    ):
        at = QPointF(start) + QPointF(end - start) * share
        held = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseButtonRelease else _LEFT
        button = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else _LEFT
        event = QMouseEvent(kind, at, QPointF(target.mapToGlobal(at)), button, held, _NO_KEYS)
        QApplication.sendEvent(target, event)


def choose(menu: QMenu, text: str) -> None:
    """Open a menu and trigger the entry that begins with `text`."""
    menu.aboutToShow.emit()
    found = [action for action in menu.actions() if action.text().startswith(text)]
    assert len(found) == 1, [action.text() for action in menu.actions()]
    found[0].trigger()


def answer_question(text: str, asked: list[str]) -> None:
    """When a question comes up, note its words in `asked` and click the button called `text`."""

    def look() -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox):
            return
        timer.stop()
        timer.deleteLater()
        asked.append(f"{box.text()} {box.informativeText()}".strip())
        (button,) = (b for b in box.buttons() if b.text().replace("&", "") == text)
        parent = box.parentWidget()
        button.click()
        if parent is not None:  # which the offscreen screen leaves to us
            parent.activateWindow()

    timer = QTimer(QApplication.instance(), interval=_LOOK_MS)
    timer.timeout.connect(look)
    timer.start()


# --- what is seen ---------------------------------------------------------------------------


def picture_chips(window: MainWindow) -> list[Chip]:
    """The pictures in the search box, left to right."""
    chips = [chip for chip in window.search.findChildren(Chip) if _in_box(window, chip)]
    return sorted((c for c in chips if c.isVisible()), key=lambda chip: (chip.y(), chip.x()))


def word_chips(window: MainWindow) -> list[Chip]:
    """What was understood of the text, below the box."""
    return [
        chip for chip in window.search.findChildren(Chip) if not _in_box(window, chip) and chip.isVisible()
    ]


def error_text(window: MainWindow) -> str:
    """What the search bar says is wrong with the question."""
    shown = window.search._error
    return shown.text() if shown.isVisible() else ""


def name_of(window: MainWindow, row: int) -> str:
    """File name of the photo in this row."""
    library = window.library
    assert library is not None
    return Path(library.photo(window.model.photo_id(row)).path).name


def _in_box(window: MainWindow, chip: Chip) -> bool:
    return window.search._box.isAncestorOf(chip)
