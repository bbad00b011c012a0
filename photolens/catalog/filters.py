"""Filters as SQL: which photos meet the user's conditions."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from photolens.catalog.folders import PRESENT
from photolens.domain import Filters, Orientation

# What people call a format, where the catalog calls it something else.
_ALIASES = {"jpg": "jpeg", "jpe": "jpeg", "jfif": "jpeg", "heic": "heif", "hif": "heif", "tif": "tiff"}

_ORIENTATIONS = {
    Orientation.LANDSCAPE: "width > height",
    Orientation.PORTRAIT: "width < height",
    Orientation.SQUARE: "width = height",
}

# The time a photo has for sorting and filtering: the camera's, else when the file was last changed.
TIME = f"""coalesce(taken_at, (SELECT strftime('%Y-%m-%dT%H:%M:%S', min(mtime_ns) / 1000000000,
           'unixepoch', 'localtime') FROM files
           WHERE photo_id = photos.id AND {PRESENT}))"""


def condition(filters: Filters) -> tuple[list[str], list[Any]]:
    """Conditions on the table `photos`, all of which must hold, and their arguments."""
    parts: list[str] = []
    arguments: list[Any] = []

    def add(sql: str, *values: Any) -> None:
        parts.append(sql)
        arguments.extend(values)

    if filters.folders:
        inside, values = in_folders(filters.folders)
        add(
            f"""EXISTS (SELECT 1 FROM files JOIN folders ON folders.id = folder_id
                WHERE photo_id = photos.id AND {PRESENT} AND {inside})""",
            *values,
        )
    if filters.since:
        add(f"{TIME} >= ?", filters.since.isoformat())
    if filters.until:
        add(f"{TIME} < ?", f"{filters.until.isoformat()}T24")  # after every time of that day
    if filters.formats:
        wanted = [_ALIASES.get(name, name) for name in (f.lower().lstrip(".") for f in filters.formats)]
        add(f"format IN ({','.join('?' * len(wanted))})", *wanted)
    if filters.orientation:
        add(_ORIENTATIONS[filters.orientation])
    if filters.cameras:
        either = "instr(lower(coalesce(camera_make, '') || ' ' || coalesce(camera_model, '')), lower(?)) > 0"
        add(f"({' OR '.join([either] * len(filters.cameras))})", *filters.cameras)
    if filters.has_gps is not None:
        add(f"latitude IS {'NOT ' if filters.has_gps else ''}NULL")
    return parts, arguments


def in_folders(folders: Sequence[str]) -> tuple[str, list[Any]]:
    """A condition on `files` joined with `folders`, to lie in one of these, and its arguments."""
    alternatives, values = zip(*map(_in_folder, folders), strict=True)
    return f"({' OR '.join(alternatives)})", [value for group in values for value in group]


def _in_folder(folder: str) -> tuple[str, list[Any]]:
    """A path means that folder and all below it; a bare name any folder called so."""
    # Root and directory with '/' between and at the end, so that whole components are compared.
    root = "CAST(folders.path AS TEXT)"
    if os.sep != "/":
        root, folder = f"replace({root}, '\\', '/')", folder.replace("\\", "/")
    inside = "CASE directory WHEN x'' THEN '' ELSE CAST(directory AS TEXT) || '/' END"
    full = f"CAST(rtrim({root}, '/') || '/' || {inside} AS BLOB)"
    if not os.path.isabs(folder) and not folder.startswith("~"):  # noqa: PTH117
        name = os.fsencode(folder.strip("/"))
        return f"instr(fold({full}), fold(?)) > 0", [b"/" + name + b"/"]
    path = os.path.abspath(os.path.expanduser(folder))  # noqa: PTH100, PTH111
    start = os.fsencode(path.replace(os.sep, "/").rstrip("/") + "/")
    # As blobs, byte by byte, whatever they hold.
    return f"substr({full}, 1, length(?)) = ?", [start, start]
