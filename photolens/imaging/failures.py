"""What goes wrong with a file becomes a PhotoError, whose reason a person can read."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image

from photolens.errors import FailureKind, PhotoError
from photolens.messages import Message, message, system

_EARLY_END = ("truncated", "end of file", "unexpected end", "eof", "not enough", "premature", "incomplete")
_MEMORY = ("memory", "mempool", "bad alloc", "security limit", "too big")

log = logging.getLogger(__name__)


@contextmanager
def boundary(kind: FailureKind, reason: Message, what: object) -> Iterator[None]:
    """Turn whatever a decoder throws into a PhotoError; `kind` and `reason` are for what is unknown."""
    try:
        yield
    except PhotoError:
        raise
    except Exception as error:
        log.debug("cannot read %r: %s at %s", what, type(error).__name__, _place(error))
        raise _explain(error, kind, reason) from error


def _place(error: Exception) -> str:
    """Where it was raised. A traceback would show what it says, which may quote the photo."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.filename}, line {frame.lineno}"


def _explain(error: Exception, kind: FailureKind, reason: Message) -> PhotoError:
    if isinstance(error, MemoryError):
        return PhotoError(FailureKind.TOO_LARGE, message("There is not enough memory to read this picture."))
    if isinstance(error, Image.DecompressionBombError | Image.DecompressionBombWarning):
        return PhotoError(FailureKind.TOO_LARGE, message("The picture has more pixels than are read."))
    if isinstance(error, OSError) and error.errno is not None:
        return PhotoError(FailureKind.UNREADABLE, _system_reason(error))
    if isinstance(error, ValueError) and kind is FailureKind.INTERNAL and "null byte" in str(error):
        return PhotoError(FailureKind.UNREADABLE, message("The file name is not valid."))
    if kind is FailureKind.DAMAGED:
        text = str(error).lower()
        if isinstance(error, EOFError) or any(word in text for word in _EARLY_END):
            return ends_early()
        if any(word in text for word in _MEMORY):
            return PhotoError(
                FailureKind.TOO_LARGE, message("The picture needs more memory than is allowed.")
            )
    return PhotoError(kind, reason)


def ends_early() -> PhotoError:
    return PhotoError(
        FailureKind.DAMAGED, message("The file ends too early; part of the picture is missing.")
    )


def _system_reason(error: OSError) -> Message:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return message("The file is not there.")
    if isinstance(error, PermissionError):
        return message("No permission to read the file.")
    if isinstance(error, IsADirectoryError):
        return message("This is a folder, not a file.")
    return message("The system could not read the file: {reason}.", reason=system(error))
