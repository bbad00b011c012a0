"""Make the packages for Linux and try them, which is `make package`.

    python packaging/package.py OUT [PHOTOS]

OUT gets the .deb and the .tar.xz, and in OUT/work what they are made of. PHOTOS is a folder with photos to
try them with; without it some are made up.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

import bundle
import deb
import linux_files
import sizes
import tarball


def main(arguments: list[str]) -> None:
    if len(arguments) not in (1, 2):
        sys.exit(__doc__)
    out = Path(arguments[0]).resolve()
    work = out / "work"
    _check_torch()
    program = bundle.build(work)
    icons = work / "icons"
    check_texts(work, icons)
    compare(program, icons, work)
    packages = [deb.build(program, icons, out), tarball.build(program, icons, out)]
    smoke = [
        *(sys.executable, "-B"),  # so that root leaves nothing in the repository
        str(Path(__file__).with_name("smoke.py")),
        *map(str, packages),
        str(work / "smoke"),
    ]
    as_root = [] if os.geteuid() == 0 else ["sudo"]
    subprocess.run([*as_root, *smoke, *arguments[1:]], check=True)
    sizes.report(program, packages)


def check_texts(work: Path, icons: Path) -> None:
    """Have the desktop's own tools look at the menu entry and the metadata."""
    with tempfile.TemporaryDirectory(dir=work) as scratch:
        share = Path(scratch)
        linux_files.stage_share(share, icons)
        subprocess.run(["desktop-file-validate", share / "applications" / "photolens.desktop"], check=True)
        metainfo = sorted((share / "metainfo").iterdir())
        subprocess.run(["appstreamcli", "validate", "--no-net", *metainfo], check=True)


def compare(program: Path, icons: Path, work: Path) -> None:
    """Pack twice, uncompressed since that is quick: the files must be the same, byte for byte."""
    found = []
    for name in ("first", "second"):
        package = deb.build(program, icons, work / name, "none")
        with package.open("rb") as file:
            found.append(hashlib.file_digest(file, "sha256").hexdigest())
        shutil.rmtree(package.parent)
    if found[0] != found[1]:
        sys.exit("The same bundle was packed twice and gave two different packages.")
    print("package: packed twice, the same bytes")


def _check_torch() -> None:
    """A torch for graphics cards would make packages of several gigabytes."""
    version = metadata.version("torch")
    if "+cpu" not in version and any(name.startswith("nvidia-") for name in _distributions()):
        sys.exit(
            f"torch {version} is built for graphics cards. Give a build for the processor: "
            'make package TORCH="torch==VERSION+cpu ..."; packaging/README.md says where one is.'
        )


def _distributions() -> list[str]:
    return [str(found.metadata["Name"]) for found in metadata.distributions()]


if __name__ == "__main__":
    main(sys.argv[1:])
