"""The facade: everything a window, a command line or a script needs of PhotoLens.

It loads lazily: a window shows its first page before all of it is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from photolens import lazy

if TYPE_CHECKING:
    from photolens.domain import Order
    from photolens.ingest import normalised
    from photolens.library.facade import Library
    from photolens.library.status import CheckReport, IndexState, Status
    from photolens.library.trash import RestoreReport, TrashReport
else:
    __getattr__ = lazy.names_of(
        __name__,
        {
            "photolens.domain": "Order",
            "photolens.ingest": "normalised",
            "photolens.library.facade": "Library",
            "photolens.library.status": "CheckReport IndexState Status",
            "photolens.library.trash": "RestoreReport TrashReport",
        },
    )

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
