"""Targets 1 and 3: very many small photos. Memory while they are read, and the first photos on screen."""

from __future__ import annotations

from functools import partial
from typing import Any

from tests.bench.loads import Load
from tests.bench.processes import json_of
from tests.bench.reporting import Target, at_most, report, seconds
from tests.bench.scratch import Scratch
from tests.bench.walking import bare_walk
from tests.photos import make_photos

_ORIGINALS = 50


def measure(scratch: Scratch) -> None:
    """One run gives both; 20,000 photos take a minute or two."""
    count, place = scratch.options.many, scratch.folder / "many"
    load = Load("small", tuple(make_photos(scratch.folder / "small-originals", _ORIGINALS)))
    load.fill(place / "photos", count)
    walk = min(seconds(partial(bare_walk, place / "photos")) for _ in range(3))
    figures = json_of("tests.bench.many_process", place / "library", place / "photos", count)
    _first_batch(figures, count, walk)
    _memory(figures, count)


def _first_batch(figures: dict[str, Any], count: int, walk: float) -> None:
    names, thumbnail, searchable = (
        figures.get(n, figures["all"]) for n in ("names", "thumbnail", "searchable")
    )
    report(
        f"a new folder of {count:,} photos: names",
        f"{names:.2f} s after it was added",
        f"scandir and stat alone {walk:.2f} s; all read after {figures['all']:.0f} s, "
        f"{count / figures['all']:.0f} photos/s",
    )
    staged = names <= thumbnail <= searchable and searchable < 0.1 * figures["all"]
    report(
        "  first thumbnail, first photo to be found",
        f"{thumbnail:.2f} s, {searchable:.2f} s",
        "names, then thumbnails, then the first batch; the model is loaded meanwhile",
        Target(3, f"{100 * searchable / figures['all']:.0f} %", "in order", staged),
    )


def _memory(figures: dict[str, Any], count: int) -> None:
    early, half, late = figures["memory"]
    said = ", ".join(f"{size / 1e6:.0f}" for size in (early, half, late))
    report(
        f"memory over {count:,} photos, with workers",
        f"{said} MB",
        f"after 10, 50 and 100 %, the last beside the first; {figures['empty'] / 1e6:.0f} MB before",
        at_most(1, late / early, 1.1) if early else None,
    )
