"""`photolens check`: whether the library is sound, and putting it right."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from photolens import paths
from photolens.commands.confirm import confirm
from photolens.commands.examples import add_examples
from photolens.errors import CatalogDamaged
from photolens.library import CheckReport, Library, backups
from photolens.settings import Settings
from photolens.words import printable

DONE, CANNOT = 0, 2


def add_options(check: argparse.ArgumentParser) -> None:
    check.add_argument(
        "--repair", action="store_true", help="put right what is wrong, by a backup where nothing else helps"
    )
    check.add_argument("--yes", action="store_true", help="do not ask before a backup is restored")
    add_examples(
        check,
        ("photolens check", "look, and change nothing"),
        ("photolens check --repair", "put right what is wrong"),
    )


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Exit code 2 when something is wrong and was not put right."""
    if options.repair:
        return _repair(options, settings)
    with Library(options.library, settings=settings, read_only=True) as library:
        report = library.check()
    _say(report)
    if report.clean:
        return DONE
    repair = paths.command(options.library, "check --repair")
    print(f"`{printable(repair)}` puts it right; your photos are not affected.", file=sys.stderr)
    return CANNOT


def _repair(options: argparse.Namespace, settings: Settings) -> int:
    try:
        with Library(options.library, settings=settings) as library:
            for sentence in library.repair():
                print(sentence)
            report = library.check()
    except CatalogDamaged as error:
        print(printable(str(error).partition(". ")[0]) + ".")
        return _restore(error.library, options.yes)
    _say(report)
    if not report.intact:
        return _restore(Path(report.library), options.yes)
    return DONE if report.clean else CANNOT


def _restore(root: Path, sure: bool) -> int:
    """Put the newest good backup in the place of a damaged catalog, if the user agrees."""
    backup = backups.newest_good(root)
    if backup is None:
        plan = (
            "There is no good backup. Start again from the photos, with the concepts that can still be read?"
        )
    else:
        plan = f"Restore the newest good backup, {backups.in_words(backup)}?"
    kept = " The damaged catalog is kept." if Library.exists(root) else ""
    confirm(f"{plan}{kept}", sure)
    say_restored(root, backups.restore(root, backup, after_damage=True))
    return DONE


def say_restored(root: Path, restored: backups.Restored) -> None:
    """What a restore did, and what to do next."""
    if restored.backup is None:
        print("The library starts again from the photos.")
    else:
        print(f"The backup {backups.in_words(restored.backup)} is in place.")
    if restored.salvaged:
        names = ", ".join(printable(name) for name in restored.salvaged)
        print(f"Taken over from the damaged catalog, being newer: {names}.")
    if restored.damaged_copy is not None:
        print(f"What was there before is kept in {printable(str(restored.damaged_copy))}.")
    print(f"Run `{printable(paths.command(root, 'index'))}` to read what has changed since then.")


def _say(report: CheckReport) -> None:
    for problem in report.problems:
        print(f"Problem: {problem}")
    for note in report.notes:
        print(f"Note: {note}")
    if report.clean:
        print(f"The library is sound: {report.photos:,} photos, {report.vectors:,} vectors.")
