"""The photos in the grid: a list of ids and what is known of them before any thumbnail has come."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractListModel, QDate, QLocale, QModelIndex, QPersistentModelIndex, Qt

from photolens.domain import IdArray, Listing, PhotoId, waits
from photolens.gui.grid.sections import Section

_Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()


class PhotoModel(QAbstractListModel):
    """Holds a Listing; replaced as a whole, which costs the same for ten photos and for a million."""

    def __init__(self) -> None:
        super().__init__()
        self.listing = Listing.empty()
        self.sections: tuple[Section, ...] = ()
        self.liked: frozenset[PhotoId] = frozenset()
        self.disliked: frozenset[PhotoId] = frozenset()
        self.names: dict[PhotoId, str] = {}  # of files that wait to be read, as far as they were in sight

    def replace(self, listing: Listing, sections: tuple[Section, ...] = ()) -> None:
        """Show other photos, all in one stretch or in sections."""
        self.beginResetModel()
        self.listing = listing
        self.sections = sections
        self.endResetModel()

    def become(self, listing: Listing) -> None:
        """Files that waited are photos now, in the same rows."""
        self.listing = listing
        self.dataChanged.emit(self.index(0, 0), self.index(len(listing) - 1, 0))

    def photo_id(self, row: int) -> PhotoId:
        return int(self.listing.ids[row])

    def verdict(self, photo_id: PhotoId) -> bool | None:
        """Whether the photo was liked; None: neither liked nor disliked."""
        return True if photo_id in self.liked else False if photo_id in self.disliked else None

    def rows_of(self, ids: IdArray) -> IdArray:
        """Rows of those of `ids` that are listed, ascending."""
        return np.flatnonzero(np.isin(self.listing.ids, ids))

    def time(self, row: int) -> datetime:
        """When the photo was taken, else changed."""
        value: datetime = self.listing.times[row].astype("datetime64[s]").item()
        return value

    def rowCount(self, parent: _Index = _NO_PARENT) -> int:  # noqa: N802
        return 0 if parent.isValid() else len(self.listing)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.listing):
            return None
        if role == Qt.ItemDataRole.AccessibleTextRole:  # what a screen reader says
            photo_id = self.photo_id(index.row())
            if waits(photo_id):
                name = self.names.get(photo_id, self.tr("Photo"))
                return self.tr("%1, waiting to be read").replace("%1", name)
            away = "" if self.listing.online[index.row()] else ", " + self.tr("offline")
            judged = {True: ", " + self.tr("liked"), False: ", " + self.tr("disliked"), None: ""}[
                self.verdict(photo_id)
            ]
            taken = self.time(index.row())
            day = QLocale().toString(QDate(taken.year, taken.month, taken.day), self.tr("dd MMMM yyyy"))
            return self.tr("Photo of %1").replace("%1", day) + away + judged
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag
        return (
            flags.ItemIsEnabled
            | flags.ItemIsSelectable
            | flags.ItemIsDragEnabled
            | flags.ItemNeverHasChildren
        )
