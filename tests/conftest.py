"""What all tests share: real photos, small libraries, and a watch on what they leave open."""

from __future__ import annotations

import gc
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pillow_heif  # noqa: F401 - its HEVC encoder, which tests use, fails when USearch was loaded before
import pytest

from photolens.library import Library
from tests.photos import make_photos

SHARED = Path(__file__).parents[1].parent / "shared"


def shared_photos(name: str) -> Path:
    """A folder of photos that lies beside the repository, on some machines."""
    folder = SHARED / "photos" / name
    if not folder.is_dir():
        pytest.skip(f"the shared photos ({name}) are not part of the repository")
    return folder


@pytest.fixture(scope="session")
def everyday() -> Path:
    """619 real photos, where they are at hand."""
    return shared_photos("everyday")


@pytest.fixture(scope="session")
def format_samples() -> Path:
    """Photos in many formats, with dates, places and rotations, where they are at hand."""
    return shared_photos("formats")


@pytest.fixture(autouse=True)
def user_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test reads or writes the settings, models or library of the person who runs it."""
    home = tmp_path_factory.mktemp("home")
    for variable in ("HOME", "USERPROFILE", "LOCALAPPDATA", "APPDATA"):
        monkeypatch.setenv(variable, str(home))
    for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    return home


@pytest.fixture(autouse=True)
def nothing_left_open() -> Iterator[None]:
    """A thread that outlives its test, or a file it left open, is a failure."""
    threads, files = set(threading.enumerate()), _open_files()
    yield
    deadline = time.monotonic() + 3
    while time.monotonic() < deadline and (_left_threads(threads) or _open_files() - files):
        gc.collect()
        time.sleep(0.02)
    assert not _left_threads(threads), f"threads left running: {_left_threads(threads)}"
    assert not _open_files() - files, f"files left open: {_open_files() - files}"


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A folder with twelve photos of different colours, two of them in a sub-folder."""
    folder = tmp_path / "Pictures"
    make_photos(folder, 10)
    make_photos(folder / "Holiday 2019", 2, first=10)
    return folder


@pytest.fixture
def open_library(tmp_path: Path) -> Iterator[Callable[..., Library]]:
    """Opens libraries (by default always the same folder) and closes them at the end."""
    opened: list[Library] = []

    def open_it(folder: Path | None = None, **options: object) -> Library:
        library = Library(folder or tmp_path / "library", **options)  # type: ignore[arg-type]
        opened.append(library)
        return library

    yield open_it
    for library in reversed(opened):
        library.close()


def _left_threads(before: set[threading.Thread]) -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread not in before and thread.is_alive()]


def _open_files() -> set[tuple[str, str]]:
    """Descriptors of real files (not pipes, devices, libraries), where the system tells."""
    descriptors = Path("/proc/self/fd")
    if not descriptors.is_dir():
        return set()
    found = set()
    for descriptor in descriptors.iterdir():
        try:
            target = os.readlink(descriptor)
        except OSError:
            continue
        if target.startswith("/") and not target.startswith(("/dev/", "/proc/", "/sys/")):
            found.add((descriptor.name, target))
    return found
