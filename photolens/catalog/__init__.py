"""What is known, durable: one SQLite database, reached by sqlite-utils and only from here."""

from photolens.catalog.catalog import Catalog
from photolens.catalog.concepts import KeptPicture, SavedConcept
from photolens.catalog.files import FileStat, FileState, KnownFile, PendingFile
from photolens.catalog.photos import Order
from photolens.catalog.vectors import SavedIndex

__all__ = [
    "Catalog",
    "FileStat",
    "FileState",
    "KeptPicture",
    "KnownFile",
    "Order",
    "PendingFile",
    "SavedConcept",
    "SavedIndex",
]
