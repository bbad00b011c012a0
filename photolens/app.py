"""The composition root of the window: settings, library and gui are joined here and nowhere else."""

from __future__ import annotations

import gc
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from photolens import paths
from photolens.messages import Message
from photolens.settings import Settings

if TYPE_CHECKING:
    from photolens.gui.window import MainWindow

log = logging.getLogger(__name__)

_INTERPRETER_SWITCH_SECONDS = 0.001
_SIGNALS = 64  # taken together


def run(
    given: Sequence[str] = (),
    *,
    library: Path | None = None,
    settings: Settings | None = None,
    notice: Message | None = None,
) -> int:
    """Open the window and stay until it is closed; returns the exit code.

    Of the paths in `given`, folders are added to the library, pictures searched with and concepts taken in;
    `notice` is shown. A window that is already open on this library takes the paths and comes to front
    instead. Raises DisplayError where no window can be opened.
    """
    collects = gc.isenabled()
    gc.disable()  # what is imported stays, and to look through it takes a while
    try:
        return _run(given, library, settings, notice)
    finally:
        if collects:
            gc.enable()


def _run(
    given: Sequence[str], library: Path | None, settings: Settings | None, notice: Message | None
) -> int:
    # Before Qt, which makes every import after its own slower: it reads the source of each module.
    from photolens.gui import display, page  # noqa: F401
    from photolens.library.first_page import first_page

    display.check()

    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from photolens.gui import languages
    from photolens.gui.single_instance import SingleInstance, offer

    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("photolens")
    application.setApplicationDisplayName("PhotoLens")
    application.setDesktopFileName("photolens")
    settings = settings or Settings()
    languages.use(application, settings.language)
    root = library or paths.default_library()
    if offer(root, list(given)):
        return 0

    from photolens.gui.bridge import Bridge
    from photolens.gui.garbage import GarbageCollector
    from photolens.gui.window_state import WindowState

    with ExitStack() as at_end:
        # Threads that read photos must not keep the window waiting for its turn.
        at_end.callback(sys.setswitchinterval, sys.getswitchinterval())
        sys.setswitchinterval(_INTERPRETER_SWITCH_SECONDS)
        garbage = GarbageCollector()
        at_end.callback(garbage.close)
        bridge = Bridge()
        at_end.callback(bridge.close)
        state = WindowState(paths.window_state_file())
        first = bridge.run(partial(first_page, root, state.order))  # while the window is imported and made

        from photolens.gui.session import Session
        from photolens.gui.theme import Theme
        from photolens.gui.window import MainWindow

        theme = Theme(application, settings.theme)
        at_end.callback(theme.close)
        session = Session(bridge, library, settings)
        at_end.callback(session.close)
        window = MainWindow(bridge, session, state)
        session.settings_changed.connect(lambda changed: theme.choose(changed.theme))
        session.model_loaded.connect(garbage.settle)

        def add_folders(paths: Sequence[str]) -> list[str]:
            """Gives the other paths. A folder is shown, unless a picture is searched with."""
            folders, files = _by_name(paths)
            session.add_folders(folders, show=len(folders) == 1 and not files)
            return files

        def take(paths: Sequence[str]) -> None:
            window.incoming.take_paths(add_folders(paths))

        waiting = add_folders(given)

        def begin(opened: object, writable: bool) -> None:
            """Only who holds the library answers later starts."""
            window.incoming.take_paths(waiting)
            waiting.clear()
            if writable and not session.findChild(SingleInstance):
                instance = SingleInstance(root, session)
                instance.asked.connect(take)
                instance.asked.connect(window.come_to_front)
                at_end.callback(instance.close)

        session.opened.connect(begin)
        if notice is not None:
            from photolens.gui.localized import localized

            window.say(localized(notice), stays=True)
        _report_errors(window, at_end)
        _leave_on_signals(window.close, at_end)
        window.show()
        QTimer.singleShot(0, partial(session.begin, first))
        return application.exec()


def _by_name(paths: Sequence[str]) -> tuple[list[str], list[str]]:
    """Folders, and what is called like a picture or a concept. To ask the disk may take its time."""
    if not paths:
        return [], []
    # Most windows are opened without a path, and do not wait for these.
    from photolens.domain import CONCEPT_SUFFIX
    from photolens.imaging.formats import is_photo_name

    names = {path: os.path.basename(path) for path in paths}  # noqa: PTH119 - whatever separates them here
    files = [path for path in paths if is_photo_name(names[path]) or path.casefold().endswith(CONCEPT_SUFFIX)]
    return [path for path in paths if path not in files], files


def _report_errors(window: MainWindow, at_end: ExitStack) -> None:
    """A mistake of ours goes to the log and is said in the window, which stays open."""

    def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        log.critical("unexpected", exc_info=(kind, error, trace))
        window.say(
            window.tr("Something went wrong: %1. The log has the details.").replace(
                "%1", str(error) or kind.__name__
            ),
            danger=True,
        )

    at_end.callback(setattr, sys, "excepthook", sys.excepthook)
    sys.excepthook = report


def _leave_on_signals(leave: Callable[[], object], at_end: ExitStack) -> None:
    """Ctrl+C and SIGTERM close the window as a click would.

    Python calls a handler when it has its turn, which a window at rest never gives it: the byte that it
    writes for each signal wakes the window, so that nothing has to look now and then.
    """
    from PySide6.QtCore import QSocketNotifier

    for number in (signal.SIGINT, signal.SIGTERM):
        at_end.callback(signal.signal, number, signal.getsignal(number))
        signal.signal(number, lambda number, frame: leave())
    reading, writing = socket.socketpair()
    for end in (reading, writing):
        end.setblocking(False)
        at_end.callback(end.close)
    at_end.callback(signal.set_wakeup_fd, signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False))
    notifier = QSocketNotifier(reading.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(lambda: reading.recv(_SIGNALS))
    at_end.callback(notifier.setEnabled, False)
