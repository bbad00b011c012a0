"""The whole program, as `photolens` runs it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from photolens import app, cli, paths, settings
from photolens.gui.window import MainWindow
from photolens.library import Library
from tests.photos import make_photo, make_photos

_LOOK_MS = 50


def in_window(do: Callable[[MainWindow], bool]) -> QTimer:
    """Call `do` with the window again and again until it says that it is done; then close the window."""
    timer = QTimer(interval=_LOOK_MS)

    def look() -> None:
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, MainWindow) and widget.isVisible() and do(widget):
                timer.stop()
                widget.close()

    timer.timeout.connect(look)
    timer.start()
    return timer


@pytest.fixture
def end_anyway(qapp: QApplication) -> QTimer:
    """A test that waits for what never comes ends all the same."""
    timer = QTimer(singleShot=True, interval=30_000)
    timer.timeout.connect(qapp.closeAllWindows)
    timer.start()
    return timer


def test_a_broken_settings_file_is_said_in_the_window_and_kept(
    qtbot: QtBot, tmp_path: Path, end_anyway: QTimer
) -> None:
    file = paths.settings_file()
    file.parent.mkdir(parents=True)
    file.write_text("theme = no quotes")
    loaded = settings.load(file)
    said: list[str] = []

    def look(window: MainWindow) -> bool:
        said.append(window.message.label.text() if window.message.isVisible() else "")
        return window.library is not None

    timer = in_window(look)
    assert app.run(library=tmp_path / "library", settings=loaded.settings, notice=loaded.notice) == 0
    assert not timer.isActive()
    assert "The settings file is not valid" in said[-1]
    assert "settings.toml.broken" in said[-1]
    assert file.with_suffix(".toml.broken").read_text() == "theme = no quotes"


def test_the_command_opens_the_window_over_its_own_library(
    qtbot: QtBot, pictures: Path, end_anyway: QTimer
) -> None:
    handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    counts: list[int] = []

    def look(window: MainWindow) -> bool:
        counts.append(len(window.model.listing))
        return counts[-1] == 12

    timer = in_window(look)
    assert cli.main(["gui", str(pictures)]) == 0
    assert not timer.isActive() and counts[-1] == 12
    assert (paths.default_library() / "catalog.db").exists()
    assert paths.window_state_file().exists()
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == handlers


def test_a_picture_given_to_the_command_is_searched_with(
    qtbot: QtBot, pictures: Path, tmp_path: Path, end_anyway: QTimer
) -> None:
    picture = make_photos(tmp_path / "elsewhere", 1, first=77)[0]

    def look(window: MainWindow) -> bool:
        asked = [chosen.source for chosen in window.browser.page.pictures]
        return asked == [str(picture)] and len(window.model.listing) == 12

    timer = in_window(look)
    assert cli.main(["gui", str(pictures), str(picture)]) == 0
    assert not timer.isActive()
    with Library(read_only=True) as library:
        assert [folder.path for folder in library.folders()] == [str(pictures)]


_FIRST_PAGE = """
import sys
from pathlib import Path
from photolens import app
from photolens.gui.grid.view import GridView
from photolens.gui.session import Session
from photolens.domain import ImageTerm, Query

heavy = {"torch", "torchvision", "open_clip"}
paint = GridView.paintEvent

def painted(view, event):
    paint(view, event)
    if view.model().rowCount() and GridView.paintEvent is painted:
        GridView.paintEvent = paint
        print("painted", sorted(heavy.intersection(sys.modules)))

def loaded():
    print("words", sorted(heavy.intersection(sys.modules)))
    found = app_window().session.library.search_later(Query((ImageTerm(sys.argv[2]),)))
    app_window().session._bridge.when_done(found, searched, print)

def searched(ranking):
    print("pictures", len(ranking.hits) > 0, sorted(heavy.intersection(sys.modules)))
    app_window().close()

