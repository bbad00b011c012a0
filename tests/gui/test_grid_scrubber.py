"""The years beside the grid."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from photolens.domain import Listing
from photolens.gui.grid.scrubber import YearScrubber
from tests.gui.listings import listing


def days(years: dict[int, int]) -> list[str]:
    """So many days in each year, newest first."""
    return [f"{year}-07-01" for year in sorted(years, reverse=True) for _ in range(years[year])]


def scrubber(qtbot: QtBot, shown: Listing, *, by_date: bool = True) -> YearScrubber:
    """Places rise evenly with rows."""
    made = YearScrubber(lambda row: row / max(1, len(shown)))
    qtbot.addWidget(made)
    made.resize(made.width(), 600)
    made.show_listing(shown, by_date=by_date)
    return made


def test_each_year_is_marked_where_it_begins(qtbot: QtBot) -> None:
    shown = listing(range(100), days=days({2022: 50, 2021: 25, 2019: 25}))
    marks = scrubber(qtbot, shown).marks()
    assert [text for _, text in marks] == ["2022", "2021", "2019"]
    (first, _), (second, _), (third, _) = marks
    assert second - first == pytest.approx(2 * (third - second), abs=2)


def test_marks_do_not_overlap_where_years_crowd(qtbot: QtBot) -> None:
    shown = listing(range(200), days=days(dict.fromkeys(range(1900, 2000), 1) | {2020: 100}))
    marks = scrubber(qtbot, shown).marks()
    assert 5 < len(marks) < 60
    assert all(after - before >= 20 for (before, _), (after, _) in pairwise(marks))


@pytest.mark.parametrize("by_date", [True, False])
def test_it_is_there_only_for_a_list_by_date_over_more_than_a_year(qtbot: QtBot, by_date: bool) -> None:
    shown = listing(range(20), days=days({2022: 10, 2021: 10}))
    assert scrubber(qtbot, shown, by_date=by_date).isVisibleTo(None) is by_date
    one_year = listing(range(10), days=days({2022: 10}))
    assert not scrubber(qtbot, one_year, by_date=by_date).isVisibleTo(None)
    assert not scrubber(qtbot, Listing.empty(), by_date=by_date).isVisibleTo(None)


@pytest.mark.parametrize("inside", [0, 6, 12])
def test_a_click_on_a_year_goes_to_its_first_photo(qtbot: QtBot, inside: int) -> None:
    shown = listing(range(3000), days=days({2022: 1500, 2021: 700, 2019: 800}))
    made = scrubber(qtbot, shown)
    chosen: list[int] = []
    made.chosen.connect(chosen.append)
    for y, _ in made.marks():
        qtbot.mouseClick(made, Qt.MouseButton.LeftButton, pos=QPoint(30, y + inside))
    assert chosen == [0, 1500, 2200]


def test_a_click_between_the_years_goes_to_what_lies_there(qtbot: QtBot) -> None:
    shown = listing(range(1000), days=days({2022: 500, 2021: 500}))
    made = scrubber(qtbot, shown)
    chosen: list[int] = []
    made.chosen.connect(chosen.append)
    top, middle = (y for y, _ in made.marks())
    quarter = (top + middle) // 2
    qtbot.mouseClick(made, Qt.MouseButton.LeftButton, pos=QPoint(30, quarter))
    qtbot.mouseClick(made, Qt.MouseButton.LeftButton, pos=QPoint(30, 599))
    assert chosen[0] == pytest.approx(250, abs=3)
    assert chosen[1] == 999


def test_dragging_goes_on_without_a_jump(qtbot: QtBot) -> None:
    shown = listing(range(1000), days=days({2022: 500, 2021: 500}))
    made = scrubber(qtbot, shown)
    made.show()
    chosen: list[int] = []
    made.chosen.connect(chosen.append)
    qtbot.mousePress(made, Qt.MouseButton.LeftButton, pos=QPoint(30, 100))
    for y in range(101, 500):
        qtbot.mouseMove(made, QPoint(30, y))
    qtbot.mouseRelease(made, Qt.MouseButton.LeftButton, pos=QPoint(30, 499))
    assert all(0 <= after - before < 10 for before, after in pairwise(chosen))
