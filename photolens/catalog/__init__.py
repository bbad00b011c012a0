"""What is known, durable: one SQLite database, reached by sqlite-utils and only from here.

It loads lazily: a window shows its first page before all of it is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from photolens import lazy

if TYPE_CHECKING:
    from photolens.catalog.backup import (
        Counts,
        Stopped,
        check_version,
        contents_mark,
        copy_catalog,
        counts,
        fold_log,
        is_known_catalog,
        needs_migration,
        structure_problems,
    )
    from photolens.catalog.catalog import Catalog, OnDamage
    from photolens.catalog.concepts import KeptPicture, SavedConcept
    from photolens.catalog.connection import fold, sqlite_version
    from photolens.catalog.files import FilePlace, FileStat, FileState, KnownFile, PendingFile
    from photolens.catalog.folders import RootIdentity
    from photolens.catalog.header import check_header, damaged, missing
    from photolens.catalog.salvage import Salvaged, read_damaged
    from photolens.catalog.vectors import KnownModel, SavedIndex, is_unit, unit_rows
else:
    __getattr__ = lazy.names_of(
        __name__,
        {
            "photolens.catalog.backup": "Counts Stopped check_version contents_mark copy_catalog "
            "counts fold_log is_known_catalog needs_migration structure_problems",
            "photolens.catalog.catalog": "Catalog OnDamage",
            "photolens.catalog.concepts": "KeptPicture SavedConcept",
            "photolens.catalog.connection": "fold sqlite_version",
            "photolens.catalog.header": "check_header damaged missing",
            "photolens.catalog.files": "FilePlace FileStat FileState KnownFile PendingFile",
            "photolens.catalog.folders": "RootIdentity",
            "photolens.catalog.salvage": "Salvaged read_damaged",
            "photolens.catalog.vectors": "KnownModel SavedIndex is_unit unit_rows",
        },
    )

__all__ = [
    "Catalog",
    "Counts",
    "FilePlace",
    "FileStat",
    "FileState",
    "KeptPicture",
    "KnownFile",
    "KnownModel",
    "OnDamage",
    "PendingFile",
    "RootIdentity",
    "Salvaged",
    "SavedConcept",
    "SavedIndex",
    "Stopped",
    "check_header",
    "check_version",
    "contents_mark",
    "copy_catalog",
    "counts",
    "damaged",
    "fold",
    "fold_log",
    "is_known_catalog",
    "is_unit",
    "missing",
    "needs_migration",
    "read_damaged",
    "sqlite_version",
    "structure_problems",
    "unit_rows",
]
