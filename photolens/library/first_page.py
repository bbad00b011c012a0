"""What a window shows before the library is open, which takes longer than to read one page."""

from __future__ import annotations

from pathlib import Path

from photolens.catalog import first_page as catalog
from photolens.domain import Listing, Order
from photolens.library.places import Places

_COUNT = 1000  # small tiles on a large screen


def first_page(root: Path, order: Order) -> Listing | None:
    """The first photos of the library in this folder; None where only opening it tells what to show."""
    places = Places(root)
    try:
        return None if places.restore_begun else catalog.first_page(places.catalog, order, _COUNT)
    except OSError:
        return None
