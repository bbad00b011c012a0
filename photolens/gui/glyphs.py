"""The icon font: Phosphor, from QtAwesome's files.

Importing QtAwesome itself would load ten more fonts and another layer over Qt, a fifth of a second at each
start.
"""

from __future__ import annotations

import importlib.util
import json
from functools import cache
from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase

from photolens.errors import DisplayError
from photolens.messages import plain


def glyph(name: str) -> str:
    """The letter that shows an icon. Raises KeyError."""
    return _letters()[name]


def font(pixels: int) -> QFont:
    """The font in which it does, `pixels` high."""
    made = QFont(_family())
    made.setPixelSize(max(1, pixels))
    return made


@cache
def _letters() -> dict[str, str]:
    codes = json.loads(_file("phosphor-charmap-*.json").read_bytes())
    return {name: chr(int(code, 16)) for name, code in codes.items()}


@cache
def _family() -> str:
    number = QFontDatabase.addApplicationFont(str(_file("phosphor-[0-9]*.ttf")))
    families = QFontDatabase.applicationFontFamilies(number)
    if not families:
        raise DisplayError(plain("The font with the icons cannot be loaded. Install PhotoLens again."))
    return families[0]


def _file(pattern: str) -> Path:
    package = importlib.util.find_spec("qtawesome")
    folders = list(package.submodule_search_locations or ()) if package else []
    found = sorted(file for folder in folders for file in Path(folder, "fonts").glob(pattern))
    if not found:
        raise DisplayError(
            plain("The font with the icons is missing. Install QtAwesome, or PhotoLens again.")
        )
    return found[-1]
