"""What all tests share: real photos, small libraries, and a watch on what they leave open."""

from __future__ import annotations

import gc
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pillow_heif  # noqa: F401 - its HEVC encoder, which tests use, fails when USearch was loaded before
import pytest

from photolens.embedding import ModelProcess
from photolens.errors import DisplayError
from photolens.gui import display
from photolens.library import Library
from photolens.library.encoders import LazyEncoder
from tests.photos import make_photos

SHARED = Path(__file__).parents[1].parent / "shared"

# The system's caches, which Qt opens when first asked and keeps.
_KEPT_BY_QT = ("/mime.cache", "/icon-theme.cache")

# Before Qt is loaded: no test opens a window on the screen of whoever runs it.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PYTEST_QT_API", "pyside6")
os.environ["LANGUAGE"] = "en"  # tests read what the window says, whatever the system speaks
# What a shell starts in its background ignores Ctrl+C, and so would the programs that tests interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _qt_problem() -> str:
    try:
        display.check()
    except DisplayError as error:
        return str(error).partition("\n")[0]
    return ""


QT_PROBLEM = _qt_problem()
# pyproject.toml keeps pytest from loading it unasked, which fails where Qt's libraries are missing.
pytest_plugins = [] if QT_PROBLEM else ["pytestqt.plugin"]


class _WithoutQt(pytest.Module):
    """A test file of the window, where none can be opened."""

    def collect(self) -> NoReturn:
        pytest.skip(QT_PROBLEM, allow_module_level=True)


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """Tests of the window are skipped as whole files, since they cannot even import Qt."""
    if QT_PROBLEM and Path(__file__).with_name("gui") in module_path.parents:
        return _WithoutQt.from_parent(parent, path=module_path)
    return None


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


@pytest.fixture(scope="session", autouse=True)
def shared_photos_untouched() -> Iterator[None]:
    """No test changes, moves or removes a photo that lies beside the repository."""
    before = _states(SHARED / "photos")
    yield
    assert _states(SHARED / "photos") == before, "a test has touched the shared photos"


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


_load_of_its_own = LazyEncoder.get


@pytest.fixture(scope="session", autouse=True)
def models_once() -> Iterator[None]:
    """Libraries that come after each other share the real model's process: its start takes seconds.

    All compute in the same precision, whatever is fastest here. Those of fixtures that many tests share, too.
    """
    loaded: dict[tuple[str, str], ModelProcess] = {}
    lock = threading.Lock()

    def get(lazy: LazyEncoder) -> ModelProcess:
        key = (lazy.files.name, lazy.files.sha256)
        with lock:
            if key not in loaded:
                loaded[key] = ModelProcess(lazy.files, "float32")
            loaded[key].load()
        return loaded[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LazyEncoder, "get", get)
        yield
    for process in loaded.values():
        process.stop()


@pytest.fixture
def own_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """For a test that tampers with models, or counts them: those it loads are its own."""
    monkeypatch.setattr(LazyEncoder, "get", _load_of_its_own)


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


def _states(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Size and times of last change of every file below; the system sets the second at any change."""
    found = {}
    for directory, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(directory, name)
            status = os.lstat(path)
            found[path] = (status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    return found


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
            if target.endswith(_KEPT_BY_QT):
                continue
            found.add((descriptor.name, target))
    return found
