"""Harm 30: hours of random use leave the library as the truth is, and memory flat.

The hours, a hundred thousand photos and the memory are in the table of `make soak`.
"""

from __future__ import annotations

import sys

import pytest

from tests.reliability.programs import use_at_random

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="drives are unplugged by renaming open folders"
)


def test_random_use_ends_as_the_truth_is() -> None:
    result = use_at_random("--operations", "60", "--seed", "1")
    assert not result.problems, "\n".join(result.problems)
    assert result.operations == 60


@pytest.mark.soak
@pytest.mark.parametrize("seed", [2, 3])
def test_random_use_of_a_watched_library_ends_as_the_truth_is(seed: int) -> None:
    result = use_at_random("--minutes", "5", "--seed", str(seed), "--watch")
    assert not result.problems, "\n".join(result.problems)
