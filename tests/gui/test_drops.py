"""What was dropped or pasted, whatever program it comes from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QByteArray, QMimeData, QUrl
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from photolens.gui.drops import PHOTO_IDS, Dropped, can_take, put_photos, read
from photolens.gui.page import Picture


def private(content: bytes) -> QMimeData:
    data = QMimeData()
    data.setData(PHOTO_IDS, QByteArray(content))
    return data


def image(width: int, height: int) -> QImage:
    made = QImage(width, height, QImage.Format.Format_RGB32)
    made.fill(0x336699)
    return made


def test_photos_of_the_library_come_back_as_they_were_put() -> None:
    data = QMimeData()
    put_photos(data, np.array([7, 8, 2**40], dtype=np.int64))
    data.setUrls([QUrl.fromLocalFile("/photos/7.jpg")])
    assert read(data) == Dropped(pictures=[Picture(7), Picture(8), Picture(2**40)])


def test_of_many_photos_the_first_five_are_taken() -> None:
    data = QMimeData()
    put_photos(data, np.arange(1, 100))
    assert [picture.source for picture in read(data).pictures] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xff\xfe", b"null", b"{}", b'"x"', b"[1, [2]]", b"[NaN]", b"[1e300]", b"[1e300, 2]",
        b"[99999999999999999999]", b"[[[", b"[" * 100_000, b'{"ids": [1]}',
    ],
)  # fmt: skip
def test_garbage_in_place_of_photos_is_no_photos(content: bytes) -> None:
    data = private(content)
    assert read(data) == Dropped()
    data.setText("beach")
    assert read(data) == Dropped(text="beach")


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_no_bytes_in_place_of_photos_do_harm(content: bytes) -> None:
    assert all(isinstance(picture.source, int) for picture in read(private(content)).pictures)


def test_files_and_folders_are_paths_as_they_are(tmp_path: Path) -> None:
    names = ["a photo.jpg", "näh #1%20.png", "100%.jpg", "folder"]
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / name)) for name in names])
    assert read(data) == Dropped(paths=[str(tmp_path / name) for name in names])


def test_of_files_and_addresses_the_files_are_taken() -> None:
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/a.jpg"), QUrl.fromLocalFile("/photos/b.jpg")])
    assert read(data) == Dropped(paths=["/photos/b.jpg"])


def test_an_address_without_a_path_is_no_file() -> None:
    data = QMimeData()
    data.setUrls([QUrl("file:")])
    assert read(data).paths == []


def test_an_address_alone_is_explained_and_never_fetched() -> None:
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/a.jpg")])
    dropped = read(data)
    assert dropped == Dropped(problem=dropped.problem)
    assert "never goes online" in dropped.problem


def test_a_picture_of_a_browser_is_taken_although_its_address_comes_along() -> None:
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/a.jpg")])
    data.setImageData(image(30, 20))
    (picture,) = read(data).pictures
    assert isinstance(picture.source, bytes)
    decoded = QImage.fromData(picture.source)
    assert (decoded.width(), decoded.height()) == (30, 20)
    assert decoded.pixelColor(15, 10).name() == "#336699"


def test_a_huge_picture_is_made_smaller_in_its_shape() -> None:
    data = QMimeData()
    data.setImageData(image(6000, 3000))
    (picture,) = read(data).pictures
    assert isinstance(picture.source, bytes)
    decoded = QImage.fromData(picture.source)
    assert (decoded.width(), decoded.height()) == (2048, 1024)


def test_a_picture_that_cannot_be_read_is_explained() -> None:
    data = QMimeData()
    data.setData("application/x-qt-image", QByteArray(b"no picture"))
    assert read(data).problem == "This picture cannot be read."


def test_words_are_words() -> None:
    data = QMimeData()
    data.setText("a dog on a beach")
    assert read(data) == Dropped(text="a dog on a beach")


def test_it_can_be_told_what_can_be_taken(qapp: QApplication) -> None:
    assert not can_take(QMimeData())
    other = QMimeData()
    other.setData("application/x-other", QByteArray(b"1"))
    assert not can_take(other)
    for data in (private(b"[1]"), QMimeData(), QMimeData(), QMimeData()):
        if not data.formats():
            data.setText("x")
        assert can_take(data)
