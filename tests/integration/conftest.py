"""The command line, as a user runs it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from photolens.cli import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run a command on a library of the test's own: exit code, stdout, stderr."""

    def run_it(*arguments: str | Path) -> tuple[int, str, str]:
        capfd.readouterr()
        code = main(["--library", str(tmp_path / "library"), *map(str, arguments)])
        out, err = capfd.readouterr()
        return code, out, err

    return run_it
