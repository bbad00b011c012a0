"""Harm 6: any write, flush, rename or deletion fails, once or from then on: old or new state, never neither.

Here some of them do, in `make soak` each in turn.
"""

from __future__ import annotations

import pytest

from tests.reliability.programs import inject, survived


def test_old_or_new_state_when_some_of_the_writes_fail() -> None:
    try:
        results = inject(every=60)
    except RuntimeError as error:
        pytest.skip(str(error))
    assert len(results) >= 8
    assert not survived(results), survived(results)
