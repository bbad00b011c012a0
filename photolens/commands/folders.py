"""`photolens folders`: the roots of a library, and what is to become of files that are gone."""

from __future__ import annotations

import argparse
import shlex
import sys

from photolens import paths
from photolens.commands.examples import add_examples
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
    add_examples(
        folders,
        ("photolens folders", "what is in the library"),
        ("photolens folders --remove ~/Downloads", "forget a folder; no file is touched"),
        ("photolens folders --gone ~/Pictures", "what is not there any more"),
        ("photolens folders --confirm-gone ~/Pictures", "it was deleted: take it out of the library"),
    )


def run(options: argparse.Namespace, settings: Settings) -> int:
    if options.remove or options.confirm_gone:
        with Library(options.library, settings=settings) as library:
            for path in options.remove:
                library.remove_folder(path)
                print(f"Forgot {printable(path)}; no file was touched.", file=sys.stderr)
            for path in options.confirm_gone:
                count = library.confirm_vanished(path)
                taken = f"{count:,} {plural('file', count)} taken out of the library."
                print(taken if count else _none_gone(path), file=sys.stderr)
    with Library(options.library, settings=settings, read_only=True) as library:
        if options.gone is not None:
            gone = library.vanished_files(options.gone, limit=None)
            for path in gone:
                print(printable(path))
            if not gone:
                print(_none_gone(options.gone), file=sys.stderr)
            return DONE
        for folder in library.folders():
            print(f"{folder.photos:8,}  {printable(short(folder.path))}{_state(folder, options.library)}")
    return DONE


def _none_gone(path: str) -> str:
    return f"No file of {printable(path)} is gone."


def _state(folder: Folder, library: str | None) -> str:
    offline = "" if folder.online else "  (offline)"
    if not folder.vanished:
        return offline
    number = f"{folder.vanished:,} {plural('file', folder.vanished)}"
    gone = f"{number} gone at once, and kept."
    if folder.replaced:
        gone = f"None of the {number} is there, and they are kept. Another drive may be in its place."
    confirm = paths.command(library, f"folders --confirm-gone {shlex.quote(folder.path)}")
    return f"{offline}\n{'':10}{gone} Were they deleted? Then: {printable(confirm)}"
