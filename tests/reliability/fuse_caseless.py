"""A disk as of Windows or a Mac, in small: `a.jpg` and `A.JPG` are one file, listed as it was last named.

A folder shown in another place, like the share of fuse_share.py, and to be written to as well.
"""

from __future__ import annotations

import os
import struct
import sys
import unicodedata

from tests.reliability.fuse_share import Share, serve

_SETATTR, _MKNOD, _MKDIR, _UNLINK, _RMDIR, _RENAME, _WRITE = 4, 8, 9, 10, 11, 12, 16
_SIZE_GIVEN, _MTIME_GIVEN = 8, 32
_SET = struct.Struct("I12x Q8x 3Q 3I")  # what is given, size, times in seconds and their nanoseconds


class CaselessDisk(Share):
    """Answers as a file system that keeps the case of names, and finds them whatever their case.

    To the kernel each spelling is a file of its own (they only share a number): it would keep a rename
    from one spelling to another to itself, as one that changes nothing.
    """

    def __init__(self, folder: bytes) -> None:
        super().__init__(folder)
        self._folder = folder
        self.answers |= {
            _SETATTR: self._set,
            _MKNOD: self._make_file,
            _MKDIR: self._make_directory,
            _UNLINK: self._unlink,
            _RMDIR: self._remove_directory,
            _RENAME: self._rename,
            _WRITE: self._write,
        }

    def on_disk(self, path: bytes) -> bytes:
        if path == self._folder:
            return path
        directory, name = os.path.split(path)
        directory = self.on_disk(directory)
        listed = (other for other in os.listdir(directory) if _folded(other) == _folded(name))
        return os.path.join(directory, next(listed, name))

    def _set(self, node: int, body: bytes) -> bytes:
        given, size, _, seconds, _, _, nanoseconds, _ = _SET.unpack_from(body)
        path = self.on_disk(self.path(node))
        if given & _SIZE_GIVEN:
            os.truncate(path, size)
        if given & _MTIME_GIVEN:
            at = seconds * 10**9 + nanoseconds
            os.utime(path, ns=(at, at))
        return self.attributes(node, body)

    def _make_file(self, node: int, body: bytes) -> bytes:
        name = body[16:]
        os.close(os.open(self._place(node, name), os.O_CREAT | os.O_EXCL))
        return self.look_up(node, name)

    def _make_directory(self, node: int, body: bytes) -> bytes:
        name = body[8:]
        os.mkdir(self._place(node, name))
        return self.look_up(node, name)

    def _unlink(self, node: int, body: bytes) -> bytes:
        os.unlink(self._place(node, body))
        return b""

    def _remove_directory(self, node: int, body: bytes) -> bytes:
        os.rmdir(self._place(node, body))
        return b""

    def _rename(self, node: int, body: bytes) -> bytes:
        (target,) = struct.unpack_from("Q", body)
        old_name, new_name, _ = body[8:].split(b"\0")
        taken = self._place(target, new_name)
        os.replace(self._place(node, old_name), taken)
        os.rename(taken, os.path.join(os.path.dirname(taken), new_name))  # now spelled as asked for
        self.moved(os.path.join(self.path(node), old_name), os.path.join(self.path(target), new_name))
        return b""

    def _write(self, node: int, body: bytes) -> bytes:
        _, offset, size = struct.unpack_from("QQI", body)
        with open(self.on_disk(self.path(node)), "r+b") as stream:
            stream.seek(offset)
            stream.write(body[40 : 40 + size])
        return struct.pack("II", size, 0)

    def _place(self, node: int, name: bytes) -> bytes:
        return self.on_disk(os.path.join(self.path(node), name.rstrip(b"\0")))


def _folded(name: bytes) -> str:
    return unicodedata.normalize("NFD", os.fsdecode(name)).casefold()


if __name__ == "__main__":
    serve(CaselessDisk(os.fsencode(sys.argv[1])), sys.argv[2])
