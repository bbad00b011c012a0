"""The facade: everything a window, a command line or a script needs of PhotoLens.

It loads lazily, so that a window can show its first page before the whole library is imported.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from photolens.domain import Order
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

_HOMES = {
    "CheckReport": "photolens.library.status",
    "IndexState": "photolens.library.status",
    "Library": "photolens.library.facade",
    "Order": "photolens.domain",
    "RestoreReport": "photolens.library.trash",
    "Status": "photolens.library.status",
    "TrashReport": "photolens.library.trash",
    "normalised": "photolens.ingest",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
