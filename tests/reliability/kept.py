"""A small library with everything in it that a user would miss, made once and copied for each test."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from photolens.domain import Judgement
from photolens.library import Library
from photolens.library.places import Places
from photolens.search import parse
from tests.photos import make_photos

PHOTOS = 12
CONCEPTS = ["Blue hour", "Holiday"]


def make_library(folder: Path) -> Path:
    """Twelve photos, two concepts with judgements, a recent search and a backup; gives its folder."""
    make_photos(folder / "Pictures", PHOTOS)
    root = folder / "library"
    with Library(root) as library:
        library.index(folder / "Pictures")
        ids = library.photo_ids().tolist()
        for name, liked in zip(CONCEPTS, ids, strict=False):
            query = replace(
                parse(name.lower()), judgements=(Judgement(liked, True), Judgement(ids[-1], False))
            )
            library.save_concept(name, query)
        library.remember_search(parse("something red"))
        library.back_up()
    return root


@pytest.fixture(scope="module")
def kept_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Not to be opened: copy it."""
    return make_library(tmp_path_factory.mktemp("kept"))


@pytest.fixture
def own_library(kept_library: Path, tmp_path: Path) -> Path:
    """A copy of it, for one test; its photos lie where those of the original do."""
    return copy_library(kept_library, tmp_path / "library")


def copy_library(library: Path, to: Path) -> Path:
    shutil.copytree(library, to)
    return to


def names_in(root: Path) -> list[str]:
    """The names of the concepts, once the library is open for reading."""
    with Library(root, read_only=True) as library:
        return [concept.name for concept in library.concepts()]


def catalog_of(root: Path) -> Path:
    return Places(root).catalog


def make_newer(catalog: Path) -> None:
    """As if a later version of PhotoLens had written it."""
    with closing(sqlite3.connect(catalog)) as connection, connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES (?, ?, ?)",
            ["photolens", "m999", ""],
        )
