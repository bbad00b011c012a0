"""What Linux desktops are told about PhotoLens, and what the libraries in the bundle ask of Linux."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
import time
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import recipe
from man_page import page

from photolens.cli import whole_parser
from photolens.commands.completion import script

SOURCES = Path(__file__).with_name("linux")
_ICONS = "icons/hicolor"
# Place below share/ of each file in packaging/linux.
PLACES = (
    ("photolens.desktop", "applications/photolens.desktop"),
    (f"{recipe.APP_ID}.metainfo.xml", f"metainfo/{recipe.APP_ID}.metainfo.xml"),
    # "Search with PhotoLens" for folders. The menu entry does not name folders among what it opens: desktops
    # without a program of choice for those would open every folder with PhotoLens.
    ("photolens-servicemenu.desktop", "kio/servicemenus/photolens.desktop"),  # Dolphin, Konqueror
    ("photolens.nemo_action", "nemo/actions/photolens.nemo_action"),
    ("photolens-action.desktop", "file-manager/actions/photolens.desktop"),  # PCManFM, Caja Actions
    ("photolens-sendto.desktop", "Thunar/sendto/photolens.desktop"),
    ("photolens_menu.py", "nautilus-python/extensions/photolens_menu.py"),
    ("photolens_menu.py", "caja-python/extensions/photolens_menu.py"),
)
_COMPLETIONS = {
    "bash": "bash-completion/completions/photolens",
    "zsh": "zsh/site-functions/_photolens",
    "fish": "fish/vendor_completions.d/photolens.fish",
}
# Such a menu of the KDE file manager counts as a program.
_EXECUTABLE = ("kio/servicemenus/photolens.desktop",)

# Only loaded where the desktop has them.
_OPTIONAL = ("platformthemes/libqgtk3.so",)


def source_date() -> int:
    """Seconds since 1970 that every file in a package is dated: SOURCE_DATE_EPOCH, else the last commit."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given:
        return int(given)
    command = ["git", "-C", str(recipe.ROOT), "log", "-1", "--format=%ct"]
    return int(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def stage_share(share: Path, icons: Path) -> None:
    """Lay out share/: menu entry, icons, file manager actions, AppStream metadata, manual page, completion in
    shells, licence."""
    for name, place in PLACES:
        _write(share / place, _filled((SOURCES / name).read_text(encoding="utf-8")).encode())
    for place in _EXECUTABLE:
        (share / place).chmod(0o755)
    for png in sorted(icons.glob("*x*.png")):
        _write(share / _ICONS / png.stem / "apps" / "photolens.png", png.read_bytes())
    vector = recipe.ROOT / "resources" / "icons" / "photolens.svg"
    _write(share / _ICONS / "scalable" / "apps" / "photolens.svg", vector.read_bytes())
    parser = whole_parser()
    manual = page(parser, datetime.fromtimestamp(source_date(), UTC))
    _write(share / "man" / "man1" / "photolens.1.gz", gzip.compress(manual.encode(), 9, mtime=0))
    for shell, place in _COMPLETIONS.items():
        _write(share / place, script(parser, shell).encode())
    changes = (recipe.ROOT / "CHANGELOG.md").read_bytes()
    _write(share / "doc" / "photolens" / "changelog.gz", gzip.compress(changes, 9, mtime=0))
    _write(share / "doc" / "photolens" / "copyright", (SOURCES / "copyright").read_bytes())


def date_all(folder: Path) -> None:
    """Give every file and folder the date of the source, and permissions that depend on nothing else."""
    when = source_date()
    for path in [*folder.rglob("*"), folder]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        os.utime(path, (when, when), follow_symlinks=False)


def libraries_needed(bundle: Path) -> set[str]:
    """Names of the shared libraries that the bundle uses and does not hold."""
    held = {path.name for path in bundle.rglob("*.so*")}
    needed: set[str] = set()
    for file in _elf_files(bundle):
        if not str(file).endswith(_OPTIONAL):
            needed.update(re.findall(r"^\s+NEEDED\s+(\S+)$", _described(file), re.MULTILINE))
    return needed - held


def glibc_needed(bundle: Path) -> str:
    """The oldest glibc that the bundle runs with, "2.34"."""
    versions = {(2, 17)}
    for file in _elf_files(bundle):
        for major, minor in re.findall(r"GLIBC_(\d+)\.(\d+)", _described(file)):
            versions.add((int(major), int(minor)))
    return ".".join(map(str, max(versions)))


def _elf_files(bundle: Path) -> list[Path]:
    found = []
    for path in sorted(bundle.rglob("*")):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                if file.read(4) == b"\x7fELF":
                    found.append(path)
    return found


@cache
def _described(file: Path) -> str:
    """What the dynamic loader reads of a library or program."""
    return subprocess.run(["objdump", "-p", file], capture_output=True, check=True, text=True).stdout


def _filled(template: str) -> str:
    day = time.strftime("%Y-%m-%d", time.gmtime(source_date()))
    return template.replace("@VERSION@", recipe.version()).replace("@DATE@", day)


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def copy_bundle(bundle: Path, target: Path) -> None:
    """The bundle with its links as they are; hard links where that can be done, to save the disk."""
    try:
        shutil.copytree(bundle, target, symlinks=True, copy_function=os.link)
    except OSError:
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(bundle, target, symlinks=True)
