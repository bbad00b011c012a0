"""`photolens index`, `watch` and `prompt`: what is refused, and what that leaves behind."""

from __future__ import annotations

from pathlib import Path

from photolens.library import Library
from tests.integration.conftest import Run


def test_the_prompt_without_photos_names_a_command_that_works(run: Run, tmp_path: Path) -> None:
    library = tmp_path / "library"
    with Library(library):
        pass
    code, out, err = run("prompt")
    assert (code, out) == (2, "")
    assert err == f"photolens: No photos yet. Try: photolens prompt ~/Pictures --library {library}\n"
