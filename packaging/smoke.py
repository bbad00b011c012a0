"""Install the packages into a Debian that has nothing else, use PhotoLens there, and remove it again.

    python packaging/smoke.py DEB TARBALL OUT [PHOTOS]

To be run as root: the Debian is made by debootstrap in OUT/root, entered by chroot. There is no network in it
but while the libraries are installed that the .deb depends on. OUT gets a picture of each window. PHOTOS is a
folder with photos; without it some are made up. Ends at the first thing that is not as it should be.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import recipe
from clean_root import CleanRoot
from screen import Screen
from try_program import Unexpected, expect, make_up_photos, try_library, try_program

_HOME = "home/user"
# What a user has after using PhotoLens, and keeps when it is removed.
_USERS_OWN = (".cache/", ".config/photolens/", ".local/share/photolens/", ".local/state/photolens/")
_WINDOW_SECONDS = 90
_COLOURS = 1000  # a window without photos has far fewer
# A user who reads German, on a machine without any locale but C.
_LANGUAGE = {"LANGUAGE": "de"}
_GUIDE = "PhotoLens-Handbuch"


def main(arguments: list[str]) -> None:
    if len(arguments) not in (3, 4):
        sys.exit(__doc__)
    if os.geteuid() != 0:
        sys.exit("The packages are tried in a system of their own, which only root can make: sudo is needed.")
    deb, tarball, out = (Path(name).resolve() for name in arguments[:3])
    out.mkdir(parents=True, exist_ok=True)
    root = CleanRoot(out / "root")
    root.make(_depends(deb))
    if (root.path / "usr" / "bin" / "photolens").is_symlink():  # left by a trial that failed
        root.run("dpkg", "--remove", recipe.NAME, user="root")
    try:
        with Screen(out) as screen:
            photos = _photos(root.path / _HOME / "Pictures", Path(arguments[3]) if arguments[3:] else None)
            try_deb(root, deb, screen, photos)
            try_tarball(root, tarball, screen, photos)
    except Unexpected as problem:
        sys.exit(f"smoke: {problem}")
    finally:
        shutil.rmtree(root.path / _HOME)
        if owner := os.environ.get("SUDO_UID"):  # who could not delete what belongs to root
            shutil.rmtree(root.path)
            for path in (out, *out.iterdir()):
                os.chown(path, int(owner), -1)
    print("smoke: both packages install, index, search, show their window, and leave nothing behind")


def try_deb(root: CleanRoot, deb: Path, screen: Screen, photos: int) -> None:
    """Install by dpkg, use, remove; then every file outside the user's home is as it was."""
    before = root.listing()
    pictures = _contents(root)
    shutil.copy(deb, root.path / "tmp" / deb.name)
    install = ("dpkg", "--install", f"/tmp/{deb.name}")
    root.run(*install, user="root")
    _try_program(root, "photolens", screen, photos, "deb")
    root.run(*install, user="root")  # over itself, as an upgrade does
    try_library(root.run, "photolens", photos)
    (root.path / "tmp" / deb.name).unlink()
    root.run("dpkg", "--remove", recipe.NAME, user="root")
    _same("dpkg --remove", before, root.listing())
    _kept(root, pictures)
    _forget(root)


def try_tarball(root: CleanRoot, tarball: Path, screen: Screen, photos: int) -> None:
    """Unpack and install as a user, use, remove; then the home holds what the user made, and nothing else."""
    home = root.path / _HOME
    before, pictures = root.listing(home), _contents(root)
    subprocess.run(["tar", "--extract", "--file", tarball, "--directory", home], check=True)
    folder = f"/{_HOME}/{tarball.name.removesuffix('.tar.xz')}"
    root.own(home)
    root.run(f"{folder}/install.sh")
    program = f"/{_HOME}/.local/bin/photolens"
    _try_program(root, program, screen, photos, "tarball")
    root.run(f"{folder}/install.sh")  # over itself, as an upgrade does
    shutil.rmtree(root.path / folder.lstrip("/"))
    try_library(root.run, program, photos)
    root.run(f"/{_HOME}/.local/lib/photolens/install.sh", "--uninstall")
    after = {name: size for name, size in root.listing(home).items() if not name.startswith(_USERS_OWN)}
    parents = {str(parent) + "/" for own in _USERS_OWN for parent in Path(own).parents}
    _same("install.sh --uninstall", before, {name: after[name] for name in after if name not in parents})
    _kept(root, pictures)


