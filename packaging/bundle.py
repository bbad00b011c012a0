"""Build the folder with the program: PyInstaller with photolens.spec, then what it leaves to be done.

    python packaging/bundle.py OUT

To be run by a Python that has PhotoLens and PyInstaller installed. OUT/photolens is the result; on macOS it is
OUT/PhotoLens.app.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import icons
import recipe
import sizes


def main(arguments: list[str]) -> None:
    if len(arguments) != 1:
        sys.exit(__doc__)
    out = Path(arguments[0]).resolve()
    work = out / "work"
    icons.draw(out / "icons")
    environment = {
        **os.environ,
        "PHOTOLENS_ICONS": str(out / "icons"),
        "PYTHONHASHSEED": "0",  # so that the same source gives the same archive
    }
    recipe_file = Path(__file__).with_name("photolens.spec")
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"]
    command += ["--distpath", str(out), "--workpath", str(work), str(recipe_file)]
    subprocess.run(command, env=environment, check=True)
    shutil.rmtree(work)
    bundle = out / recipe.NAME
    if sys.platform == "linux":
        strip(bundle / "_internal")
    sizes.report(bundle)


def strip(folder: Path) -> None:
    """Take the symbols out of the libraries whose tables are large."""
    files = sorted({file for pattern in recipe.STRIPPED for file in folder.glob(pattern)})
    subprocess.run(["strip", "--strip-unneeded", *files], check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
