"""A small Debian in a folder, entered by chroot, without a network."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

SUITE = "bookworm"
_USER = 1000
# What a package manager notes down is no leftover, nor is the empty folder that torch makes at its import.
_NOTES = (
    *("var/lib/dpkg/", "var/lib/apt/", "var/cache/", "var/log/", "proc/", "sys/", "dev/", "home/"),
    *("tmp/.X11-unix/", "tmp/torchinductor_user/"),
)
# The display's socket is a file, which is how it is reached without a network.
_ENTER = """\
set -e
mount -t proc proc "$0/proc"
mount -t tmpfs tmpfs "$0/dev/shm"
mount -t devpts devpts "$0/dev/pts"
mkdir -p "$0/tmp/.X11-unix"
mount --bind /tmp/.X11-unix "$0/tmp/.X11-unix"
exec chroot --userspec="$1" "$0" /usr/bin/env -i "${@:2}"
"""
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class CleanRoot:
    """`path` is where it lies. It is made once and used again."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def make(self, packages: Sequence[str]) -> None:
        """Debian's smallest set of packages and these, without what they only recommend."""
        if not (self.path / "ready").exists():
            subprocess.run(["debootstrap", "--variant=minbase", SUITE, str(self.path)], check=True)
            self.run("useradd", "--uid", str(_USER), "user", user="root")
            (self.path / "ready").touch()
        self.run("apt-get", "-qq", "update", user="root", network=True)
        install = ["apt-get", "-qq", "install", "--no-install-recommends", "--yes", *packages]
        self.run(*install, user="root", network=True, DEBIAN_FRONTEND="noninteractive")
        (self.path / "home" / "user").mkdir(exist_ok=True)
        self.own(self.path / "home" / "user")

    def own(self, folder: Path) -> None:
        """Give a folder and all in it to the user."""
        for path in (folder, *folder.rglob("*")):
            os.chown(path, _USER, _USER, follow_symlinks=False)

    def run(self, *command: str, user: str = "user", network: bool = False, **environment: str) -> str:
        """What a command prints. Its errors go to the terminal; raises CalledProcessError."""
        entered = self._entering(command, user, network, environment)
        return subprocess.run(entered, check=True, stdout=subprocess.PIPE, text=True).stdout

    def start(self, *command: str, environment: dict[str, str]) -> subprocess.Popen[str]:
        """Start the user's program and go on: the process is the program itself."""
        entered = self._entering(command, "user", False, environment)
        return subprocess.Popen(entered, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def listing(self, folder: Path | None = None) -> dict[str, int]:
        """Every file, link and folder (with "/" at its end) below `folder`, and the size of the files.

        Without `folder` all but homes and what is noted down by package managers.
        """
        top, found = folder or self.path, {}
        for path in top.rglob("*"):
            name = path.relative_to(top).as_posix()
            if path.is_dir() and not path.is_symlink():
                found[f"{name}/"] = 0
            else:
                found[name] = path.lstat().st_size
        return {name: size for name, size in found.items() if folder or not name.startswith(_NOTES)}

    def processes(self) -> list[str]:
        """Programs that run inside."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if (process / "root").readlink() == self.path:
                    found.append((process / "exe").readlink().as_posix())
        return found

    def _entering(
        self, command: Sequence[str], user: str, network: bool, environment: dict[str, str]
    ) -> list[str]:
        number = 0 if user == "root" else _USER
        home = "/root" if user == "root" else f"/home/{user}"
        variables = {"HOME": home, "PATH": _PATH, "LANG": "C.UTF-8", **environment}
        own = ["unshare", "--mount", *([] if network else ["--net"])]
        entering = [*own, "bash", "-c", _ENTER, str(self.path), f"{number}:{number}"]
        return [*entering, *(f"{name}={value}" for name, value in variables.items()), *command]
