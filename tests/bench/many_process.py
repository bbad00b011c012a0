"""A folder of very many small photos in a fresh process: when is what there, and does memory stay flat?

    python -m tests.bench.many_process LIBRARY FOLDER COUNT

Prints its figures as JSON; `tests.bench.many` starts it and says what they mean.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path
from typing import Any

from photolens.domain import Event, IngestProgress
from photolens.library import Library
from tests.bench.costs import resident_with_workers

_LOOK_SECONDS = 0.01
_SHARES = (0.1, 0.5, 1.0)


def main(library_folder: str, folder: str, count: str) -> None:
    files = int(count)
    memory: dict[float, int] = {}
    ended = threading.Event()

    def emit(event: Event) -> None:
        if isinstance(event, IngestProgress):
            for part in _SHARES:
                if part not in memory and event.done >= part * files:
                    memory[part] = resident_with_workers()

    with Library(library_folder, emit=emit) as library:
        figures: dict[str, Any] = {"empty": resident_with_workers()}
        watcher = threading.Thread(target=look, args=(library, Path(library_folder), files, figures, ended))
        started = figures["started"] = time.perf_counter()
        library.add_folder(folder)
        watcher.start()
        library.wait_idle()
        figures["all"] = time.perf_counter() - started
        ended.set()
        watcher.join()
        assert library.status().photos == files
        figures["memory"] = [memory.get(part, 0) for part in _SHARES]
    print(json.dumps(figures))


def look(library: Library, root: Path, files: int, figures: dict[str, Any], ended: threading.Event) -> None:
    """Note when all names are known, and when the first thumbnail and the first embedding are there."""
    started = figures["started"]
    while not ended.wait(_LOOK_SECONDS) and not {"names", "thumbnail", "searchable"} <= figures.keys():
        status, now = library.status(), time.perf_counter() - started
        if status.files + status.pending >= files:
            figures.setdefault("names", now)
        if status.embedded:
            figures.setdefault("searchable", now)
        if "thumbnail" not in figures and any(root.glob("thumbnails/*/*.jpg")):
            figures["thumbnail"] = now


if __name__ == "__main__":
    main(*sys.argv[1:])
