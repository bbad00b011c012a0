"""Speed, as ratios within one run: `make bench`.

Machines differ and are shared, so every figure is set beside something measured in the same run: a
straightforward loop, a bare walk over the same files, the time of the arithmetic alone.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from photolens.domain import Event, PhotosAdded
from photolens.embedding import find_model
from photolens.library import Library
from photolens.settings import Settings
from tests.bench import decoders, million, window
from tests.bench.decoders import camera_photo
from tests.bench.reporting import machine, report, seconds
from tests.photos import make_photo

CAMERA_PHOTOS = 32
UNCHANGED_FILES = 20_000


def main() -> None:
    print(machine())
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        indexing(folder / "camera", folder / "library-1")
        unchanged(folder / "many", folder / "library-2")
        live(folder / "live", folder / "library-3")
    decoders.measure()
    million.measure()
    window.measure()


def indexing(photos: Path, library_folder: Path) -> None:
    """The whole way of a photo against full decode, open_clip's transform and one photo at a time."""
    photos.mkdir()
    for seed in range(CAMERA_PHOTOS):
        camera_photo(photos / f"{seed}.jpg", seed)
    megabytes = sum(file.stat().st_size for file in photos.iterdir()) / 1e6 / CAMERA_PHOTOS
    plain = seconds(straightforward_loop(photos))
    with Library(library_folder) as library:
        library.index()
        library.search("load the model before the clock starts")
        ours = seconds(lambda: library.index(photos))
        assert library.status().photos == CAMERA_PHOTOS
    report(
        f"indexing 12 MP, {megabytes:.1f} MB",
        f"{CAMERA_PHOTOS / ours:.1f} photos/s",
        f"{plain / ours:.1f} x a straightforward loop ({CAMERA_PHOTOS / plain:.1f}/s)",
    )


def straightforward_loop(photos: Path) -> Callable[[], object]:
    """Ready to run: load each photo whole, transform, embed in float32."""
    import open_clip
    import torch

    files = find_model(Settings().model)
    open_clip.add_model_config(files.config)
    model, _, transform = open_clip.create_model_and_transforms(files.name, pretrained=str(files.weights))
    model.eval()

    def run() -> None:
        for file in photos.iterdir():
            with Image.open(file) as image, torch.inference_mode():
                model.encode_image(transform(image).unsqueeze(0))

    return run


def unchanged(folder: Path, library_folder: Path) -> None:
    """Comparing a folder in which nothing changed against a bare walk over it."""
    first = make_photo(folder / "000" / "0.jpg")
    for number in range(1, UNCHANGED_FILES):
        file = folder / f"{number // 500:03}" / f"{number}.jpg"
        file.parent.mkdir(exist_ok=True)
        os.link(first, file)
    with Library(library_folder) as library:
        library.index(folder)
        assert library.status().files == UNCHANGED_FILES
        ours = statistics.median(seconds(library.index) for _ in range(5))
    bare = statistics.median(seconds(lambda: bare_walk(folder)) for _ in range(5))
    report(
        f"{UNCHANGED_FILES:,} unchanged files",
        f"{ours * 1000:.0f} ms",
        f"{ours / bare:.1f} x scandir and stat",
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


def live(folder: Path, library_folder: Path) -> None:
    """From the end of writing a file to its photo being announced."""
    make_photo(folder / "first.jpg")
    arrived = threading.Event()

    def emit(event: Event) -> None:
        if isinstance(event, PhotosAdded):
            arrived.set()

    with Library(library_folder, emit=emit) as library:
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


if __name__ == "__main__":
    main()
