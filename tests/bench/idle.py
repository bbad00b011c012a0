"""Target 7: what the window takes while nothing happens."""

from __future__ import annotations

from photolens.library import Library
from tests.bench.processes import json_of
from tests.bench.reporting import at_most, report
from tests.bench.scratch import Scratch
from tests.photos import make_photo, make_photos

_FILES, _DIRECTORIES = 1000, 20


def measure(scratch: Scratch) -> None:
    """A library of 1,000 files, watched; its own process."""
    photos, library = scratch.folder / "idle", scratch.folder / "library-idle"
    per_directory = _FILES // _DIRECTORIES
    for number in range(_DIRECTORIES):
        make_photos(photos / f"{number:02}", per_directory, number * per_directory)
    with Library(library) as opened:
        opened.index(photos)
        assert opened.status().photos == _FILES
    make_photo(photos / "late.jpg", _FILES)  # what a start has to do is done before the clock runs
    figures = json_of("tests.bench.window_process", "idle", library, scratch.folder, scratch.options.seconds)
    report(
        f"idle for {scratch.options.seconds} s, {_FILES:,} files watched",
        f"{100 * figures['share']:.2f} % of a core",
        "the window open, its workers included",
        at_most(7, 100 * figures["share"], 1, "%"),
    )
    report(
        "  memory without the model",
        f"{figures['released'] / 1e6:.0f} MB",
        f"{figures['first'] / 1e6:.0f} MB at the first page; "
        f"{figures['memory'] / 1e6:.0f} MB for five minutes after a photo was read, with the model's process",
        at_most(7, figures["released"] / 1e6, 250, "MB"),
    )
