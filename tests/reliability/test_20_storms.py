"""More happens at once than the system tells of: afterwards the catalog equals the disk."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from photolens.ingest import heard
from photolens.ingest.heard import Heard
from photolens.ingest.watcher import Watcher
from tests.photos import make_photo, make_photos
from tests.reliability import storm
from tests.reliability.watching import Watching


def test_a_storm_ends_as_the_disk_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heard, "STORM", 200)  # which a busy machine reaches as well
    result = storm.run(6_000)
    assert result.difference == 0
    assert result.longest_gap_ms < 250


@pytest.mark.soak
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_fifty_thousand_changes_end_as_the_disk_is(seed: int) -> None:
    assert storm.run(50_000, seed).difference == 0


@pytest.mark.skipif(
    sys.platform != "linux", reason="halts a process, and fills the queue that Linux keeps for it"
)
def test_what_happened_while_events_were_lost_is_found(tmp_path: Path) -> None:
    pictures = tmp_path / "Pictures"
    photos = make_photos(pictures, 6)
    make_photos(pictures / "Holiday", 2, first=10)
    with Watching(tmp_path / "catalog", pictures) as watching:
        watching.halt()
        for _ in range(20_000):  # the queue holds 16,384, and the same event twice in a row only once
            os.utime(photos[0])
            os.utime(photos[1])
        photos[2].unlink()
        photos[3].rename(pictures / "renamed.jpg")
        (pictures / "Holiday").rename(pictures / "Summer")
        make_photos(pictures / "Winter" / "Snow", 2, first=20)
        new = make_photo(pictures / "deep" / "new.jpg", 30)
        watching.go_on()
        watching.eventually(lambda known: str(new) in known.paths and str(photos[2]) not in known.paths)
        expected = {str(path) for path in pictures.rglob("*.jpg")}
        watching.eventually(lambda known: known.idle and known.paths == expected)
        late = make_photo(pictures / "deep" / "deeper" / "late.jpg", 31)  # all is followed again
        watching.eventually(lambda known: str(late) in known.paths)


def test_a_storm_is_told_of_when_it_is_over_and_keeps_no_names() -> None:
    ears = Heard()
    for number in range(heard.STORM + 10):
        ears.put(f"/pictures/{number}.jpg", f"/pictures/to {number}.jpg")
    assert ears.storm and ears.waiting
    assert not ears.take()
    until = time.monotonic() + 1.5
    while time.monotonic() < until:
        ears.put("/pictures/more.jpg")
        assert not ears.take()  # it goes on: whoever looked now would have to look again
        time.sleep(0.05)
    time.sleep(1.1)
    changes = ears.take()
    assert changes.storm and not changes.paths and not changes.moves
    assert not ears.waiting


def test_other_files_keep_no_storm_alive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heard, "STORM", 20)
    watcher = Watcher()
    try:
        assert watcher.follow(str(tmp_path))
        make_photos(tmp_path / "new", 40)
        deadline = time.monotonic() + 6.0
        while not watcher.changes().storm:
            assert time.monotonic() < deadline, "a browser makes a storm of photos last for ever"
            (tmp_path / "new" / "cached").write_bytes(b"page")
            time.sleep(0.02)
        assert not watcher.waiting
    finally:
        watcher.stop()


def test_a_storm_without_end_is_looked_into_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heard, "_FIRST_LOOK_SECONDS", 0.2)
    ears = Heard()
    with ears.losing():
        looks = 0
        until = time.monotonic() + 1.0
        while time.monotonic() < until:
            ears.touch()
            looks += ears.take().storm
            time.sleep(0.01)
        assert looks == 2  # after 0.2 and 0.6 seconds
        assert ears.storm
    time.sleep(1.1)
    assert ears.take().storm and not ears.waiting  # and once more when it has ended
