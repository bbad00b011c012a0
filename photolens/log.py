"""Logging: one rotating file per user; warnings also on stderr when asked for.

The log may hold paths of photos, and nothing else of what a photo or its metadata says.
"""

from __future__ import annotations

import logging
import logging.handlers
import os
import sys
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path

_MAX_BYTES = 1_000_000
_BACKUPS = 3
_MAX_ENTRY = 20_000  # characters, a traceback included


def set_up(file: Path | None, *, verbose: bool = False) -> None:
    """Send the `photolens` logger to `file` (rotating), and to stderr when `verbose`.

    A log that cannot be written must never stop the program, so a failure is only said aloud.
    """
    logger = logging.getLogger("photolens")
    logger.setLevel(logging.DEBUG if verbose else logging.INFO)
    logger.propagate = False
    close()
    if file is not None:
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handler: logging.Handler = _LogFile(
                file, maxBytes=_MAX_BYTES, backupCount=_BACKUPS, encoding="utf-8", errors="backslashreplace"
            )
        except OSError as error:
            sys.stderr.write(f"photolens: no log will be kept: {error}\n")
        else:
            handler.setFormatter(_Brief("%(asctime)s %(levelname)s %(name)s: %(message)s"))
            logger.addHandler(handler)
    if verbose:
        stream = logging.StreamHandler()
        stream.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
        logger.addHandler(stream)


def close() -> None:
    """Detach and close every handler that `set_up` attached."""
    logger = logging.getLogger("photolens")
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
        with suppress(OSError):  # what a full disk did not take is lost
            handler.close()


class _LogFile(logging.handlers.RotatingFileHandler):
    """For this user only; what cannot be written is lost in silence.

    Several processes may write: each looks at the size before an entry and moves the file on, so that a few
    entries may land in an older file, but none grows past its limit.
    """

    def _open(self) -> TextIOWrapper:
        return open(  # type: ignore[return-value]
            self.baseFilename,
            self.mode,
            encoding=self.encoding,
            errors=self.errors,
            opener=lambda name, flags: os.open(name, flags, 0o600),
        )

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """A full disk: to print a traceback for every entry would help nobody."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handleError(record)  # our own mistake
            return
        # What the file did not take would be tried again with the next entry, for ever.
        broken, self.stream = self.stream, None
        if broken is not None:
            with suppress(OSError):
                broken.close()


class _Brief(logging.Formatter):
    """One line, and perhaps a traceback; cut where it is longer than a log should hold."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        # The name of a photo may hold a line that looks like an entry.
        return "\\n".join(super().formatMessage(record).splitlines())

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        return text if len(text) <= _MAX_ENTRY else f"{text[:_MAX_ENTRY]}… ({len(text):,} characters)"
