"""A network share in small: a folder shown in another place, where the system tells of no change to it.

As a program, by root: python -m tests.reliability.fuse_share FOLDER MOUNT_POINT; it says when the share is
there, and takes it away when nobody talks to it any more. Spoken is the protocol of Linux' fuse.h, as far as
reading goes.
"""

from __future__ import annotations

import ctypes
import errno
import itertools
import os
import select
import stat
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_REPOSITORY = Path(__file__).parents[2]
_DEVICE = "/dev/fuse"
_MNT_DETACH = 2
_MAJOR, _MINOR = 7, 31
_LOOKUP, _FORGET, _GETATTR, _OPEN, _READ, _STATFS, _RELEASE = 1, 2, 3, 14, 15, 17, 18
_FLUSH, _INIT, _OPENDIR, _READDIR, _RELEASEDIR, _BATCH_FORGET = 25, 26, 27, 28, 29, 42
_IN_HEADER = struct.Struct("IIQQIIII")
_ATTRIBUTES = struct.Struct("QQQQQQIIIIIIIIII")
_ENTRY = struct.Struct("QQQQII")
_BUFFER_BYTES = 1 << 20


class CannotMount(Exception):
    """This machine does not let us mount a file system of our own."""


@contextmanager
def shared(folder: Path, point: Path, program: str = "fuse_share") -> Iterator[Path]:
    """`folder` as a share at `point`, by another process. Raises CannotMount where that is not allowed."""
    point.mkdir()
    server = subprocess.Popen(
        [sys.executable, "-m", f"tests.reliability.{program}", str(folder), str(point)],
        cwd=_REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert server.stdout
    try:
        if not server.stdout.readline():
            raise CannotMount("no file system of our own can be mounted here")
        yield point
    finally:
        server.communicate()


class Share:
    """Answers what the kernel asks about the files below `folder`."""

    def __init__(self, folder: bytes) -> None:
        self._paths = {1: folder}
        self._nodes = {folder: 1}
        self._numbers = itertools.count(2)
        self.answers: dict[int, Callable[[int, bytes], bytes]] = {
            _INIT: lambda node, body: struct.pack(
                "IIII 2HII 2HI 28x", _MAJOR, _MINOR, 0, 0, 8, 8, 4096, 1, 0, 0, 0
            ),
            _LOOKUP: self.look_up,
            _GETATTR: self.attributes,
            _OPEN: lambda node, body: bytes(16),
            _OPENDIR: lambda node, body: bytes(16),
            _READ: self._read,
            _READDIR: self._list,
            _STATFS: lambda node, body: struct.pack("5Q 4I 24x", 1, 1, 1, 1, 1, 4096, 255, 4096, 0),
            _RELEASE: lambda node, body: b"",
            _RELEASEDIR: lambda node, body: b"",
            _FLUSH: lambda node, body: b"",
        }

    def answer(self, request: bytes) -> bytes | None:
        """The reply to one request; None for those that expect none."""
        length, operation, unique, node, *_ = _IN_HEADER.unpack_from(request)
        if operation in (_FORGET, _BATCH_FORGET):
            return None
        body, error = b"", 0
        try:
            body = self.answers[operation](node, request[_IN_HEADER.size : length])
        except OSError as problem:
            error = problem.errno or errno.EIO
        except KeyError:
            error = errno.ENOSYS
        return struct.pack("IiQ", 16 + len(body), -error, unique) + body

    def path(self, node: int) -> bytes:
        """How the kernel calls a file that it knows."""
        return self._paths[node]

    def on_disk(self, path: bytes) -> bytes:
        """Where the file of this path lies."""
        return path

    def moved(self, old: bytes, new: bytes) -> None:
        """What the kernel knows of at or below `old` is now at or below `new`."""
        for path in [path for path in self._nodes if path == old or path.startswith(old + b"/")]:
            node = self._nodes.pop(path)
            self._paths[node] = new + path[len(old) :]
            self._nodes[self._paths[node]] = node

    def look_up(self, node: int, body: bytes) -> bytes:
        path = os.path.join(self.path(node), body.rstrip(b"\0"))
        attributes = _attributes(self.on_disk(path))
        if path not in self._nodes:
            self._nodes[path] = next(self._numbers)
            self._paths[self._nodes[path]] = path
        return _ENTRY.pack(self._nodes[path], 0, 0, 0, 0, 0) + attributes

    def attributes(self, node: int, body: bytes) -> bytes:
        return struct.pack("QII", 0, 0, 0) + _attributes(self.on_disk(self.path(node)))

    def _read(self, node: int, body: bytes) -> bytes:
        _, offset, size = struct.unpack_from("QQI", body)
        with open(self.on_disk(self.path(node)), "rb") as stream:
            stream.seek(offset)
            return stream.read(size)

    def _list(self, node: int, body: bytes) -> bytes:
        _, offset, size = struct.unpack_from("QQI", body)
        listed = b""
        names = sorted(os.listdir(self.on_disk(self.path(node))))
        for number, name in enumerate(names[offset:], offset + 1):
            entry = struct.pack("QQII", 1, number, len(name), 0) + name
            entry += bytes(-len(entry) % 8)
            if len(listed) + len(entry) > size:
                break
            listed += entry
        return listed


def _attributes(path: bytes) -> bytes:
    found = os.lstat(path)
    times = (found.st_atime_ns, found.st_mtime_ns, found.st_ctime_ns)
    return _ATTRIBUTES.pack(
        found.st_ino,
        found.st_size,
        found.st_blocks,
        *(at // 10**9 for at in times),
        *(at % 10**9 for at in times),
        stat.S_IFMT(found.st_mode) | 0o755,
        found.st_nlink,
        os.getuid(),
        os.getgid(),
        0,
        4096,
        0,
    )


def serve(share: Share, point: str) -> None:
    """Show a share at `point` until the standard input ends."""
    system = ctypes.CDLL(None, use_errno=True)
    device = os.open(_DEVICE, os.O_RDWR)
    options = f"fd={device},rootmode=40000,user_id={os.getuid()},group_id={os.getgid()}"
    if system.mount(b"share", os.fsencode(point), b"fuse.share", 0, options.encode()):
        raise OSError(ctypes.get_errno(), "cannot mount")
    try:
        print("ready", flush=True)
        while sys.stdin.fileno() not in (ready := select.select([device, sys.stdin], [], [])[0]):
            reply = share.answer(os.read(ready[0], _BUFFER_BYTES))
            if reply is not None:
                os.write(device, reply)
    finally:
        system.umount2(os.fsencode(point), _MNT_DETACH)


if __name__ == "__main__":
    serve(Share(os.fsencode(sys.argv[1])), sys.argv[2])
