"""\"Search with PhotoLens" for folders in Nautilus and Caja, where those run extensions in Python.

It lies below share/nautilus-python and share/caja-python, and goes by the entries that lie below the same
share/: the texts are those for other file managers, the command is that of the menu.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import gi

_FOLDER = Path(__file__).absolute().parent
_SHARE = _FOLDER.parents[1]
# The module of the file manager, and the version of GDK that it runs with.
_NAME, _GDK = {"nautilus-python": ("Nautilus", "4.0"), "caja-python": ("Caja", "3.0")}[_FOLDER.parent.name]
_MANAGER = import_module(f"gi.repository.{_NAME}")
gi.require_version("Gdk", _GDK)
from gi.repository import Gdk, Gio, GLib, GObject  # noqa: E402

_TEXTS = "file-manager/actions/photolens.desktop"
_COMMAND = "applications/photolens.desktop"
try:
    _AppInfo = import_module("gi.repository.GioUnix").DesktopAppInfo
except ImportError:  # before GLib 2.80
    _AppInfo = Gio.DesktopAppInfo


class PhotoLensMenu(GObject.GObject, _MANAGER.MenuProvider):  # type: ignore[misc, name-defined]
    """The one entry. What a file manager passes depends on its version; what was clicked comes last."""

    def get_file_items(self, *arguments: Any) -> list[Any]:
        """For folders that are selected."""
        return _items(arguments[-1], "selected")

    def get_background_items(self, *arguments: Any) -> list[Any]:
        """For the folder that is shown."""
        return _items([arguments[-1]], "shown")


def _items(files: list[Any], which: str) -> list[Any]:
    folders = [file.get_location() for file in files if file.is_directory()]
    if not files or len(folders) < len(files) or any(folder.get_path() is None for folder in folders):
        return []
    texts = GLib.KeyFile()
    texts.load_from_file(str(_SHARE / _TEXTS), GLib.KeyFileFlags.NONE)
    label = texts.get_locale_string("Desktop Entry", "Name", None)
    item = _MANAGER.MenuItem(name=f"PhotoLensMenu::{which}", label=label, tip="", icon="photolens")
    item.connect("activate", _open, folders)
    return [item]


def _open(item: Any, folders: list[Any]) -> None:
    display = Gdk.Display.get_default()
    # By which the window may come to the front.
    context = display.get_app_launch_context() if display else None
    _AppInfo.new_from_filename(str(_SHARE / _COMMAND)).launch(folders, context)
