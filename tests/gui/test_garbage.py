"""Garbage is collected on the GUI thread, and Python is left as it was found."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from photolens.gui import garbage
from photolens.gui.garbage import GarbageCollector


class Ring:
    """Something that only the collector can free."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def collector(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[GarbageCollector]:
    monkeypatch.setattr(garbage, "_YOUNG_MS", 10)
    gc.enable()  # as outside of these tests
    made = GarbageCollector()
    yield made
    made.close()
    gc.disable()


def test_python_does_not_collect_by_itself_until_closed(collector: GarbageCollector) -> None:
    assert not gc.isenabled()
    collector.close()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_where_it_was_switched_off_before_it_stays_so() -> None:
    gc.disable()
    GarbageCollector().close()
    assert not gc.isenabled()


def test_rings_are_freed_once_loading_is_over(qtbot: QtBot, collector: GarbageCollector) -> None:
    early = weakref.ref(Ring())
    qtbot.wait(50)
    assert early() is not None
    collector.settle()
    late = weakref.ref(Ring())
    qtbot.waitUntil(lambda: late() is None, timeout=2000)
