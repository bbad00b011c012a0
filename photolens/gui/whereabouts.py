"""Why a photo itself cannot be had, in a sentence that says where it is and what to do."""

from __future__ import annotations

import os
from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication

from photolens import words
from photolens.domain import Folder, Photo, RootState, WaitingFile

translate = QCoreApplication.translate


def folder_name(path: str) -> str:
    """The last part of a folder's path, or all of it where that is empty."""
    trimmed = path.rstrip(os.sep)
    return words.file_name(trimmed) or words.printable(path)


def why_away(photo: Photo | WaitingFile, folders: Iterable[Folder]) -> str:
    """Empty for a photo that can be reached."""
    if photo.online:
        return ""
    states = {folder.path: folder.state for folder in folders}
    if states.get(photo.folder) is RootState.CHANGED:
        text = translate(
            "Whereabouts",
            "Its file in %1 is gone, with many others. It is kept until you say they were deleted.",
        )
    else:
        text = translate(
            "Whereabouts", "On %1, which is offline. Plug it in or connect to it to see the photo itself."
        )
    return text.replace("%1", folder_name(photo.folder))
