"""Harm 5: the process is killed at any moment of a scan, an index save, a migration, an edit, a backup.

`make soak` does it five hundred times.
"""

from __future__ import annotations

import sys

import pytest

from tests.reliability.programs import kill, survived

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="children are killed and inherited as on Linux"
)


def test_nothing_acknowledged_is_lost_wherever_it_is_killed() -> None:
    results = kill(12, seed=1)
    assert len(results) == 12
    assert not survived(results), survived(results)
