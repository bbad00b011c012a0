"""Pictures for Qt."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QSize

from photolens.gui.images import read_jpeg
from tests.photos import make_photo


def test_a_jpeg_is_read_and_anything_else_is_null(tmp_path: Path) -> None:
    assert read_jpeg(make_photo(tmp_path / "a.jpg", 1, (60, 40)).read_bytes()).width() == 60
    assert read_jpeg(make_photo(tmp_path / "a.png", 1, (60, 40)).read_bytes()).isNull()
    assert read_jpeg(b"").isNull()


def test_reading_on_other_threads_never_waits_for_ever(tmp_path: Path) -> None:
    jpeg = make_photo(tmp_path / "a.jpg", 1, (320, 200)).read_bytes()
    command = [sys.executable, "-m", "tests.gui.reading_jpegs"]
    subprocess.run(command, input=jpeg, check=True, timeout=120)


@pytest.mark.parametrize("size", [(240, 160), (100, 300), (7, 5), (300, 1), (1, 300)])
def test_a_jpeg_fills_what_it_shall_fill(tmp_path: Path, size: tuple[int, int]) -> None:
    Image.new("RGB", size, "red").save(tmp_path / "a.jpg")
    jpeg = (tmp_path / "a.jpg").read_bytes()
    assert read_jpeg(jpeg, QSize(90, 60)).size() == QSize(90, 60)


@pytest.mark.parametrize("size", [(300, 100), (100, 300)])
def test_what_is_too_much_is_cut_off_at_both_sides_alike(tmp_path: Path, size: tuple[int, int]) -> None:
    photo = Image.new("RGB", size, "red")
    photo.paste("lime", (size[0] // 2 - 50, size[1] // 2 - 50, size[0] // 2 + 50, size[1] // 2 + 50))
    photo.save(tmp_path / "a.jpg", quality=95, subsampling=0)
    made = read_jpeg((tmp_path / "a.jpg").read_bytes(), QSize(60, 60))
    for x, y in ((3, 30), (30, 3), (56, 30), (30, 56), (30, 30)):
        assert made.pixelColor(x, y).green() > 200 > 60 > made.pixelColor(x, y).red()


def test_what_is_no_jpeg_fills_nothing() -> None:
    assert read_jpeg(b"nothing", QSize(90, 60)).isNull()


@pytest.fixture
def no_turns_taken() -> Iterator[None]:
    """Threads go on only when the one that runs lets them."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1000)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("no_turns_taken")
@pytest.mark.parametrize("fill", [None, QSize(3000, 2000)])
def test_other_threads_go_on_while_a_jpeg_is_read(tmp_path: Path, fill: QSize | None) -> None:
    jpeg = make_photo(tmp_path / "a.jpg", 1, (2000, 1500)).read_bytes()
    started, ended, turns = threading.Event(), threading.Event(), [0]

    def count() -> None:
        started.set()
        while not ended.is_set():
            turns[0] += 1
            time.sleep(0.0001)

    other = threading.Thread(target=count)
    other.start()
    started.wait()
    before = turns[0]
    read_jpeg(jpeg, fill)
    during = turns[0] - before
    ended.set()
    other.join()
    assert during > 20  # a few also come before and after
