"""File systems that do not tell of changes, or only of those made through this machine.

On a network drive another computer adds the photos, and this one's system never hears of it. Such
folders are looked through now and then; they are watched too, for what is changed from here.
"""

from __future__ import annotations

import ctypes
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_MOUNTS = Path("/proc/self/mountinfo")
# All of FUSE counts (sshfs, rclone, gvfs, mergerfs, encrypted folders): what happens behind it is not told
# of. Except for real disks, whose driver happens to live there.
_FUSE_DISK = "fuseblk"
_SILENT = frozenset(
    (
        *("nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "coda", "davfs"),
        *("ceph", "lustre", "beegfs", "gfs2", "ocfs2", "gpfs", "orangefs", "pvfs2", "acfs"),
        *("9p", "virtiofs", "vboxsf", "prl_fs", "vmhgfs"),  # folders of a virtual machine's host
    )
)
_ESCAPED = re.compile(r"\\([0-7]{3})")

_MNT_LOCAL = 0x1000  # macOS, sys/mount.h
_STATFS_BYTES, _STATFS_FLAGS = 4096, 64  # room for its struct statfs, and where f_flags lies in it
_DRIVE_REMOTE = 4  # Windows, GetDriveTypeW


@dataclass(frozen=True, slots=True)
class Mount:
    """A line of /proc/self/mountinfo: where, and which file system."""

    point: str
    kind: str

    @property
    def silent(self) -> bool:
        kind = self.kind
        return kind in _SILENT or (kind.startswith("fuse") and kind != _FUSE_DISK and kind != "fusectl")


def is_silent(path: str) -> bool:
    """Whether files at or below `path` may change without the system telling of it."""
    real = os.path.realpath(path)
    if sys.platform == "win32":
        return _is_remote_drive(real)
    if sys.platform == "darwin":
        return _is_not_local(real)
    try:
        return is_silent_among(_MOUNTS.read_text(errors="surrogateescape"), real)
    except OSError:
        return False


def is_silent_among(mountinfo: str, path: str) -> bool:
    """The same by a given table of mounts: the one that holds `path`, and those below it."""
    holding = Mount("", "")
    below: dict[str, Mount] = {}
    for mount in _mounts(mountinfo):
        if _inside(path, mount.point) and len(mount.point) >= len(holding.point):
            holding = mount
        elif _inside(mount.point, path):
            below[mount.point] = mount  # a later one hides an earlier one
    return holding.silent or any(mount.silent for mount in below.values())


def _mounts(mountinfo: str) -> Iterator[Mount]:
    for line in mountinfo.splitlines():
        before, _, after = line.partition(" - ")
        fields, kind = before.split(" "), after.split(" ", 1)[0]
        if len(fields) > 4 and kind:
            yield Mount(_ESCAPED.sub(lambda found: chr(int(found[1], 8)), fields[4]), kind)


def _inside(path: str, parent: str) -> bool:
    return path == parent or path.startswith(parent.rstrip("/") + "/")


def _is_remote_drive(path: str) -> bool:
    drive = os.path.splitdrive(path)[0]
    if drive.startswith("\\\\"):
        return not drive.startswith("\\\\?\\Volume")  # a share; the other is a disk without a letter
    if sys.platform == "win32":
        return ctypes.windll.kernel32.GetDriveTypeW(drive + "\\") == _DRIVE_REMOTE
    return False


def _is_not_local(path: str) -> bool:
    system = ctypes.CDLL(None, use_errno=True)
    # Intel Macs keep an older function under the plain name.
    statfs = getattr(system, "statfs$INODE64", None) or system.statfs
    buffer = ctypes.create_string_buffer(_STATFS_BYTES)
    if statfs(os.fsencode(path), buffer) != 0:
        return False
    flags = int.from_bytes(buffer.raw[_STATFS_FLAGS : _STATFS_FLAGS + 4], sys.byteorder)
    return not flags & _MNT_LOCAL
