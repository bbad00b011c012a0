"""Everything PhotoLens raises on purpose.

PhotoLensError
├── UsageError               the request makes no sense; the message says what to type instead
│   └── QueryError           a search that cannot be understood
├── FolderError              a photo folder that cannot be used
├── LibraryError             the library folder itself
│   ├── LibraryMissing       there is none yet
│   ├── LibraryBusy          another PhotoLens is writing to it
│   ├── LibraryReadOnly      its folder cannot be written; it can be opened for reading
│   ├── CatalogDamaged       the SQLite file fails its checks
│   └── CatalogTooNew        written by a later version
├── ConceptFileError         a file with a concept that cannot be read
├── DisplayError             there is no screen to open a window on
├── ModelError               an embedding model that cannot be found, read or trusted
│   ├── ModelUnavailable     sound, but not to be computed now, perhaps for want of memory
│   └── DownloadCancelled    the user stopped its download
└── PhotoError               one photo that cannot be read; carries `kind`
    └── DecoderDied          reading it brought the process down that reads pictures
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from photolens.messages import Message, message, said


class PhotoLensError(Exception):
    """Base of all errors whose message is meant for a person."""

    def __init__(self, text: Message) -> None:
        super().__init__(text)

    @property
    def text(self) -> Message:
        """What it says, also in other languages than that of `str(error)`."""
        return said(self)


class UsageError(PhotoLensError):
    """The request makes no sense; the message says what to do instead."""


class QueryError(UsageError):
    """A search that cannot be understood or has nothing to search for."""


class FolderError(PhotoLensError):
    """A photo folder that does not exist or cannot be used."""


class LibraryError(PhotoLensError):
    """The library folder (catalog, index, thumbnails) cannot be used."""


class LibraryMissing(LibraryError):
    """There is no library at this place yet."""


class LibraryBusy(LibraryError):
    """Another running PhotoLens holds the library for writing."""


class LibraryReadOnly(LibraryError):
    """The library is there, but this user or this disk lets nobody write to it."""


class CatalogDamaged(LibraryError):
    """The catalog file is not a sound SQLite database. `library` is the folder it lies in.

    `advised`: the text names the backup that there is.
    """

    def __init__(self, text: Message, library: Path, advised: bool = False) -> None:
        super().__init__(text)
        self.library = library
        self.advised = advised

    def __reduce__(self) -> tuple[type[CatalogDamaged], tuple[Message, Path, bool]]:
        return (CatalogDamaged, (self.text, self.library, self.advised))


class CatalogTooNew(LibraryError):
    """The catalog was written by a later version of PhotoLens."""


class ConceptFileError(PhotoLensError):
    """A file that holds no concept, is damaged, or was written by a later version."""


class DisplayError(PhotoLensError):
    """There is no screen to open a window on, or Qt cannot be loaded."""


class ModelError(PhotoLensError):
    """An embedding model that cannot be found, read or trusted."""


class ModelUnavailable(ModelError):
    """A sound model that could not be computed this time, perhaps for want of memory: later it may be."""


class DownloadCancelled(ModelError):
    """A download that the user stopped. What has arrived is kept, so that the next try goes on from there."""


class FailureKind(StrEnum):
    """Why a photo could not be read; decides whether a scan tries it again unasked."""

    UNREADABLE = "unreadable"  # the system would not let us read it: permission, I/O, gone
    UNSUPPORTED = "unsupported"  # a photo format that we do not read
    NOT_AN_IMAGE = "not-an-image"  # the suffix promises a photo, the bytes are none
    DAMAGED = "damaged"  # an image that ends early or contradicts itself
    TOO_LARGE = "too-large"  # more pixels or bytes than we are willing to decode
    INTERNAL = "internal"  # our own fault: the decoder or the model failed
    SET_ASIDE = "set-aside"  # reading it brought its process down twice; tried again only when asked


class PhotoError(PhotoLensError):
    """One photo could not be read. `str(error)` is a sentence for the user, without the path."""

    def __init__(self, kind: FailureKind, reason: Message) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason

    def __reduce__(self) -> tuple[type[PhotoError], tuple[FailureKind, Message]]:
        # Pickled when decoding runs in another process.
        return (PhotoError, (self.kind, self.reason))


class DecoderDied(PhotoError):
    """Reading the photo brought down the process that did it. A second try is worth it, a third is not."""

    def __init__(self, too_slow: bool = False) -> None:
        reason = (
            message("Reading this file took more than a minute.")
            if too_slow
            else message("Reading this file crashed the decoder.")
        )
        super().__init__(FailureKind.INTERNAL, reason)
        self.too_slow = too_slow

    def set_aside(self) -> PhotoError:
        """The failure once that has happened twice."""
        reason = (
            message("Reading this file took more than a minute twice, so it is set aside.")
            if self.too_slow
            else message("Reading this file crashed the decoder twice, so it is set aside.")
        )
        return PhotoError(FailureKind.SET_ASIDE, reason)

    def __reduce__(self) -> tuple[type[DecoderDied], tuple[bool]]:  # type: ignore[override]
        return (DecoderDied, (self.too_slow,))
