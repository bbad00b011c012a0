"""Starting is quick because heavy libraries are loaded when they are needed, not before."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ["torch", "torchvision", "open_clip", "timm", "PIL", "pillow_heif", "rawpy", "PySide6"]


@pytest.mark.parametrize("module", ["photolens.library", "photolens.cli"])
def test_no_heavy_import_at_start(module: str) -> None:
    code = f"import sys, {module}; print([name for name in {HEAVY} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_the_library_is_at_the_top_of_the_package() -> None:
    import photolens
    from photolens.library import Library

    assert photolens.Library is Library
    with pytest.raises(AttributeError):
        photolens.NoSuchThing  # noqa: B018
