"""`photolens folders`: the roots of a library, and what is to become of files that are gone."""

from __future__ import annotations

import argparse
import shlex
import sys

from photolens.domain import Folder
from photolens.library import Library
from photolens.settings import Settings
from photolens.words import plural, printable, short

DONE = 0


def add_options(folders: argparse.ArgumentParser) -> None:
    folders.add_argument(
        "--remove", action="append", default=[], metavar="FOLDER", help="forget a folder; no file is touched"
    )
    folders.add_argument(
        "--confirm-gone",
        action="append",
        default=[],
        metavar="FOLDER",
        help="the files of this folder that are gone were deleted: take them out of the library",
    )
    folders.add_argument(
        "--gone", metavar="FOLDER", help="list the files of this folder that are gone, and do nothing else"
    )


def run(options: argparse.Namespace, settings: Settings) -> int:
    if options.remove or options.confirm_gone:
        with Library(options.library, settings=settings) as library:
            for path in options.remove:
                library.remove_folder(path)
                print(f"Forgot {printable(path)}; no file was touched.", file=sys.stderr)
            for path in options.confirm_gone:
                count = library.confirm_vanished(path)
                print(f"{count:,} {plural('file', count)} taken out of the library.", file=sys.stderr)
    with Library(options.library, settings=settings, read_only=True) as library:
        if options.gone is not None:
            for path in library.vanished_files(options.gone, limit=None):
                print(printable(path))
            return DONE
        for folder in library.folders():
            print(f"{folder.photos:8,}  {printable(short(folder.path))}{_state(folder)}")
    return DONE


def _state(folder: Folder) -> str:
    offline = "" if folder.online else "  (offline)"
    if not folder.vanished:
        return offline
    gone = f"{folder.vanished:,} {plural('file', folder.vanished)}"
    return (
        f"{offline}\n{'':10}{gone} gone at once, and kept. Were they deleted? Then: "
        f"photolens folders --confirm-gone {printable(shlex.quote(folder.path))}"
    )
