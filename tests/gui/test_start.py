"""The first page is on the screen before the library is imported and opened."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from concurrent.futures import Future
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from photolens.domain import Listing, Order
from photolens.gui.bridge import Bridge
from photolens.gui.page import Page
from photolens.gui.session import Session
from photolens.gui.window import MainWindow
from photolens.gui.window_state import WindowState
from photolens.library import Library
from photolens.library.first_page import first_page
from photolens.settings import Settings

# What the first page needs nothing of.
_LATER = """
torch torchvision open_clip timm PIL pillow_heif usearch numkong sqlite_utils click ssl urllib3 requests
watchdog filelock rich send2trash safetensors numpy.ma photolens.library.facade photolens.ingest
photolens.embedding photolens.index photolens.search.ranker photolens.gui.guide
"""
_SHOW = """
import sys
from photolens.cli import main
from photolens.gui.grid.view import GridView

plain = GridView.paintEvent

def paint(view, event):
    plain(view, event)
    if view.model().rowCount():
        loaded = [name for name in {later} if name in sys.modules]
        print(view.model().rowCount(), *loaded, flush=True)
        view.window().close()

GridView.paintEvent = paint
sys.exit(main(["--library", {library!r}, "gui"]))
"""


@pytest.fixture
def library(tmp_path: Path, pictures: Path) -> Path:
    """A library that nobody has open."""
    folder = tmp_path / "library"
    with Library(folder) as library:
        library.index(pictures)
    return folder


@pytest.fixture
def window(qtbot: QtBot, library: Path, tmp_path: Path) -> MainWindow:
    """The window before its library is opened."""
    bridge = Bridge()
    session = Session(bridge, library, Settings())
    made = MainWindow(bridge, session, WindowState(tmp_path / "window.ini"))
    qtbot.addWidget(made, before_close_func=lambda widget: session.close())
    made.show()
    return made


def come(listing: Listing | None) -> Future[Listing | None]:
    future: Future[Listing | None] = Future()
    future.set_result(listing)
    return future


def test_what_is_painted_first_needs_no_library(library: Path) -> None:
    code = _SHOW.format(later=_LATER.split(), library=str(library))
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    result = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=120
    )
    assert result.stdout.splitlines()[:1] == ["12"], result.stderr
    assert result.returncode == 0


@pytest.mark.parametrize("order", Order)
def test_it_is_what_the_library_lists(library: Path, order: Order) -> None:
    found = first_page(library, order)
    with Library(library, read_only=True) as opened:
        listed = opened.listing(order=order)
    assert found is not None
    for column in ("ids", "aspects", "colors", "times", "online"):
        assert getattr(found, column).tolist() == getattr(listed, column).tolist()


def test_there_is_none_where_opening_has_something_to_say(library: Path, tmp_path: Path) -> None:
    catalog = library / "catalog.db"
    assert first_page(tmp_path / "none", Order.NEWEST) is None
    begun = library / "catalog-restored-2024-01-01T000000.db"
    begun.touch()
    assert first_page(library, Order.NEWEST) is None
    begun.unlink()
    with sqlite3.connect(catalog) as db:
        columns = "migration_set, name, applied_at"
        db.execute(f"INSERT INTO _sqlite_migrations ({columns}) VALUES ('photolens', 'm999', '')")
    db.close()
    assert first_page(library, Order.NEWEST) is None
    catalog.write_bytes(b"")
    assert first_page(library, Order.NEWEST) is None
    assert not catalog.stat().st_size


def test_the_library_follows_the_first_page(qtbot: QtBot, window: MainWindow, library: Path) -> None:
    seen: list[tuple[bool, int]] = []
    window.session.first_page.connect(
        lambda listing: seen.append((window.library is None, len(window.model.listing)))
    )
    window.session.begin(come(first_page(library, Order.NEWEST)))
    qtbot.waitUntil(lambda: window.browser.answer is not None)
    assert seen == [(True, 12)]
    assert len(window.model.listing) == 12


def test_the_library_is_opened_without_a_first_page(qtbot: QtBot, window: MainWindow) -> None:
    window.session.begin(come(None))
    qtbot.waitUntil(lambda: window.browser.answer is not None)


def test_the_library_does_not_wait_for_a_first_page_that_never_comes(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.session.begin(Future())
    qtbot.waitUntil(lambda: window.browser.answer is not None)


def test_the_first_page_goes_when_something_is_asked(qtbot: QtBot, window: MainWindow, library: Path) -> None:
    listing = first_page(library, Order.NEWEST)
    window.session.first_page.emit(listing)
    assert window.stack.currentWidget() is window.photos
    window.browser.show(Page(text="a dog"))
    assert window.stack.currentWidget() is window.empty
    window.session.first_page.emit(listing)  # too late
    assert window.stack.currentWidget() is window.empty


def test_what_is_selected_and_in_sight_stays_when_the_library_comes(
    qtbot: QtBot, window: MainWindow, library: Path
) -> None:
    window.resize(640, 420)
    window.session.first_page.emit(first_page(library, Order.NEWEST))
    window.grid.select_row(5)
    chosen, place = window.grid.selected_ids().tolist(), window.grid.verticalScrollBar().value()
    assert place
    window.session.open()
    qtbot.waitUntil(lambda: window.browser.answer is not None)
    assert window.grid.selected_ids().tolist() == chosen
    assert window.grid.verticalScrollBar().value() == place
