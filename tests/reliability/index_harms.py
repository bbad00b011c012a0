"""Run as a program by test_11: harm the index file in every way, and search each time."""

from __future__ import annotations

import hashlib
import json
import random
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from photolens.index import ApproximateIndex, limits
from photolens.library import Library
from photolens.library.places import Places
from tests.reliability.kept import copy_library, make_library

LIMIT = 5  # as if it were a million: these few photos have an index


def _cut(share: float) -> Callable[[Path], None]:
    def harm(file: Path) -> None:
        data = file.read_bytes()
        file.write_bytes(data[: int(len(data) * share)])

    return harm


def _flipped(seed: int) -> Callable[[Path], None]:
    def harm(file: Path) -> None:
        data = bytearray(file.read_bytes())
        # The beginning says how the rest is to be read: there USearch believes the most.
        chance = random.Random(seed)
        data[chance.randrange(min(len(data), 200 if seed % 2 else len(data)))] ^= 1 << chance.randrange(8)
        file.write_bytes(data)

    return harm


def _garbage(file: Path) -> None:
    file.write_bytes(random.Random(7).randbytes(file.stat().st_size))


def _other_dimension(file: Path) -> None:
    index = ApproximateIndex(8)
    index.add(np.arange(1, 13), np.eye(12, 8, dtype=np.float16) + np.float16(0.1))
    index.save(file)


def _stale(file: Path) -> None:
    """An index of other photos, well-formed."""
    index = ApproximateIndex(_dimension(file))
    index.add(np.arange(101, 113), np.eye(12, _dimension(file), dtype=np.float16))
    index.save(file)


def _folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def _lost_row(file: Path) -> None:
    """The file is there, the catalog knows nothing of it."""
    _in_catalog(file, "DELETE FROM indexes")


def _wrong_row(file: Path) -> None:
    """The catalog describes rubbish as what was saved."""
    _garbage(file)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    _in_catalog(file, f"UPDATE indexes SET sha256 = '{digest}'")


def _escaping_row(file: Path) -> None:
    _in_catalog(file, "UPDATE indexes SET file = '../catalog.db'")


def _in_catalog(file: Path, statement: str) -> None:
    connection = sqlite3.connect(file.parent.parent / "catalog.db")
    with connection:
        connection.execute(statement)
    connection.close()


def _dimension(file: Path) -> int:
    connection = sqlite3.connect(file.parent.parent / "catalog.db")
    (dimension,) = connection.execute("SELECT dimension FROM models").fetchone()
    connection.close()
    return int(dimension)


HARMS: dict[str, Callable[[Path], None]] = {
    "untouched": lambda file: None,
    "missing": lambda file: file.unlink(),
    "empty": _cut(0),
    **{f"cut at {share}": _cut(share) for share in (0.01, 0.3, 0.9, 0.999)},
    **{f"flipped {seed}": _flipped(seed) for seed in range(8)},
    "garbage": _garbage,
    "of another dimension": _other_dimension,
    "stale": _stale,
    "a folder": _folder,
    "unknown to the catalog": _lost_row,
    "rubbish that the catalog vouches for": _wrong_row,
    "named outside its folder": _escaping_row,
}


def _found(library: Library) -> list[int]:
    """In order; photos like one of them, since words would need the model."""
    first = library.photo_ids().tolist()[0]
    return [hit.photo_id for hit in library.more_like(first, limit=50).hits]


def main(scratch: str) -> None:
    limits.EXACT_LIMIT = LIMIT
    kept = make_library(Path(scratch))
    for number, (name, harm) in enumerate(HARMS.items()):
        root = copy_library(kept, Path(scratch) / f"harmed-{number}")
        (file,) = Places(root).index.glob("*.usearch")
        harm(file)
        with Library(root, read_only=True) as library:
            read_only = _found(library)
        with Library(root) as library:
            at_once = _found(library)
            library.wait_idle(60)
            rebuilt = _found(library)
        with Library(root, read_only=True) as library:
            state = library.status().index_state
        print(json.dumps([name, read_only, at_once, rebuilt, state]), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
