"""The list of files that could not be read: reasons to choose from, files set aside, very long lists."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from photolens.domain import FailedFile
from photolens.errors import FailureKind
from photolens.gui.failures_dialog import FailuresDialog

_MOMENT = datetime(2026, 1, 1)
_ASIDE = "Reading this file took too long twice, so it is set aside."


def failed(name: str, kind: FailureKind, reason: str = "It is damaged.") -> FailedFile:
    return FailedFile(f"/photos/{name}", kind, reason, 2, _MOMENT)


@pytest.fixture
def show(qtbot: QtBot) -> Iterator[Callable[[Sequence[FailedFile]], FailuresDialog]]:
    """Opens the list over a window of its own."""
    window = QWidget()
    qtbot.addWidget(window)
    dialog = FailuresDialog(window)

    def open_it(files: Sequence[FailedFile]) -> FailuresDialog:
        dialog.show_files(list(files))
        dialog.show()
        return dialog

    yield open_it
    dialog.close()
    window.close()


_FEW = [
    failed("a.jpg", FailureKind.DAMAGED),
    failed("b.heic", FailureKind.SET_ASIDE, _ASIDE),
    failed("c.jpg", FailureKind.DAMAGED),
    failed(
        "d.nef",
        FailureKind.UNSUPPORTED,
        "This RAW file is damaged.",
    ),
]


def names(dialog: FailuresDialog) -> list[str]:
    model = dialog.table.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def test_files_set_aside_are_marked_and_explained(
    show: Callable[[Sequence[FailedFile]], FailuresDialog],
) -> None:
    dialog = show(_FEW)
    assert "1 is set aside, as reading it broke off twice" in dialog.summary.text()
    assert "waits until you try again" in dialog.summary.text()
    model, decoration = dialog.table.model(), Qt.ItemDataRole.DecorationRole
    marked = [model.index(row, 1).data(decoration) is not None for row in range(4)]
    assert marked == [False, True, False, False]
    assert model.index(1, 1).data() == _ASIDE
    assert "set aside" in dialog.retry.toolTip()
    dialog.show_files([_FEW[0]])
    assert "set aside" not in dialog.summary.text()


def test_one_kind_of_reason_can_be_chosen_and_searched_and_copied(
    show: Callable[[Sequence[FailedFile]], FailuresDialog], qtbot: QtBot
) -> None:
    dialog = show(_FEW)
    kinds = [dialog.kinds.itemText(row) for row in range(dialog.kinds.count())]
    assert kinds == ["All reasons", "Set aside (1)", "Damaged (2)", "Unknown format (1)"]
    dialog.kinds.setCurrentIndex(2)
    assert names(dialog) == ["a.jpg", "c.jpg"]
    assert dialog.summary.text().startswith("2 of 4 files.")
    qtbot.keyClicks(dialog.search, "C.JPG")
    assert names(dialog) == ["c.jpg"]
    dialog.copy.click()
    assert QApplication.clipboard().text() == "/photos/c.jpg\tIt is damaged."
    dialog.search.clear()
    dialog.show_files(_FEW[:3])
    assert dialog.kinds.currentText() == "Damaged (2)" and names(dialog) == ["a.jpg", "c.jpg"]
    dialog.show_files(_FEW[1:2])  # the last of its kind was read at last
    assert dialog.kinds.currentText() == "Damaged (0)" and names(dialog) == []
    dialog.kinds.setCurrentIndex(0)
    assert names(dialog) == ["b.heic"]


def test_the_same_list_again_leaves_the_place_in_it(
    show: Callable[[Sequence[FailedFile]], FailuresDialog],
) -> None:
    dialog = show(_FEW)
    dialog.table.selectRow(2)
    dialog.show_files(list(_FEW))
    assert dialog.table.currentIndex().row() == 2 and dialog.reveal.isEnabled()


def test_a_hundred_thousand_files_are_listed_and_searched_at_once(
    show: Callable[[Sequence[FailedFile]], FailuresDialog],
) -> None:
    kinds = list(FailureKind)
    many = [failed(f"{number // 1000}/IMG_{number}.jpg", kinds[number % 7]) for number in range(100_000)]
    started = time.process_time()
    dialog = show(many)
    dialog.search.setText("img_99")
    assert dialog.table.model().rowCount() == 1111
    dialog.kinds.setCurrentIndex(1)
    dialog.search.clear()
    assert 14_000 < dialog.table.model().rowCount() < 15_000
    QApplication.processEvents()
    assert time.process_time() - started < 4  # measured: 0.5 s
