"""What is known, durable: one SQLite database, reached by sqlite-utils and only from here."""

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
from photolens.catalog.connection import check_header, damaged, fold, missing, sqlite_version
from photolens.catalog.files import FilePlace, FileStat, FileState, KnownFile, PendingFile
from photolens.catalog.folders import RootIdentity
from photolens.catalog.salvage import Salvaged, read_damaged
from photolens.catalog.vectors import KnownModel, SavedIndex, is_unit, unit_rows

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
