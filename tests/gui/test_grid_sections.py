"""Sections of the grid: titled rows, folded with a click, and no hindrance to moving and selecting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from photolens.gui import theme
from photolens.gui.grid.layout import HEADER, GridLayout
from photolens.gui.grid.sections import Section
from photolens.gui.grid.view import GridView
from tests.gui.hands import drag_mouse
from tests.gui.listings import header_place, listing, place_of, point_at, shown_grid

_LEFT = Qt.MouseButton.LeftButton
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_IDS = list(range(1, 101))
_SECTIONS = (
    Section("!picks", "Your picks", 3, 0, 3, scale=0.6),
    Section("strong", "Strong", 7, 3, 10),
    Section("none", "Nothing here", 0, 10, 10),
    Section("maybe", "Maybe", 1980, 10, 100, note="less alike"),
    Section("less", "Less like this", 14, 100, 100, folded=True),
)


@st.composite
def sectioned(draw: st.DrawFn) -> GridLayout:
    """Any photos in any sections."""
    lengths = draw(st.lists(st.integers(0, 15), min_size=1, max_size=6))
    ends = np.cumsum(lengths).tolist()
    scales = draw(st.lists(st.sampled_from([0.3, 0.6, 1.0]), min_size=len(ends), max_size=len(ends)))
    sections = tuple(
        Section(str(number), "Title", length, end - length, end, folded=not length, scale=scale)
        for number, (length, end, scale) in enumerate(zip(lengths, ends, scales, strict=True))
    )
    aspects = draw(st.lists(st.floats(0.1, 10.0), min_size=ends[-1], max_size=ends[-1]))
    return GridLayout(
        np.array(aspects, dtype=np.float32),
        draw(st.integers(60, 2000)),
        draw(st.integers(40, 400)),
        draw(st.integers(0, 12)),
        justified=draw(st.booleans()),
        sections=sections,
    )


@given(sectioned())
@settings(max_examples=100, deadline=None)
def test_titles_and_rows_lie_one_below_the_other_in_order(layout: GridLayout) -> None:
    bottom = 0
    for section, top in layout.headers():
        assert top == bottom
        assert layout.header_at(top) is section and layout.header_at(top + HEADER - 1) is section
        bottom = top + HEADER
        rows = [row for row in range(layout.rows) if section.start <= layout.row_range(row)[0] < section.end]
        found = [index for row in rows for index in range(*layout.row_range(row))]
        assert found == list(range(section.start, section.end))
        for row in rows:
            (place,) = {(tile.y, tile.height) for tile in layout.row_tiles(row)}
            assert place[0] == bottom
            assert layout.header_at(place[0]) is None
            bottom += place[1] + layout.gap
    last_is_row = layout.sections[-1].end > layout.sections[-1].start
    assert layout.height == bottom - (layout.gap if last_is_row else 0)
    assert layout.header_at(-1) is None and layout.header_at(layout.height) is None


@given(sectioned())
@settings(max_examples=100, deadline=None)
def test_a_tile_is_found_at_its_place_and_none_under_a_title(layout: GridLayout) -> None:
    for index in range(layout.count):
        tile = layout.tile(index)
        assert layout.index_at(tile.x + tile.width // 2, tile.y + tile.height // 2) == index
        top, bottom = layout.span(index)
        assert top <= tile.y and bottom >= tile.y + tile.height
        shown = list(layout.indexes_between(top, bottom))
        row = layout.row_of(index)
        assert shown == list(range(*layout.row_range(row)))  # no photo but those of its row
    for _, top in layout.headers():
        assert layout.index_at(1, top + HEADER // 2) is None


@given(sectioned())
@settings(max_examples=100, deadline=None)
def test_the_last_row_of_each_section_may_be_short(layout: GridLayout) -> None:
    for section in layout.sections:
        if layout.justified and section.end > section.start:
            height = layout.tile(section.end - 1).height
            assert height <= max(1, round(layout.size * section.scale))


@pytest.mark.parametrize("justified", [True, False])
def test_a_section_can_have_smaller_tiles(justified: bool) -> None:
    sections = (Section("a", "A", 40, 0, 40, scale=0.5), Section("b", "B", 40, 40, 80))
    aspects = np.full(80, 1.5, dtype=np.float32)
    layout = GridLayout(aspects, 1200, 200, 6, justified=justified, sections=sections)
    assert 0.4 <= layout.tile(0).height / layout.tile(40).height <= 0.6


@pytest.mark.parametrize(
    "ranges", [[(0, 5)], [(0, 5), (6, 10)], [(1, 10)], [(0, 10), (10, 12)], [(0, 7), (7, 3), (3, 10)]]
)
def test_sections_that_do_not_cover_the_photos_are_refused(ranges: list[tuple[int, int]]) -> None:
    sections = tuple(Section(str(start), "", 1, start, end) for start, end in ranges)
    with pytest.raises(ValueError, match="cover all 10 rows"):
        GridLayout(np.ones(10, dtype=np.float32), 800, 180, 6, justified=True, sections=sections)


def test_a_folded_section_with_photos_is_refused() -> None:
    with pytest.raises(ValueError, match="folded"):
        GridLayout(
            np.ones(2, dtype=np.float32),
            800,
            180,
            6,
            justified=True,
            sections=(Section("a", "A", 2, 0, 2, folded=True),),
        )


def test_many_photos_in_many_sections() -> None:
    ends = range(1000, 100_001, 1000)
    sections = tuple(Section(str(end), "Month", 1000, end - 1000, end) for end in ends)
    aspects = np.random.default_rng(1).uniform(0.5, 2.0, 100_000).astype(np.float32)
    layout = GridLayout(aspects, 1200, 180, 6, justified=True, sections=sections)
    plain = GridLayout(aspects, 1200, 180, 6, justified=True)
    assert plain.height + 100 * HEADER <= layout.height < plain.height * 1.1
    assert layout.row_range(layout.rows - 1)[1] == 100_000


# --- in the window ---------------------------------------------------------------------------


@pytest.fixture
def grid(qtbot: QtBot) -> Iterator[GridView]:
    """A hundred photos, ids from 1, in sections."""
    with shown_grid(qtbot) as made:
        made.show_listing(listing(_IDS), keep_place=False, sections=_SECTIONS)
        yield made


@pytest.fixture
def toggled(grid: GridView) -> list[str]:
    """Keys of the sections that were to be folded or unfolded."""
    keys: list[str] = []
    grid.section_toggled.connect(keys.append)
    return keys


def row_below(grid: GridView, row: int) -> int:
    grid.select_row(row)
    return grid.moveCursor(grid.CursorAction.MoveDown, Qt.KeyboardModifier.NoModifier).row()


def test_a_click_on_a_title_tells_its_section_and_leaves_the_selection(
    grid: GridView, toggled: list[str], qtbot: QtBot
) -> None:
    grid.select_row(4)
    qtbot.mouseClick(grid.viewport(), _LEFT, pos=header_place(grid, "strong"))
    assert toggled == ["strong"]
    assert grid.selected_rows().tolist() == [4]
    assert grid.current_id() == 5


def test_a_fixed_section_is_not_folded(grid: GridView, toggled: list[str], qtbot: QtBot) -> None:
    grid.select_row(4)
    qtbot.mouseClick(grid.viewport(), _LEFT, pos=header_place(grid, "!picks"))
    assert toggled == []
    assert grid.selected_rows().tolist() == [4]


def test_letting_go_beside_the_title_does_nothing(grid: GridView, toggled: list[str]) -> None:
    grid.select_row(4)
    drag_mouse(grid.viewport(), header_place(grid, "strong"), place_of(grid, 5).center())
    assert toggled == []
    assert grid.selected_rows().tolist() == [4]
    assert grid._band is None


def test_a_double_click_folds_once(grid: GridView, toggled: list[str], qtbot: QtBot) -> None:
    at = header_place(grid, "strong")
    qtbot.mouseClick(grid.viewport(), _LEFT, pos=at)
    qtbot.mouseDClick(grid.viewport(), _LEFT, pos=at)
    qtbot.mouseRelease(grid.viewport(), _LEFT, pos=at)
    assert toggled == ["strong"]


def test_a_title_under_the_mouse_is_lit(grid: GridView) -> None:
    at = header_place(grid, "strong")
    probe = QPoint(grid.viewport().width() // 2, at.y() - 8)

    def color() -> QColor:
        return grid.viewport().grab().toImage().pixelColor(probe)

    assert color() == QColor(theme.colors().surface)
    point_at(grid, at)
    assert color() == QColor(theme.colors().hover)
    assert grid.viewport().cursor().shape() == Qt.CursorShape.PointingHandCursor
    point_at(grid, header_place(grid, "!picks"))
    assert color() == QColor(theme.colors().surface)
    assert grid.viewport().cursor().shape() == Qt.CursorShape.ArrowCursor


def test_folding_keeps_what_is_above_and_brings_up_what_is_below(grid: GridView, toggled: list[str]) -> None:
    before = header_place(grid, "strong")
    folded = tuple(
        replace(section, folded=True, end=section.start)
        if section.key == "strong"
        else replace(section, start=section.start - 7, end=section.end - 7)
        if section.start >= 10
        else section
        for section in _SECTIONS
    )
    grid.show_listing(listing(_IDS[:3] + _IDS[10:]), keep_place=True, sections=folded)
    assert header_place(grid, "strong") == before
    assert header_place(grid, "none").y() == before.y() + grid._layout.header
    assert place_of(grid, 11).top() > header_place(grid, "maybe").y()


def test_arrows_pass_over_titles(grid: GridView) -> None:
    assert row_below(grid, 0) == 3
    below = row_below(grid, 9)
    assert 10 <= below < 20
    grid.select_row(below)
    above = grid.moveCursor(grid.CursorAction.MoveUp, Qt.KeyboardModifier.NoModifier).row()
    assert 3 <= above < 10


def test_home_and_end_show_the_titles_at_the_ends_too(grid: GridView, qtbot: QtBot) -> None:
    bar = grid.verticalScrollBar()
    grid.select_row(0)
    qtbot.keyClick(grid, Qt.Key.Key_End)
    assert grid.selected_rows().tolist() == [99]
    assert bar.value() == bar.maximum() > 0
    assert grid.viewport().rect().contains(header_place(grid, "less"))
    qtbot.keyClick(grid, Qt.Key.Key_Home)
    assert bar.value() == 0
    grid.scroll_to_row(10)
    assert 0 < header_place(grid, "maybe").y() < 2 * HEADER + theme.MEDIUM


def test_shift_selects_across_titles(grid: GridView, qtbot: QtBot) -> None:
    qtbot.mouseClick(grid.viewport(), _LEFT, pos=place_of(grid, 2).center())
    qtbot.mouseClick(grid.viewport(), _LEFT, _SHIFT, place_of(grid, 5).center())
    assert grid.selected_ids().tolist() == [2, 3, 4, 5]


def test_a_rubber_band_selects_across_titles(grid: GridView) -> None:
    start = QPoint(2, place_of(grid, 1).center().y())
    drag_mouse(grid.viewport(), start, place_of(grid, 5).center())
    touched = {1, 2, 4, 5}
    assert touched <= set(grid.selected_ids().tolist()) <= touched | {3}


def test_what_was_prepared_is_shown_only_with_its_sections(grid: GridView) -> None:
    photos = listing(_IDS)
    grid.prepare(photos, _SECTIONS)
    prepared = grid._prepared[1]
    grid.show_listing(photos, keep_place=False, sections=_SECTIONS)
    assert grid._layout is prepared
    grid.show_listing(photos, keep_place=False)
    assert grid._layout is not prepared
    assert grid._layout.headers() == []


def test_sections_that_do_not_fit_change_nothing(grid: GridView) -> None:
    grid.select_row(4)
    with pytest.raises(ValueError, match="cover all 3 rows"):
        grid.show_listing(listing([1, 2, 3]), keep_place=True, sections=_SECTIONS)
    assert grid.model().rowCount() == 100
    assert grid.selected_rows().tolist() == [4]
