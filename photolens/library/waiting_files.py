"""Looking at files that wait to be read: their names, thumbnails and pictures, before they are photos."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress

from photolens.domain import PhotoId, WaitingFile
from photolens.errors import LibraryError, PhotoError
from photolens.library.pictures import Pictures
from photolens.library.reader_pool import ReaderPool
from photolens.messages import message


class WaitingFiles:
    """Answers for ids below 0 of a listing, each the file's until it is read, then the photo's."""

    def __init__(self, readers: ReaderPool, pictures: Pictures) -> None:
        self._readers = readers
        self._pictures = pictures

    def files(self, ids: Iterable[PhotoId]) -> list[WaitingFile]:
        """What became of these; those that are gone, or could not be read, are left out."""
        with self._readers.reader() as catalog:
            return catalog.unread.files(ids)

    def file(self, file_id: PhotoId) -> WaitingFile:
        """The same of one. Raises LibraryError where it is gone."""
        found = self.files([file_id])
        if not found:
            raise LibraryError(message("This file could not be read, or it is not there any more."))
        return found[0]

    def thumbnail(self, file_id: PhotoId, of_photo: Callable[[PhotoId], bytes | None]) -> bytes | None:
        """A JPEG of at most 320 px, or None. It is not kept: reading the file will make one that is."""
        with suppress(LibraryError, PhotoError):
            file = self.file(file_id)
            if file.photo_id is not None:
                return of_photo(file.photo_id)
            if file.online:
                return self._pictures.photo(file.path).thumbnail
        return None
