"""A process killed while it indexes loses at most the batch in hand."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from photolens.domain import Event, IngestFinished
from photolens.index import limits
from photolens.library import Library
from photolens.library.status import IndexState
from tests.photos import make_photos

KILLS = 5
PHOTOS = 400
LIMIT = 60  # as if it were a million: soon there is an index too


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
def test_killed_at_random_it_goes_on_where_it_was(
    tmp_path: Path, open_library: Callable[..., Library], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "EXACT_LIMIT", LIMIT)
    pictures = tmp_path / "Pictures"
    make_photos(pictures, PHOTOS)
    program = [sys.executable, "-m", "tests.integration.crashing"]
    command = [*program, str(pictures), str(tmp_path / "library"), str(LIMIT)]
    moment = random.Random(20240229)
    done, reached = 0, []
    for _ in range(KILLS):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2])
        assert process.stdout is not None
        process.stdout.readline()
        # Wait for progress, so that every round is killed in the middle of its work.
        deadline = time.monotonic() + 60
        while embedded(tmp_path / "library") <= done and process.poll() is None:
            assert time.monotonic() < deadline, "the process made no progress"
            time.sleep(0.01)
        time.sleep(moment.uniform(0, 0.5))
        process.kill()
        process.wait()
        process.stdout.close()
        with Library(tmp_path / "library", read_only=True) as library:
            report = library.check()
            assert report.clean, report.problems
            assert library.status().embedded >= done  # nothing that was committed is lost
            done = library.status().embedded
        reached.append(done)
    assert 0 < reached[0] < PHOTOS, "the first kill should hit in the middle"
    events: list[Event] = []
    library = open_library(emit=events.append)
    library.index()
    decoded = sum(event.decoded for event in events if isinstance(event, IngestFinished))
    assert decoded == PHOTOS - done
    assert library.status().photos == library.status().embedded == PHOTOS
    assert library.check().clean
    assert library.status().index_state is IndexState.READY


def embedded(folder: Path) -> int:
    try:
        with Library(folder, read_only=True) as library:
            return library.status().embedded
    except Exception:
        return 0  # not created yet
