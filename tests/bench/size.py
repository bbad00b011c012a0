"""Target 8: bytes on disk for each photo."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from photolens.library import Library
from photolens.library.places import Places
from tests.bench.loads import camera_load
from tests.bench.reporting import at_most, report
from tests.bench.scratch import RANDOM_MODEL, Scratch

_PHOTOS = 200


def measure(scratch: Scratch) -> None:
    """Camera-like photos, and a folder of real ones where there is one."""
    folder = scratch.folder / "size"
    load = camera_load(folder / "originals", count=8)
    load.fill(folder / "camera", _PHOTOS)
    sources = [("12 MP JPEG", folder / "camera")]
    if scratch.options.real is not None:
        sources.append(("real photos", scratch.options.real))
    for model in scratch.options.models:
        # Its vectors are larger, and nothing else: the quick load will do.
        for name, source in sources[:1] if model == RANDOM_MODEL else sources:
            _measure(scratch, f"{name}, {model}", model, source)


def _measure(scratch: Scratch, name: str, model: str, source: Path) -> None:
    places = Places(scratch.folder / f"library-{name.replace(' ', '-')}")
    settings = scratch.settings(model)
    with Library(places.root, settings=settings):
        pass
    empty = _bytes(places.catalog_files())
    with Library(places.root, settings=settings) as library:
        library.index(source)
        status = library.status()
    photos, dimension = status.photos, status.dimension or 0
    rows = _bytes(places.catalog_files()) - empty
    thumbnails = _bytes(places.thumbnails.rglob("*.jpg"))
    blocks = sum(file.stat().st_blocks * 512 for file in places.thumbnails.rglob("*.jpg"))
    index = _bytes(file for file in places.index.rglob("*") if file.is_file())
    total = (rows + thumbnails + index) / photos / 1000
    report(
        f"on disk, {name}",
        f"{total:.1f} KB per photo, of {photos:,}",
        f"thumbnail {thumbnails / photos / 1000:.1f} ({blocks / photos / 1000:.1f} in whole blocks), "
        f"vector {2 * dimension / 1000:.1f}, rows {rows / photos / 1000 - 2 * dimension / 1000:.1f}, "
        f"index {index / photos / 1000:.1f} KB",
        at_most(8, total, 30, "KB"),
    )


def _bytes(files: Iterable[Path]) -> int:
    return sum(file.stat().st_size for file in files if file.exists())
