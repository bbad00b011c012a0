"""`photolens backup`: copies of the catalog, and going back to one."""

from __future__ import annotations

import argparse
from pathlib import Path

from photolens import paths
from photolens.commands.check import say_restored
from photolens.commands.confirm import confirm
from photolens.commands.examples import add_examples
from photolens.errors import LibraryMissing, UsageError
from photolens.library import Library, backups
from photolens.messages import plain
from photolens.settings import Settings
from photolens.words import file_size, printable

DONE = 0


def add_options(backup: argparse.ArgumentParser) -> None:
    what = backup.add_mutually_exclusive_group()
    what.add_argument("--list", action="store_true", help="list the backups, newest first")
    what.add_argument(
        "--restore", metavar="NAME", help="go back to this backup; `latest`: the newest good one"
    )
    backup.add_argument("--yes", action="store_true", help="do not ask before a backup is restored")
    add_examples(
        backup,
        ("photolens backup", "make one now"),
        ("photolens backup --list", "what there is"),
        ("photolens backup --restore latest", "go back to the newest good one"),
    )


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Make a backup now, unless asked for something else."""
    root = paths.library_folder(options.library)
    if options.list:
        _list(root)
    elif options.restore:
        backup = _find(root, options.restore)
        confirm(f"Go back to the backup {backups.in_words(backup)}? What is there now is kept.", options.yes)
        say_restored(root, backups.restore(root, backup))
    else:
        made = backups.back_up(root, settings.backups)
        print(f"{printable(str(made.file))}: {_facts(made)}")
    return DONE


def _list(root: Path) -> None:
    found = backups.list_backups(root)
    if not found and not Library.exists(root):
        raise LibraryMissing(plain(f"There is no photo library at {root} yet."))
    if not found:
        print("There is no backup yet. One is made every day that the library is in use.")
    for backup in found:
        state = "" if backup.good else "  damaged"
        print(f"{backup.file.name}  {_facts(backup)}{state}")


def _find(root: Path, name: str) -> backups.Backup:
    if name == "latest":
        newest = backups.newest_good(root)
        if newest is None:
            raise UsageError(plain("There is no good backup."))
        return newest
    for backup in backups.list_backups(root):
        if name in (backup.file.name, str(backup.file)):
            return backup
    names = paths.command(root, "backup --list")
    raise UsageError(plain(f"There is no backup called {name}. `{names}` names those there are."))


def _facts(backup: backups.Backup) -> str:
    return f"{backups.in_words(backup)}, {backup.reason}, {file_size(backup.size_bytes)}"
