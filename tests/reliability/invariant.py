"""Invariant I: what must hold of a library and of the user's photos whatever happened, checked from outside.

Reads the files with SQLite, numpy and USearch only, so that a fault of the program cannot hide itself.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from usearch.index import Index

from photolens.imaging.formats import is_photo_name
from photolens.ingest.fingerprint import content_hash, stat_now

_NORM_TOLERANCE = 0.01


Stored = tuple[str, str]  # name and query JSON of a concept
Concepts = dict[int, Stored]
NEW = 0  # the id in `coming` of a concept that has none yet


@dataclass(slots=True)
class Acknowledged:
    """What the user was told is done.

    `originals`: SHA-256 by path, of files that nobody but the user may change; `photos`: ids that were
    reported as added. `concepts` may be more than these unless they are `all_concepts`; where the last
    call had not returned, they may also be those `coming`. `pictures_held`: every concept had thumbnails of
    all its pictures, so that it must hold on to them.
    """

    originals: dict[str, str] = field(default_factory=dict)
    photos: set[int] = field(default_factory=set)
    concepts: Concepts = field(default_factory=dict)
    coming: Concepts | None = None
    all_concepts: bool = False
    pictures_held: bool = False


def originals(folders: Iterable[Path]) -> dict[str, str]:
    """SHA-256 of every file below the folders, by path."""
    found = {}
    for path in _files_below(folders):
        with open(path, "rb") as stream:
            found[path] = hashlib.file_digest(stream, "sha256").hexdigest()
    return found


def problems(
    library: Path, folders: Iterable[Path], acknowledged: Acknowledged, *, at_rest: bool = False
) -> list[str]:
    """Everything in which invariant I does not hold, in words; empty when it holds.

    `at_rest`: all was looked at, so that the catalog's present files are those on disk.
    """
    folders = list(folders)
    found = _changed_originals(folders, acknowledged.originals)
    catalog = library / "catalog.db"
    if not catalog.exists():
        promised = acknowledged.concepts or acknowledged.photos
        return [*found, "there is no catalog"] if promised else found
    with _opened(catalog) as db:
        broken = _unsound(db)
        if broken:
            return found + broken
        found += _concepts(db, acknowledged)
        found += _vectors(db)
        found += _photos(db, acknowledged.photos)
        if _has_table(db, "files"):
            found += _files(db)
        found += _indexes(db, library / "index")
        if at_rest:
            found += _differences(db, folders)
    return found


def concepts_of(library: Path) -> Concepts:
    """Name and query JSON of every concept, by id."""
    if not (library / "catalog.db").exists():
        return {}
    with _opened(library / "catalog.db") as db:
        return _stored(db)


def photo_ids(library: Path) -> dict[bytes, int]:
    """The id of every photo, by the hash of its content."""
    with _opened(library / "catalog.db") as db:
        return dict(db.execute("SELECT content_hash, id FROM photos"))


def embedded(library: Path) -> set[bytes]:
    """Content hashes of the photos that have a vector."""
    if not (library / "catalog.db").exists():
        return set()
    with _opened(library / "catalog.db") as db:
        if not _has_table(db, "embeddings"):
            return set()
        rows = db.execute("SELECT content_hash FROM photos JOIN embeddings ON photo_id = photos.id")
        return {row[0] for row in rows}


@contextlib.contextmanager
def _opened(catalog: Path) -> Iterator[sqlite3.Connection]:
    # A transaction that was cut short before there was a write-ahead log must be undone to read anything.
    mode = "rw" if catalog.with_name(catalog.name + "-journal").exists() else "ro"
    uri = f"{catalog.absolute().as_uri()}?mode={mode}"
    with contextlib.closing(sqlite3.connect(uri, uri=True)) as db:
        yield db


def _files_below(folders: Iterable[Path]) -> Iterator[str]:
    for folder in folders:
        for directory, below, names in os.walk(folder):
            below[:] = [name for name in below if not name.startswith(".")]
            yield from (os.path.join(directory, name) for name in names)


def _changed_originals(folders: Iterable[Path], before: Mapping[str, str]) -> list[str]:
    if not before:
        return []
    now = originals(folders)
    return [
        f"{path} was {'changed' if path in now else 'deleted'}"
        for path, digest in before.items()
        if now.get(path) != digest
    ]


def _unsound(db: sqlite3.Connection) -> list[str]:
    try:
        rows = [row[0] for row in db.execute("PRAGMA integrity_check") if row[0] != "ok"]
        broken = [
            f"{row[0]} row {row[1]} refers to no {row[2]}" for row in db.execute("PRAGMA foreign_key_check")
        ]
    except sqlite3.DatabaseError as error:
        return [f"the catalog is damaged: {error}"]
    return rows + broken


def _has_table(db: sqlite3.Connection, name: str) -> bool:
    return bool(
        db.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", [name]).fetchone()
    )


def _concepts(db: sqlite3.Connection, acknowledged: Acknowledged) -> list[str]:
    stored = _stored(db)
    possible = [acknowledged.concepts] + [acknowledged.coming] * (acknowledged.coming is not None)
    found = []
    if not any(_are_there(wanted, stored, only=acknowledged.all_concepts) for wanted in possible):
        wrong = {
            number
            for wanted in possible
            for number in stored.keys() | wanted.keys()
            if stored.get(number) != wanted.get(number)
        }
        found.append(f"concepts {sorted(wrong)} are lost or changed: {stored}; expected {possible}")
    if not stored:
        return found
    kept = {row[0] for row in db.execute("SELECT content_hash FROM pictures")}
    kept |= {row[0] for row in db.execute("SELECT content_hash FROM photos")}
    photos = {row[0] for row in db.execute("SELECT id FROM photos")}
    for number, name, query in db.execute("SELECT id, name, query FROM concepts").fetchall():
        data = json.loads(query)
        named = [item for item in (*data["terms"], *data["judgements"]) if "picture" in item]
        found += [
            f"a picture of concept “{name}” is lost"
            for one in named
            if bytes.fromhex(one["picture"]) not in kept and one.get("photo") not in photos
        ]
        uses = db.execute("SELECT content_hash FROM picture_uses WHERE concept_id = ?", [number]).fetchall()
        if acknowledged.pictures_held and {one["picture"] for one in named} != {row[0].hex() for row in uses}:
            found.append(f"concept “{name}” is there without its pictures")
    return found


def _stored(db: sqlite3.Connection) -> Concepts:
    if not _has_table(db, "concepts"):
        return {}
    rows = db.execute("SELECT id, name, query FROM concepts")
    return {number: (name, without_ids(query)) for number, name, query in rows}


def without_ids(query: str) -> str:
    """The same, with photos named by their content alone: the id is added where the content is known."""
    data = json.loads(query)
    for one in (*data["terms"], *data["judgements"]):
        one.pop("photo", None)
    return json.dumps(data, sort_keys=True)


def _are_there(wanted: Concepts, stored: Concepts, *, only: bool) -> bool:
    others = [stored[number] for number in stored.keys() - wanted.keys()]
    if NEW in wanted:
        if wanted[NEW] not in others:
            return False
        others.remove(wanted[NEW])
    same = all(stored.get(number) == value for number, value in wanted.items() if number != NEW)
    return same and not (only and others)


def _vectors(db: sqlite3.Connection) -> list[str]:
    found = []
    for table in ("embeddings", "example_vectors"):
        if not _has_table(db, table):
            continue
        rows = db.execute(f"SELECT vector, dimension FROM {table} JOIN models ON models.id = model_id")
        for blob, dimension in rows:
            vector = np.frombuffer(blob, dtype="<f2").astype(np.float32)
            # NaN compares as false.
            if len(vector) != dimension or not abs(float(np.linalg.norm(vector)) - 1) < _NORM_TOLERANCE:
                found.append(f"a vector in {table} is no unit vector of {dimension} numbers")
    return found


def _photos(db: sqlite3.Connection, ids: set[int]) -> list[str]:
    if not ids:
        return []
    lost = ids.difference(row[0] for row in db.execute("SELECT photo_id FROM embeddings"))
    return [f"{len(lost)} photos that were reported as added are not there"] * bool(lost)


def _files(db: sqlite3.Connection) -> list[str]:
    """Every file row against itself, its failure and the bytes on disk."""
    found = []
    rows = db.execute(
        """SELECT path, directory, name, size_bytes, mtime_ns, state, photo_id, failures.reason,
             (SELECT content_hash FROM photos WHERE photos.id = photo_id)
           FROM files JOIN folders ON folders.id = folder_id LEFT JOIN failures ON file_id = files.id"""
    )
    for root, directory, name, size, mtime_ns, state, photo_id, reason, content in rows:
        path = os.fsdecode(os.path.join(root, directory, name))
        if state in ("indexed", "missing") and photo_id is None:
            found.append(f"{path} is {state} but no photo")
        if (state == "failed") != (reason is not None) and state != "pending":
            found.append(f"{path} is {state}, its failure: {reason}")
        if state == "indexed" and (stat := stat_now(path)) and stat[:2] == (size, mtime_ns):
            with contextlib.suppress(OSError):
                if content_hash(Path(path).read_bytes()) != content:
                    found.append(f"{path} holds another photo than the catalog says")
    return found


def _indexes(db: sqlite3.Connection, directory: Path) -> list[str]:
    """A saved index that the catalog vouches for holds every vector that it was saved with."""
    if not _has_table(db, "indexes"):
        return []
    found = []
    rows = db.execute("SELECT model_id, file, sha256, dimension, vectors, revision FROM indexes").fetchall()
    for model_id, name, digest, dimension, vectors, revision in rows:
        file = directory / name
        if not file.exists() or hashlib.sha256(file.read_bytes()).hexdigest() != digest:
            continue  # a cache: not the one that was saved, so it is made again
        index = Index(ndim=dimension, metric="cos", dtype="f16")
        index.load(str(file))
        wanted = {
            row[0]
            for row in db.execute(
                "SELECT photo_id FROM embeddings WHERE model_id = ? AND revision <= ?", [model_id, revision]
            )
        }
        if len(index) != vectors or not wanted <= set(map(int, index.keys[:])):
            found.append(f"the index {name} is not what the catalog says of it")
    return found


def _differences(db: sqlite3.Connection, folders: Iterable[Path]) -> list[str]:
    """Present files of the catalog against those on disk, both ways."""
    rows = db.execute(
        """SELECT path, directory, name FROM files JOIN folders ON folders.id = folder_id
           WHERE state != 'missing' AND online"""
    )
    known = {os.path.join(*row) for row in rows}
    there = {os.fsencode(path) for path in _files_below(folders) if is_photo_name(os.path.basename(path))}
    found = [f"{os.fsdecode(path)} is on disk and not in the catalog" for path in sorted(there - known)]
    return found + [
        f"{os.fsdecode(path)} is in the catalog and not on disk" for path in sorted(known - there)
    ]
