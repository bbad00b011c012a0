"""The facade: everything a window, a command line or a script needs of PhotoLens."""

from photolens.catalog import Order
from photolens.ingest import normalised
from photolens.library.facade import Library
from photolens.library.status import CheckReport, IndexState, Status
from photolens.library.trash import RestoreReport, TrashReport

__all__ = [
    "CheckReport",
    "IndexState",
    "Library",
    "Order",
    "RestoreReport",
    "Status",
    "TrashReport",
    "normalised",
]