def _try_program(root: CleanRoot, program: str, screen: Screen, photos: int, name: str) -> None:
    try_program(root.run, program, f"/{_HOME}/Pictures", photos)
    _try_window(root, program, screen, name)
    try_library(root.run, program, photos)
    expect(not root.processes(), f"still running: {root.processes()}")


def _try_window(root: CleanRoot, program: str, screen: Screen, name: str) -> None:
    """The window shows the photos in the user's language, a second start hands over, F1 opens the guide."""
    command = (program, "gui", f"/{_HOME}/Pictures")
    window = root.start(*command, environment={**screen.environment, **_LANGUAGE})
    try:
        screen.wait_for_colours(_COLOURS, _WINDOW_SECONDS, window)
        picture = screen.save(f"window-{name}.png")
        said = root.run(*command, **screen.environment)
        expect(not said.strip(), f"the second start said: {said}")
        screen.press("F1")
        opened = screen.wait_for_window(_GUIDE, _WINDOW_SECONDS)
        guide = screen.save(f"guide-{name}.png")
        expect(opened, f"F1 opens no guide; the screen is in {guide}")
        window.terminate()
        begun = time.monotonic()
        said = _last_words(window)
        print(f"smoke: {name}: the window closes in {time.monotonic() - begun:.1f} s")
    finally:
        window.kill()
    expect(window.returncode == 0, f"the window ended with {window.returncode}: {said}")
    expect(not said.strip(), f"the window said: {said}")
    print(f"smoke: {name}: the window is in {picture}")


def _last_words(window: subprocess.Popen[str]) -> str:
    """What a program that was asked to end has said; Unexpected, with what it is at, if it does not end."""
    try:
        return window.communicate(timeout=_WINDOW_SECONDS)[0]
    except subprocess.TimeoutExpired:
        tasks = sorted(Path(f"/proc/{window.pid}/task").iterdir())
        at = [f"{(task / 'comm').read_text().strip()} {(task / 'wchan').read_text()}" for task in tasks]
        raise Unexpected(f"the window does not close; its threads: {', '.join(at)}") from None


def _photos(folder: Path, source: Path | None) -> int:
    """Put photos into `folder`: copies of those in `source`, or made-up ones, of which it returns the number.

    Who brings photos may have some that cannot be read, or some twice.
    """
    if source is None:
        return make_up_photos(folder)
    shutil.copytree(source, folder)
    return 0


def _depends(deb: Path) -> list[str]:
    command = ["dpkg-deb", "--field", str(deb), "Depends"]
    line = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    return [part.split("(")[0].strip() for part in line.split(",")]


def _contents(root: CleanRoot) -> dict[str, str]:
    """The user's photos, and what is in each."""
    folder = root.path / _HOME / "Pictures"
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def _kept(root: CleanRoot, pictures: dict[str, str]) -> None:
    """Without the program the user's photos and library are still there."""
    expect(_contents(root) == pictures, "the photos are not what they were")
    catalog = root.path / _HOME / ".local/share/photolens/library/catalog.db"
    expect(catalog.is_file(), "the library went with the program")


def _forget(root: CleanRoot) -> None:
    """Make the user new again, but for the photos."""
    for path in (root.path / _HOME).iterdir():
        if path.name != "Pictures":
            shutil.rmtree(path)


def _same(act: str, before: dict[str, int], after: dict[str, int]) -> None:
    left, gone = sorted(after.keys() - before.keys()), sorted(before.keys() - after.keys())
    changed = sorted(name for name in before.keys() & after.keys() if before[name] != after[name])
    expect(not (left or gone or changed), f"after {act}: left behind {left}, gone {gone}, changed {changed}")


if __name__ == "__main__":
    main(sys.argv[1:])
