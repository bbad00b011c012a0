"""What a user does first with PhotoLens, and what must come of it.

    python packaging/try_program.py PROGRAM

tries a program that lies on this machine, with a library of its own. The packages for Linux are tried by
smoke.py, in a system of their own and with a window.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import recipe

sys.path.insert(1, str(recipe.ROOT))
from photolens.imaging.formats import register_plugin
from tests.photos import make_photo, make_photos, picture
from tests.raws import dng

# One of each, so that every decoder is tried.
FORMATS = ("jpg", "png", "webp", "gif", "bmp", "tiff", "heic", "avif", "jxl")
_RAW = "format.dng"
_MORE = 40

Run = Callable[..., str]  # a command's words to what it prints; raises when it fails


class Unexpected(Exception):
    """Something is not as it should be."""


def make_up_photos(folder: Path) -> int:
    """Photos in every format; returns how many."""
    for name in ("HEIF", "JXL"):
        register_plugin(name)
    files = make_photos(folder, _MORE)
    files += [make_photo(folder / f"format.{suffix}", 100 + at) for at, suffix in enumerate(FORMATS)]
    raw = folder / _RAW
    raw.write_bytes(dng(picture(200)))
    return len(files) + 1


def try_program(run: Run, program: str, folder: str, photos: int) -> None:
    """Index `folder`, which holds so many photos (0: not known), and search. Raises Unexpected."""
    said = run(program, "--version").strip()
    expect(said == f"PhotoLens {recipe.version()}", f"--version says {said!r}")
    begun = time.monotonic()
    expect("examples:" in run(program, "--help"), "--help shows no examples")
    print(f"--help takes {time.monotonic() - begun:.1f} s")
    run(program, "index", folder)
    try_library(run, program, photos)
    hits = _objects(run(program, "search", "a street in a city", "--json", "-n", "3"))
    expect(len(hits) == 3, f"words find {hits}")
    sought = hits[1]["path"]
    hits = _objects(run(program, "search", "--image", sought, "--json", "-n", "1"))  # which loads torch
    expect([hit["path"] for hit in hits] == [sought], f"the picture {sought} finds {hits}")
    packages = next(line for line in run(program, "doctor").splitlines() if line.split()[:1] == ["Packages"])
    expect("missing" not in packages, f"doctor says {packages}")


def try_library(run: Run, program: str, photos: int) -> None:
    """The library is there, with so many photos (0: not known). Raises Unexpected."""
    status = _objects(run(program, "status", "--json"))[0]
    right = (status["photos"], status["failed"]) == (photos, 0) if photos else status["photos"] > 0
    expect(right, f"the library has {status}")


def expect(fine: bool, problem: str) -> None:
    """Raise Unexpected with the problem unless all is fine."""
    if not fine:
        raise Unexpected(problem)


def _objects(lines: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.splitlines()]


def _try_here(program: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:

        def run(command: str, *words: str) -> str:
            own = [command, "--library", str(Path(scratch, "library")), *words]
            done = subprocess.run(own, check=True, stdout=subprocess.PIPE)
            return done.stdout.decode(errors="replace")  # of consoles there are many kinds

        folder = Path(scratch, "Pictures")
        try_program(run, str(program), str(folder), make_up_photos(folder))
    print(f"{program.name} indexes and searches")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    try:
        _try_here(Path(sys.argv[1]).resolve())
    except Unexpected as problem:
        sys.exit(str(problem))
