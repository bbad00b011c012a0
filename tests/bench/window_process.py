"""The real window in a process of its own, driven by a script, for one measurement.

    python -m tests.bench.window_process MEASUREMENT LIBRARY SCRATCH [MORE]

Prints its figures as JSON; `tests.bench.window` starts it and says what they mean.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable, Generator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from photolens import app, paths
from photolens.domain import Event, IngestFinished
from photolens.gui.grid.view import GridView
from photolens.gui.window import MainWindow
from tests.bench.costs import own_seconds, resident_with_workers
from tests.bench.reporting import resident_bytes

# Gives the seconds to wait in the event loop; returns figures.
Script = Generator[float, None, dict[str, Any]]

_KEY_SECONDS = 0.12
_READ_SECONDS = 0.9  # how long the answer is looked at before the next is typed
_CLICKS = 30
_SETTLE_SECONDS = 5.0
_WHEEL = 360  # three notches
_TEXTS = ("a street at night", "yellow flowers in a garden", "two people on a beach", "snow on mountains")


def run(library: Path, scratch: Path, script: Callable[[MainWindow], Script]) -> dict[str, Any]:
    """Open the window on `library` as `photolens gui` does, run the script, close; its figures."""
    paths.settings_file = lambda: scratch / "settings.toml"
    application = QApplication(sys.argv[:1])
    figures: dict[str, Any] = {}

    def begin() -> None:
        go_on(script(next(w for w in application.topLevelWidgets() if isinstance(w, MainWindow))))

    def go_on(steps: Script) -> None:
        try:
            QTimer.singleShot(round(next(steps) * 1000), lambda: go_on(steps))
        except StopIteration as end:
            figures.update(end.value)
            application.exit()
        except BaseException:
            application.exit(1)
            raise

    QTimer.singleShot(0, begin)
    if app.run(library=library):
        raise RuntimeError("the script failed, see above")
    return figures


class Paints:
    """Times every paint of the grid that shows photos."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.first = self.last = 0.0  # when they ended; the first as the time of day
        plain = GridView.paintEvent

        def timed(view: GridView, event: QPaintEvent) -> None:
            started = time.perf_counter()
            plain(view, event)
            if view.model().rowCount():
                self.last = time.perf_counter()
                self.seconds.append(self.last - started)
                self.first = self.first or time.time()

        GridView.paintEvent = timed  # type: ignore[method-assign]


# --- what a user does ------------------------------------------------------------------------


def settled(window: MainWindow, width: int = 1280, height: int = 820) -> Generator[float, None, None]:
    """Wait for the library, the model, and every thumbnail in sight."""
    window.resize(width, height)
    while window.browser.answer is None or window.facts.facts is None:
        yield 0.01
    assert window.library is not None
    ready = window.library.prepare()
    while not ready.done() or missing(window):
        yield 0.01


def missing(window: MainWindow) -> int:
    """Thumbnails that are in sight and not there yet."""
    return sum(window.thumbnails.get(photo_id) is None for photo_id, _ in in_sight(window))


def in_sight(window: MainWindow) -> list[tuple[int, QPoint]]:
    """Photos on screen, and where."""
    grid, found = window.grid, []
    for row in range(grid.first_visible_row(), window.model.rowCount()):
        place = grid.visualRect(window.model.index(row, 0))
        if place.top() > grid.viewport().height():
            break
        found.append((window.model.photo_id(row), place.topLeft()))
    return found


def press(widget: QWidget, key: Qt.Key, text: str = "") -> None:
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(widget, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text))


