"""What is known of a model's weights on this machine: a small JSON beside them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from photolens.paths import models_dir, sync

_FILE = "installed.json"


@dataclass(frozen=True, slots=True)
class Record:
    """Where weights came from, and the checksums of what came and of what is stored."""

    name: str
    sha256: str  # of the stored file
    source_sha256: str  # of the file as it came
    source: str  # an address, or the name of a file
    installed_at: str  # UTC, ISO 8601


def folder_of(name: str) -> Path:
    """Where the files of an installed model lie."""
    return models_dir() / name.replace("/", "--")


def read_record(folder: Path) -> Record | None:
    """The record in a model's folder; None where there is none that can be read."""
    try:
        found = json.loads((folder / _FILE).read_bytes())
        record = Record(**found)
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    return record if all(isinstance(value, str) for value in asdict(record).values()) else None


def write_record(folder: Path, record: Record) -> None:
    """Keep it, whole or not at all. Raises OSError."""
    new = folder / f"{_FILE}.new"
    new.write_text(json.dumps(asdict(record), indent=1) + "\n", encoding="utf-8")
    sync(new)
    new.replace(folder / _FILE)
