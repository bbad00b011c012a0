"""Where things lie: the user's data, settings and logs, and what ships with the program."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import platformdirs

_APP = "photolens"


def data_dir() -> Path:
    """Per-user data: libraries and installed models."""
    return Path(platformdirs.user_data_dir(_APP, appauthor=False))


def default_library() -> Path:
    """The library used when none is named."""
    return data_dir() / "library"


def library_folder(given: str | os.PathLike[str] | None) -> Path:
    """The folder of the library that someone names; None or nothing: the user's own."""
    return Path(given).expanduser().absolute() if given else default_library()


def command(library: str | os.PathLike[str] | None, words: str) -> str:
    """A `photolens` command as one types it for this library (None: the user's own)."""
    folder = library_folder(library)
    which = "" if folder == default_library() else f" --library {shlex.quote(str(folder))}"
    return f"photolens {words}{which}"


def models_dir() -> Path:
    """Models the user installed, one folder each."""
    return data_dir() / "models"


def settings_file() -> Path:
    return Path(platformdirs.user_config_dir(_APP, appauthor=False)) / "settings.toml"


def window_state_file() -> Path:
    """Where the window remembers its size and layout."""
    return settings_file().with_name("window.ini")


def log_file() -> Path:
    return Path(platformdirs.user_log_dir(_APP, appauthor=False)) / "photolens.log"


def resource(*parts: str) -> Path:
    """A file or folder that ships with PhotoLens.

    An installed package carries `resources` inside itself; a checkout has it beside the package.
    """
    package = Path(__file__).resolve().parent
    installed = package / "resources"
    return (installed if installed.is_dir() else package.parent / "resources").joinpath(*parts)


def sync(path: Path) -> None:
    """Make what was written to a file, or a rename in a folder, survive a power cut. Raises OSError."""
    try:
        descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    except PermissionError:
        if path.is_dir():  # Windows opens none, and does it by itself
            return
        raise
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
