"""Which hits the grid holds, stretch by stretch, and under which headings they stand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace

import numpy as np
from PySide6.QtCore import QCoreApplication

from photolens.domain import Hit, Listing, Ranking, Sections, Shelf
from photolens.gui.grid.sections import Section

translate = QCoreApplication.translate

# The stretches of a ranking, in its order, but for the last: `disliked` is fetched when it is unfolded.
STRETCHES = ("liked", "strong", "maybe", "rest", "demoted")
DISLIKED = "disliked"
FOLDED_AT_FIRST = frozenset({DISLIKED})
_PICKS_SCALE = 0.6


@dataclass(frozen=True, slots=True)
class Shown:
    """Hits that have been fetched: of each stretch a beginning, `reached` photos long."""

    counts: Sections = field(default_factory=Sections)
    parts: dict[str, Listing] = field(default_factory=dict)
    reached: dict[str, int] = field(default_factory=dict)
    disliked: Listing = field(default_factory=Listing.empty)
    scored: bool = False  # whether there are shelves
    strong_only: bool = False  # the others are left out

    @classmethod
    def of(cls, ranking: Ranking, before: Shown | None = None) -> Shown:
        """For this ranking; with `before` going on from there."""
        counts = ranking.sections
        strong_only = ranking.query.shelf is Shelf.STRONG
        if strong_only:
            counts = replace(counts, maybe=0, rest=0, demoted=0)
        scored = ranking.cuts is not None
        return replace(before or cls(), counts=counts, scored=scored, strong_only=strong_only)

    @property
    def all_disliked(self) -> bool:
        """Whether there is nothing else to see."""
        return bool(self.counts.disliked) and not any(getattr(self.counts, name) for name in STRETCHES)

    def with_page(self, hits: tuple[Hit, ...], listing: Listing) -> Shown:
        """With these hits, which follow each other; `listing` may lack some that are gone meanwhile."""
        parts, reached = dict(self.parts), dict(self.reached)
        start = 0
        ids = np.array([hit.photo_id for hit in hits], dtype=np.int64)
        first = hits[0].rank - 1 if hits else 0
        known = {name: set(part.ids.tolist()) for name, part in parts.items()}
        for name in STRETCHES:
            size = getattr(self.counts, name)
            inside = ids[max(0, start - first) : max(0, start + size - first)]
            if len(inside):
                fresh = [i for i in inside.tolist() if i not in known.get(name, ())]
                part = listing.only(np.isin(listing.ids, fresh))
                parts[name] = parts[name].followed_by(part) if name in parts else part
                reached[name] = max(reached.get(name, 0), first + len(ids) - start)
                reached[name] = min(reached[name], size)
            start += size
        return replace(self, parts=parts, reached=reached)

    def next_offset(self, folded: Collection[str]) -> int | None:
        """Where in the ranking the first hits are that should be seen and were not fetched."""
        start = 0
        for name in STRETCHES:
            size, have = getattr(self.counts, name), self.reached.get(name, 0)
            if have < size and name not in folded:
                return start + have
            start += size
        return None

    def fetched(self) -> int:
        """How many hits from the first on are there without a hole."""
        total = 0
        for name in STRETCHES:
            have = self.reached.get(name, 0)
            total += have
            if have < getattr(self.counts, name):
                break
        return total

    def laid_out(self, folded: Collection[str]) -> tuple[Listing, tuple[Section, ...]]:
        """What the grid shows, and its headings; empty stretches have none,
        but where only the best matches are wanted and there are just clicks, that is said."""
        listing, sections, start = Listing.empty(), [], 0
        for name in ("liked", DISLIKED, *STRETCHES[1:]):
            count = getattr(self.counts, name)
            clicked = self.counts.liked or self.counts.disliked
            if not count and not (name == "strong" and self.strong_only and self.scored and clicked):
                continue
            part = Listing.empty() if name in folded else self._part(name)
            listing = listing.followed_by(part) if len(part) else listing
            end = start + len(part)
            scale = _PICKS_SCALE if name in ("liked", DISLIKED) else 1.0
            sections.append(
                Section(name, _title(name), count, start, end, name in folded, self._note(name), scale)
            )
            start = end
        plain = not self.scored and len(sections) == 1  # one heading over everything says nothing
        return listing, () if plain else tuple(sections)

    def _part(self, name: str) -> Listing:
        return self.disliked if name == DISLIKED else self.parts.get(name, Listing.empty())

    def _note(self, name: str) -> str:
        counts = self.counts
        if name == DISLIKED and self.all_disliked and not self.strong_only:
            return translate("Shown", "That was everything; U takes a click back")
        if name == "strong" and not counts.strong:
            return translate("Shown", "Nothing stands out; what comes near is hidden")
        first = "maybe" if counts.maybe else "rest"
        if name == first and not counts.strong and self.scored:
            return translate("Shown", "Nothing stands out; these come nearest")
        return ""


def _title(name: str) -> str:
    titles = {
        "liked": translate("Shown", "Your picks"),
        "strong": translate("Shown", "Best matches"),
        "maybe": translate("Shown", "Maybe"),
        "rest": translate("Shown", "The rest"),
        "demoted": translate("Shown", "Nearer to what you disliked"),
        DISLIKED: translate("Shown", "Less like this"),
    }
    return titles[name]
