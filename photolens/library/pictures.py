"""The photo itself, from whichever copy can be read, or a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from photolens.domain import Folder, PhotoFile, PixelArray
from photolens.errors import FailureKind, PhotoError
from photolens.imaging.decode import decode_bytes, decode_picture, make_thumbnail


def read_picture(
    files: Sequence[PhotoFile], folders: Iterable[Folder], max_px: int | None = None
) -> PixelArray:
    """The first of `files` (copies of one photo) that can be read, as `decode_picture` gives it.

    Raises PhotoError with the reason of the first copy when none can be read.
    """
    roots = {folder.id: folder.path for folder in folders}
    first: PhotoError | None = None
    for file in files:
        try:
            return _read(file, roots.get(file.folder_id, file.path), max_px)
        except PhotoError as error:
            first = first or error
    raise first or _gone()


def make_preview(source: str | bytes) -> bytes:
    """JPEG of at most 320 px of a picture file, or of the bytes of one. Raises PhotoError."""
    return decode_bytes(source).thumbnail if isinstance(source, bytes) else make_thumbnail(source)


def _read(file: PhotoFile, root: str, max_px: int | None) -> PixelArray:
    if not file.online:
        raise _offline(root)
    try:
        return decode_picture(file.path, max_px)
    except PhotoError as error:
        if not isinstance(error.__cause__, FileNotFoundError | NotADirectoryError):
            raise
        # The drive may have been unplugged since anyone looked.
        raise (_gone() if Path(root).is_dir() else _offline(root)) from error


def _offline(root: str) -> PhotoError:
    return PhotoError(
        FailureKind.UNREADABLE,
        f"The folder {root} is offline. Plug in the drive that holds it, or connect to it, then try again.",
    )


def _gone() -> PhotoError:
    return PhotoError(
        FailureKind.UNREADABLE, "The file is not there any more: it was moved, renamed or deleted."
    )
