"""Logging: one rotating file per user; warnings also on stderr when asked for."""

from __future__ import annotations

import logging
import logging.handlers
import sys
from pathlib import Path

_MAX_BYTES = 1_000_000
_BACKUPS = 3


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
            file.parent.mkdir(parents=True, exist_ok=True)
            handler: logging.Handler = logging.handlers.RotatingFileHandler(
                file, maxBytes=_MAX_BYTES, backupCount=_BACKUPS, encoding="utf-8", errors="backslashreplace"
            )
        except OSError as error:
            sys.stderr.write(f"photolens: no log will be kept: {error}\n")
        else:
            handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
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
        handler.close()
