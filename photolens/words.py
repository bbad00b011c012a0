"""Names, numbers and sizes as people read them, at a terminal and in a window."""

from __future__ import annotations

import os
from pathlib import Path

_UNITS = ("kB", "MB", "GB", "TB")


def printable(text: str) -> str:
    """Text that a terminal can show: undecodable bytes and control characters made visible."""
    clean = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in clean)


def file_name(path: str) -> str:
    """The last part of a path, as `printable` shows it."""
    return printable(path.replace("\\", "/").rpartition("/")[2])


def short(path: str) -> str:
    """The path with the home folder as ~."""
    home = str(Path.home())
    return "~" + path[len(home) :] if path.startswith(home + os.sep) else path


def plural(word: str, count: int) -> str:
    return word if count == 1 else word + "s"


def duration(seconds: float) -> str:
    """A rough time for people: 8 s, 3 min, 2 h 5 min."""
    if seconds < 90:
        return f"{seconds:.0f} s" if seconds >= 1 else "under a second"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def file_size(size_bytes: int) -> str:
    """A size as file managers write it, in powers of 1000: 1 byte, 312 kB, 4.2 MB."""
    if size_bytes < 1000:
        return f"{size_bytes} {plural('byte', size_bytes)}"
    value, unit = size_bytes / 1000, 0
    while round(value) >= 1000 and unit < len(_UNITS) - 1:  # 999.9 kB would read 1000 kB
        value, unit = value / 1000, unit + 1
    return f"{value:,.{1 if unit else 0}f} {_UNITS[unit]}"