def app_window():
    from PySide6.QtWidgets import QApplication
    from photolens.gui.window import MainWindow
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow))

GridView.paintEvent = painted
begin = Session.open
def opened(session):
    session.model_loaded.connect(loaded)
    begin(session)
Session.open = opened
sys.exit(app.run(library=Path(sys.argv[1])))
"""


def test_the_window_never_imports_torch(gallery_library: Path, tmp_path: Path) -> None:
    foreign = make_photo(tmp_path / "foreign.jpg", 77)
    command = [sys.executable, "-c", _FIRST_PAGE, str(gallery_library), str(foreign)]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "painted []",
        "words []",
        "pictures True []",
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="no signal can be sent to one thread")
def test_a_signal_wakes_a_window_in_which_nothing_happens(qapp: QApplication) -> None:
    loop = QEventLoop()
    QTimer.singleShot(20_000, loop.quit)
    main = threading.get_ident()
    sender = threading.Timer(0.2, signal.pthread_kill, [main, signal.SIGTERM])
    with ExitStack() as at_end:
        app._leave_on_signals(lambda: loop.exit(5), at_end)
        sender.start()
        assert loop.exec() == 5
    sender.join()
    assert signal.set_wakeup_fd(-1) == -1


def test_a_dialog_left_open_does_not_keep_the_program_running(
    qtbot: QtBot, tmp_path: Path, end_anyway: QTimer
) -> None:
    def look(window: MainWindow) -> bool:
        window.commands["shortcuts"].trigger()
        window.commands["failures"].trigger()
        return window.library is not None

    timer = in_window(look)
    assert app.run(library=tmp_path / "library") == 0
    assert not timer.isActive()


def test_a_second_start_hands_its_folder_to_the_window_that_is_open(
    qtbot: QtBot, tmp_path: Path, end_anyway: QTimer
) -> None:
    library, folder = tmp_path / "library", tmp_path / "More"
    make_photos(folder, 2)
    second: list[subprocess.Popen[str]] = []

    def look(window: MainWindow) -> bool:
        if window.library is not None and not second:
            command = [sys.executable, "-m", "photolens", "--library", str(library), "gui", str(folder)]
            pipe = subprocess.PIPE
            second.append(subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=os.environ))
        return len(window.model.listing) == 2

    timer = in_window(look)
    assert app.run(library=library) == 0
    assert not timer.isActive()
    assert second[0].communicate(timeout=30) == ("", "")
    assert second[0].returncode == 0


def test_a_folder_given_to_a_window_that_has_others_is_shown(
    qtbot: QtBot, pictures: Path, tmp_path: Path, end_anyway: QTimer
) -> None:
    """New or known, a part of a known one too, by whatever link; and the way back leads to what was there."""
    folder = tmp_path / "More"
    make_photos(folder / "part", 3, first=50)
    make_photos(folder, 2, first=60)
    (tmp_path / "link").symlink_to(folder)
    steps = [
        (folder, folder, 5),
        (pictures, pictures, 12),
        (tmp_path / "link" / "part", folder / "part", 3),
    ]
    assert cli.main(["index", str(pictures)]) == 0
    begun: list[subprocess.Popen[str]] = []
    seen: list[int] = []

    def look(window: MainWindow) -> bool:
        if window.library is None:
            return False
        if len(begun) == len(seen):
            if len(seen) == len(steps):
                window.commands["back"].trigger()
                return window.browser.page.filters.folders == (str(pictures),)
            command = [sys.executable, "-m", "photolens", "gui", str(steps[len(seen)][0])]
            begun.append(subprocess.Popen(command, env=os.environ))
        _, shown, count = steps[len(seen)]
        if window.browser.page.filters.folders == (str(shown),) and len(window.model.listing) == count:
            seen.append(count)
        return False

    timer = in_window(look)
    assert cli.main(["gui"]) == 0
    assert not timer.isActive()
    assert [process.wait(30) for process in begun] == [0, 0, 0]
