"""An index comes above the limit, and goes only well below it."""

from __future__ import annotations

import pytest

from photolens.index import wants_index


@pytest.mark.parametrize(
    ("vectors", "kept", "wanted"),
    [
        (0, False, False),
        (0, True, False),
        (1_000_000, False, False),
        (1_000_001, False, True),
        (1_000_000, True, True),
        (900_001, True, True),
        (900_000, True, False),
    ],
)
def test_a_library_wants_an_index_above_a_million(vectors: int, kept: bool, wanted: bool) -> None:
    assert wants_index(vectors, kept=kept) is wanted
