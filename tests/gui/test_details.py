"""What the pane at the right says of photos."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from photolens.domain import (
    Explanation,
    Folder,
    Metadata,
    Neighbour,
    Photo,
    PhotoFile,
    Shelf,
    ShelfCuts,
    TermReason,
    TextTerm,
)
from photolens.gui.commands import Commands
from photolens.gui.details import DetailsPane
from photolens.gui.selectable import SelectableLabel
from photolens.gui.whereabouts import why_away
from tests.gui.hands import wait

_CHANGED = datetime(2020, 2, 3, 4, 5)
_PHOTO = Photo(
    id=1,
    path="/photos/2019/Sunset_at_sea.jpg",
    folder="/photos",
    online=True,
    content_hash=b"1",
    size_bytes=4_200_000,
    width=6000,
    height=4000,
    format="jpeg",
    mean_color=0x102030,
    metadata=Metadata(),
    modified_at=_CHANGED,
)


@pytest.fixture
def pane(qtbot: QtBot) -> Iterator[DetailsPane]:
    """In a window of its own, in American English."""
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    window = QWidget()
    qtbot.addWidget(window)
    made = DetailsPane(Commands(window))
    made.setParent(window)
    made.resize(320, 600)
    window.resize(320, 600)
    window.show()
    yield made
    QLocale.setDefault(before)


def texts(pane: DetailsPane) -> list[str]:
    """Everything that can be read, without the places where lines may break."""
    QApplication.processEvents()  # rows are shown by the layout
    labels = [found for found in pane.findChildren(QLabel) if found.isVisible()]
    return [found.text().replace("\u200b", "") for found in labels]


def facts(pane: DetailsPane, metadata: Metadata) -> dict[str, str]:
    """The rows of the pane for a photo with this metadata."""
    pane.show_photo(replace(_PHOTO, metadata=metadata), [])
    rows = texts(pane)[1:]
    return dict(zip(rows[::2], rows[1::2], strict=True))


def file(path: str) -> PhotoFile:
    return PhotoFile(path, 1, 10, _CHANGED, online=True)


def test_without_a_photo_it_says_what_to_do(pane: DetailsPane) -> None:
    assert texts(pane) == ["No photo selected", "Choose a photo to see what is known of it."]
    assert not any(button.isVisible() for button in pane.findChildren(QToolButton))


def test_a_photo_without_metadata_has_what_the_file_tells(pane: DetailsPane) -> None:
    assert facts(pane, Metadata()) == {
        "File date": "Monday, February 3, 2020, 4:05\u202fAM",
        "Pixels": "6000 × 4000  (24.0 MP)",
        "File": "JPEG, 4.2 MB",
        "Path": "/photos/2019/Sunset_at_sea.jpg",
    }
    assert texts(pane)[0] == "Sunset_at_sea.jpg"
    assert any(button.isVisible() for button in pane.findChildren(QToolButton))


def test_the_cameras_date_counts_more_than_the_files(pane: DetailsPane) -> None:
    found = facts(pane, Metadata(taken_at=datetime(1999, 12, 31, 23, 59)))
    assert "File date" not in found
    assert found["Taken"].startswith("Friday, December 31, 1999, 11:59")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (1 / 250, "1/250 s"), (0.008, "1/125 s"), (1 / 8000, "1/8000 s"), (0.25, "1/4 s"), (1 / 3, "0.3 s"),
        (0.5, "0.5 s"), (1.0, "1 s"), (2.0, "2 s"), (2.5, "2.5 s"), (30.0, "30 s"), (240.0, "240 s"),
    ],
)  # fmt: skip
def test_an_exposure_is_written_as_on_a_camera(pane: DetailsPane, seconds: float, text: str) -> None:
    assert facts(pane, Metadata(exposure_seconds=seconds))["Exposure"] == text


def test_the_exposure_has_all_that_is_known(pane: DetailsPane) -> None:
    full = Metadata(exposure_seconds=0.004, f_number=2.8, iso=400, focal_length_mm=50.0)
    assert facts(pane, full)["Exposure"] == "1/250 s, f/2.8, ISO 400, 50 mm"
    assert facts(pane, Metadata(f_number=8.0))["Exposure"] == "f/8"
    assert "Exposure" not in facts(pane, Metadata(exposure_seconds=0.0))


@pytest.mark.parametrize(
    ("make", "model", "text"),
    [
        ("Canon", "Canon EOS R5", "Canon EOS R5"),
        ("FUJIFILM", "X-T5", "FUJIFILM X-T5"),
        ("Canon", None, "Canon"),
        (None, "EOS R5", "EOS R5"),
        (None, None, None),
    ],
)
def test_a_cameras_maker_is_named_once(
    pane: DetailsPane, make: str | None, model: str | None, text: str | None
) -> None:
    assert facts(pane, Metadata(camera_make=make, camera_model=model)).get("Camera") == text


@pytest.mark.parametrize(
    ("latitude", "longitude", "text"),
    [
        (48.85837, 2.294481, "48.85837° N, 2.29448° E"),
        (-33.9, -70.5, "33.90000° S, 70.50000° W"),
        (0.0, 0.0, "0.00000° N, 0.00000° E"),
        (None, 2.0, None),
    ],
)
def test_a_place_has_its_hemispheres(
    pane: DetailsPane, latitude: float | None, longitude: float | None, text: str | None
) -> None:
    assert facts(pane, Metadata(latitude=latitude, longitude=longitude)).get("Place") == text


def test_all_copies_are_listed(pane: DetailsPane) -> None:
    pane.show_photo(_PHOTO, [file("/photos/a.jpg"), file("/backup/a.jpg")])
    assert texts(pane)[-4:] == ["2 copies", "/photos/a.jpg", "", "/backup/a.jpg"]


def test_an_offline_photo_says_how_to_see_it(pane: DetailsPane) -> None:
    photo = replace(_PHOTO, online=False)
    pane.show_photo(photo, [], why_away(photo, [Folder(1, photo.folder, online=False)]))
    said = "On photos, which is offline. Plug it in or connect to it to see the photo itself."
    assert said in texts(pane)
    pane.show_photo(_PHOTO, [])
    assert said not in texts(pane)


def test_a_name_that_is_no_text_is_shown_readably(pane: DetailsPane) -> None:
    pane.show_photo(replace(_PHOTO, path="/photos/caf\udce9\n.jpg"), [])
    assert texts(pane)[0] == "caf\\udce9\\n.jpg"


def test_of_several_photos_size_and_span_are_told(pane: DetailsPane) -> None:
    earlier = replace(_PHOTO, metadata=Metadata(taken_at=datetime(2019, 5, 3, 1, 2)), size_bytes=800_000)
    pane.show_many(2, [_PHOTO, earlier])
    assert texts(pane) == ["2 photos", "Size", "5.0 MB", "Taken", "5/3/19 – 2/3/20"]
    pane.show_many(2, [_PHOTO, _PHOTO])
    assert texts(pane)[-1] == "2/3/20"
    pane.show_many(20_000, [])
    assert texts(pane) == ["20,000 photos"]


def test_nothing_of_the_photo_before_is_left(pane: DetailsPane) -> None:
    facts(pane, Metadata(camera_model="X-T5", latitude=1.0, longitude=2.0))
    assert set(facts(pane, Metadata())) == {"File date", "Pixels", "File", "Path"}
    pane.show_nothing()
    assert len(texts(pane)) == 2


# --- why it is in an answer -----------------------------------------------------------------

_WHY = Explanation(
    1, 2.1, (TermReason(TextTerm("sunset"), 2.1, 2.1),), 0.0, 0.0, Shelf.STRONG, ShelfCuts(2.0, 1.0)
)


def test_reasons_stand_above_the_facts(pane: DetailsPane) -> None:
    pane.show_photo(_PHOTO, [])
    pane.show_why(_WHY, {})
    said = texts(pane)
    assert said.index("Why this photo") < said.index("Among the best") < said.index("sunset")
    title, fact = (
        next(label for label in pane.findChildren(QLabel) if label.text() == text)
        for text in ("Why this photo", "Pixels")
    )
    top = [label.mapTo(pane, label.rect().topLeft()).y() for label in (title, fact)]
    assert top == sorted(top)


def test_reasons_go_with_the_photo_they_are_about(pane: DetailsPane) -> None:
    for leave in (
        pane.hide_why,
        pane.show_nothing,
        lambda: pane.show_many(2, []),
        lambda: pane.show_photo(replace(_PHOTO, id=2), []),
    ):
        pane.show_photo(_PHOTO, [])
        pane.show_why(_WHY, {})
        pane.show_photo(_PHOTO, [])  # the same, read again
        assert "Among the best" in texts(pane)
        leave()
        assert not {"Why this photo", "Among the best", "sunset"} & set(texts(pane))


def test_a_click_on_a_judged_photo_is_passed_on(pane: DetailsPane, qtbot: QtBot) -> None:
    pane.show_photo(_PHOTO, [])
    pane.show_why(replace(_WHY, nearest_liked=Neighbour(7, 0.9)), {})
    QApplication.processEvents()
    name = "Most like what you liked, 90 % alike"
    button = next(b for b in pane.findChildren(QToolButton) if b.accessibleName() == name)
    with qtbot.waitSignal(pane.photo_clicked) as caught:
        button.click()
    assert caught.args == [7]


def test_a_path_that_is_selected_is_copied_as_it_is(pane: DetailsPane, qtbot: QtBot) -> None:
    path = "/photos/with_a_name/ofsomanylettersthatnopanehasroomforit.jpg"
    pane.show_photo(replace(_PHOTO, path=path), [])
    shown = next(found for found in pane.findChildren(SelectableLabel) if found.accessibleName() == path)
    wait(qtbot, lambda: shown.isVisible() and shown.height() >= 2 * shown.fontMetrics().height())
    assert shown.minimumSizeHint().width() < 200
    QApplication.clipboard().setText("before")
    qtbot.keyClick(shown, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "before"  # nothing is selected
    at = shown.rect().center()
    QApplication.sendEvent(
        shown, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, shown.mapToGlobal(at))
    )
    menu = shown.findChild(QMenu)
    copy, everything = menu.actions()
    assert not copy.isEnabled()
    everything.trigger()
    qtbot.keyClick(shown, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == path
    menu.close()


@pytest.mark.parametrize("width", [240, 320])
@pytest.mark.parametrize("text", [1.0, 1.6])
def test_rows_have_room_whatever_stands_above_them(
    pane: DetailsPane, qtbot: QtBot, width: int, text: float
) -> None:
    font = pane.font()
    font.setPointSizeF(font.pointSizeF() * text)
    pane.setFont(font)
    pane.resize(width, 600)
    for photo_id, name in ((1, "000000427.jpg"), (2, "a_folder_of_some_length/IMG_000000427_edited.jpg")):
        pane.show_photo(replace(_PHOTO, id=photo_id, path=f"/home/anna/Pictures/2019/{name}"), [])
        QApplication.processEvents()
        pane.show_why(replace(_WHY, photo_id=photo_id, nearest_liked=Neighbour(7, 0.9)), {})
        for _ in range(4):
            QApplication.processEvents()
        assert len(pane._rows) == 4
        for named, value in pane._rows:
            assert value.height() >= value.heightForWidth(value.width())
            assert value.geometry().right() <= pane.viewport().width()
            assert (named.y() == value.y()) is not pane._stacked
    assert pane._stacked is (width == 240 and text > 1)
