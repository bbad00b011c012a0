"""Whether the computer runs on its battery; then reading photos waits, where the user wants it so."""

from __future__ import annotations

import ctypes
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from photolens.ingest.control import Control

_SUPPLIES = Path("/sys/class/power_supply")
_ASK_SECONDS = 2.0
_LOOK_SECONDS = 10.0


def on_battery() -> bool:
    """Whether the computer runs on its battery now; False where that cannot be told."""
    if sys.platform == "win32":
        return _is_offline_line()
    if sys.platform == "darwin":
        return _names_battery(_ask_pmset())
    return _discharges(_SUPPLIES)


class PowerWatch:
    """Pauses the reading on battery. On the ingest thread, but for `overrule`."""

    def __init__(self, control: Control, on_battery: Callable[[], bool] = on_battery) -> None:
        self._control = control
        self._on_battery = on_battery
        self._next_look = 0.0
        self._overruled = False

    def look(self) -> None:
        """Ask the system now and then, and pause or go on. Costs nothing in between."""
        now = time.monotonic()
        if now < self._next_look:
            return
        self._next_look = now + _LOOK_SECONDS
        if not self._on_battery():
            self._overruled = False
            self._control.release()
        elif not self._overruled:
            self._control.hold()

    def overrule(self) -> None:
        """The user wants photos to be read, until the computer was plugged in again."""
        self._overruled = True


def _discharges(supplies: Path) -> bool:
    """Linux: nothing feeds the computer, and a battery that is not a mouse's grows empty."""
    try:
        found = list(supplies.iterdir())
    except OSError:
        return False
    fed = any(_read(supply / "online") == "1" for supply in found if _read(supply / "type") != "Battery")
    return not fed and any(
        _read(supply / "type") == "Battery"
        and _read(supply / "scope") != "Device"
        and _read(supply / "status") == "Discharging"
        for supply in found
    )


def _read(file: Path) -> str:
    try:
        return file.read_text(errors="replace").strip()
    except OSError:  # no supply has every file
        return ""


def _ask_pmset() -> str:
    try:
        asked = subprocess.run(
            ["/usr/bin/pmset", "-g", "ps"], capture_output=True, timeout=_ASK_SECONDS, check=False, text=True
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return asked.stdout


def _names_battery(said: str) -> bool:
    """macOS: `Now drawing from 'Battery Power'`."""
    return "'Battery Power'" in said.partition("\n")[0]


def _is_offline_line() -> bool:
    """Windows: ACLineStatus, the first byte of SYSTEM_POWER_STATUS: 0 off, 1 on, 255 unknown."""
    if sys.platform != "win32":
        return False
    status = ctypes.create_string_buffer(12)
    return bool(ctypes.windll.kernel32.GetSystemPowerStatus(status)) and status.raw[0] == 0
