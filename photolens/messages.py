"""Texts for people that are written below the window: English, and translatable all the same.

At a terminal, in the log and in the catalog a message is its English text. A window looks its template up in
the user's language and fills in the values itself (`gui/localized.py`). The templates are found by the
calls of `message` and `counted`, so they are literals there (`tests/translations.py`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from photolens.words import file_size

_PLACE = re.compile(r"\{(\w+)\}")
_DEEPEST = 5  # messages within messages
_LARGEST = 2**62


class Size(int):
    """A number of bytes, which is shown as the size of a file."""


class Message(str):
    """An English text. `template` is None for what no language translates, such as a name.

    `one` is the English template for one, of those that depend on the value `count`.
    """

    template: str | None = None
    one: str | None = None
    values: Mapping[str, Value] = MappingProxyType({})

    def __reduce__(self) -> tuple[Callable[..., Message], tuple[Any, ...]]:
        if self.template is None:
            return (plain, (str(self),))
        return (_made, (self.template, self.one, dict(self.values)))


Value = str | int | datetime | Message


def message(template: str, **values: Value | os.PathLike[str] | BaseException) -> Message:
    """A text with {named} places for values.

    An integer is a quantity and gets separators; give one that is only a name (a number of an error, an id)
    as a string. An exception stands for what it says. A Message is translated too.
    """
    return _made(template, None, {name: _value(value) for name, value in values.items()})


def counted(
    one: str, many: str, *, count: int, **values: Value | os.PathLike[str] | BaseException
) -> Message:
    """As `message`, where the wording depends on `count`, which is a value like the others."""
    return _made(many, one, {name: _value(value) for name, value in {**values, "count": count}.items()})


def plain(text: str) -> Message:
    """A text that is the same in every language, or that only terminals show."""
    return Message(text)


def said(error: BaseException) -> Message:
    """What an exception says."""
    first = error.args[0] if error.args else None
    return first if isinstance(first, Message) else plain(str(error))


def filled(template: str, values: Mapping[str, str]) -> str:
    """The template with its places filled; one that has no value stays as it is."""
    return _PLACE.sub(lambda place: values.get(place[1], place[0]), template)


def packed(text: Message) -> Any:
    """The message for JSON."""
    if text.template is None:
        return str(text)
    values = {name: _packed_value(value) for name, value in text.values.items()}
    return {"template": text.template, "one": text.one, "values": values}


def unpacked(found: Any, depth: int = 0) -> Message:
    """The message that `packed` gave. Raises ValueError for what cannot be one."""
    if isinstance(found, str):
        return plain(found)
    try:
        template, one = found["template"], found["one"]
        values = {str(name): _unpacked_value(value, depth) for name, value in found["values"].items()}
        if not isinstance(template, str):
            raise ValueError(template)
        if one is not None and not (isinstance(one, str) and type(values["count"]) is int):
            raise ValueError(one)
        return _made(template, one, values)
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError("not a message") from error


def _made(template: str, one: str | None, values: dict[str, Value]) -> Message:
    chosen = one if one is not None and values["count"] == 1 else template
    made = Message(filled(chosen, {name: _in_english(value) for name, value in values.items()}))
    made.template, made.one, made.values = template, one, values
    return made


def _value(value: Value | os.PathLike[str] | BaseException) -> Value:
    if isinstance(value, BaseException):
        return said(value)
    return os.fspath(value) if isinstance(value, os.PathLike) else value


def _in_english(value: Value) -> str:
    if isinstance(value, Size):
        return file_size(value)
    if isinstance(value, datetime):
        return f"{value.astimezone():%Y-%m-%d %H:%M}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _packed_value(value: Value) -> Any:
    if isinstance(value, Message):
        return packed(value)
    if isinstance(value, Size):
        return {"bytes": int(value)}
    return {"time": value.isoformat()} if isinstance(value, datetime) else value


def _unpacked_value(found: Any, depth: int) -> Value:
    if isinstance(found, str):
        return found
    if type(found) is int:
        return _bounded(found)
    if isinstance(found, dict) and "bytes" in found:
        return Size(_bounded(found["bytes"]))
    if isinstance(found, dict) and "time" in found:
        return datetime.fromisoformat(found["time"])
    if depth >= _DEEPEST:
        raise ValueError("too deep")
    return unpacked(found, depth + 1)


def _bounded(found: Any) -> int:
    if type(found) is not int or abs(found) > _LARGEST:
        raise ValueError("no such number")
    return found


# --- what the system says ---------------------------------------------------------------------------

_SYSTEM = {
    str(text): text
    for text in (
        message("Connection refused"),
        message("Connection reset by peer"),
        message("Connection timed out"),
        message("Device or resource busy"),
        message("Disk quota exceeded"),
        message("File exists"),
        message("File name too long"),
        message("Input/output error"),
        message("Is a directory"),
        message("Name or service not known"),
        message("Network is unreachable"),
        message("No route to host"),
        message("No space left on device"),
        message("No such file or directory"),
        message("Not a directory"),
        message("Operation not permitted"),
        message("Permission denied"),
        message("Read-only file system"),
        message("Stale file handle"),
        message("Temporary failure in name resolution"),
        message("Too many open files"),
        message("Transport endpoint is not connected"),
    )
}


def system(error: BaseException) -> Message:
    """Why the system refused something: without a full stop, translatable where that is common."""
    text = (getattr(error, "strerror", None) or str(error) or type(error).__name__).rstrip(".")
    return _SYSTEM.get(text) or plain(text)
