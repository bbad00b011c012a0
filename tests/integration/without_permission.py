"""Run as a program, by root: index a folder as another user, from whom files are then taken away."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from photolens.embedding import find_model
from photolens.embedding.encoder import Encoder
from photolens.errors import FailureKind
from photolens.library import Library
from photolens.library.encoders import LazyEncoder
from photolens.settings import Settings

NOBODY = 65534


def become_nobody(folder: Path) -> None:
    """Give the folder's parent to another user, and be that user from now on."""
    for path in [folder.parent, *folder.parent.rglob("*")]:
        os.chown(path, NOBODY, NOBODY)
    for parent in folder.parent.parents:
        if parent.stat().st_uid == 0 and parent != Path(parent.anchor):
            parent.chmod(parent.stat().st_mode | 0o055)
    os.setgid(NOBODY)
    os.setuid(NOBODY)


@contextmanager
def library_of_nobody(folder: Path, photo: Path) -> Iterator[Library]:
    """The library of another user, who may not be allowed to start Python: the one decoder runs already."""
    with Library(folder.parent / "library", settings=Settings(threads=1)) as library:
        library.preview(str(photo))
        if os.geteuid() == 0:
            become_nobody(folder)
        yield library


def lose_and_regain(folder: Path) -> None:
    locked, closed, new = folder / "1.jpg", folder / "closed", folder / "new.jpg"
    encoder = Encoder.load(find_model(Settings().model))  # in this process, where that user can end it
    LazyEncoder.get = lambda lazy: encoder  # type: ignore[method-assign, assignment, return-value]
    with library_of_nobody(folder, folder / "0.jpg") as library:
        library.index(folder)
        assert library.status().photos == 4
        locked.chmod(0)
        shutil.copy(folder / "0.jpg", folder / "copy.jpg")
        new.write_bytes((folder / "0.jpg").read_bytes() + b"x")
        new.chmod(0)
        closed.chmod(0)
        library.index()
        # Nothing that can no longer be seen is lost, and the unreadable file says why.
        assert library.status().photos == 4, library.status()
        (failed,) = library.failures()
        assert (failed.kind, failed.reason) == (FailureKind.UNREADABLE, "No permission to read the file.")
        for path in (closed, locked, new):
            path.chmod(0o700)
        library.index()
        assert library.failures() == []
        assert library.status().photos == 5


if __name__ == "__main__":
    lose_and_regain(Path(sys.argv[1]))
