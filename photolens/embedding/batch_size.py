"""How many photos a graphics card is given at once: tried at a model's first load, then remembered.

A card computes many photos in nearly the time of a few, until it is full. But a query waits for the batch
before it, and photos wait until theirs is complete: so it is the smallest size that is nearly as fast as any.
A CPU gains nothing from more than `MAX_BATCH`.
"""

from __future__ import annotations

from collections.abc import Callable

from photolens.embedding.priority import MAX_BATCH

SIZES = (MAX_BATCH, 2 * MAX_BATCH, 4 * MAX_BATCH, 8 * MAX_BATCH)

_WORTH = 0.85  # of the time per photo of a smaller batch: for less nobody should wait longer
_LONGEST_SECONDS = 0.15  # that a query may wait for a batch


def best_size(seconds_of: Callable[[int], float | None]) -> int:
    """The best of `SIZES`; `seconds_of` gives the time of one batch, None where the memory does not do."""
    best, seconds_each = MAX_BATCH, float("inf")
    for size in SIZES:
        seconds = seconds_of(size)
        if seconds is None or (size > MAX_BATCH and seconds > _LONGEST_SECONDS):
            break
        if seconds / size < _WORTH * seconds_each:
            best, seconds_each = size, seconds / size
    return best
