"""The window with a library of 100,000 photos: does it open at once, scroll smoothly, and never stand still?

Targets 4 and 6. Every measurement has a process of its own, see `tests.bench.window_process`. With `--gaps`
the longest gaps in the window's answers are listed, with what was running then. Without a display it runs
offscreen.
"""

from __future__ import annotations

import itertools
import statistics
import time
from pathlib import Path
from typing import Any

from tests.bench.processes import json_of, output
from tests.bench.reporting import at_most, report, seconds, share, told
from tests.bench.scratch import Scratch
from tests.photos import make_photo

NEW_PHOTOS = 5_000
_IMPORTS = "import photolens.cli, photolens.app, photolens.gui.page, photolens.gui.window"
_SCREENS = (("1440 x 900", "1440", "900", "1"), ("2560 x 1440, scale 2", "1280", "720", "2"))
_PHASES = (
    ("model", "while the model loads"),
    ("use", "typing, scrolling"),
    ("indexing", "the same, reading"),
)


def start(scratch: Scratch) -> None:
    """From the start of the process to the first photos, beside an empty window; both from a warm disk."""
    library = scratch.library
    ours, complete, empty, imports = [], [], [], []
    json_of("tests.bench.start_process", library)  # from then on there is bytecode, as an installer makes it
    for _ in range(scratch.options.starts):
        began = time.time()
        figures = json_of("tests.bench.start_process", library)
        ours.append(figures["painted"] - began)
        complete.append(figures["complete"] - began)
        began = time.time()
        empty.append(float(output("-m", "tests.bench.empty_window")) - began)
        imports.append(seconds(lambda: output("-c", _IMPORTS)))
    first, bare = statistics.median(ours), statistics.median(empty)
    allowed = statistics.median(our / (1.5 * plain + 0.3) for our, plain in zip(ours, empty, strict=True))
    report(
        f"window, {scratch.options.library:,} photos",
        f"{first:.2f} s, {statistics.median(complete):.2f} s with thumbnails",
        f"1.5 x an empty window ({bare:.2f} s) + 0.3 s; imports alone {statistics.median(imports):.2f} s",
        at_most(4, allowed, 1),
    )


def first_query(scratch: Scratch) -> None:
    """From the start of the process to an answer to words: typed into the window, and from a shell."""
    library, folder = scratch.library, scratch.folder
    typed, shell, imports = [], [], []
    command = ("-m", "photolens", "--library", str(library), "search", "a street at night", "--paths")
    for _ in range(scratch.options.starts):
        imports.append(seconds(lambda: output("-c", "import torch, open_clip")))
        began = time.time()
        typed.append(figures_of("first_query", library, folder)["answered"] - began)
        shell.append(seconds(lambda: output(*command)))
    alone = statistics.median(imports)
    for what, times in (("in the window", typed), ("from a shell", shell)):
        report(
            f"first answer to words {what}",
            f"{statistics.median(times):.2f} s after the start of the process",
            f"importing torch and open_clip alone {alone:.2f} s",
            told(4, statistics.median(t / i for t, i in zip(times, imports, strict=True))),
        )


def scroll(scratch: Scratch) -> None:
    """Wheel, scroll bar, End and Home, and what all that leaves in memory."""
    for screen in _SCREENS:
        frames(scratch.library, scratch.folder, *screen)
    jumps(scratch.library, scratch.folder)
    memory(scratch.library, scratch.folder)


def use(scratch: Scratch, *, gaps: bool = False) -> None:
    """Clicks, and how long the window stands still; last of all, since it adds photos to the library."""
    clicks(scratch.library, scratch.folder, scratch.options.library)
    new = min(NEW_PHOTOS, scratch.options.library)
    for seed in range(new):
        make_photo(scratch.folder / "new" / f"{seed // 500:02}" / f"{seed}.jpg", 1000 + seed)
    stalls(scratch.library, scratch.folder, new, gaps=gaps)


