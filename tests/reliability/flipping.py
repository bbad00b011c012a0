"""Run as a program by test_08: flip bits of a catalog, one at a time, and use the library each time."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

from photolens.errors import CatalogDamaged, PhotoLensError
from photolens.library import Library
from tests.reliability.kept import catalog_of, copy_library


def outcome(root: Path) -> str:
    try:
        with Library(root) as library:
            ids = library.photo_ids()
            library.photos(ids.tolist())
            library.listing()
            library.facets()
            library.directories()
            library.failures()
            library.recent_searches()
            library.concepts()
            for photo_id in ids.tolist()[:2]:
                library.more_like(photo_id)  # words would need the model
                library.thumbnail(photo_id)
            return "sound" if library.check().clean else "damaged"
    except CatalogDamaged:
        return "damaged"
    except PhotoLensError as error:
        print(error, file=sys.stderr)
        return "refused"


if __name__ == "__main__":
    library_folder, scratch, seeds = sys.argv[1:]
    whole = catalog_of(Path(library_folder)).read_bytes()
    outcomes = []
    for seed in range(int(seeds)):
        chance = random.Random(seed)
        flipped = bytearray(whole)
        for _ in range(8):
            flipped[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        copy = copy_library(Path(library_folder), Path(scratch) / f"flipped-{seed}")
        catalog_of(copy).write_bytes(flipped)
        outcomes.append(outcome(copy))
    print(json.dumps(outcomes))
