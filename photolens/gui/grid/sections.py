"""Titled stretches of a listing."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

FIXED = "!"  # begins the key of a section that cannot be folded


@dataclass(frozen=True, slots=True)
class Section:
    """Rows `start` up to `end` of the model under a title; none where it is folded.

    `count` photos belong to it, more than are listed while others are on their way; `scale` shrinks its
    tiles.
    """

    key: str
    title: str
    count: int
    start: int
    end: int
    folded: bool = False
    note: str = ""  # after the title, in muted text
    scale: float = 1.0

    @property
    def foldable(self) -> bool:
        return not self.key.startswith(FIXED)


def check(sections: tuple[Section, ...], count: int) -> None:
    """Raises ValueError unless the sections cover rows 0 to `count` one after the other."""
    if not sections:
        return
    meet = all(one.end == other.start for one, other in pairwise(sections))
    grow = all(section.start <= section.end for section in sections)
    if not (meet and grow and sections[0].start == 0 and sections[-1].end == count):
        rows = ", ".join(f"{section.key} {section.start}-{section.end}" for section in sections)
        raise ValueError(f"Give sections that cover all {count} rows one after the other, not: {rows}.")
    if any(section.folded and section.end > section.start for section in sections):
        raise ValueError("Give a folded section no rows.")