def jumps(library: Path, scratch: Path) -> None:
    """End and Home, to photos whose thumbnails are not in memory."""
    figures = figures_of("jumps", library, scratch)
    painted, complete, one_by_one = (
        statistics.median(figures[name]) * 1000 for name in ("painted", "complete", "one_by_one")
    )
    report(
        "End and Home",
        f"{painted:.0f} ms, {complete:.0f} ms with thumbnails",
        f"{figures['photos']} thumbnails one after the other: {one_by_one:.0f} ms, and 60 ms of patience",
    )


def clicks(library: Path, scratch: Path, photos: int) -> None:
    """From L or D to the new order on the screen, and the frames in which photos move there."""
    figures = figures_of("clicks", library, scratch)
    times, alone, moving = figures["shown"], figures["alone"], figures["moving"]
    report(
        f"click in the window, {photos:,} photos",
        f"{share(times, 0.5) * 1000:.0f} ms, {share(times, 0.95) * 1000:.0f} ms p95",
        f"the library alone {alone * 1000:.0f} ms; frames while photos move "
        f"{share(moving, 0.95) * 1000:.1f} ms p95",
        at_most(5, share(times, 0.5) * 1000, 50, "ms"),
    )


def frames(library: Path, scratch: Path, name: str, width: str, height: str, scale: str) -> None:
    """From the input to the painted frame, scrolling faster than thumbnails come."""
    figures = figures_of("frames", library, scratch, width, height, QT_SCALE_FACTOR=scale)
    for way in ("wheel", "drag"):
        whole, paint = figures[way]["whole"], figures[way]["paint"]
        late = share(whole, 0.95)
        report(
            f"{way}, {name}",
            f"{share(whole, 0.5) * 1000:.1f} ms, {late * 1000:.1f} ms p95",
            f"the pixmaps alone {figures['alone'] * 1000:.1f} ms; "
            f"the grid {share(paint, 0.95) * 1000:.1f} ms p95",
            at_most(6, late * 1000, 8, "ms"),
        )


def memory(library: Path, scratch: Path) -> None:
    """The process before and after scrolling past every photo."""
    figures = figures_of("memory", library, scratch)
    before, after = figures["before"], figures["after"]
    grown = "not known here" if before is None else f"{before / 1e6:.0f} MB, then {after / 1e6:.0f} MB"
    report(
        f"memory, scrolled past {figures['photos']:,} photos",
        grown,
        f"thumbnails at most {figures['pixmaps'] / 1e6:.0f} MB; "
        f"the setting allows {figures['budget'] / 1e6:.0f} MB",
        at_most(6, figures["pixmaps"] / figures["budget"], 1),
    )


def stalls(library: Path, scratch: Path, new: int, *, gaps: bool) -> None:
    """The longest the window does not answer, beside the same window at rest."""
    figures = figures_of("stalls", library, scratch, str(scratch / "new"))
    rest = max(gap["seconds"] for gap in figures["rest"])
    for phase, name in _PHASES:
        lengths = [gap["seconds"] for gap in figures[phase]]
        report(
            f"gaps in the window's answers {name}",
            f"{max(lengths) * 1000:.0f} ms longest, {share(lengths, 0.99) * 1000:.0f} ms p99",
            f"{sum(length > 0.05 for length in lengths)} over 50 ms; at rest {rest * 1000:.0f} ms at worst",
        )
        if gaps:
            explain(figures[phase])
    report(f"{new:,} photos read meanwhile", f"{figures['took']:.0f} s", "")


def explain(gaps: list[dict[str, Any]]) -> None:
    longest = sorted(gaps, key=lambda gap: gap["seconds"], reverse=True)
    for gap in itertools.takewhile(lambda gap: gap["window"], longest[:10]):
        held = ", interpreter held" if gap["held"] else ""
        print(f"    {gap['seconds'] * 1000:.0f} ms{held}: window in {gap['window']}; beside {gap['others']}")


def figures_of(name: str, library: Path, scratch: Path, *more: str, **environment: str) -> dict[str, Any]:
    """What `tests.bench.window_process` measures, in a new process."""
    return json_of("tests.bench.window_process", name, library, scratch, *more, **environment)
