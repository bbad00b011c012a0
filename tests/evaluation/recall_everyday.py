"""Text-to-photo recall on the captioned photos among the everyday ones, through the whole program.

    python -m tests.evaluation.recall_everyday [FOLDER] [--library DIR] [--model NAME --weights FILE]

Each caption is typed as a query over all photos of the folder; a hit counts when the photo it was
written for is among the first 1, 5, 10. Captions go in quotes, so that they are taken literally.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from dataclasses import dataclass
from pathlib import Path

from photolens.library import Library
from photolens.settings import Settings

EVERYDAY = Path(__file__).parents[2].parent / "shared" / "photos" / "everyday"


@dataclass(frozen=True)
class Recall:
    """Shares of captions whose photo is among the first k, and the median rank."""

    captions: int
    captioned_photos: int
    photos: int
    at: dict[int, float]
    median_rank: int


def captions_of(folder: Path) -> list[tuple[str, str]]:
    """(caption, path) for every caption in the folder's MANIFEST.csv."""
    with (folder / "MANIFEST.csv").open(newline="", encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["captions"]]
    return [
        (caption.strip(), str(folder / row["file"]))
        for row in rows
        for caption in row["captions"].split(" | ")
    ]


def recall(library: Library, folder: Path) -> Recall:
    """Measure an indexed library that holds `folder`."""
    photos = library.photos(library.photo_ids().tolist())
    ids = {file.path: photo.id for photo in photos for file in library.files(photo.id)}
    ranks = []
    pairs = [(caption, ids[path]) for caption, path in captions_of(folder) if path in ids]
    for caption, wanted in pairs:
        quoted = '"{}"'.format(caption.replace('"', " "))
        hits = library.search(quoted, limit=len(photos)).hits
        ranks.append(next(hit.rank for hit in hits if hit.photo_id == wanted))
    at = {k: sum(rank <= k for rank in ranks) / len(ranks) for k in (1, 5, 10)}
    captioned = len({photo_id for _, photo_id in pairs})
    return Recall(len(ranks), captioned, len(photos), at, sorted(ranks)[len(ranks) // 2])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=EVERYDAY)
    parser.add_argument("--library", type=Path)
    parser.add_argument("--model", default=Settings().model)
    parser.add_argument("--weights", default="")
    options = parser.parse_args()
    settings = Settings(model=options.model, weights=options.weights)
    with (
        tempfile.TemporaryDirectory() as scratch,
        Library(options.library or scratch, settings=settings) as library,
    ):
        library.index(options.folder)
        result = recall(library, options.folder)
    print(
        f"{settings.model}: {result.captions} captions of {result.captioned_photos} photos "
        f"among {result.photos}"
    )
    print(
        "  ".join(f"R@{k} {share:.3f}" for k, share in result.at.items()),
        f" median rank {result.median_rank}",
    )


if __name__ == "__main__":
    main()
