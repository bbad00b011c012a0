"""Make a .tar.xz of the bundle with a script that installs it.

    python packaging/tarball.py BUNDLE ICONS OUT

For every Linux that is no Debian. The same bundle gives the same file, byte for byte.
"""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import licences
import linux_files
import recipe

COMPRESSOR = "xz -9 -T2"  # with one thread the file would be another


def build(bundle: Path, icons: Path, out: Path) -> Path:
    """Write OUT/photolens-VERSION-linux-MACHINE.tar.xz: one folder with the bundle, share/ and install.sh."""
    name = f"photolens-{recipe.version()}-linux-{platform.machine()}"
    file = out / f"{name}.tar.xz"
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out) as scratch:
        root = Path(scratch, name)
        root.mkdir()
        linux_files.copy_bundle(bundle, root / "photolens")
        linux_files.stage_share(root / "share", icons)
        shutil.copy(linux_files.SOURCES / "install.sh", root)
        shutil.copy(recipe.ROOT / "LICENSE", root)
        shutil.copy(bundle / "_internal" / licences.FILE, root)
        linux_files.date_all(root)
        command = [
            "tar",
            "--create",
            "--sort=name",
            "--owner=0",
            "--group=0",
            "--numeric-owner",
            "--hard-dereference",
        ]
        command += ["--format=gnu", f"--mtime=@{linux_files.source_date()}", "--directory", scratch]
        command += [f"--use-compress-program={COMPRESSOR}", "--file", str(file), name]
        subprocess.run(command, check=True)
    return file


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    print(build(*map(Path, sys.argv[1:])))
