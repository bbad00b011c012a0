"""The list behind the grid: which rows some photos are in, and what is known of a row."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, Qt
from pytestqt.qtbot import QtBot

from photolens.domain import Listing
from photolens.gui.grid.model import PhotoModel
from tests.gui.listings import listing

unique_ids = st.lists(st.integers(1, 60), max_size=30, unique=True)


@given(unique_ids, unique_ids)
@settings(deadline=None)
def test_rows_are_those_of_the_listed_photos_in_order(listed: list[int], asked: list[int]) -> None:
    model = PhotoModel()
    model.replace(listing(listed))
    rows = model.rows_of(np.array(asked, dtype=np.int64))
    assert rows.tolist() == [row for row, photo_id in enumerate(listed) if photo_id in asked]


def test_rows_are_those_of_the_latest_listing() -> None:
    model = PhotoModel()
    model.replace(listing([5, 3, 9]))
    assert model.rows_of(np.array([9])).tolist() == [2]
    model.replace(listing([9, 5]))
    assert model.rows_of(np.array([9, 3])).tolist() == [0]
    model.replace(Listing.empty())
    assert model.rows_of(np.array([9])).tolist() == []


def test_a_row_knows_its_photo_and_its_time() -> None:
    model = PhotoModel()
    model.replace(listing([7, 8], days=["2019-05-03T14:30:00", "1968-12-24"]))
    assert model.photo_id(1) == 8
    assert model.time(0) == datetime(2019, 5, 3, 14, 30)
    assert model.time(1) == datetime(1968, 12, 24)


def test_a_screen_reader_hears_the_date_and_whether_the_photo_is_offline() -> None:
    model = PhotoModel()
    model.replace(replace(listing([7, 8], days=["2019-05-03", "2020-06-04"]), online=np.array([True, False])))
    role = Qt.ItemDataRole.AccessibleTextRole
    assert "2019" in model.data(model.index(0, 0), role)
    assert "offline" not in model.data(model.index(0, 0), role)
    assert "offline" in model.data(model.index(1, 0), role)
    assert model.data(QModelIndex(), role) is None


def test_a_screen_reader_hears_what_was_clicked() -> None:
    model = PhotoModel()
    model.replace(listing([7, 8, 9]))
    model.liked, model.disliked = frozenset([7]), frozenset([9])
    said = [model.data(model.index(row, 0), Qt.ItemDataRole.AccessibleTextRole) for row in range(3)]
    assert said[0].endswith(", liked") and said[2].endswith(", disliked") and "liked" not in said[1]


def test_a_replaced_list_tells_its_views(qtbot: QtBot) -> None:
    model = PhotoModel()
    with qtbot.waitSignal(model.modelReset, timeout=1000):
        model.replace(listing([1, 2, 3]))
    assert model.rowCount() == 3
    assert model.rowCount(model.index(0, 0)) == 0


@pytest.mark.parametrize("row", [0, 2])
def test_photos_can_be_selected_and_dragged_but_not_edited(row: int) -> None:
    model = PhotoModel()
    model.replace(listing([1, 2, 3]))
    flags = model.flags(model.index(row, 0))
    assert flags & Qt.ItemFlag.ItemIsSelectable
    assert flags & Qt.ItemFlag.ItemIsDragEnabled
    assert not flags & Qt.ItemFlag.ItemIsEditable
