"""The window with a library of 100,000 photos: does it open at once, scroll smoothly, and never stand still?

    python -m tests.bench.window [--gaps]

Every measurement has a process of its own, see `tests.bench.window_process`. With `--gaps` the longest gaps
in the window's answers are listed, with what was running then. Without a display it runs offscreen.
"""

from __future__ import annotations

import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.bench.reporting import machine, report, seconds, share
from tests.large_catalog import make_large_library, sample_photos
from tests.photos import make_photo

PHOTOS, NEW_PHOTOS = 100_000, 5_000
STARTS = 5
_IMPORTS = "import photolens.cli, photolens.app, photolens.gui.window"
_SCREENS = (("1440 x 900", "1440", "900", "1"), ("2560 x 1440, scale 2", "1280", "720", "2"))
_PHASES = (
    ("model", "while the model loads"),
    ("use", "typing, scrolling"),
    ("indexing", "the same, reading"),
)


def measure(*, gaps: bool = False) -> None:
    """Print a line per figure; takes some minutes, the first of which make the library."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        library = folder / "library"
        make_large_library(library, PHOTOS, source=list(sample_photos(folder / "looks")))
        start(library, folder)
        jumps(library, folder)
        clicks(library, folder)
        for screen in _SCREENS:
            frames(library, folder, *screen)
        memory(library, folder)
        for seed in range(NEW_PHOTOS):
            make_photo(folder / "new" / f"{seed // 500:02}" / f"{seed}.jpg", 1000 + seed)
        stalls(library, folder, gaps=gaps)  # last, since it adds photos


def start(library: Path, scratch: Path) -> None:
    """From the start of the process to the first photos, beside an empty window; both from a warm disk."""
    ours, complete, empty, imports = [], [], [], []
    for _ in range(STARTS):
        began = time.time()
        figures = figures_of("start", library, scratch)
        ours.append(figures["painted"] - began)
        complete.append(figures["complete"] - began)
        began = time.time()
        empty.append(float(output("-m", "tests.bench.empty_window")) - began)
        imports.append(seconds(lambda: output("-c", _IMPORTS)))
    first, bare = statistics.median(ours), statistics.median(empty)
    report(
        f"open, {PHOTOS:,} photos",
        f"{first:.2f} s, {statistics.median(complete):.2f} s with thumbnails",
        f"{first / bare:.1f} x an empty window ({bare:.2f} s); imports {statistics.median(imports):.2f} s; "
        "promised: 2 s",
    )


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


def clicks(library: Path, scratch: Path) -> None:
    """From L or D to the new order on the screen, and the frames in which photos move there."""
    figures = figures_of("clicks", library, scratch)
    times, alone, moving = figures["shown"], figures["alone"], figures["moving"]
    report(
        f"click in the window, {PHOTOS:,} photos",
        f"{share(times, 0.5) * 1000:.0f} ms, {share(times, 0.95) * 1000:.0f} ms p95",
        f"{share(times, 0.5) / alone:.1f} x the library alone ({alone * 1000:.0f} ms); "
        f"frames while photos move {share(moving, 0.95) * 1000:.1f} ms p95; promised: 50 ms",
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
            f"{late / figures['alone']:.0f} x the pixmaps alone ({figures['alone'] * 1000:.1f} ms); "
            f"the grid {share(paint, 0.95) * 1000:.1f} ms p95; promised: 8 ms",
        )


def memory(library: Path, scratch: Path) -> None:
    """The process before and after scrolling past every photo."""
    figures = figures_of("memory", library, scratch)
    before, after = figures["before"], figures["after"]
    grown = "not known here" if before is None else f"{before / 1e6:.0f} MB, then {after / 1e6:.0f} MB"
    report(
        f"memory, {figures['photos']:,} photos",
        grown,
        f"thumbnails at most {figures['pixmaps'] / 1e6:.0f} MB of {figures['budget'] / 1e6:.0f} MB",
    )


def stalls(library: Path, scratch: Path, *, gaps: bool) -> None:
    """The longest the window does not answer, beside the same window at rest."""
    figures = figures_of("stalls", library, scratch, str(scratch / "new"))
    rest = max(gap["seconds"] for gap in figures["rest"])
    for phase, name in _PHASES:
        lengths = [gap["seconds"] for gap in figures[phase]]
        report(
            f"gaps {name}"[:28],
            f"{max(lengths) * 1000:.0f} ms longest, {share(lengths, 0.99) * 1000:.0f} ms p99",
            f"{sum(length > 0.05 for length in lengths)} over 50 ms; at rest {rest * 1000:.0f} ms at worst",
        )
        if gaps:
            explain(figures[phase])
    print(f"{NEW_PHOTOS:,} photos were read in {figures['took']:.0f} s meanwhile.", flush=True)


def explain(gaps: list[dict[str, Any]]) -> None:
    longest = sorted(gaps, key=lambda gap: gap["seconds"], reverse=True)
    for gap in itertools.takewhile(lambda gap: gap["window"], longest[:10]):
        held = ", interpreter held" if gap["held"] else ""
        print(f"    {gap['seconds'] * 1000:.0f} ms{held}: window in {gap['window']}; beside {gap['others']}")


def figures_of(name: str, library: Path, scratch: Path, *more: str, **environment: str) -> dict[str, Any]:
    """What `tests.bench.window_process` measures, in a new process."""
    command = ("-m", "tests.bench.window_process", name, str(library), str(scratch), *more)
    figures: dict[str, Any] = json.loads(output(*command, **environment))
    return figures


def output(*arguments: str, **environment: str) -> str:
    """The last line that a new Python prints. What it says besides is shown only when it fails."""
    done = subprocess.run(
        [sys.executable, *arguments],
        env={"QT_QPA_PLATFORM": "offscreen", **os.environ, **environment},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)} failed:\n{done.stderr}")
    return done.stdout.strip().rpartition("\n")[2]


if __name__ == "__main__":
    print(machine())
    measure(gaps="--gaps" in sys.argv[1:])
