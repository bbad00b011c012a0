"""A second embedding model for tests: the built-in one, with every weight a hundredth larger."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np

from photolens.paths import resource
from photolens.settings import Settings


def second_model(folder: Path) -> Settings:
    """Settings that use it; its files lie in `folder`, which is made."""
    from safetensors.numpy import load_file, save_file

    source = resource("models", "photolens-mini")
    weights = load_file(source / "photolens-mini.safetensors")
    changed = {
        key: np.array(value * np.float16(1.01)) if value.dtype == np.float16 else value
        for key, value in weights.items()
    }
    folder.mkdir()
    save_file(changed, folder / "mini-two.safetensors")
    shutil.copy(source / "photolens-mini.json", folder / "mini-two.json")
    return replace(Settings(), model="mini-two", weights=str(folder / "mini-two.safetensors"))
