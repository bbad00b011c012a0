"""Target 3: comparing a folder in which nothing changed; and how soon a new file shows up."""

from __future__ import annotations

import os
import statistics
import threading
import time
from pathlib import Path

from photolens.domain import Event, PhotosAdded
from photolens.library import Library
from tests.bench.reporting import at_most, report, seconds
from tests.bench.scratch import Scratch
from tests.photos import make_photo

_ROUNDS = 5
_PER_DIRECTORY = 500
_LINKS = 20_000  # file systems allow 32,000 to 65,000 of one file


def unchanged(scratch: Scratch) -> None:
    """The program's scan against a bare walk over the same files, taking turns."""
    count, folder = scratch.options.unchanged, scratch.folder / "unchanged"
    for number in range(count):
        file = folder / f"{number // _PER_DIRECTORY:03}" / f"{number:06}.jpg"
        if number % _LINKS == 0:
            first = make_photo(file, number)
        else:
            file.parent.mkdir(exist_ok=True)
            os.link(first, file)
    ours, bare = [], []
    with Library(scratch.folder / "library-unchanged") as library:
        library.index(folder)
        assert library.status().files == count
        for _ in range(_ROUNDS):
            bare.append(seconds(lambda: bare_walk(folder)))
            ours.append(seconds(library.index))
    ratio = statistics.median(our / walk for our, walk in zip(ours, bare, strict=True))
    report(
        f"{count:,} unchanged files",
        f"{statistics.median(ours) * 1000:.0f} ms",
        f"scandir and stat alone {statistics.median(bare) * 1000:.0f} ms",
        at_most(3, ratio, 3),
    )


def bare_walk(folder: Path) -> int:
    count = 0
    waiting = [str(folder)]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                else:
                    count += entry.stat().st_size > 0
    return count


def live(scratch: Scratch) -> None:
    """From the end of writing a file to its photo being announced."""
    folder = scratch.folder / "live"
    make_photo(folder / "first.jpg")
    arrived = threading.Event()

    def emit(event: Event) -> None:
        if isinstance(event, PhotosAdded):
            arrived.set()

    with Library(scratch.folder / "library-live", emit=emit) as library:
        library.watch()
        library.index(folder)
        delays = []
        for seed in range(1, 8):
            arrived.clear()
            make_photo(folder / f"{seed}.jpg", seed)
            started = time.perf_counter()
            assert arrived.wait(30)
            delays.append(time.perf_counter() - started)
    report("a new file shows up", f"{max(delays):.2f} s at worst of {len(delays)}", "promised: 2 s")
