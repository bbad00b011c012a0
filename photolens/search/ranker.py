"""Scores -> the page of hits that is shown, and how many there are on each shelf."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from photolens.domain import Hit, Sections, Shelf, ShelfCuts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from photolens.domain import FloatArray, IdArray

    Flags = NDArray[np.bool_]
    Places = NDArray[np.intp]

# So many scores tell roughly where the best begin, if a few more than likely are taken.
_SAMPLE, _MARGIN = 4096, 16


@dataclass(frozen=True, slots=True)
class Candidates:
    """All that may be hits. `ids` int64 [N] ascend; a score that is not a number counts as minus infinity."""

    ids: IdArray
    scores: FloatArray  # [N]
    cuts: ShelfCuts | None = None  # None: no shelves, all is `rest`
    liked: Sequence[int] = ()  # they come first, in this order
    disliked: Sequence[int] = ()  # and these last
    name_matches: Collection[int] = ()  # the first of all others, and strong
    demoted: Flags | None = None  # [N] behind all that is not
    by_date: Places | None = (
        None  # every place in `ids`, in the order wanted within each shelf; None: by score
    )


@dataclass(frozen=True, slots=True)
class Ranked:
    """One page of hits, and the sizes of the stretches of the whole."""

    hits: tuple[Hit, ...]
    sections: Sections


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Part of the order, worked out only where it is looked at."""

    size: int
    first: Callable[[int], Places]  # its first so many places, in order


def rank(candidates: Candidates, *, limit: int, offset: int = 0, only: Shelf | None = None) -> Ranked:
    """Hits `offset` to `offset + limit`: what is liked, name matches, the others by score, equal ones by id.

    With `only`, what was liked and that shelf. Raises ValueError when the shapes differ, when ids do not
    ascend, or a bound is negative.
    """
    ids, scores = candidates.ids, candidates.scores
    if ids.ndim != 1 or ids.shape != scores.shape:
        raise ValueError(f"ids {ids.shape} and scores {scores.shape} must be two lists of one length")
    if limit < 0 or offset < 0:
        raise ValueError(f"limit {limit} and offset {offset} must not be negative")
    if np.any(ids[1:] <= ids[:-1]):
        raise ValueError("ids must ascend")
    order = _Order(candidates)
    stretches = order.stretches(only)
    places, start = np.empty(0, dtype=np.intp), 0
    for stretch in stretches:
        begin, end = max(offset - start, 0), min(offset + limit - start, stretch.size)
        if begin < end:
            places = np.concatenate([places, stretch.first(end)[begin:end]])
        start += stretch.size
    hits = tuple(order.hit(rank, place) for rank, place in enumerate(places.tolist(), offset + 1))
    return Ranked(hits, order.sections)


