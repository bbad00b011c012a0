"""Whether a window can be opened is found out without Qt, which would end the process."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from photolens.errors import DisplayError
from photolens.gui import display

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a screen")

_CODE = """
import os, sys, time
from photolens.errors import DisplayError
from photolens.gui import display
before = os.listdir("/proc/self/fd")
started = time.perf_counter()
try:
    display.check()
    print("fine")
except DisplayError as error:
    print(error)
assert os.listdir("/proc/self/fd") == before, "something was left open"
assert not [name for name in sys.modules if name.startswith("PySide6")], "Qt was imported"
if len(sys.argv) > 1:
    print(time.perf_counter() - started)
"""
# What Qt has to say about the same surroundings.
_QT = "from PySide6.QtWidgets import QApplication; print(QApplication([]).platformName())"


@pytest.fixture
def needs_qt() -> None:
    """Skips where Qt's own libraries are missing."""
    if problem := library_problem("xcb"):
        pytest.skip(problem)


def library_problem(platform: str) -> str:
    try:
        display.check_libraries(platform)
    except DisplayError as error:
        return str(error)
    return ""


def python(code: str, environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs a program that sees of all displays only those in `environment`."""
    hidden = {"DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET", "XDG_SESSION_TYPE", "QT_QPA_PLATFORM"}
    base = {name: value for name, value in os.environ.items() if name not in hidden}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], env=base | environment, capture_output=True, text=True
    )


def verdict(environment: dict[str, str]) -> str:
    result = python(_CODE, environment)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


@pytest.fixture
def screen() -> Iterator[str]:
    """An X server nobody sees; gives its DISPLAY."""
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed: sudo apt install xvfb")
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "640x480x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as pipe:
        number = pipe.readline().strip()
    assert number, "Xvfb did not start"
    yield f":{number}"
    server.terminate()
    server.wait()


def test_without_a_display_the_command_line_is_offered() -> None:
    said = verdict({})
    assert said.startswith("There is no display to open a window on.")
    assert "photolens search TEXT" in said


def test_xcb_asked_for_without_a_display_is_no_display() -> None:
    assert verdict({"QT_QPA_PLATFORM": "xcb"}).startswith("There is no display")


@pytest.mark.parametrize("name", [":987", "nonsense"])
def test_a_display_that_does_not_answer_is_named(name: str) -> None:
    assert verdict({"DISPLAY": name}).startswith(f"The display {name} does not answer.")


@pytest.mark.usefixtures("needs_qt")
def test_qt_would_have_ended_the_process_there() -> None:
    assert python(_QT, {"DISPLAY": ":987"}).returncode < 0


@pytest.mark.usefixtures("needs_qt")
@pytest.mark.parametrize("platform", ["offscreen", "minimal", "vnc:size=640x480", "xcb;offscreen"])
def test_a_platform_without_a_screen_needs_none(platform: str) -> None:
    assert verdict({"QT_QPA_PLATFORM": platform}) == "fine"


@pytest.mark.usefixtures("needs_qt")
def test_a_platform_that_qt_does_not_know_is_named() -> None:
    assert "asks for nosuch, which Qt does not know" in verdict({"QT_QPA_PLATFORM": "nosuch"})


@pytest.mark.usefixtures("needs_qt")
@pytest.mark.parametrize("beside", [{}, {"WAYLAND_DISPLAY": "nobody", "XDG_RUNTIME_DIR": "/tmp"}])
def test_a_display_that_answers_is_fine_and_qt_agrees(screen: str, beside: dict[str, str]) -> None:
    environment = {"DISPLAY": screen, **beside}
    assert verdict(environment) == "fine"
    assert python(_QT, environment).stdout.strip() == "xcb"


@pytest.mark.usefixtures("needs_qt")
def test_the_answer_comes_at_once(screen: str) -> None:
    fastest = min(float(python(_CODE, {"DISPLAY": screen}, "time").stdout.split()[-1]) for _ in range(5))
    assert fastest < 0.5  # it waits for nothing


def test_a_wayland_display_that_does_not_answer_is_named(tmp_path: Path) -> None:
    said = verdict({"WAYLAND_DISPLAY": "wayland-7", "XDG_RUNTIME_DIR": str(tmp_path)})
    assert said.startswith(f"The Wayland display {tmp_path}/wayland-7 does not answer.")


@pytest.mark.parametrize("absolute", [False, True])
def test_a_wayland_display_that_answers_is_fine_or_lacks_a_library(tmp_path: Path, absolute: bool) -> None:
    with socket.socket(socket.AF_UNIX) as compositor:
        compositor.bind(str(tmp_path / "w"))
        compositor.listen()
        environment = (
            {"WAYLAND_DISPLAY": str(tmp_path / "w")}
            if absolute
            else {"WAYLAND_DISPLAY": "w", "XDG_RUNTIME_DIR": str(tmp_path)}
        )
        said = verdict(environment)
    assert said.startswith(library_problem("wayland") or "fine")


# --- libraries that are missing --------------------------------------------------------------


def pyside6() -> Path:
    package = importlib.util.find_spec("PySide6")
    assert package is not None and package.submodule_search_locations
    return Path(package.submodule_search_locations[0])


def other_pyside6(folder: Path, replaced: bytes, by: bytes) -> dict[str, str]:
    """An environment whose PySide6 has the real Qt, but an xcb plug-in that needs another library."""
    real, copy = pyside6() / "Qt", folder / "PySide6" / "Qt"
    platforms = copy / "plugins" / "platforms"
    platforms.mkdir(parents=True)
    (folder / "PySide6" / "__init__.py").touch()
    (copy / "lib").symlink_to(real / "lib")
    plugin = (real / "plugins" / "platforms" / "libqxcb.so").read_bytes()
    assert replaced in plugin and len(replaced) == len(by)
    (platforms / "libqxcb.so").write_bytes(plugin.replace(replaced, by))
    return {"PYTHONPATH": str(folder)}


@pytest.mark.usefixtures("needs_qt")
def test_a_library_that_the_plugin_lacks_is_named(screen: str, tmp_path: Path) -> None:
    environment = other_pyside6(tmp_path, b"libQt6XcbQpa.so.6", b"libabsent-xcb.so0")
    said = verdict({"DISPLAY": screen, **environment})
    assert said.startswith("A window needs system libraries that are not here: libabsent-xcb.so0.\n")


@pytest.mark.usefixtures("needs_qt")
def test_a_part_of_qt_that_is_missing_is_not_sought_in_the_system(screen: str, tmp_path: Path) -> None:
    environment = other_pyside6(tmp_path, b"libQt6XcbQpa.so.6", b"libQt6Absent.so.6")
    said = verdict({"DISPLAY": screen, **environment})
    assert "libQt6Absent.so.6" in said
    assert "install PySide6 again" in said


def test_known_libraries_come_with_their_package() -> None:
    error = "libxcb-cursor.so.0: cannot open shared object file: No such file or directory"
    said = display._what_is_missing(error, "xcb")
    assert "libxcb-cursor.so.0" in said
    assert "sudo apt install libxcb-cursor0" in said


def test_the_packages_are_those_of_this_system() -> None:
    if shutil.which("dpkg-query") is None:
        pytest.skip("not a Debian")
    known = display.PACKAGES.copy()
    for libraries in display.PLATFORM_PACKAGES.values():
        known |= libraries
    for library, package in known.items():
        query = ["dpkg-query", "--search", f"*/{library}"]
        owners = subprocess.run(query, capture_output=True, text=True).stdout
        assert not owners or f"{package}:" in owners or f"{package}t64:" in owners, (library, owners)


def test_every_system_library_of_the_plugins_is_known() -> None:
    if shutil.which("objdump") is None:
        pytest.skip("objdump is not installed")
    qt = pyside6() / "Qt"
    # What Python itself or one of the known packages brings.
    basic = {"libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "libgcc_s.so.1", "libstdc++.so.6"}
    basic |= {"libz.so.1", "libzstd.so.1", "libgthread-2.0.so.0", "ld-linux-x86-64.so.2"}
    basic |= {"libresolv.so.2", "libbrotlidec.so.1", "libbrotlicommon.so.1"}
    for platform, libraries in display.PLATFORM_PACKAGES.items():
        plugin = qt / "plugins" / "platforms" / f"libq{platform}.so"
        needed = needed_by(plugin, qt / "lib") | needed_by(qt / "lib" / "libQt6Network.so.6", qt / "lib")
        assert needed - basic == {*display.PACKAGES, *libraries}


def needed_by(library: Path, own: Path) -> set[str]:
    """The names of all libraries that this one needs, directly or by way of others in `own`."""
    found: set[str] = set()
    waiting, seen = [library], set()
    while waiting:
        file = waiting.pop()
        seen.add(file)
        listing = subprocess.run(["objdump", "-p", file], capture_output=True, text=True, check=True).stdout
        for name in (line.split()[1] for line in listing.splitlines() if "NEEDED" in line):
            if not (own / name).exists():
                found.add(name)
            elif own / name not in seen:
                waiting.append(own / name)
    return found
