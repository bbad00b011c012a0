"""Suggestions while a filter is typed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from photolens.domain import Facets
from photolens.gui.completion import Completion

_FACETS = Facets(
    cameras=(("Canon EOS R5", 9), ("FUJIFILM X-T5", 8)),
    formats=(("jpeg", 20), ("png", 4)),
    years=((2022, 5), (2019, 9)),
)


@pytest.fixture
def edit(qtbot: QtBot) -> QLineEdit:
    made = QLineEdit()
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    made.setFocus()
    return made


@pytest.fixture
def completion(edit: QLineEdit) -> Completion:
    made = Completion(edit)
    made.set_facets(_FACETS, ["/home/ann/Pictures", "/media/Holiday 2019", "/backup/Pictures"])
    return made


def popup() -> QAbstractItemView | None:
    shown = QApplication.activePopupWidget()
    return shown if isinstance(shown, QAbstractItemView) else None


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("f", []),
        ("fo", ["folder:"]),
        ("CAM", ["camera:"]),
        ("beach", []),
        ("folder:", ["folder:Pictures", 'folder:"Holiday 2019"']),
        ("folder:pic", ["folder:Pictures"]),
        ('folder:"hol', ['folder:"Holiday 2019"']),
        ("folder:2019", ['folder:"Holiday 2019"']),
        ("camera:x-t", ['camera:"FUJIFILM X-T5"']),
        ("type:", ["type:jpeg", "type:png"]),
        ("type:png", []),  # nothing left to say
        ("since:", ["since:2022", "since:2019"]),
        ("year:19", ["year:2019"]),
        ("IS:por", ["is:portrait"]),
        ("has:", ["has:gps"]),
        ("-has:", ["-has:gps"]),
        ("http://example", []),
    ],
)
def test_what_could_be_meant(completion: Completion, word: str, found: list[str]) -> None:
    assert completion.suggestions(word) == found


def test_no_list_is_too_long(completion: Completion) -> None:
    cameras = tuple((f"Camera {number}", 1) for number in range(100))
    completion.set_facets(Facets(cameras=cameras), [])
    assert len(completion.suggestions("camera:")) == 12


def test_before_the_library_is_known_fixed_filters_are_suggested(edit: QLineEdit) -> None:
    assert Completion(edit).suggestions("is:") == ["is:landscape", "is:portrait", "is:square"]
    assert Completion(edit).suggestions("folder:") == []


@pytest.mark.parametrize(
    ("before", "typed", "after", "whole"),
    [
        ("", "folder:hol", "", 'folder:"Holiday 2019" '),
        ("beach ", "type:pn", "", "beach type:png "),
        ("beach ", "type:pn", " -people", "beach type:png -people"),
        ("beach ", 'folder:"holiday 20', "", 'beach folder:"Holiday 2019" '),
    ],
)
def test_tab_takes_the_first_suggestion_in_place_of_the_word(
    completion: Completion, edit: QLineEdit, qtbot: QtBot, before: str, typed: str, after: str, whole: str
) -> None:
    edit.setText(before + after)
    edit.setCursorPosition(len(before))
    qtbot.keyClicks(edit, typed)
    qtbot.waitUntil(lambda: popup() is not None)
    qtbot.keyClick(popup(), Qt.Key.Key_Tab)
    assert edit.text() == whole
    assert popup() is None
    assert edit.cursorPosition() == len(whole) - len(after.lstrip())


def test_a_key_is_followed_by_its_value_without_a_blank(
    completion: Completion, edit: QLineEdit, qtbot: QtBot
) -> None:
    qtbot.keyClicks(edit, "cam")
    qtbot.waitUntil(lambda: popup() is not None)
    qtbot.keyClick(popup(), Qt.Key.Key_Tab)
    assert edit.text() == "camera:"


def test_esc_declines_and_enter_then_takes_nothing(
    completion: Completion, edit: QLineEdit, qtbot: QtBot
) -> None:
    qtbot.keyClicks(edit, "type:pn")
    qtbot.waitUntil(lambda: popup() is not None)
    qtbot.keyClick(popup(), Qt.Key.Key_Escape)
    assert popup() is None
    assert not completion.take()
    assert edit.text() == "type:pn"


def test_words_that_begin_no_filter_open_no_list(
    completion: Completion, edit: QLineEdit, qtbot: QtBot
) -> None:
    qtbot.keyClicks(edit, "type:pn")
    qtbot.waitUntil(lambda: popup() is not None)
    qtbot.keyClicks(edit, "x")
    assert popup() is None
