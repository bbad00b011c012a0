"""Build the folder with the program: PyInstaller with photolens.spec, then what it leaves to be done.

    python packaging/bundle.py OUT

To be run by a Python that has PhotoLens and PyInstaller installed. OUT/photolens is the result, on macOS
OUT/PhotoLens.app beside it.
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


def build(out: Path) -> Path:
    """Make OUT/photolens, and the icons in OUT/icons; returns the folder with the program."""
    icons.draw(out / "icons")
    environment = {
        **os.environ,
        "PHOTOLENS_ICONS": str(out / "icons"),
        "PYTHONHASHSEED": "0",  # so that the same source gives the same archive
    }
    work = out / "pyinstaller"
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "ERROR"]
    command += [
        "--distpath",
        str(out),
        "--workpath",
        str(work),
        str(Path(__file__).with_name("photolens.spec")),
    ]
    subprocess.run(command, env=environment, check=True)
    shutil.rmtree(work)
    bundle = out / recipe.NAME
    if sys.platform == "linux":
        strip(bundle / "_internal")
    return bundle


def strip(folder: Path) -> None:
    """Take the symbols out of the libraries whose tables are large."""
    files = sorted({file for pattern in recipe.STRIPPED for file in folder.glob(pattern)})
    subprocess.run(["strip", "--strip-unneeded", *files], check=True)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sizes.report(build(Path(sys.argv[1]).resolve()))
