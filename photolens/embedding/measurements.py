"""What measuring on this machine has found out about models: the best precision, size of batches, speed."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path

log = logging.getLogger(__name__)

_REMEMBERED = 50


class Measurements:
    """What was measured, in one JSON file, by machine and model. A damaged file is an empty one.

    Without a `file` nothing is remembered.
    """

    def __init__(self, file: Path | None) -> None:
        self._file = file

    def get(self, key: str) -> str | None:
        return self._read().get(key)

    def remember(self, key: str, result: str) -> None:
        """Where it cannot be written, it is measured again another time."""
        if self._file is None:
            return
        known = self._read()
        known.pop(key, None)
        latest = [*known.items(), (key, result)][-_REMEMBERED:]
        temporary = self._file.with_name(f"{self._file.name}.{os.getpid()}.new")
        try:
            with os.fdopen(os.open(temporary, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w") as stream:
                json.dump(dict(latest), stream, indent=1)
            temporary.replace(self._file)
        except OSError as error:
            log.info("what was measured was not kept: %s", error)

    def _read(self) -> dict[str, str]:
        if self._file is None:
            return {}
        try:
            found = json.loads(self._file.read_bytes())
        except (OSError, ValueError, RecursionError):
            return {}
        if not isinstance(found, dict):
            return {}
        return {key: value for key, value in found.items() if isinstance(value, str)}