class _Order:
    """The whole order as stretches."""

    def __init__(self, candidates: Candidates) -> None:
        self._of = candidates
        self._ids = candidates.ids
        self._liked = _places(self._ids, candidates.liked)
        self._disliked = _places(self._ids, candidates.disliked)
        judged = np.concatenate([self._liked, self._disliked])
        named = np.setdiff1d(_places(self._ids, list(candidates.name_matches)), judged)
        self._values = _numbers(candidates.scores)
        self._named = _by_score(self._ids, self._values, named)
        self._named_ids = set(self._ids[_places(self._ids, list(candidates.name_matches))].tolist())
        self._free = np.ones(len(self._ids), dtype=np.bool_)
        self._free[judged] = False
        self._free[named] = False
        self._behind = np.zeros(0, dtype=np.intp)
        if candidates.demoted is not None:
            self._behind = np.flatnonzero(self._free & candidates.demoted)
            self._free[self._behind] = False
        self._judged = set(judged.tolist())
        self.sections = self._count()

    def stretches(self, only: Shelf | None) -> list[_Stretch]:
        fixed = _fixed(self._liked)
        if only is Shelf.STRONG:
            return [fixed, _fixed(self._named), self._shelf(Shelf.STRONG)]
        if only is not None:
            return [fixed, self._shelf(only)]
        if self._of.by_date is None:
            free = int(self._free.sum())
            middle = [_Stretch(free, self._best)]
        else:
            middle = [self._shelf(shelf) for shelf in Shelf]
        behind = _Stretch(len(self._behind), lambda _: _by_score(self._ids, self._values, self._behind))
        return [fixed, _fixed(self._named), *middle, behind, _fixed(self._disliked)]

    def hit(self, rank: int, place: int) -> Hit:
        photo_id, score = int(self._ids[place]), float(self._values[place])
        named = photo_id in self._named_ids
        shelf = None
        if self._of.cuts is not None and place not in self._judged:
            shelf = Shelf.STRONG if named else shelf_of(score, self._of.cuts)
        return Hit(rank, photo_id, score, named, shelf)

    def _count(self) -> Sections:
        cuts, free = self._of.cuts, int(self._free.sum())
        strong = maybe = 0
        if cuts is not None:
            strong = int(np.count_nonzero(self._free & (self._values >= cuts.strong)))
            maybe = int(np.count_nonzero(self._free & (self._values >= cuts.maybe))) - strong
        return Sections(
            liked=len(self._liked),
            strong=strong + len(self._named),
            maybe=maybe,
            rest=free - strong - maybe,
            demoted=len(self._behind),
            disliked=len(self._disliked),
        )

    def _shelf(self, shelf: Shelf) -> _Stretch:
        """The unjudged photos of one shelf, without those found by name."""
        counts = self.sections
        sizes = [counts.strong - len(self._named), counts.maybe, counts.rest]
        number = list(Shelf).index(shelf)
        before, size = sum(sizes[:number]), sizes[number]
        dates = self._of.by_date
        if dates is None:
            return _Stretch(size, lambda count: self._best(before + count)[before:])
        return _Stretch(size, lambda count: dates[(self._free & self._on(shelf))[dates]])

    def _on(self, shelf: Shelf) -> Flags:
        cuts, values = self._of.cuts, self._values
        if cuts is None:
            return np.full(len(values), shelf is Shelf.REST)
        strong, maybe = values >= cuts.strong, values >= cuts.maybe
        return {Shelf.STRONG: strong, Shelf.MAYBE: maybe & ~strong, Shelf.REST: ~maybe}[shelf]

    def _best(self, count: int) -> Places:
        """The `count` best free places. Partitions first: sorting a million takes longer than scoring."""
        places = self._hopeful(count)
        values = self._values[places]
        if count < len(values):
            cut = np.partition(values, len(values) - count)[len(values) - count]
            above, level = np.flatnonzero(values > cut), np.flatnonzero(values == cut)
            # At the cut the smallest ids win, also when every score is equal.
            places = places[np.concatenate([above, level[: count - len(above)]])]
        return _by_score(self._ids, self._values, places)[:count]

    def _hopeful(self, count: int) -> Places:
        """Free places, ascending, with the `count` best among them: few of a million, as a sample tells."""
        step = len(self._values) // _SAMPLE
        likely = 2 * count // max(step, 1) + _MARGIN
        if step > 1 and likely < _SAMPLE:
            sample = np.sort(self._values[::step])
            found: Places = np.flatnonzero(self._values >= sample[-likely])
            found = found[self._free[found]]
            if len(found) >= count:
                return found
        return np.flatnonzero(self._free)


def shelf_of(score: float, cuts: ShelfCuts) -> Shelf:
    """Where a score lies."""
    if score >= cuts.strong:
        return Shelf.STRONG
    return Shelf.MAYBE if score >= cuts.maybe else Shelf.REST


def _fixed(places: Places) -> _Stretch:
    return _Stretch(len(places), lambda count: places)


def _places(ids: IdArray, wanted: Sequence[int]) -> Places:
    """Where these ids are, in the order given, each once; those that are not there are left out."""
    sought = np.fromiter(dict.fromkeys(wanted), dtype=np.int64)
    if not len(ids) or not len(sought):
        return np.empty(0, dtype=np.intp)
    places = np.minimum(np.searchsorted(ids, sought), len(ids) - 1)
    found: Places = places[ids[places] == sought]
    return found


def _numbers(scores: FloatArray) -> FloatArray:
    broken = np.isnan(scores)
    return np.where(broken, np.float32(-np.inf), scores) if broken.any() else scores


def _by_score(ids: IdArray, values: FloatArray, places: Places) -> Places:
    order: Places = np.lexsort((ids[places], -values[places]))
    return places[order]
