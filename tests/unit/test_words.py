"""Words for people: names that cannot break a line, times, sizes, plurals."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from photolens.words import duration, file_name, file_size, plural, printable, short


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text", "plain text"),
        ("写真 é 🏖", "写真 é 🏖"),
        ("a\nb\tc\r", r"a\nb\tc\r"),
        ("\x1b[2J\x07", r"\x1b[2J\x07"),
        ("\udcff\udce9", r"\udcff\udce9"),
        ("\u202egpj.exe", r"\u202egpj.exe"),  # would turn the rest of the line round
        ("\u2028\x85", r"\u2028\x85"),
        ("", ""),
    ],
)
def test_only_what_a_terminal_can_show_is_shown(text: str, shown: str) -> None:
    assert printable(text) == shown
    printable(text).encode("utf-8")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "under a second"),
        (0.99, "under a second"),
        (1, "1 s"),
        (8.4, "8 s"),
        (89.4, "89 s"),
        (90, "2 min"),
        (180, "3 min"),
        (3600, "60 min"),
        (89 * 60, "89 min"),
        (90 * 60, "1 h 30 min"),
        (90 * 60 - 1, "1 h 30 min"),
        (7500, "2 h 5 min"),
        (100 * 3600, "100 h 0 min"),
    ],
)
def test_durations_are_rough_and_readable(seconds: float, said: str) -> None:
    assert duration(seconds) == said


def test_plural() -> None:
    assert [plural("photo", count) for count in (0, 1, 2)] == ["photos", "photo", "photos"]


def test_the_home_folder_is_written_short_but_not_its_neighbours(user_folders: Path) -> None:
    home = str(user_folders)
    assert short(os.path.join(home, "a.jpg")) == os.path.join("~", "a.jpg")
    assert short(home + "2" + os.sep + "a.jpg") == home + "2" + os.sep + "a.jpg"
    assert short("/elsewhere/a.jpg") == "/elsewhere/a.jpg"


@pytest.mark.parametrize(
    ("size_bytes", "said"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1 kB"),
        (312_499, "312 kB"),
        (999_499, "999 kB"),
        (999_999, "1.0 MB"),
        (4_234_567, "4.2 MB"),
        (123_400_000, "123.4 MB"),
        (999_960_000, "1.0 GB"),
        (2_500_000_000_000, "2.5 TB"),
        (1_234_500_000_000_000, "1,234.5 TB"),
    ],
)
def test_sizes_are_those_of_a_file_manager(size_bytes: int, said: str) -> None:
    assert file_size(size_bytes) == said


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/a/b/c.jpg", "c.jpg"),
        ("C:\\a\\c.jpg", "c.jpg"),
        ("c.jpg", "c.jpg"),
        ("/a/\udcff.jpg", "\\udcff.jpg"),
    ],
)
def test_the_name_of_a_file(path: str, name: str) -> None:
    assert file_name(path) == name
