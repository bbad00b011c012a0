"""The grid's arithmetic: what must hold for any photos in any window."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from photolens.gui.grid.layout import GridLayout, Tile

_STRETCH = 1.35  # a row is at most so much higher than wanted

aspects = st.lists(st.floats(0.1, 10.0), max_size=60)
widths = st.integers(60, 3000)
sizes = st.integers(40, 400)
gaps = st.integers(0, 12)
layouts = st.builds(
    lambda values, width, size, gap, justified: made(values, width, size, gap, justified=justified),
    aspects,
    widths,
    sizes,
    gaps,
    st.booleans(),
)


def made(
    values: Sequence[float], width: int, size: int = 180, gap: int = 6, *, justified: bool = True
) -> GridLayout:
    return GridLayout(np.array(values, dtype=np.float32), width, size, gap, justified=justified)


def tiles(layout: GridLayout) -> list[Tile]:
    return [layout.tile(index) for index in range(layout.count)]


def as_kept(values: list[float]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array(values, dtype=np.float32).astype(np.float64)


@given(layouts)
@example(made([0.125, 0.125, 10.0], 60, 40, 0))
@settings(max_examples=120, deadline=None)
def test_every_tile_lies_inside_the_width_and_the_height(layout: GridLayout) -> None:
    for tile in tiles(layout):
        assert tile.width >= 1
        assert tile.height >= 1
        assert tile.x >= 0
        assert tile.x + tile.width <= layout.width
        assert tile.y >= 0
        assert tile.y + tile.height <= layout.height


@given(layouts)
@settings(max_examples=120, deadline=None)
def test_rows_lie_one_below_the_other_with_a_gap_between(layout: GridLayout) -> None:
    bottom = -layout.gap
    for row in range(layout.rows):
        places = layout.row_tiles(row)
        assert {(tile.y, tile.height) for tile in places} == {(bottom + layout.gap, places[0].height)}
        bottom = places[0].y + places[0].height
    assert layout.height == max(0, bottom)


@given(layouts)
@settings(max_examples=120, deadline=None)
def test_tiles_of_a_row_do_not_overlap(layout: GridLayout) -> None:
    for row in range(layout.rows):
        places = layout.row_tiles(row)
        for left, right in pairwise(places):
            assert left.x + left.width <= right.x


@given(layouts)
@settings(max_examples=120, deadline=None)
def test_every_photo_is_in_exactly_one_row_in_order(layout: GridLayout) -> None:
    found = [index for row in range(layout.rows) for index in range(*layout.row_range(row))]
    assert found == list(range(layout.count))
    assert all(
        layout.row_of(index) == row for row in range(layout.rows) for index in range(*layout.row_range(row))
    )


@given(aspects, widths, sizes, gaps)
@settings(max_examples=120, deadline=None)
def test_a_filled_row_ends_exactly_at_the_right_edge(
    values: list[float], width: int, size: int, gap: int
) -> None:
    layout = made(values, width, size, gap)
    for row in range(layout.rows - 1):
        start, end = layout.row_range(row)
        height = (layout.width - (end - start - 1) * gap) / float(np.sum(as_kept(values)[start:end]))
        thinnest = height * float(np.min(as_kept(values)[start:end]))  # less than a pixel is made one
        if height <= layout.size * _STRETCH and thinnest >= 1:
            last = layout.row_tiles(row)[-1]
            assert last.x + last.width == layout.width


@given(aspects, widths, sizes, gaps)
@settings(max_examples=120, deadline=None)
def test_photos_keep_their_shape_to_the_pixel(values: list[float], width: int, size: int, gap: int) -> None:
    for tile, aspect in zip(tiles(made(values, width, size, gap)), values, strict=True):
        # The height loses less than a pixel, which is so many in width; both edges are rounded.
        assert abs(tile.width - aspect * tile.height) <= aspect + 1.5


@given(aspects, widths, sizes, gaps)
@settings(max_examples=120, deadline=None)
def test_the_last_row_is_not_stretched(values: list[float], width: int, size: int, gap: int) -> None:
    layout = made(values, width, size, gap)
    if layout.count:
        assert layout.row_tiles(layout.rows - 1)[0].height <= layout.size


def _would_grow_too_much(layout: GridLayout, values: np.ndarray, gap: int) -> bool:
    """Whether these photos alone would leave a hole at the end of their row."""
    return float(np.sum(values * layout.size) + gap * (len(values) - 1)) * _STRETCH < layout.width + gap


@given(aspects, widths, sizes, gaps)
@settings(max_examples=120, deadline=None)
def test_rows_are_about_as_high_as_wanted(values: list[float], width: int, size: int, gap: int) -> None:
    layout = made(values, width, size, gap)
    for row in range(layout.rows):
        start, end = layout.row_range(row)
        height = layout.row_tiles(row)[0].height
        assert height <= layout.size * _STRETCH
        if end - start > 1 and not _would_grow_too_much(layout, as_kept(values)[start : end - 1], gap):
            # One very wide photo alone may be low; of several, the last would have been left out.
            assert height >= layout.size / 2 - gap / float(np.sum(as_kept(values)[start:end])) - 1


@given(layouts)
@settings(max_examples=80, deadline=None)
def test_the_middle_of_a_tile_is_that_tile(layout: GridLayout) -> None:
    for index, tile in enumerate(tiles(layout)):
        assert layout.index_at(tile.x + tile.width // 2, tile.y + tile.height // 2) == index


@given(layouts)
@settings(max_examples=80, deadline=None)
def test_in_a_gap_there_is_no_tile(layout: GridLayout) -> None:
    for row in range(layout.rows):
        places = layout.row_tiles(row)
        middle = places[0].y + places[0].height // 2
        for left, right in pairwise(places):
            for x in range(left.x + left.width, right.x):
                assert layout.index_at(x, middle) is None
        for y in range(places[0].y + places[0].height, places[0].y + places[0].height + layout.gap):
            assert layout.index_at(places[0].x, y) is None
        assert layout.index_at(-1, middle) is None
        assert layout.index_at(layout.width, middle) is None
    assert layout.index_at(0, -1) is None
    assert layout.index_at(0, layout.height) is None


@given(layouts, st.integers(-500, 5000), st.integers(1, 3000))
@settings(max_examples=200, deadline=None)
def test_rows_between_are_exactly_those_that_touch(layout: GridLayout, top: int, length: int) -> None:
    bottom = top + length
    touched = [
        row
        for row in range(layout.rows)
        if layout.row_tiles(row)[0].y < bottom
        and layout.row_tiles(row)[0].y + layout.row_tiles(row)[0].height > top
    ]
    assert list(layout.rows_between(top, bottom)) == touched
    expected = [index for row in touched for index in range(*layout.row_range(row))]
    assert list(layout.indexes_between(top, bottom)) == expected


@given(layouts, st.integers(0, 59), st.integers(-4, 4))
@settings(max_examples=120, deadline=None)
def test_above_and_below_stay_in_the_list_and_move_so_many_rows(
    layout: GridLayout, index: int, rows: int
) -> None:
    if index >= layout.count:
        return
    row = layout.row_of(index)
    found = layout.above(index, rows)
    assert 0 <= found < layout.count
    assert layout.row_of(found) == min(max(row - rows, 0), layout.rows - 1)
    if layout.row_of(found) == row:
        assert found == index
        return
    tile, there = layout.tile(index), layout.tile(found)
    middle = tile.x + tile.width / 2
    nearest = min(abs(t.x + t.width / 2 - middle) for t in layout.row_tiles(layout.row_of(found)))
    assert abs(there.x + there.width / 2 - middle) == nearest


@given(st.lists(st.sampled_from([0.1, 1.0, 10.0]), max_size=12), st.integers(-5, 60), st.booleans())
@settings(max_examples=120, deadline=None)
def test_a_window_without_room_still_has_a_place_for_every_photo(
    values: list[float], width: int, justified: bool
) -> None:
    layout = made(values, width, justified=justified)
    assert [index for row in range(layout.rows) for index in range(*layout.row_range(row))] == list(
        range(len(values))
    )
    assert all(tile.width >= 1 and tile.height >= 1 for tile in tiles(layout))


@pytest.mark.parametrize("justified", [True, False])
def test_without_photos_there_is_nothing(justified: bool) -> None:
    layout = made([], 800, justified=justified)
    assert (layout.rows, layout.height, layout.count) == (0, 0, 0)
    assert not layout.rows_between(0, 1000)
    assert not layout.indexes_between(-10, 1000)
    assert layout.index_at(0, 0) is None
    with pytest.raises(IndexError):
        layout.tile(0)


def test_one_photo_has_the_wanted_height() -> None:
    assert tiles(made([1.5], 800, 180)) == [Tile(0, 0, 270, 180)]


def test_one_panorama_is_as_wide_as_the_window() -> None:
    assert tiles(made([10.0], 800, 180)) == [Tile(0, 0, 800, 80)]


def test_squares_are_squares_in_columns_that_fill_the_width() -> None:
    layout = made([0.1, 10.0, 1.0, 1.5, 1.5], 606, 180, justified=False)
    assert {(tile.width, tile.height) for tile in tiles(layout)} == {(198, 198)}
    assert [(tile.x, tile.y) for tile in tiles(layout)] == [(0, 0), (204, 0), (408, 0), (0, 204), (204, 204)]


@pytest.mark.parametrize("index", [-1, 3])
def test_a_photo_that_is_not_there_has_no_tile(index: int) -> None:
    with pytest.raises(IndexError):
        made([1.0] * 3, 800).tile(index)


def test_a_hundred_thousand_photos() -> None:
    values = np.random.default_rng(1).uniform(0.5, 2.0, 100_000).astype(np.float32)
    layout = made(values.tolist(), 1200, 180)
    assert layout.row_range(0)[0] == 0
    assert layout.row_range(layout.rows - 1)[1] == 100_000
    last = layout.tile(99_999)
    assert last.y + last.height == layout.height
    assert layout.index_at(last.x, last.y) == 99_999
    assert 100_000 / layout.rows == pytest.approx(1200 / (1.25 * 180), rel=0.2)
    middle = layout.height // 2
    assert len(layout.indexes_between(middle, middle + 900)) < 60