def turn_wheel(grid: GridView, delta: int) -> None:
    middle = QPointF(grid.viewport().rect().center())
    event = QWheelEvent(
        middle,
        QPointF(grid.viewport().mapToGlobal(middle)),
        QPoint(),
        QPoint(0, delta),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(grid.viewport(), event)


def type_and_scroll(window: MainWindow, go_on: Callable[[], bool]) -> Generator[float, None, None]:
    """Type one question after the other, look at each answer, go back; scroll all the time."""
    number = 0
    while go_on():
        for letter in _TEXTS[number % len(_TEXTS)]:
            press(window.search.edit, Qt.Key.Key_A, letter)
            yield from scroll(window, _KEY_SECONDS)
        yield from scroll(window, _READ_SECONDS)
        window.search.edit.clear()
        window.commands["all-photos"].trigger()
        yield from scroll(window, _READ_SECONDS)
        number += 1


def scroll(window: MainWindow, seconds: float) -> Generator[float, None, None]:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        turn_wheel(window.grid, -_WHEEL)
        yield 0.016


# --- measurements ----------------------------------------------------------------------------


def first_query(window: MainWindow, paints: Paints) -> Script:
    """When words typed at the first moment were answered: painted, as the time of day."""
    while not paints.first:
        yield 0.005
    for letter in _TEXTS[0]:
        press(window.search.edit, Qt.Key.Key_A, letter)
    press(window.search.edit, Qt.Key.Key_Return)
    while not answered(window, asked=True):
        yield 0.005
    before = len(paints.seconds)
    while len(paints.seconds) == before:
        yield 0.005
    return {"answered": time.time()}


def idle(window: MainWindow, paints: Paints, seconds: str) -> Script:
    """Core-seconds of a window with nothing to do, and memory: at its first page, and at the end."""
    while window.browser.answer is None:
        yield 0.005
    first = resident_with_workers()
    yield from settled(window)
    yield _SETTLE_SECONDS
    at, taken = time.perf_counter(), own_seconds()
    yield float(seconds)
    taken, at = own_seconds() - taken, time.perf_counter() - at
    assert window.library is not None
    figures = {"share": taken / at, "first": first, "memory": resident_with_workers()}
    window.library._encoder._drop()  # as after five minutes without a use
    yield 1.0
    return figures | {"released": resident_with_workers()}


def jumps(window: MainWindow, paints: Paints) -> Script:
    """Seconds from End and Home to the painted page and to its thumbnails; those taken one by one."""
    yield from settled(window)
    window.grid.setFocus()
    figures: dict[str, Any] = {"painted": [], "complete": [], "one_by_one": []}
    for key in (Qt.Key.Key_End, Qt.Key.Key_Home) * 3:
        window.thumbnails.forget_all()
        yield 0.5
        before, started = len(paints.seconds), time.perf_counter()
        press(window.grid, key)
        while len(paints.seconds) == before:
            yield 0
        figures["painted"].append(paints.last - started)
        while missing(window):
            yield 0.002
        figures["complete"].append(time.perf_counter() - started)
        started = time.perf_counter()
        for photo_id, _ in in_sight(window):
            read_and_scale(window, photo_id)
        figures["one_by_one"].append(time.perf_counter() - started)
        figures["photos"] = len(in_sight(window))
    return figures


def clicks(window: MainWindow, paints: Paints) -> Script:
    """Seconds from a click to the new order, in the window and from the library alone, and of each frame."""
    yield from settled(window)
    assert window.library is not None
    press(window.search.edit, Qt.Key.Key_A, _TEXTS[0])
    press(window.search.edit, Qt.Key.Key_Return)
    while not answered(window, asked=True):
        yield 0.01
    figures: dict[str, Any] = {"shown": [], "alone": [], "moving": []}
    window.grid.setFocus()
    for number in range(_CLICKS):
        window.grid.select_row(number)
        while missing(window):
            yield 0.005
        yield 0.3
        painted, started = len(paints.seconds), time.perf_counter()
        press(window.grid, Qt.Key.Key_L if number % 3 else Qt.Key.Key_D)
        while not answered(window, asked=True) or len(paints.seconds) == painted:
            yield 0.001  # asleep: the threads that work need Python's lock
        figures["shown"].append(time.perf_counter() - started)
        yield 0.25
        figures["moving"] += paints.seconds[painted:]
        judgements = window.browser.page.query().judgements
        started = time.perf_counter()
        window.library.search(replace(window.browser.page.query(), judgements=judgements[1:]), limit=300)
        figures["alone"].append(time.perf_counter() - started)
    figures["alone"] = statistics.median(figures["alone"])
    return figures


def answered(window: MainWindow, *, asked: bool) -> bool:
    """Whether the grid shows what the page asks."""
    answer = window.browser.answer
    return answer is not None and answer.page == window.browser.page and answer.page.asks is asked


def read_and_scale(window: MainWindow, photo_id: int) -> None:
    assert window.library is not None
    image = QImage.fromData(window.library.thumbnail(photo_id) or b"")
    pixmap = window.thumbnails.get(photo_id)
    assert pixmap is not None
    image.scaled(pixmap.size(), mode=Qt.TransformationMode.SmoothTransformation)


def frames(window: MainWindow, paints: Paints, width: str, height: str) -> Script:
    """Seconds per frame, from the input to the painted window, and those of the grid's paint alone."""
    yield from settled(window, int(width), int(height))
    alone = pixmaps_alone(window)
    bar = window.grid.verticalScrollBar()
    figures: dict[str, Any] = {"alone": alone, "photos": len(in_sight(window))}
    for name, moves in (
        ("wheel", [lambda: turn_wheel(window.grid, -_WHEEL)] * 500),
        ("drag", [lambda at=at: bar.setSliderPosition(bar.maximum() * at // 400) for at in range(400)]),
    ):
        bar.setSliderDown(name == "drag")
        whole = []
        paints.seconds.clear()
        for move in moves:
            started = time.perf_counter()
            move()
            window.grid.viewport().repaint()
            whole.append(time.perf_counter() - started)
            yield 0.004
        bar.setSliderDown(False)
        figures[name] = {"whole": whole, "paint": list(paints.seconds)}
    return figures


def pixmaps_alone(window: MainWindow) -> float:
    """Seconds for nothing but the pixmaps in sight, on a ground of one colour; the best of many."""
    ratio = window.devicePixelRatioF()
    image = QImage(window.grid.viewport().size() * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    shown = [(place, window.thumbnails.get(photo_id)) for photo_id, place in in_sight(window)]
    best = float("inf")
    for _ in range(30):
        started = time.perf_counter()
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        for place, pixmap in shown:
            assert pixmap is not None
            painter.drawPixmap(place, pixmap)
        painter.end()
        best = min(best, time.perf_counter() - started)
    return best


def memory(window: MainWindow, paints: Paints) -> Script:
    """Bytes before and after every photo was scrolled past."""
    yield from settled(window)
    figures: dict[str, Any] = {"before": resident_bytes(), "pixmaps": 0}
    bar = window.grid.verticalScrollBar()
    for value in range(0, bar.maximum(), bar.pageStep()):
        bar.setValue(value)
        yield 0.008
        figures["pixmaps"] = max(figures["pixmaps"], window.thumbnails.used_bytes)
    while missing(window):
        yield 0.01
    budget = window.session.settings.thumbnail_memory_mb * 1_000_000
    return figures | {"after": resident_bytes(), "budget": budget, "photos": window.model.rowCount()}


def stalls(window: MainWindow, paints: Paints, folder: str) -> Script:
    """Gaps in the GUI thread's answers: while the model loads, at rest, in use, and while photos are read."""
    from tests.bench.stalls import Heartbeat

    while window.browser.answer is None:
        yield 0.005
    beat, library = Heartbeat(), window.library
    assert library is not None
    found: dict[str, Any] = {}
    ready = library.prepare()
    beat.take()
    yield from type_and_scroll(window, lambda: not ready.done())
    found["model"] = beat.take()
    yield 3.0
    found["rest"] = beat.take()
    end = time.perf_counter() + 10
    yield from type_and_scroll(window, lambda: time.perf_counter() < end)
    found["use"] = beat.take()
    ended: list[Event] = []
    window.bridge.events.connect(
        lambda events: ended.extend(e for e in events if isinstance(e, IngestFinished))
    )
    window.session.add_folders([folder])
    started = time.perf_counter()
    yield from type_and_scroll(window, lambda: not ended)
    found["indexing"] = beat.take()
    took = time.perf_counter() - started
    beat.stop()
    return {name: [asdict(gap) for gap in gaps] for name, gaps in found.items()} | {"took": took}


_ALL = (first_query, idle, jumps, clicks, frames, memory, stalls)
MEASUREMENTS = {function.__name__: function for function in _ALL}


def main(name: str, library: str, scratch: str, *more: str) -> None:
    paints = Paints()
    figures = run(Path(library), Path(scratch), lambda window: MEASUREMENTS[name](window, paints, *more))
    print(json.dumps(figures))


if __name__ == "__main__":
    main(*sys.argv[1:])
