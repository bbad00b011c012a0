"""What the grid shows: everything, a folder, or the answer to a question."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from photolens.domain import (
    ChangeTerm,
    Combination,
    Example,
    FeedbackMode,
    Filters,
    HitOrder,
    ImageTerm,
    Judgement,
    Order,
    PhotoId,
    Query,
    Region,
    Shelf,
    TextTerm,
)
from photolens.errors import QueryError
from photolens.search import combine, describe, parse

BALANCE = Query().balance


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to search with. `source` is a photo of the library, a file's path, or the bytes of one."""

    source: PhotoId | str | bytes
    weight: float = 1.0
    region: Region | None = None  # None: all of it

    @property
    def name(self) -> str:
        """What to call it where there is no room for a thumbnail."""
        from PySide6.QtCore import QCoreApplication  # not before: app.py reads pages before it loads Qt

        translate = QCoreApplication.translate
        if isinstance(self.source, str):
            whole = Path(self.source).name
        else:
            whole = (
                translate("Page", "photo") if isinstance(self.source, int) else translate("Page", "picture")
            )
        return translate("Page", "part of %1").replace("%1", whole) if self.region else whole


@dataclass(frozen=True, slots=True)
class Clicks:
    """What was liked and disliked, and whether and how that counts."""

    judgements: tuple[Judgement, ...] = ()  # one per photo, in the order of clicks
    examples: tuple[Example, ...] = ()  # of a concept that came from elsewhere
    mode: FeedbackMode = FeedbackMode.LEARNED
    muted: bool = False  # the answer is looked at as it was before the clicks
    ask: bool = False  # they are a question by themselves, without words or pictures

    def __bool__(self) -> bool:
        return bool(self.judgements or self.examples)

    @property
    def liked(self) -> tuple[PhotoId, ...]:
        return tuple(judgement.photo_id for judgement in self.judgements if judgement.liked)

    @property
    def disliked(self) -> tuple[PhotoId, ...]:
        return tuple(judgement.photo_id for judgement in self.judgements if not judgement.liked)

    def judge(self, ids: Iterable[PhotoId], liked: bool | None) -> Clicks:
        """With these photos liked, disliked, or (None) neither."""
        fresh = dict.fromkeys(ids)
        same = {judgement.photo_id for judgement in self.judgements if judgement.liked is liked}
        kept = [j for j in self.judgements if j.photo_id not in fresh or j.photo_id in same]
        more = [] if liked is None else [Judgement(i, liked) for i in fresh if i not in same]
        return replace(self, judgements=(*kept, *more))


@dataclass(frozen=True, slots=True)
class Page:
    """One state of the window's search pane, to be shown, remembered and come back to."""

    text: str = ""
    pictures: tuple[Picture, ...] = ()
    balance: float = BALANCE
    filters: Filters = field(default_factory=Filters)  # chosen in the row and the folder pane
    order: Order = Order.NEWEST
    clicks: Clicks = Clicks()
    combination: Combination = Combination.SUM
    strong_only: bool = False
    by_date: bool = False
    concept: int | None = None  # the concept that this began as

    @classmethod
    def of_query(cls, query: Query, *, order: Order = Order.NEWEST, concept: int | None = None) -> Page:
        """A page that asks this; `order` is that of plain lists where the query is not by date."""
        pictures = tuple(
            Picture(term.source, term.weight, term.region)
            for term in query.terms
            if isinstance(term, ImageTerm)
        )
        words = tuple(term for term in query.terms if not isinstance(term, ImageTerm))
        clicks = Clicks(query.judgements, query.examples, query.feedback)
        return cls(
            describe(replace(query, terms=words, filters=Filters())),
            pictures,
            query.balance,
            query.filters,
            _ORDERS.get(query.order, order),
            replace(clicks, ask=bool(clicks) and not query.terms),
            query.combination,
            query.shelf is Shelf.STRONG,
            query.order is not HitOrder.BEST,
            concept,
        )

    @property
    def asks(self) -> bool:
        """Whether there is something to look for, beyond filters."""
        return bool(self.text.strip() or self.pictures or (self.clicks and self.clicks.ask))

    @property
    def ranks(self) -> bool:
        """Whether there is a best match: filters alone have none. True for a question that makes no sense."""
        if self.clicks and self.clicks.ask:
            return True
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
        pictures = tuple(
            ImageTerm(picture.source, picture.weight, picture.region) for picture in self.pictures
        )
        clicks = Clicks(mode=self.clicks.mode) if self.clicks.muted and not self.clicks.ask else self.clicks
        return replace(
            typed,
            terms=typed.terms + pictures,
            filters=combine(self.filters, typed.filters),
            balance=self.balance,
            judgements=clicks.judgements,
            examples=clicks.examples,
            feedback=clicks.mode,
            combination=self.combination,
            shelf=Shelf.STRONG if self.strong_only else None,
            order=HitOrder.BEST if not self.by_date else _HIT_ORDERS.get(self.order, HitOrder.NEWEST),
        )

    def ranking_query(self) -> Query | None:
        """The question, if it has a best match and makes sense."""
        try:
            return self.query() if self.ranks else None
        except QueryError:
            return None

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
        return Page(filters=self.filters, order=self.order)

    def follows(self, before: Page) -> bool:
        """Whether the question is the one before made more precise, so that clicks on its answer still say
        something: a picture is the same, or a word begins like one that was there."""
        if set(self.pictures) & set(before.pictures) or not before.asks:
            return True
        words, old = _telling_words(self.text), _telling_words(before.text)
        if not old and not before.pictures:  # only conditions so far: any words make it more precise
            return True
        return any(_begins_like(word, other) for word in words for other in old)


def same_question(one: Page, other: Page) -> bool:
    """Whether both ask the same, apart from clicks and from how the answer is shown."""
    return _question(one) == _question(other)


def _question(page: Page) -> Page:
    return replace(
        Page(filters=page.filters), text=page.text, pictures=page.pictures, combination=page.combination
    )


def _telling_words(text: str) -> list[str]:
    """The words looked for, without those that say nothing by themselves."""
    try:
        terms = parse(text).terms
    except QueryError:
        said = [text]
    else:
        said = [term.text for term in terms if isinstance(term, TextTerm)]
        said += [part for term in terms if isinstance(term, ChangeTerm) for part in (term.after, term.before)]
    return [word for part in said for word in part.casefold().split() if word not in _LITTLE_WORDS]


def _begins_like(one: str, other: str) -> bool:
    """Whether one is the other, or the beginning of it: a letter or two are no beginning yet."""
    short, long = sorted((one, other), key=len)
    return one == other or (long.startswith(short) and (len(short) > 2 or not short.isascii()))


_LITTLE_WORDS = frozenset(
    ("a", "an", "and", "at", "by", "for", "from", "in", "near", "of", "on", "or", "over", "the", "to", "with")
)
_HIT_ORDERS = {Order.NEWEST: HitOrder.NEWEST, Order.OLDEST: HitOrder.OLDEST}
_ORDERS = {hits: order for order, hits in _HIT_ORDERS.items()}
