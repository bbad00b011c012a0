"""A second start raises the first and leaves; what a killed one left behind is no obstacle."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from photolens.cli import main
from photolens.errors import LibraryBusy
from photolens.library import Library
from photolens.library.places import Places
from tests.conftest import QT_PROBLEM
from tests.photos import make_photos
from tests.reliability.other_user import without_privileges

COMMAND = [sys.executable, "-m", "photolens", "--library"]
PATIENCE = 120.0

needs_qt = pytest.mark.skipif(bool(QT_PROBLEM), reason=QT_PROBLEM)

_HOLD = """
import sys
from photolens.library.places import Places
from pathlib import Path
places = Places(Path(sys.argv[1]))
places.create()
lock = places.acquire()
print("held", flush=True)
sys.stdin.read()
"""


def eventually(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.fixture
def windows() -> Iterator[list[subprocess.Popen[str]]]:
    """Windows in processes of their own; those that are left are killed."""
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        process.kill()
        process.communicate()


def open_window(windows: list[subprocess.Popen[str]], library: Path) -> subprocess.Popen[str]:
    """Start one and wait until it answers later starts."""
    from photolens.gui.single_instance import offer

    process = subprocess.Popen([*COMMAND, str(library)], stderr=subprocess.PIPE, text=True)
    windows.append(process)
    eventually(lambda: offer(library, [], timeout_ms=2000) or process.poll() is not None)
    assert process.poll() is None
    return process


@needs_qt
def test_the_second_start_hands_over_and_a_killed_first_is_no_obstacle(
    tmp_path: Path, windows: list[subprocess.Popen[str]], capfd: pytest.CaptureFixture[str]
) -> None:
    library = tmp_path / "library"
    make_photos(tmp_path / "Pictures", 2)
    first = open_window(windows, library)
    second = subprocess.run(
        [*COMMAND, str(library), "gui", str(tmp_path / "Pictures")], check=False, timeout=PATIENCE
    )
    assert second.returncode == 0
    with Library(library, read_only=True) as reader:  # the first has taken the folder
        eventually(lambda: reader.status().photos == 2)
    for command in (["status"], ["search", "type:jpeg"], ["folders"], ["doctor"]):
        assert main(["--library", str(library), *command]) == 0
    capfd.readouterr()
    for command in (["index"], ["folders", "--remove", str(tmp_path / "Pictures")], ["watch"]):
        assert main(["--library", str(library), *command]) == 2
        assert "Another PhotoLens is already working on the library" in capfd.readouterr().err
    first.kill()
    first.wait()
    assert (library / "library.lock").exists()
    assert main(["--library", str(library), "index"]) == 0
    open_window(windows, library)  # which found the socket of the killed one


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _HOLD, str(tmp_path / "library")]
    places = Places(tmp_path / "library")
    holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout and holder.stdout.readline() == "held\n"
    assert places.held()
    with pytest.raises(LibraryBusy):
        places.acquire()
    holder.kill()
    holder.communicate()
    assert places.lock.exists()
    assert not places.held()
    places.acquire().release()


def test_to_ask_who_holds_a_library_leaves_nothing_behind(tmp_path: Path) -> None:
    assert not Places(tmp_path / "absent").held()
    assert list(tmp_path.iterdir()) == []


def test_two_libraries_stand_side_by_side(tmp_path: Path) -> None:
    make_photos(tmp_path / "Pictures", 2)
    with Library(tmp_path / "one") as one, Library(tmp_path / "two") as two:
        one.index(tmp_path / "Pictures")
        two.index(tmp_path / "Pictures")
        assert one.status().photos == two.status().photos == 2


@needs_qt
@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="needs root to be two users")
def test_two_users_do_not_hear_each_other(tmp_path: Path) -> None:
    from photolens.gui import single_instance

    own = single_instance._name(Path("/srv/library"))
    with without_privileges(tmp_path):
        assert single_instance._name(Path("/srv/library")) != own
