"""Folders that come and go: drives that are really mounted, and what a library says of its photos."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from photolens.domain import Event, IngestFinished, Judgement, PhotosRemoved, Query, TextTerm
from photolens.library import Library

OpenLibrary = Callable[..., Library]


class Drive:
    """A file system of its own that can be plugged in at a folder, and unplugged with all that it holds."""

    def __init__(self, folder: Path, at: Path) -> None:
        self.folder = folder  # where its files can always be reached
        self.at = at

    def plug_in(self) -> None:
        self.at.mkdir(parents=True, exist_ok=True)
        _run("mount", "--bind", str(self.folder), str(self.at))

    def unplug(self) -> None:
        _run("umount", "--lazy", str(self.at))  # also while files on it are open


@contextmanager
def drive(folder: Path, at: Path) -> Iterator[Drive]:
    """A new drive, plugged in at `at`; skips where mounting is not allowed."""
    folder.mkdir(parents=True)
    try:
        _run("mount", "-t", "tmpfs", "none", str(folder))
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"mounting a drive is not allowed here: {error}")
    try:
        made = Drive(folder, at)
        made.plug_in()
        yield made
    finally:
        while os.path.ismount(at):
            _run("umount", "--lazy", str(at))
        _run("umount", "--lazy", str(folder))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


def ids_by_path(library: Library) -> dict[str, int]:
    """Every file of every present photo, and the photo's id."""
    return {
        file.path: photo_id for photo_id in library.photo_ids().tolist() for file in library.files(photo_id)
    }


def decoded(events: list[Event]) -> int:
    """How many photos were read from their pixels."""
    return sum(event.decoded for event in events if isinstance(event, IngestFinished))


def removed(events: list[Event]) -> set[int]:
    """Photos that were said to have left the library."""
    return {photo_id for event in events if isinstance(event, PhotosRemoved) for photo_id in event.ids}


def save_concept(library: Library, liked: int, disliked: int) -> None:
    """A concept called "kept", with two judged photos."""
    judgements = (Judgement(liked, True), Judgement(disliked, False))
    library.save_concept("kept", Query(terms=(TextTerm("a block"),), judgements=judgements))


def concept_ids(library: Library) -> list[int]:
    """The judged photos of that concept which the library still has."""
    query = library.concept("kept").query
    assert len(query.judgements) + len(query.examples) == 2, "no judgement may be lost"
    return [judgement.photo_id for judgement in query.judgements]
