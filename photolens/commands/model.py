"""`photolens model`: which models there are, and choosing one."""

from __future__ import annotations

import argparse
from dataclasses import replace

from photolens import paths
from photolens import settings as settings_module
from photolens.embedding import KNOWN_MODELS, find_model, installed_models
from photolens.settings import Settings

DONE = 0


def add_options(model: argparse.ArgumentParser) -> None:
    model.add_argument("--use", metavar="NAME", help="check this model and use it from now on")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """List the models, or check one and use it from now on."""
    if options.use is None:
        here = {settings.model, *installed_models()}
        for info in KNOWN_MODELS.values():
            mark = "*" if info.name == settings.model else " "
            where = "installed" if info.name in here else "not installed"
            print(f"{mark} {info.name:34} {info.megabytes:5} MB  {info.licence:13} {where:14} {info.title}")
            if info.name not in here and info.source:
                print(f"    from {info.source}")
        return DONE
    files = find_model(options.use, options.weights or "")
    from photolens.embedding.encoder import Encoder  # loads torch, which takes seconds

    dimension = Encoder.load(files, settings.precision).dimension
    chosen = replace(settings, model=options.use, weights=str(files.weights) if options.weights else "")
    settings_module.save(paths.settings_file(), chosen)
    print(
        f"Using {options.use} ({dimension} dimensions) from now on. "
        "Run `photolens index` to read your photos with it."
    )
    return DONE
