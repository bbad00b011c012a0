"""Pictures in the question: dropped, pasted, chosen; weighed against the words."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from photolens.domain import ImageTerm
from photolens.gui import drops
from photolens.gui.page import Picture
from photolens.gui.window import MainWindow
from tests.gui.conftest import WaitForPhotos
from tests.gui.hands import (
    ask,
    drop,
    image,
    name_of,
    picture_chips,
    urls,
    wait,
    wait_for_answer,
    wait_for_message,
)
from tests.photos import make_photo, make_photos

_KEY = Qt.Key
_CTRL = Qt.KeyboardModifier.ControlModifier


def wait_for_chips(qtbot: QtBot, window: MainWindow, count: int) -> None:
    """Until so many pictures are searched with and answered."""
    wait(qtbot, lambda: len(picture_chips(window)) == count)
    wait_for_answer(qtbot, window, asked=count > 0)


def sources(window: MainWindow) -> list[int | str | bytes]:
    """The pictures of the question that was answered."""
    answer = window.browser.answer
    assert answer is not None and answer.query is not None
    return [term.source for term in answer.query.terms if isinstance(term, ImageTerm)]


def dragged_from_grid(qtbot: QtBot, window: MainWindow) -> QMimeData:
    """What the grid hands out when its selection is dragged."""
    data = QMimeData()

    def files_are_known() -> bool:
        window.grid.drag_data_wanted.emit(data)
        return data.hasUrls()

    wait(qtbot, files_are_known)
    return data


def test_a_photo_of_the_grid_finds_those_like_it(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    window.grid.select_row(7)
    name, photo_id = name_of(window, 7), window.model.photo_id(7)
    data = dragged_from_grid(qtbot, window)
    assert [url.fileName() for url in data.urls()] == [name]  # other programs get the file
    assert drop(window.search.edit, data)
    wait_for_chips(qtbot, window, 1)
    assert sources(window) == [photo_id]
    assert len(window.model.listing) == 39  # all others
    assert photo_id not in window.model.listing.ids


@pytest.mark.parametrize("place", ["search box", "grid", "sidebar", "status bar"])
def test_a_file_can_be_dropped_anywhere(
    gallery_window: MainWindow, qtbot: QtBot, tmp_path: Path, place: str
) -> None:
    window = gallery_window
    targets: dict[str, QWidget] = {
        "search box": window.search.edit,
        "grid": window.grid.viewport(),
        "sidebar": window.sidebar.tree.viewport(),
        "status bar": window.status,
    }
    file = make_photo(tmp_path / "mine.jpg", 7)
    assert drop(targets[place], urls(file))
    wait_for_chips(qtbot, window, 1)
    (chip,) = picture_chips(window)
    assert chip.text == "Picture: mine.jpg"
    assert not chip._picture.pixmap().isNull()  # it shows the picture rather than the name
    assert sources(window) == [str(file)]
    assert len(window.model.listing) == 40


def test_several_pictures_are_searched_with_together(
    gallery_window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    files = make_photos(tmp_path / "mine", 7)
    assert drop(gallery_window.grid.viewport(), urls(*files))
    wait_for_chips(qtbot, gallery_window, 5)
    wait_for_message(qtbot, gallery_window, "first 5 pictures")


def test_the_same_picture_counts_once(gallery_window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    one, two = make_photo(tmp_path / "one.jpg", 1), make_photo(tmp_path / "two.jpg", 2)
    drop(gallery_window, urls(one))
    wait_for_chips(qtbot, gallery_window, 1)
    drop(gallery_window, urls(one, two))
    wait_for_chips(qtbot, gallery_window, 2)
    assert sources(gallery_window) == [str(one), str(two)]


def test_a_file_that_is_no_picture_is_refused_in_words(
    gallery_window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window = gallery_window
    file = tmp_path / "broken.jpg"
    file.write_text("not a photo")
    drop(window.search.edit, urls(file))
    wait_for_message(qtbot, window, "broken.jpg cannot be searched with")
    assert picture_chips(window) == []
    assert len(window.model.listing) == 40 and not window.browser.page.asks


def test_a_file_that_is_gone_is_refused_in_words(
    gallery_window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    drop(gallery_window, urls(tmp_path / "gone.jpg"))
    wait_for_message(qtbot, gallery_window, "gone.jpg cannot be searched with")
    assert picture_chips(gallery_window) == []


def test_a_good_file_beside_a_broken_one_is_taken(
    gallery_window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    broken, good = tmp_path / "broken.jpg", make_photo(tmp_path / "good.jpg")
    broken.write_bytes(b"")
    drop(gallery_window, urls(broken, good))
    wait_for_chips(qtbot, gallery_window, 1)
    wait_for_message(qtbot, gallery_window, "broken.jpg")


def test_a_dropped_folder_is_added_to_the_library(
    gallery_window: MainWindow, qtbot: QtBot, tmp_path: Path, wait_for_photos: WaitForPhotos
) -> None:
    make_photos(tmp_path / "New", 2, first=90)
    drop(gallery_window.grid.viewport(), urls(tmp_path / "New"))
    wait_for_photos(gallery_window, 42)
    assert picture_chips(gallery_window) == []


def test_the_mere_address_of_a_picture_is_explained(gallery_window: MainWindow, qtbot: QtBot) -> None:
    assert drop(gallery_window.search.edit, urls("https://example.org/dog.jpg"))
    wait_for_message(qtbot, gallery_window, "never goes online")
    assert picture_chips(gallery_window) == []


def test_a_picture_dragged_from_a_browser_is_taken_though_its_address_comes_too(
    gallery_window: MainWindow, qtbot: QtBot
) -> None:
    data = urls("https://example.org/dog.jpg")
    data.setImageData(image("blue"))
    drop(gallery_window.search.edit, data)
    wait_for_chips(qtbot, gallery_window, 1)
    assert isinstance(sources(gallery_window)[0], bytes)


def test_dropped_words_are_searched_for(gallery_window: MainWindow, qtbot: QtBot) -> None:
    data = QMimeData()
    data.setText("  two\n dogs ")
    assert drop(gallery_window.grid.viewport(), data)
    wait_for_answer(qtbot, gallery_window, asked=True)
    assert gallery_window.browser.page.text == "two dogs"


def test_garbage_from_another_program_does_nothing(gallery_window: MainWindow) -> None:
    for ids in (b"", b"[]", b"{", b'["a"]', b"[99999999999999999999]", b"[[1]"):
        data = QMimeData()
        data.setData(drops.PHOTO_IDS, ids)
        drop(gallery_window, data)
        assert picture_chips(gallery_window) == [] and not gallery_window.browser.page.asks


@pytest.mark.parametrize("place", ["search box", "grid"])
def test_a_copied_picture_is_pasted(gallery_window: MainWindow, qtbot: QtBot, place: str) -> None:
    window = gallery_window
    QApplication.clipboard().setImage(image("green", 3000, 2000))
    target: QWidget = window.search.edit if place == "search box" else window.grid
    target.setFocus()
    qtbot.keyClick(target, _KEY.Key_V, _CTRL)
    wait_for_chips(qtbot, window, 1)
    (pasted,) = sources(window)
    assert isinstance(pasted, bytes) and QImage.fromData(pasted).width() == 2048
    assert window.search.edit.text() == ""


def test_a_file_copied_in_the_file_manager_is_pasted(
    gallery_window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    file = make_photo(tmp_path / "copied.jpg")
    QApplication.clipboard().setMimeData(urls(file))
    qtbot.keyClick(gallery_window.search.edit, _KEY.Key_V, _CTRL)
    wait_for_chips(qtbot, gallery_window, 1)
    assert sources(gallery_window) == [str(file)]


def test_copied_words_are_pasted_as_words(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    QApplication.clipboard().setText("two dogs")
    qtbot.keyClick(window.search.edit, _KEY.Key_V, _CTRL)
    wait_for_answer(qtbot, window, asked=True)
    assert window.search.edit.text() == window.browser.page.text == "two dogs"


def test_a_file_is_chosen(
    gallery_window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = make_photo(tmp_path / "chosen.jpg")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *args, **_: ([str(file)], ""))
    keys = _CTRL | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(gallery_window.search.edit, _KEY.Key_O, keys)
    wait_for_chips(qtbot, gallery_window, 1)
    assert sources(gallery_window) == [str(file)]


def test_a_cancelled_choice_changes_nothing(
    gallery_window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *args, **_: ([], ""))
    gallery_window.commands["search-picture"].trigger()
    assert not gallery_window.browser.page.asks


def test_backspace_in_the_empty_box_removes_the_last_picture(
    gallery_window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window = gallery_window
    one, two = make_photo(tmp_path / "one.jpg", 1), make_photo(tmp_path / "two.jpg", 2)
    drop(window, urls(one, two))
    wait_for_chips(qtbot, window, 2)
    qtbot.keyClick(window.search.edit, _KEY.Key_Backspace)
    wait_for_chips(qtbot, window, 1)
    assert sources(window) == [str(one)]
    qtbot.keyClick(window.search.edit, _KEY.Key_Backspace)
    wait_for_chips(qtbot, window, 0)


def test_delete_removes_the_picture_that_has_the_focus(
    gallery_window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window = gallery_window
    one, two = make_photo(tmp_path / "one.jpg", 1), make_photo(tmp_path / "two.jpg", 2)
    drop(window, urls(one, two))
    wait_for_chips(qtbot, window, 2)
    first = picture_chips(window)[0]
    first.setFocus()
    qtbot.keyClick(first, _KEY.Key_Delete)
    wait_for_chips(qtbot, window, 1)
    assert sources(window) == [str(two)]
    assert window.search.edit.hasFocus()
    assert window.stack.currentWidget() is window.photos  # no question about the trash came up


def test_the_balance_appears_where_words_meet_pictures_and_weighs_them(
    gallery_window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window = gallery_window
    slider = window.search._slider
    assert not slider.isVisible()
    drop(window, urls(make_photo(tmp_path / "mine.jpg")))
    wait_for_chips(qtbot, window, 1)
    assert not slider.isVisible()
    ask(qtbot, window, "at night")
    assert slider.isVisible() and slider.value() == 65
    answer = window.browser.answer
    assert answer is not None and answer.query is not None and answer.query.balance == pytest.approx(0.65)
    slider.setFocus()
    for _ in range(3):
        qtbot.keyClick(slider, _KEY.Key_PageDown)
    wait_for_answer(qtbot, window, asked=True)
    answer = window.browser.answer
    assert answer is not None and answer.query is not None and answer.query.balance == pytest.approx(0.35)
    assert slider.hasFocus()
    window.search.edit.clear()
    window.search.edit.setFocus()
    qtbot.keyClick(window.search.edit, _KEY.Key_Backspace)
    wait(qtbot, lambda: not slider.isVisible())


def test_find_similar_searches_with_the_selected_photo(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    ask(qtbot, window, "red")
    window.grid.select_row(3)
    photo_id = window.model.photo_id(3)
    qtbot.keyClick(window.grid, _KEY.Key_M, _CTRL)
    wait_for_chips(qtbot, window, 1)
    assert sources(window) == [photo_id]
    assert window.search.edit.text() == ""
    qtbot.keyClick(window.grid, _KEY.Key_Escape)  # back to the words
    wait_for_answer(qtbot, window, asked=True)
    assert window.search.edit.text() == "red" and picture_chips(window) == []


def test_a_pasted_picture_is_still_there_after_going_away_and_back(
    gallery_window: MainWindow, qtbot: QtBot
) -> None:
    window = gallery_window
    QApplication.clipboard().setImage(image("green"))
    qtbot.keyClick(window.search.edit, _KEY.Key_V, _CTRL)
    wait_for_chips(qtbot, window, 1)
    window.commands["all-photos"].trigger()
    wait_for_chips(qtbot, window, 0)
    window.commands["back"].trigger()
    wait_for_chips(qtbot, window, 1)
    wait(qtbot, lambda: not picture_chips(window)[0]._picture.pixmap().isNull())


def test_in_the_smallest_window_the_words_keep_their_place(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    window.resize(640, 420)
    ask(qtbot, window, "beach, -people")
    window.search.add_pictures([Picture(number) for number in window.model.listing.ids[:6].tolist()])
    window.say("Something to read.", "Do it", stays=True)
    wait_for_answer(qtbot, window)
    wait(qtbot, lambda: window.search.edit.height() >= window.search.edit.minimumHeight())
    box, edit = window.search._box, window.search.edit
    assert box.rect().contains(QRect(edit.mapTo(box, QPoint(0, 0)), edit.size()))
