"""Campaigns that run in processes of their own, and what they found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.reliability import faults
from tests.reliability.killing import Result
from tests.reliability.random_use import RandomResult

_REPOSITORY = Path(__file__).parents[2]


def kill(kills: int, seed: int) -> list[Result]:
    """One result for each process that was killed."""
    with tempfile.TemporaryDirectory() as scratch:
        return [
            Result(**line) for line in _run("killing", [scratch, str(kills), str(seed)], _single_threaded())
        ]


def inject(every: int) -> list[Result]:
    """One result for each fault: in every so many-th write, in two ways. Raises RuntimeError."""
    with tempfile.TemporaryDirectory() as scratch:
        return [
            Result(**line)
            for line in _run("faults", [scratch, str(every)], faults.environment(Path(scratch)))
        ]


def use_at_random(*arguments: str) -> RandomResult:
    """What came of random use, in a home of its own, since it puts photos into the trash."""
    with tempfile.TemporaryDirectory() as home:
        # One arena, so that memory which only the allocator keeps is not taken for lost.
        environment = {**os.environ, "HOME": home, "MALLOC_ARENA_MAX": "1"}
        for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
            environment.pop(name, None)
        (line,) = _run("random_use", list(arguments), environment)
    return RandomResult(**line)


def survived(results: Iterable[Result]) -> str:
    """An empty text, or what did not survive what."""
    return "\n".join(f"{result.name}: {'; '.join(result.problems)}" for result in results if result.problems)


def _single_threaded() -> dict[str, str]:
    return {**os.environ, "OMP_NUM_THREADS": "1"}


def _run(module: str, arguments: list[str], environment: Mapping[str, str]) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", f"tests.reliability.{module}", *arguments]
    done = subprocess.run(
        command, cwd=_REPOSITORY, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise AssertionError(f"{module} ended with {done.returncode}: {done.stderr[-3000:]}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
