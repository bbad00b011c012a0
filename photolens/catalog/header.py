"""What can be told of a catalog without opening it, and what is said of one that is damaged or missing."""

from __future__ import annotations

from pathlib import Path

from photolens import paths
from photolens.errors import CatalogDamaged, LibraryError
from photolens.messages import Message, message, system

_MAGIC = b"SQLite format 3\0"
_HEADER_BYTES = 100


def check_header(file: Path) -> None:
    """What can be known of a catalog file without opening it. Raises CatalogDamaged, LibraryError.

    SQLite would take an empty file for a new catalog, and throw away the log beside it.
    """
    try:
        with file.open("rb") as stream:
            header = stream.read(_HEADER_BYTES)
        size = file.stat().st_size
        log = file.with_name(file.name + "-wal")
        logged = log.stat().st_size if log.exists() else 0
    except OSError as error:
        raise LibraryError(
            message("The catalog {file} cannot be opened: {reason}.", file=file, reason=system(error))
        ) from error
    if len(header) < _HEADER_BYTES or not header.startswith(_MAGIC):
        raise damaged(file, message("it is no database") if header else message("it is empty"))
    page = int.from_bytes(header[16:18], "big")
    pages = int.from_bytes(header[28:32], "big")
    # With a log beside it, pages may be in there that the file has no room for yet.
    if not logged and size < pages * (65536 if page == 1 else page):
        raise damaged(file, message("its end is missing"))


def damaged(file: Path, why: Message) -> CatalogDamaged:
    """The error that says so, and what to do."""
    text = message(
        "{what} Run `{command}`, which keeps it and puts a backup in its place; your photos are not "
        "affected.",
        what=message("The catalog {file} is damaged ({why}).", file=file, why=why),
        command=paths.command(file.parent, "check --repair"),
    )
    return CatalogDamaged(text, file.parent)


def missing(file: Path) -> CatalogDamaged:
    """The error that says that there was a catalog, of which backups are left, and what to do."""
    text = message(
        "{what} Run `{command}`, which puts one in its place; your photos are not affected.",
        what=message("The catalog {file} is missing, but there are backups of it.", file=file),
        command=paths.command(file.parent, "check --repair"),
    )
    return CatalogDamaged(text, file.parent)
