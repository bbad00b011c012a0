"""Run as a program, by root: index a folder as another user, from whom files are then taken away."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import photolens.embedding.encoder  # noqa: F401 - while this process may still read its own libraries
from photolens.errors import FailureKind
from photolens.imaging.decode import decode_photo
from photolens.library import Library

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


def lose_and_regain(folder: Path) -> None:
    locked, closed, new = folder / "1.jpg", folder / "closed", folder / "new.jpg"
    with Library(folder.parent / "library") as library:
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
    pictures = Path(sys.argv[1])
    decode_photo(str(pictures / "0.jpg"))
    become_nobody(pictures)
    lose_and_regain(pictures)
