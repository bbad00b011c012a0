"""Whether a window can be opened here, asked before Qt, which ends the process when it cannot."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import re
import socket
import sys
from pathlib import Path

from photolens.errors import DisplayError
from photolens.messages import plain

# What PySide6 does not bring along, with the package of Debian and Ubuntu that holds it.
PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libxkbcommon.so.0": "libxkbcommon0",
}
PLATFORM_PACKAGES = {
    "xcb": {
        "libX11-xcb.so.1": "libx11-xcb1",
        "libxcb.so.1": "libxcb1",
        "libxcb-cursor.so.0": "libxcb-cursor0",
        "libxcb-icccm.so.4": "libxcb-icccm4",
        "libxcb-image.so.0": "libxcb-image0",
        "libxcb-keysyms.so.1": "libxcb-keysyms1",
        "libxcb-randr.so.0": "libxcb-randr0",
        "libxcb-render-util.so.0": "libxcb-render-util0",
        "libxcb-render.so.0": "libxcb-render0",
        "libxcb-shape.so.0": "libxcb-shape0",
        "libxcb-shm.so.0": "libxcb-shm0",
        "libxcb-sync.so.1": "libxcb-sync1",
        "libxcb-util.so.1": "libxcb-util1",
        "libxcb-xfixes.so.0": "libxcb-xfixes0",
        "libxcb-xkb.so.1": "libxcb-xkb1",
        "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    },
    "wayland": {
        "libwayland-client.so.0": "libwayland-client0",
        "libwayland-cursor.so.0": "libwayland-cursor0",
    },
}

_NONE = "There is no display to open a window on."
_ELSEWHERE = (
    "On the command line everything works: photolens search TEXT, photolens prompt; "
    "photolens --help says more."
)
_WAYLAND_SECONDS = 0.2


def check() -> None:
    """Raise DisplayError, which says what to do, unless Qt can open a window here."""
    if sys.platform in ("win32", "darwin"):
        return
    reasons = []
    for platform in _platforms():  # as Qt does: the first that works is taken
        try:
            _check_answers(platform)
            check_libraries(platform)
        except DisplayError as error:
            reasons.append(str(error))
        else:
            return
    raise DisplayError(plain("\n".join([*(reasons or [_NONE]), _ELSEWHERE])))


def check_libraries(platform: str) -> None:
    """Raise DisplayError when Qt or its plug-in for `platform` ("xcb", "wayland", …) cannot be loaded.

    A Qt that the system brings is left to the system's packages.
    """
    qt = _bundled_qt()
    if not (qt / "lib").is_dir():
        return
    plugin = qt / "plugins" / "platforms" / f"libq{platform}.so"
    if not plugin.exists():
        raise DisplayError(plain(f"QT_QPA_PLATFORM asks for {platform}, which Qt does not know."))
    for file in (qt / "lib" / "libQt6Widgets.so.6", qt / "lib" / "libQt6Network.so.6", plugin):
        if error := _load_error(str(file)):
            raise DisplayError(plain(_what_is_missing(error, platform)))


def _platforms() -> list[str]:
    """Qt's plug-ins in the order in which it tries them here; none without a display."""
    chosen = os.environ.get("QT_QPA_PLATFORM", "")
    if chosen:
        names = [name.partition(":")[0] for name in chosen.split(";")]
        return ["wayland" if name.startswith("wayland") else name for name in names]
    wayland = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("XDG_SESSION_TYPE") == "wayland"
    found = ["wayland"] if wayland else []
    return [*found, "xcb"] if os.environ.get("DISPLAY") else found


# --- does anybody answer ---------------------------------------------------------------------


def _check_answers(platform: str) -> None:
    if platform == "xcb" and not _x11_answers():
        shown = os.environ.get("DISPLAY")
        raise DisplayError(plain(f"The display {shown} does not answer." if shown else _NONE))
    if platform == "wayland" and not _wayland_answers():
        raise DisplayError(plain(f"The Wayland display {_wayland_socket()} does not answer."))


def _x11_answers() -> bool:
    """Whether the X server of DISPLAY lets us in. A missing libxcb is for `check_libraries` to tell."""
    if not os.environ.get("DISPLAY"):
        return False
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    try:
        return not xcb.xcb_connection_has_error(connection)
    finally:
        xcb.xcb_disconnect(connection)


def _wayland_answers() -> bool:
    if os.environ.get("WAYLAND_SOCKET"):  # a connection that whoever started us has made
        return True
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(_WAYLAND_SECONDS)
        try:
            client.connect(str(_wayland_socket()))
        except OSError:
            return False
    return True


def _wayland_socket() -> Path:
    """Where the compositor listens; an absolute WAYLAND_DISPLAY says it alone."""
    name = os.environ.get("WAYLAND_DISPLAY") or "wayland-0"
    return Path(os.environ.get("XDG_RUNTIME_DIR", ""), name)


# --- can Qt be loaded ------------------------------------------------------------------------


def _bundled_qt() -> Path:
    """Where PySide6 from PyPI has its Qt."""
    package = importlib.util.find_spec("PySide6")
    if package is None or not package.submodule_search_locations:
        raise DisplayError(
            plain(
                "PySide6, which draws the window, is not installed: python -m pip install PySide6-Essentials"
            )
        )
    return Path(package.submodule_search_locations[0]) / "Qt"


def _load_error(library: str) -> str:
    """Why the system cannot load a library; empty when it can."""
    try:
        ctypes.CDLL(library)
    except OSError as error:
        return str(error)
    return ""


def _what_is_missing(error: str, platform: str) -> str:
    """All that is missing, not only the first, so that one `apt install` is enough."""
    first = re.match(r"([^/\s]+): cannot open shared object file", error)
    if first is None or first[1].startswith("libQt"):
        return f"Qt, which draws the window, cannot be loaded: {error}. Try to install PySide6 again."
    known = PACKAGES | PLATFORM_PACKAGES.get(platform, {})
    missing = [first[1], *(name for name in known if name != first[1] and _load_error(name))]
    packages = [known[name] for name in missing if name in known]
    advice = f" On Debian and Ubuntu: sudo apt install {' '.join(packages)}" if packages else ""
    return f"A window needs system libraries that are not here: {', '.join(missing)}.{advice}"
