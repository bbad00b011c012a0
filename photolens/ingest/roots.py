"""Adding and removing roots, so that no file ever belongs to two of them."""

from __future__ import annotations

import os
from collections.abc import Set as AbstractSet
from pathlib import Path

from photolens.catalog import Catalog, fold
from photolens.domain import Folder
from photolens.errors import FolderError
from photolens.ingest.scanner import is_skipped_directory
from photolens.messages import message, system


def normalised(path: str) -> str:
    """An absolute path without '~', '..' or a slash at its end; links are kept as the user wrote them.

    Where case makes no difference, each folder is spelled as it is listed: two spellings are no two roots.
    Raises FolderError for an empty one, which would mean the current folder by accident.
    """
    if not path.strip():
        raise FolderError(message("The name of the folder is empty."))
    return as_listed(os.path.abspath(os.path.expanduser(path)))


def as_listed(path: str) -> str:
    """An absolute path with the names that the folders on the way list, as far as they may be listed."""
    place, *names = Path(path).parts
    for name in names:
        place = os.path.join(place, _listed_name(place, name))
    return place


def _real(path: str) -> str:
    return as_listed(os.path.realpath(path))


def _listed_name(folder: str, name: str) -> str:
    try:
        listed = os.listdir(folder)
        if name in listed:
            return name
        wanted = os.path.join(folder, name)
        alike = (other for other in listed if fold(other) == fold(name))
        return next((other for other in alike if os.path.samefile(os.path.join(folder, other), wanted)), name)
    except OSError:
        return name


def check(path: str, own: AbstractSet[str]) -> None:
    """Raise FolderError unless `path` is a folder that can be listed; `own`: real paths of the library's."""
    try:
        with os.scandir(path):
            pass
    except FileNotFoundError:
        raise FolderError(
            message("There is no folder {path}. Check the spelling, or plug in its drive.", path=path)
        ) from None
    except NotADirectoryError:
        raise FolderError(message("{path} is a file; give the folder that holds it.", path=path)) from None
    except PermissionError:
        raise FolderError(message("No permission to look into {path}.", path=path)) from None
    except OSError as error:
        raise FolderError(
            message("The folder {path} cannot be read: {reason}.", path=path, reason=system(error))
        ) from error
    if os.path.realpath(path) in own:
        raise FolderError(
            message("{path} is the library's own folder; choose the one that holds your photos.", path=path)
        )


def add(catalog: Catalog, path: str) -> Folder:
    """Make `path` a root, or find the root that it already lies in.

    A root below the new one is absorbed: its files keep their photos, nothing is read again.
    """
    real = _real(path)
    existing = catalog.folders.all()
    for folder in existing:
        if folder.path == path or _contains(_real(folder.path), real):
            return folder
    with catalog.transaction():
        folder_id = catalog.folders.add(path)
        for child in existing:
            child_real = _real(child.path)
            if _contains(real, child_real):
                if not child.online:  # nor does the scan of the new one come by its photos
                    catalog.vanished.hold(catalog.files.present_below(child.id, b""))
                inside = os.fsencode(os.path.relpath(child_real, real))
                catalog.folders.absorb(folder_id, child.id, inside.replace(os.fsencode(os.sep), b"/"))
    return next(folder for folder in catalog.folders.all() if folder.id == folder_id)


def _contains(parent: str, child: str) -> bool:
    """Whether a scan of `parent` comes by `child`: it lies below, and not in a hidden folder."""
    if child == parent:
        return True
    prefix = parent.rstrip(os.sep) + os.sep
    inside = os.fsencode(child[len(prefix) :]).split(os.fsencode(os.sep))
    return child.startswith(prefix) and not any(map(is_skipped_directory, inside))
