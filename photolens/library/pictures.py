"""The photo itself, from whichever copy can be read, or a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from photolens.domain import DecodedPhoto, Folder, InputSpec, PhotoFile, PixelArray
from photolens.errors import DecoderDied, FailureKind, PhotoError
from photolens.imaging.workers import Decoders
from photolens.ingest import content_hash
from photolens.messages import message

T = TypeVar("T")


class Pictures:
    """Pictures for those who look at them, decoded by worker processes. Safe to use from several threads.

    A source is a path, or the bytes of a picture. One that brought its worker down twice is not tried again
    unless it changes, as long as the program runs.
    """

    def __init__(self, decoders: Decoders) -> None:
        self._decoders = decoders
        self._died: set[object] = set()  # sources that brought a worker down
        self._aside: dict[object, PhotoError] = {}  # twice

    def photo(
        self, source: str | bytes, *, thumbnail_px: int = 320, input_spec: InputSpec | None = None
    ) -> DecodedPhoto:
        """What `decode_photo` gives. Raises PhotoError; LibraryError when no worker can be started."""
        return self._tried(
            source, lambda: self._decoders.photo(source, thumbnail_px=thumbnail_px, input_spec=input_spec)
        )

    def picture(self, source: str | bytes, max_px: int | None = None) -> PixelArray:
        """What `decode_picture` gives; raises what `photo` raises."""
        return self._tried(source, lambda: self._decoders.picture(source, max_px))

    def first_of(
        self, files: Sequence[PhotoFile], folders: Iterable[Folder], max_px: int | None = None
    ) -> PixelArray:
        """The first of `files` (copies of one photo) that can be read, as `picture` gives it.

        Raises PhotoError with the reason of the first copy when none can be read.
        """
        roots = {folder.id: folder.path for folder in folders}
        first: PhotoError | None = None
        for file in files:
            try:
                return self._of_file(file, roots.get(file.folder_id, file.path), max_px)
            except PhotoError as error:
                first = first or error
        raise first or _gone()

    def _of_file(self, file: PhotoFile, root: str, max_px: int | None) -> PixelArray:
        if not file.online:
            raise _offline(root)
        try:
            return self.picture(file.path, max_px)
        except PhotoError as error:
            if not isinstance(error.__cause__, FileNotFoundError | NotADirectoryError):
                raise
            # The drive may have been unplugged since anyone looked.
            raise (_gone() if Path(root).is_dir() else _offline(root)) from error

    def _tried(self, source: str | bytes, decode: Callable[[], T]) -> T:
        if self._aside and (known := self._aside.get(_key(source))):
            raise PhotoError(known.kind, known.reason)
        try:
            return decode()
        except DecoderDied as error:
            key = _key(source)
            if key not in self._died:
                self._died.add(key)
                raise
            self._aside[key] = error.set_aside()
            raise self._aside[key] from error


def _key(source: str | bytes) -> object:
    """A file that has changed is another one."""
    if isinstance(source, bytes):
        return content_hash(source)
    try:
        found = Path(source).stat()
    except OSError:
        return source
    return source, found.st_size, found.st_mtime_ns


def _offline(root: str) -> PhotoError:
    return PhotoError(
        FailureKind.UNREADABLE,
        message(
            "The folder {folder} is offline. Plug in the drive that holds it, or connect to it, "
            "then try again.",
            folder=root,
        ),
    )


def _gone() -> PhotoError:
    return PhotoError(
        FailureKind.UNREADABLE, message("The file is not there any more: it was moved, renamed or deleted.")
    )
