"""A storm of changes in a watched folder, and whether the library ends as the disk is.

As a program it makes the changes: python storm.py FOLDER EVENTS SEED.
"""

from __future__ import annotations

import gc
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the program that makes the changes must start at once, and needs none of it
    from photolens.catalog import Catalog, KnownFile
    from photolens.library import Library

_FOLDERS = 40
_FILES = 2500
# How long the library may take to be done, at least; a storm of more events has more to read.
_PATIENCE = 120.0
_TICK = 0.005
_NO_PHOTO = b"no photo"


@dataclass(frozen=True, slots=True)
class StormResult:
    """`difference`: files that the catalog and the disk do not agree on. `longest_gap_ms`: for so long
    another thread, such as the window's, had to wait for a turn.
    """

    events: int
    difference: int
    longest_gap_ms: float
    seconds: float


def run(events: int, seed: int = 1) -> StormResult:
    """Let another program make so many changes in a watched folder, and compare when all is quiet."""
    from photolens.library import Library
    from tests.photos import make_photo

    began = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch, "Pictures")
        samples = Path(scratch, "samples")
        for number in range(12):
            make_photo(samples / f"{number}.jpg", number, (32, 24))
        _make_first(root, samples)
        with Library(scratch + "/library") as library:
            library.watch()
            library.index(root)
            with _longest_gap() as gap:
                subprocess.run([sys.executable, __file__, str(root), str(events), str(seed)], check=True)
                difference = _settled(library, root, _PATIENCE + events / 200)
    return StormResult(events, difference, 1000 * gap[0], time.monotonic() - began)


def _make_first(root: Path, samples: Path) -> None:
    for number in range(_FOLDERS):
        (root / f"{number}").mkdir(parents=True)
        shutil.copy(samples / f"{number % 12}.jpg", root / f"{number}" / "first.jpg")


def _settled(library: Library, root: Path, patience: float) -> int:
    """The difference when all is quiet, or after so many seconds."""
    deadline = time.monotonic() + patience
    while True:
        quiet = library.wait_idle(1.0)
        if quiet and library.folders()[0].vanished:
            # So many at once are not believed to be deleted until somebody says so.
            library.confirm_vanished(root)
        different = _difference(root.parent / "library" / "catalog.db", root)
        if (quiet and not different) or time.monotonic() > deadline:
            return different


def _difference(catalog_file: Path, root: Path) -> int:
    """Files that are not what the catalog says: not known, gone, of another size, time or content."""
    from photolens.catalog import Catalog, FileState

    on_disk = {path.relative_to(root): path for path in root.rglob("*.jpg")}
    different = 0
    catalog = Catalog.reader(catalog_file)
    try:
        (folder,) = catalog.folders.all()
        for directory in catalog.files.directories(folder.id):
            for name, known in catalog.files.in_directory(folder.id, directory).items():
                if known.state != FileState.MISSING:
                    path = on_disk.pop(Path(os.fsdecode(directory), os.fsdecode(name)), None)
                    different += path is None or not _is_as_known(catalog, known, path)
    finally:
        catalog.close()
    return different + len(on_disk)


def _is_as_known(catalog: Catalog, known: KnownFile, path: Path) -> bool:
    from photolens.catalog import FileState
    from photolens.ingest import content_hash

    found, content = path.stat(), path.read_bytes()
    if known[:2] != (found.st_size, found.st_mtime_ns):
        return False
    if known.state == FileState.INDEXED:
        return known.photo_id == catalog.photos.by_hash(content_hash(content))
    return known.state == FileState.FAILED and content == _NO_PHOTO


@contextmanager
def _longest_gap() -> Iterator[list[float]]:
    """The longest that a thread had to wait which wants a turn every few milliseconds, in a list of one.

    Only what this process computed meanwhile counts: what else the machine has to do is not our doing.
    """
    longest, done = [0.0], threading.Event()

    def tick() -> None:
        before, used_before = time.perf_counter(), time.process_time()
        while not done.is_set():
            time.sleep(_TICK)
            now, used = time.perf_counter(), time.process_time()
            longest[0] = max(longest[0], min(now - before - _TICK, used - used_before))
            before, used_before = now, used

    thread = threading.Thread(target=tick)
    gc.freeze()  # the window does so too, and chooses the moments for what is left
    thread.start()
    try:
        yield longest
    finally:
        done.set()
        thread.join()
        gc.unfreeze()


class _Program:
    """What goes on in the folder: copying, saving, touching, renaming, sorting into folders, deleting."""

    def __init__(self, root: str, seed: int) -> None:
        self._root = root
        self._random = random.Random(seed)
        samples = os.path.join(os.path.dirname(root), "samples")
        self._photos = [Path(samples, name).read_bytes() for name in os.listdir(samples)]
        self._folders = [os.path.join(root, name) for name in os.listdir(root)]
        self._files = [os.path.join(folder, "first.jpg") for folder in self._folders]
        self._number = 0

    def step(self) -> None:
        acts = (self._create, self._touch, self._rename, self._delete, self._save_over, self._rename_folder)
        weights = (30 if len(self._files) < _FILES else 15, 30, 15, 18, 10, 0.05)
        self._random.choices(acts, weights)[0]()

    def _content(self) -> bytes:
        """A photo, or in one case of three something that is none."""
        self._number += 1
        return _NO_PHOTO if self._random.random() < 0.33 else self._random.choice(self._photos)

    def _new_path(self) -> str:
        self._number += 1
        return os.path.join(self._random.choice(self._folders), f"{self._number}.jpg")

    def _create(self) -> None:
        path = self._new_path()
        Path(path).write_bytes(self._content())
        self._files.append(path)

    def _touch(self) -> None:
        os.utime(self._random.choice(self._files))

    def _rename(self) -> None:
        which, target = self._random.randrange(len(self._files)), self._new_path()
        os.rename(self._files[which], target)
        self._files[which] = target

    def _delete(self) -> None:
        if len(self._files) > _FILES // 5:
            os.unlink(self._files.pop(self._random.randrange(len(self._files))))

    def _save_over(self) -> None:
        path = self._random.choice(self._files)
        Path(path + ".part").write_bytes(self._content())
        os.replace(path + ".part", path)

    def _rename_folder(self) -> None:
        old = self._folders.pop(self._random.randrange(len(self._folders)))
        new = os.path.join(self._root, f"sorted {self._number}")
        os.rename(old, new)
        self._number += 1
        self._folders.append(new)
        self._files = [
            new + path.removeprefix(old) if path.startswith(old + os.sep) else path for path in self._files
        ]


def _main(root: str, events: int, seed: int) -> None:
    program = _Program(root, seed)
    for _ in range(events):
        program.step()


if __name__ == "__main__":
    _main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
