"""Listings and libraries for tests of the grid's parts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from photolens.domain import Listing


def listing(
    ids: Sequence[int], *, aspects: Sequence[float] | None = None, days: Sequence[str] | None = None
) -> Listing:
    """Photos with these ids; `aspects` and `days` (as 2019-05-03) are 3:2 and one day unless given."""
    count = len(ids)
    return Listing(
        ids=np.array(ids, dtype=np.int64),
        aspects=np.array([1.5] * count if aspects is None else aspects, dtype=np.float32),
        colors=np.full(count, 0x808080, dtype=np.uint32),
        times=np.array(["2020-01-01"] * count if days is None else days, dtype="datetime64[s]"),
        online=np.ones(count, dtype=bool),
    )
