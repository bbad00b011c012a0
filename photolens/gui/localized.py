"""What comes from below the window, in the user's language: messages, sizes, durations."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication, QLocale

from photolens.gui.backup_words import when
from photolens.messages import Message, Size, Value, counted, filled, said

CONTEXT = "core"  # of the templates, in the files for translators
_KILO, _TERA = 1000, 10**12
_MOST = 10**9  # that Qt takes for a number of things

translate = QCoreApplication.translate


def localized(text: str | BaseException) -> str:
    """A message, or what an error says, in the window's language; any other text as it is."""
    text = said(text) if isinstance(text, BaseException) else text
    if not isinstance(text, Message) or text.template is None:
        return str(text)
    return filled(_template(text), {name: _shown(value) for name, value in text.values.items()})


def file_size(size_bytes: int) -> str:
    """In powers of 1000, as `words.file_size` has it: 1 byte, 312 kB, 4.2 MB."""
    if size_bytes < _KILO:
        return localized(counted("{count} byte", "{count} bytes", count=size_bytes))
    unit = _KILO
    while unit < _TERA and round(size_bytes / unit) >= _KILO:
        unit *= _KILO
    return QLocale().formattedDataSize(
        max(size_bytes, unit),  # 999.9 kB would be 1000 kB
        0 if unit == _KILO else 1,
        QLocale.DataSizeFormat.DataSizeSIFormat,
    )


def duration(seconds: float) -> str:
    """A rough time: 8 s, 3 min, 2 h 5 min."""
    number = QLocale().toString
    if seconds < 1:
        return translate("Quantities", "under a second")
    if seconds < 90:
        return translate("Quantities", "%1 s").replace("%1", number(round(seconds)))
    minutes = round(seconds / 60)
    if minutes < 90:
        return translate("Quantities", "%1 min").replace("%1", number(minutes))
    text = translate("Quantities", "%1 h %2 min")
    return text.replace("%1", number(minutes // 60)).replace("%2", number(minutes % 60))


def _template(text: Message) -> str:
    assert text.template is not None
    if text.one is None:
        return translate(CONTEXT, text.template)
    count = text.values["count"]
    assert isinstance(count, int)
    found = translate(CONTEXT, text.template, "", min(count, _MOST))
    # English has no file, so it has no forms either.
    return text.one if count == 1 and found == text.template else found


def _shown(value: Value) -> str:
    if isinstance(value, Size):
        return file_size(value)
    if isinstance(value, datetime):
        return when(value)
    return QLocale().toString(value) if isinstance(value, int) else localized(value)
