"""Measurements that need a process of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any


def json_of(module: str, *arguments: object, **environment: str) -> dict[str, Any]:
    """What `python -m module` prints last, as JSON."""
    figures: dict[str, Any] = json.loads(output("-m", module, *map(str, arguments), **environment))
    return figures


def output(*arguments: str, **environment: str) -> str:
    """The last line that a new Python prints. What it says besides is shown only when it fails."""
    settings = {"QT_QPA_PLATFORM": "offscreen", **os.environ, **environment}
    settings.pop("PYTHONDONTWRITEBYTECODE", None)  # a program that is installed is not compiled at each start
    done = subprocess.run(
        [sys.executable, *arguments],
        env=settings,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)} failed:\n{done.stderr}")
    return done.stdout.strip().rpartition("\n")[2]
