"""Harm 22: a folder or a file may not be read for a while: nothing of it is lost, and it recovers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from photolens.library import Library
from tests.photos import make_photos

# Whoever runs the tests as root has them run by a root that must ask, too.
_AS_ANYONE = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]


def run_without_privileges(scenario: str, pictures: Path) -> None:
    if os.name == "nt":
        pytest.skip("Windows has no permissions of this kind")
    command = _AS_ANYONE if os.geteuid() == 0 else []
    if command and shutil.which(command[0]) is None:
        pytest.skip("root may read everything here: there is no setpriv to take that away")
    done = subprocess.run(
        [*command, sys.executable, "-m", "tests.reliability.no_permission", scenario, str(pictures)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture
def half_closed(tmp_path: Path) -> Path:
    """Twelve photos, half of them in a folder that can be closed; a library beside them has read them."""
    pictures = tmp_path / "Pictures"
    make_photos(pictures, 6)
    make_photos(pictures / "closed" / "deep", 6, first=6)
    with Library(tmp_path / "library") as library:
        library.index(pictures)
    return pictures


def test_what_may_not_be_read_is_kept_and_recovers(half_closed: Path) -> None:
    run_without_privileges("read_again_later", half_closed)


def test_a_root_that_may_not_be_listed_is_offline(half_closed: Path) -> None:
    run_without_privileges("root_closed", half_closed)
