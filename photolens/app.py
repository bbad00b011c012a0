"""The composition root of the window: settings, library and gui are joined here and nowhere else."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from photolens import paths
from photolens.settings import Settings

if TYPE_CHECKING:
    from PySide6.QtCore import QTimer

_INTERPRETER_SWITCH_SECONDS = 0.001
_LOOK_MS = 200


def run(
    folders: Sequence[str] = (),
    *,
    library: Path | None = None,
    settings: Settings | None = None,
    notice: str | None = None,
) -> int:
    """Open the window and stay until it is closed; returns the exit code.

    `folders` are added to the library; `notice` is shown. A window that is already open on this library
    takes the folders and comes to front instead. Raises DisplayError where no window can be opened.
    """
    from photolens.gui import display

    display.check()

    from PySide6.QtCore import QLocale, QTimer
    from PySide6.QtWidgets import QApplication

    from photolens.gui.single_instance import SingleInstance, offer

    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("photolens")
    application.setApplicationDisplayName("PhotoLens")
    application.setDesktopFileName("photolens")
    root = library or paths.default_library()
    if offer(root, list(folders)):
        return 0

    from photolens.gui.bridge import Bridge
    from photolens.gui.session import Session
    from photolens.gui.theme import Theme
    from photolens.gui.window import MainWindow
    from photolens.gui.window_state import WindowState

    # Threads that read photos must not keep the window waiting for its turn.
    sys.setswitchinterval(_INTERPRETER_SWITCH_SECONDS)
    QLocale.setDefault(QLocale.system())
    settings = settings or Settings()
    theme = Theme(application)
    theme.choose(settings.theme)
    bridge = Bridge()
    session = Session(bridge, library, settings, folders)
    window = MainWindow(bridge, session, WindowState(paths.window_state_file()))
    session.settings_changed.connect(lambda changed: theme.choose(changed.theme))
    instance = SingleInstance(root)
    instance.asked.connect(session.add_folders)
    instance.asked.connect(window.come_to_front)
    if notice:
        window.say(notice)
    window.show()
    QTimer.singleShot(0, session.open)
    stopped = _leave_on_signals(window.close)
    try:
        return application.exec()
    finally:
        stopped.stop()
        instance.close()
        session.close()
        theme.close()


def _leave_on_signals(leave: Callable[[], object]) -> QTimer:
    """Ctrl+C and SIGTERM close the window as a click would; the timer lets Python see them."""
    from PySide6.QtCore import QTimer

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, frame: leave())
    timer = QTimer(interval=_LOOK_MS)
    timer.timeout.connect(lambda: None)
    timer.start()
    return timer
