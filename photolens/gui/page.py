"""What the grid shows: everything, a folder, or the answer to a question."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from photolens.domain import Filters, ImageTerm, PhotoId, Query
from photolens.errors import QueryError
from photolens.library import Order
from photolens.search import combine, describe, parse

BALANCE = Query().balance


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to search with. `source` is a photo of the library, a file's path, or the bytes of one."""

    source: PhotoId | str | bytes
    weight: float = 1.0

    @property
    def name(self) -> str:
        """What to call it where there is no room for a thumbnail."""
        if isinstance(self.source, str):
            return Path(self.source).name
        return "photo" if isinstance(self.source, int) else "picture"


@dataclass(frozen=True, slots=True)
class Page:
    """One state of the window's search pane, to be shown, remembered and come back to."""

    text: str = ""
    pictures: tuple[Picture, ...] = ()
    balance: float = BALANCE
    filters: Filters = field(default_factory=Filters)  # chosen in the row and the folder pane
    order: Order = Order.NEWEST

    @property
    def asks(self) -> bool:
        """Whether there is something to look for, beyond filters."""
        return bool(self.text.strip() or self.pictures)

    @property
    def ranks(self) -> bool:
        """Whether there is a best match: filters alone have none. True for a question that makes no sense."""
        try:
            return any(term.weight for term in self.query().terms)
        except QueryError:
            return True

    @property
    def mixes(self) -> bool:
        """Whether words meet pictures, so that the balance matters."""
        return bool(self.text.strip() and self.pictures)

    def query(self) -> Query:
        """The question in the library's terms. Raises QueryError."""
        typed = parse(self.text)
        pictures = tuple(ImageTerm(picture.source, picture.weight) for picture in self.pictures)
        return replace(
            typed,
            terms=typed.terms + pictures,
            filters=combine(self.filters, typed.filters),
            balance=self.balance,
        )

    def all_filters(self) -> Filters:
        """Those chosen and those typed; only the chosen ones where what is typed makes no sense."""
        try:
            return self.query().filters
        except QueryError:
            return self.filters

    def without_filters(self) -> Page:
        """The same question, put to all photos."""
        words = describe(replace(parse(self.text), filters=Filters())) if self.text else ""
        return replace(self, text=words, filters=Filters())

    def without_search(self) -> Page:
        """The same place, nothing asked."""
        return replace(self, text="", pictures=(), balance=BALANCE)
