"""Backups of the catalog as the window speaks of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTime

if TYPE_CHECKING:
    from photolens.library.backups import Backup, Reason

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Known:
    """A backup and what was read of it, which takes a moment."""

    backup: Backup
    photos: int
    concepts: int


def look_into(backup: Backup) -> Known:
    """Reads the file: not on the GUI thread."""
    return Known(backup, backup.photos, backup.concepts)


def look_into_all(root: Path) -> list[Known]:
    """The backups of this library, newest first. Reads the files, as above."""
    from photolens.library import backups  # with it comes the whole library

    return [look_into(backup) for backup in backups.list_backups(root)]


def when(moment: datetime, now: datetime | None = None) -> str:
    """Local day and time of a moment that has a time zone: "today, 09:41"."""
    local, today = moment.astimezone(), (now or datetime.now(UTC)).astimezone().date()
    locale = QLocale()
    day = locale.toString(QDate(local.year, local.month, local.day), QLocale.FormatType.ShortFormat)
    day = {0: translate("Backups", "today"), 1: translate("Backups", "yesterday")}.get(
        (today - local.date()).days, day
    )
    return f"{day}, {locale.toString(QTime(local.hour, local.minute), QLocale.FormatType.ShortFormat)}"


def contents(known: Known) -> str:
    """How much is in it: "31,022 photos, 12 concepts"."""
    locale = QLocale()
    photos = translate("Backups", "1 photo") if known.photos == 1 else translate("Backups", "%1 photos")
    concepts = (
        translate("Backups", "1 concept") if known.concepts == 1 else translate("Backups", "%1 concepts")
    )
    return ", ".join(
        (
            photos.replace("%1", locale.toString(known.photos)),
            concepts.replace("%1", locale.toString(known.concepts)),
        )
    )


def why_made(reason: Reason) -> str:
    """In a word or two."""
    from photolens.library.backups import Reason

    return {
        Reason.DAILY: translate("Backups", "Daily"),
        Reason.MIGRATION: translate("Backups", "Before an update"),
        Reason.MANUAL: translate("Backups", "By hand"),
        Reason.BEFORE_RESTORE: translate("Backups", "Before a restore"),
    }[reason]
