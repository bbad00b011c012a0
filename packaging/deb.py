"""Make a .deb of the bundle: `python packaging/deb.py BUNDLE ICONS OUT [COMPRESSION]`; prints its name.

The same bundle gives the same file, byte for byte. COMPRESSION is dpkg-deb's: "xz" unless given, "none" for
comparing two quickly.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from fnmatch import fnmatchcase
from pathlib import Path

import licences
import linux_files
import recipe

sys.path.insert(1, str(recipe.ROOT))
from photolens.gui.display import PACKAGES, PLATFORM_PACKAGES

MAINTAINER = os.environ.get("PHOTOLENS_MAINTAINER", "The PhotoLens authors <authors@photolens.invalid>")
_GLIBC = (
    *("ld-linux*", "libc.so.*", "libdl.so.*", "libm.so.*", "libmvec.so.*", "libpthread.so.*"),
    *("libresolv.so.*", "librt.so.*", "libutil.so.*"),
)
# Debian's package of each library that every Debian has, or that comes with one of those Qt needs.
_OTHERS = {
    "libbrotlicommon.so.1": "libbrotli1",
    "libbrotlidec.so.1": "libbrotli1",
    "libgcc_s.so.1": "libgcc-s1",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libstdc++.so.6": "libstdc++6",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
}
_XZ = ("--threads-max=2", "-Zxz", "-z9")  # with one thread the file would be another

_DESCRIPTION = """\
 PhotoLens watches your folders, looks at every photo once with a CLIP model,
 and then finds photos by words, by another picture, or by both at once. Clicks
 on what you like rearrange the page around what you meant.
 .
 Everything happens on this machine; no photo is ever changed. A small model is
 part of the package."""


def build(bundle: Path, icons: Path, out: Path, compression: str = "xz") -> Path:
    """Write OUT/photolens_VERSION_ARCHITECTURE.deb."""
    architecture = _output("dpkg", "--print-architecture")
    file = out / f"photolens_{recipe.version()}_{architecture}.deb"
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out) as scratch:
        root = Path(scratch, "root")
        root.mkdir()
        (root / "usr" / "lib").mkdir(parents=True)
        linux_files.copy_bundle(bundle, root / "usr" / "lib" / "photolens")
        (root / "usr" / "bin").mkdir()
        (root / "usr" / "bin" / "photolens").symlink_to("../lib/photolens/photolens")
        linux_files.stage_share(root / "usr" / "share", icons)
        listed = root / "usr" / "share" / "doc" / "photolens" / licences.FILE
        listed.symlink_to(f"../../../lib/photolens/_internal/{licences.FILE}")
        _write_control(root, bundle, architecture)
        linux_files.date_all(root)
        how = _XZ if compression == "xz" else (f"-Z{compression}",)
        environment = {**os.environ, "SOURCE_DATE_EPOCH": str(linux_files.source_date())}
        command = ["dpkg-deb", "--root-owner-group", *how, "--build", str(root), str(file)]
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return file


def depends(bundle: Path) -> list[str]:
    """Debian packages with the libraries that the bundle leaves to the system.

    Raises KeyError for a library that PhotoLens does not know to be in any.
    """
    known = {**PACKAGES, **PLATFORM_PACKAGES["xcb"], **PLATFORM_PACKAGES["wayland"], **_OTHERS}
    asked = linux_files.libraries_needed(bundle)
    needed = {known[name] for name in asked if not any(fnmatchcase(name, glibc) for glibc in _GLIBC)}
    return [f"libc6 (>= {linux_files.glibc_needed(bundle)})", *sorted(needed)]


def _write_control(root: Path, bundle: Path, architecture: str) -> None:
    files = sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    control = root / "DEBIAN"
    control.mkdir()
    kilobytes = sum(-(-file.stat().st_size // 1024) for file in files)
    fields = {
        "Package": recipe.NAME,
        "Version": recipe.version(),
        "Architecture": architecture,
        "Maintainer": MAINTAINER,
        "Installed-Size": str(kilobytes),
        "Depends": ", ".join(depends(bundle)),
        "Recommends": "ca-certificates, xdg-utils",
        "Suggests": "python3-nautilus, python3-caja",  # "Search with PhotoLens" there
        "Section": "graphics",
        "Priority": "optional",
        "Description": f"{recipe.COMMENT}\n{_DESCRIPTION}",
    }
    lines = "".join(f"{name}: {value}\n" for name, value in fields.items())
    (control / "control").write_text(lines, encoding="utf-8")
    sums = (f"{_md5(file)}  {file.relative_to(root).as_posix()}\n" for file in files)
    (control / "md5sums").write_text("".join(sums), encoding="utf-8")


def _md5(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "md5").hexdigest()


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout.strip()


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    bundle, icons, out = map(Path, sys.argv[1:4])
    print(build(bundle, icons, out, *sys.argv[4:]))
