"""How the filters in force are put into words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QDateEdit, QWidget
from pytestqt.qtbot import QtBot

from photolens.domain import Filters, Orientation
from photolens.gui.commands import Commands
from photolens.gui.filter_row import DatesDialog, FilterRow, describe_dates
from tests.gui.conftest import Speak


@pytest.fixture(autouse=True)
def american() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    yield
    QLocale.setDefault(before)


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def row(window: QWidget) -> FilterRow:
    made = FilterRow(Commands(window))
    made.setParent(window)
    window.show()
    return made


def words(row: FilterRow) -> list[str]:
    return [button.text() for button in (row.folder, row.date, row.camera, row.more)]


@pytest.mark.parametrize(
    ("since", "until", "text"),
    [
        (None, None, ""),
        (date(2019, 1, 1), date(2019, 12, 31), "2019"),
        (date(2019, 1, 1), date(2021, 12, 31), "2019 – 2021"),
        (date(2019, 5, 3), None, "since 3 May 2019"),
        (None, date(2019, 5, 3), "until 3 May 2019"),
        (date(2019, 5, 3), date(2019, 5, 3), "3 May 2019"),
        (date(2019, 5, 3), date(2019, 6, 1), "3 May 2019 – 1 Jun 2019"),
        (date(2019, 1, 1), date(2019, 12, 30), "1 Jan 2019 – 30 Dec 2019"),
    ],
)
def test_a_stretch_of_time_in_words(since: date | None, until: date | None, text: str) -> None:
    assert describe_dates(since, until) == text


def test_without_filters_each_button_says_so(row: FilterRow) -> None:
    assert words(row) == ["Any folder", "Any date", "Any camera", "Any kind"]
    assert not any(button.property("active") for button in (row.folder, row.date, row.camera, row.more))


def test_filters_in_force_are_named_and_marked(row: FilterRow) -> None:
    row.set_filters(
        Filters(
            folders=("/home/ann/Holiday",),
            since=date(2019, 1, 1),
            until=date(2019, 12, 31),
            cameras=("X-T5",),
            formats=("png",),
            orientation=Orientation.PORTRAIT,
            has_gps=False,
        )
    )
    assert words(row)[:3] == ["Holiday", "2019", "X-T5"]
    assert row.more.text().startswith("PNG, Portrait, without")
    assert all(button.property("active") for button in (row.folder, row.date, row.camera, row.more))
    row.set_filters(Filters())
    assert words(row) == ["Any folder", "Any date", "Any camera", "Any kind"]


def test_a_long_name_is_shortened(row: FilterRow) -> None:
    row.set_filters(Filters(folders=("/a/" + "x" * 60,)))
    assert row.folder.text() == "x" * 23 + "…"


def test_the_answer_is_told_before_a_hint(row: FilterRow) -> None:
    row.show_hint("For example: beach")
    assert row.summary.full_text() == "For example: beach"
    row.show_summary("12 photos")
    row.show_hint("For example: dog")
    assert row.summary.full_text() == "12 photos"
    row.show_summary("")
    assert row.summary.full_text() == "For example: dog"


def test_two_dates_come_in_order(window: QWidget) -> None:
    chosen = Filters(since=date(2020, 2, 29), until=date(2019, 5, 3))
    assert DatesDialog(chosen, window).dates() == (date(2019, 5, 3), date(2020, 2, 29))


@pytest.mark.parametrize("language", ["en", "de", "zh_CN"])
def test_years_of_two_centuries_can_be_told_apart(qtbot: QtBot, speak: Speak, language: str) -> None:
    speak(language)
    parent = QWidget()
    qtbot.addWidget(parent)
    chosen = Filters(since=date(1926, 5, 3), until=date(2026, 2, 28))
    texts = [edit.text() for edit in DatesDialog(chosen, parent).findChildren(QDateEdit)]
    assert "1926" in texts[0] and "2026" in texts[1]
