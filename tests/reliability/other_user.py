"""Doing things with fewer rights than whoever runs the tests may have."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

NOBODY = 65534


@contextmanager
def without_privileges(folder: Path) -> Iterator[None]:
    """Inside, root is another user, to whom `folder` is given first; anyone else stays who they are."""
    if not hasattr(os, "setresuid"):
        pytest.skip("this system cannot change the user for a while")
    if os.getuid() != 0:
        yield
        return
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    os.setresgid(NOBODY, NOBODY, 0)
    os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)
        os.setresgid(0, 0, 0)


@contextmanager
def public_folder() -> Iterator[Path]:
    """A temporary folder that other users can reach; pytest's own they cannot."""
    folder = Path(tempfile.mkdtemp(prefix="photolens-test-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        for path in [folder, *folder.rglob("*")]:
            if path.is_dir() and not path.is_symlink():
                path.chmod(0o755)
        shutil.rmtree(folder)


def unshared(*options: str) -> list[str]:
    """The start of a command that runs in namespaces of its own; skips where that is not allowed."""
    command = ["unshare", "--user", "--map-root-user", *options]
    try:
        tried = subprocess.run([*command, "true"], capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("this system has no unshare")
    if tried.returncode:
        pytest.skip("this system allows no namespaces")
    return command
