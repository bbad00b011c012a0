"""The line at the bottom, as the library goes through its work."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from photolens.domain import Event, IngestFinished, IngestProgress, IngestTrouble, ScanFinished, ScanStarted
from photolens.gui.commands import Commands
from photolens.gui.status_bar import StatusBar

_STARTED = ScanStarted("/home/ann/Pictures")


@pytest.fixture
def bar(qtbot: QtBot) -> Iterator[StatusBar]:
    """In a window of its own, in American English."""
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    window = QWidget()
    qtbot.addWidget(window)
    made = StatusBar(Commands(window))
    made.setParent(window)
    window.resize(1200, 40)
    window.show()
    yield made
    QLocale.setDefault(before)


def progress(
    done: int, total: int, rate: float = 0.0, left: float | None = None, **more: bool
) -> IngestProgress:
    return IngestProgress(done, total, 0, rate, left, **more)


def finished(added: int = 0, removed: int = 0, offline: int = 0) -> IngestFinished:
    return IngestFinished(added, 0, removed, 0, added, offline=offline)


def test_at_first_nothing_is_said(bar: StatusBar) -> None:
    assert bar.text.full_text() == ""
    assert not bar.progress.isVisible()
    assert not bar.pause.isVisible()
    assert not bar.failures.isVisible()


def test_the_folder_being_looked_through_is_named(bar: StatusBar) -> None:
    bar.hear([_STARTED])
    assert bar.text.full_text() == "Looking through Pictures…"
    assert not bar.progress.isVisible()


def test_progress_has_numbers_speed_and_time(bar: StatusBar) -> None:
    bar.hear([_STARTED, progress(250, 1000, 25.4, 300.0)])
    assert bar.text.full_text() == "Reading photos: 250 of 1,000 · 25/s · 5 min left"
    assert bar.progress.isVisible()
    assert bar.progress.value() == 250
    assert bar.pause.isVisible()


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (progress(1, 3, 0.0, None), "Reading photos: 1 of 3"),
        (progress(1, 3, 2.0, 1.0), "Reading photos: 1 of 3 · 2/s"),
        (progress(1, 3, 2.0, None, paused=True), "Paused at 1 of 3"),
        (progress(3, 3, 2.0, None, paused=True), "Paused at 3 of 3"),
        (progress(1, 3, 2.0, None, paused=True, on_battery=True), "On battery: paused at 1 of 3"),
    ],
)
def test_what_is_not_known_is_not_said(bar: StatusBar, event: IngestProgress, text: str) -> None:
    bar.hear([event])
    assert bar.text.full_text() == text
    assert bar.pause.isVisible()


def test_of_many_events_at_once_the_last_counts(bar: StatusBar) -> None:
    bar.hear([progress(done, 100) for done in range(1, 60)])
    assert bar.text.full_text() == "Reading photos: 59 of 100"


def test_progress_is_not_talked_over_by_another_folder(bar: StatusBar) -> None:
    bar.hear([progress(1, 100)])
    bar.hear([ScanStarted("/media/stick")])
    assert bar.text.full_text() == "Reading photos: 1 of 100"


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (finished(added=1200), "Up to date: 1,200 new"),
        (finished(removed=3), "Up to date: 3 gone"),
        (finished(added=2, removed=3), "Up to date: 2 new, 3 gone"),
        (finished(added=2, offline=1), "2 new, 1 file waits for a folder that is offline"),
        (finished(offline=1500), "1,500 files wait for a folder that is offline"),
        (finished(), ""),
    ],
)
def test_the_end_says_what_has_changed(bar: StatusBar, event: IngestFinished, text: str) -> None:
    bar.hear([_STARTED, progress(5, 10)])
    bar.hear([ScanFinished(_STARTED.folder, 10, 10, 0, 0), progress(10, 10), event])
    assert bar.text.full_text() == text
    assert not bar.progress.isVisible()
    assert not bar.pause.isVisible()


@pytest.mark.parametrize(
    "end", [ScanFinished(_STARTED.folder, 0, 0, 0, 0), IngestTrouble("The disk is full.")]
)
def test_a_folder_that_is_looked_at_again_and_again_is_not_named_for_good(bar: StatusBar, end: Event) -> None:
    bar.hear([_STARTED])
    bar.hear([_STARTED, end])
    bar.hear([finished()])
    bar.hear([ScanFinished("/another", 0, 0, 0, 0)])
    assert bar.text.full_text() == ""


def test_a_folder_that_was_looked_through_is_not_named_again(bar: StatusBar) -> None:
    bar.hear([_STARTED, ScanStarted("/media/stick")])
    bar.hear([ScanFinished("/media/stick", 0, 0, 0, 0)])
    assert bar.text.full_text() == "Looking through Pictures…"
    bar.hear([ScanFinished(_STARTED.folder, 0, 0, 0, 0), finished()])
    bar.hear([ScanFinished("/never/started", 0, 0, 0, 0)])
    assert bar.text.full_text() == ""


@pytest.mark.parametrize(
    "events", [[IngestTrouble("The disk is full.")], [progress(1, 9), IngestTrouble("?")]]
)
def test_when_reading_cannot_go_on_no_progress_is_shown(bar: StatusBar, events: list[Event]) -> None:
    bar.hear([progress(5, 10)])
    bar.hear(events)
    assert bar.text.full_text() == ""
    assert not bar.progress.isVisible()


@pytest.mark.parametrize(
    ("selected", "total", "text"),
    [(0, 0, ""), (0, 1, "1 photo"), (0, 12345, "12,345 photos"), (3, 12345, "3 of 12,345 selected")],
)
def test_photos_are_counted(bar: StatusBar, selected: int, total: int, text: str) -> None:
    bar.set_count(selected, total)
    assert bar.count.text() == text


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, ""), (1, "1 file could not be read"), (1200, "1,200 files could not be read")],
)
def test_files_that_could_not_be_read_are_counted(bar: StatusBar, count: int, text: str) -> None:
    bar.set_failed(count)
    assert bar.failures.isVisible() is bool(count)
    assert not text or bar.failures.text() == text
