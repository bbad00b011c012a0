"""How large the bundle is, by part: `python packaging/sizes.py BUNDLE [PACKAGE...]`."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

_MEGABYTE = 1_000_000
_LISTED = 14

# Where the libraries of a part lie that are not in a folder of its name.
_BESIDE = {
    "libtorch": "torch",
    "libpython": "Python",
    "python3": "Python",
    "base_library": "Python",
    "shiboken6": "PySide6",
}


def by_part(bundle: Path) -> Counter[str]:
    """Bytes of each part of a bundle; a link counts nothing."""
    inner = bundle / "_internal"
    parts: Counter[str] = Counter()
    for file in bundle.rglob("*"):
        if file.is_symlink() or not file.is_file():
            continue
        parts[_part(file.relative_to(inner)) if inner in file.parents else "program and modules"] += (
            file.stat().st_size
        )
    return parts


def report(bundle: Path, packages: list[Path] | None = None) -> None:
    """Print the parts, the largest first, and what the packages made of them weigh."""
    parts = by_part(bundle)
    print(f"{sum(parts.values()) / _MEGABYTE:7.1f} MB  the bundle")
    for name, size in parts.most_common(_LISTED):
        print(f"{size / _MEGABYTE:7.1f} MB    {name}")
    rest = sum(parts.values()) - sum(size for _, size in parts.most_common(_LISTED))
    print(f"{rest / _MEGABYTE:7.1f} MB    {max(0, len(parts) - _LISTED)} smaller parts")
    for package in packages or []:
        print(f"{package.stat().st_size / _MEGABYTE:7.1f} MB  {package.name}")


def _part(place: Path) -> str:
    first = place.parts[0]
    if place.match("photolens/resources/models/*/*"):
        return "weights"
    for start, part in _BESIDE.items():
        if first.startswith(start):
            return part
    if len(place.parts) == 1:
        return "other libraries"
    return first.removesuffix(".libs").partition("-")[0]


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    report(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
