"""What identifies a photo: its bytes, all of them.

BLAKE2b over the whole file. A cheaper key (first and last blocks, size) would read less, but a new
file has to be read whole anyway to decode it, the hash costs about 1 ms per megabyte (a fifth of
decoding a 12-megapixel JPEG at reduced scale), and two edits of one RAW conversion or scan can well
share size, head and tail. Unchanged files are recognised by size and time and not read at all.
"""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass

from photolens.catalog import FileStat
from photolens.errors import FailureKind, PhotoError
from photolens.imaging.formats import MAX_FILE_BYTES
from photolens.messages import message, system

_BLOCK = 1 << 20
_MOST = 2**63  # SQLite's integers lie below
DIGEST_BYTES = 20


@dataclass(frozen=True, slots=True)
class Fingerprint:
    content_hash: bytes
    stat: FileStat


def signed(number: int) -> int:
    """A number of 64 bits as SQLite can keep it; a Windows file id may use the top one."""
    return (number + _MOST) % (2 * _MOST) - _MOST


def stat_of(result: os.stat_result) -> FileStat:
    mtime_ns, inode = result.st_mtime_ns, result.st_ino
    # File systems know times beyond the year 2262, SQLite's integers do not. Looked at before it is put
    # right, since a scan asks this of every file.
    if not -_MOST <= mtime_ns < _MOST:
        mtime_ns = max(-_MOST, min(mtime_ns, _MOST - 1))
    if inode >= _MOST:
        inode = signed(inode)
    return FileStat(result.st_size, mtime_ns, inode)


def stat_now(path: str) -> FileStat | None:
    """The file's stat now; None when it is not there, an empty one when we may not ask.

    What may not be seen is not gone: only None says that a file is.
    """
    try:
        return stat_of(os.stat(path))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        return FileStat(0, 0, 0)


def content_hash(data: bytes) -> bytes:
    """The hash of a photo given as bytes, DIGEST_BYTES long."""
    return hashlib.blake2b(data, digest_size=DIGEST_BYTES).digest()


def fingerprint(path: str) -> Fingerprint:
    """Hash a file. Raises PhotoError when it cannot be read, or changes while it is read."""
    digest = hashlib.blake2b(digest_size=DIGEST_BYTES)
    try:
        with open(path, "rb", buffering=0, opener=_open_at_once) as stream:
            found = os.fstat(stream.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise PhotoError(FailureKind.NOT_AN_IMAGE, message("This is not a file."))
            before = stat_of(found)
            if before.size_bytes > MAX_FILE_BYTES:
                limit = MAX_FILE_BYTES // 2**20
                raise PhotoError(
                    FailureKind.TOO_LARGE, message("The file is larger than {limit} MB.", limit=limit)
                )
            while block := stream.read(_BLOCK):
                digest.update(block)
            after = stat_of(os.fstat(stream.fileno()))
    except FileNotFoundError as error:
        raise PhotoError(FailureKind.UNREADABLE, message("The file is no longer there.")) from error
    except PermissionError as error:
        raise PhotoError(FailureKind.UNREADABLE, message("No permission to read the file.")) from error
    except OSError as error:
        raise PhotoError(
            FailureKind.UNREADABLE, message("The file cannot be read: {reason}.", reason=system(error))
        ) from error
    if before != after:
        raise PhotoError(FailureKind.UNREADABLE, message("The file is still being written."))
    return Fingerprint(digest.digest(), after)


def _open_at_once(path: str, flags: int) -> int:
    """Open without waiting: a pipe put in a photo's place would otherwise block for ever."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
