"""JSON files of annotations, and sentences where they are not what they should be."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from photolens.errors import UsageError
from photolens.messages import plain


@dataclass(frozen=True, slots=True)
class Entry:
    """One object of an annotation file. Its methods raise UsageError where a value is not there."""

    file: Path
    where: str
    values: dict[str, Any]

    def has(self, key: str) -> bool:
        """Whether it holds the key."""
        return key in self.values

    def text(self, key: str) -> str:
        """A text."""
        value = self.values.get(key)
        if not isinstance(value, str):
            raise self._wrong(key, "a text")
        return value.strip()

    def whole(self, key: str) -> int:
        """A whole number, also one written as text."""
        value = self.values.get(key)
        if isinstance(value, bool) or not isinstance(value, int | str) or not str(value).isdecimal():
            raise self._wrong(key, "a whole number")
        return int(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, at least one."""
        return tuple(str(value) for value in self._list(key, str, "a list of texts"))

    def wholes(self, key: str) -> tuple[int, ...]:
        """A list of whole numbers, at least one."""
        return tuple(int(value) for value in self._list(key, int, "a list of whole numbers"))

    def numbers(self, key: str, count: int) -> tuple[float, ...]:
        """A list of `count` numbers."""
        found = tuple(float(value) for value in self._list(key, (int, float), f"a list of {count} numbers"))
        if len(found) != count or not all(map(math.isfinite, found)):
            raise self._wrong(key, f"a list of {count} numbers")
        return found

    def entry(self, key: str) -> Entry:
        """An object within this one."""
        value = self.values.get(key)
        if not isinstance(value, dict):
            raise self._wrong(key, "an object")
        return Entry(self.file, f"{self.where}, {key}", value)

    def entries(self, key: str) -> tuple[Entry, ...]:
        """A list of objects within this one, at least one."""
        found = self._list(key, dict, "a list of objects")
        return tuple(Entry(self.file, f"{self.where}, {key} {n}", value) for n, value in enumerate(found, 1))

    def _list(self, key: str, kind: type | tuple[type, ...], wanted: str) -> list[Any]:
        value = self.values.get(key)
        if not isinstance(value, list) or not value or not all(isinstance(item, kind) for item in value):
            raise self._wrong(key, wanted)
        return value

    def _wrong(self, key: str, wanted: str) -> UsageError:
        return UsageError(
            plain(f"{self.file}, {self.where}: {key} should be {wanted}; give the file as published.")
        )


def find_file(folder: Path, names: Sequence[str]) -> Path:
    """The first of `names` that is in the folder. Raises UsageError, which says what was looked for."""
    for name in names:
        if (folder / name).is_file():
            return folder / name
    looked = " or ".join(names)
    raise UsageError(
        plain(f"There is no {looked} in {folder}; give the folder of the published annotations.")
    )


def read_entries(file: Path) -> list[Entry]:
    """The objects of a file that is a list of them."""
    found = read_json(file)
    if not isinstance(found, list) or not all(isinstance(value, dict) for value in found):
        raise UsageError(plain(f"{file} is not a list of objects; give the file as published."))
    return [Entry(file, f"entry {n}", value) for n, value in enumerate(found, 1)]


def read_json(file: Path) -> Any:
    """Raises UsageError where the file cannot be read, or is no JSON."""
    try:
        return json.loads(file.read_bytes())
    except OSError as error:
        raise UsageError(plain(f"{file} cannot be read: {error.strerror}.")) from error
    except (ValueError, RecursionError) as error:  # ValueError: also bytes that are no UTF-8
        raise UsageError(plain(f"{file} is damaged: it is no JSON ({error}). Fetch it again.")) from error
