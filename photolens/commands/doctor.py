"""`photolens doctor`: text for a bug report."""

from __future__ import annotations

import argparse

from photolens import paths
from photolens.library.diagnosis import diagnosis
from photolens.settings import Settings


def add_options(doctor: argparse.ArgumentParser) -> None:
    """It takes none but those of every command."""


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Print it; done whatever it finds."""
    print(diagnosis(paths.library_folder(options.library), settings), end="")
    return 0
