"""From how many photos on an approximate index is worth its memory and its time."""

from __future__ import annotations

# Up to here every photo is compared with every question: about 30 ms for 512 dimensions on two cores. An
# index would answer sooner, but take 1.3 times the memory of the vectors again and minutes to build, and not
# know how many photos are on each shelf.
EXACT_LIMIT = 1_000_000
# One that is there is kept until this share of the limit, so that a few photos more or less build nothing.
_KEPT_FROM = 0.9


def wants_index(vectors: int, *, kept: bool) -> bool:
    """Whether a library of so many vectors should have an index; `kept`: it has one now."""
    return vectors > (_KEPT_FROM * EXACT_LIMIT if kept else EXACT_LIMIT)
