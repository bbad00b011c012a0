"""Pictures for Qt."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from photolens.gui.images import read_jpeg
from tests.photos import make_photo


def test_a_jpeg_is_read_and_anything_else_is_null(tmp_path: Path) -> None:
    assert read_jpeg(make_photo(tmp_path / "a.jpg", 1, (60, 40)).read_bytes()).width() == 60
    assert read_jpeg(make_photo(tmp_path / "a.png", 1, (60, 40)).read_bytes()).isNull()
    assert read_jpeg(b"").isNull()


def test_reading_on_other_threads_never_waits_for_a_signal_that_is_disconnected(tmp_path: Path) -> None:
    jpeg = make_photo(tmp_path / "a.jpg", 1, (320, 200)).read_bytes()
    command = [sys.executable, "-m", "tests.gui.reading_jpegs"]
    subprocess.run(command, input=jpeg, check=True, timeout=120)
