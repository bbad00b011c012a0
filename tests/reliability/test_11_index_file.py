"""Whatever became of the index file: nothing crashes, exact search answers at once, it is made again."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.reliability.index_harms import HARMS


def test_no_index_file_harms_anything(tmp_path: Path) -> None:
    """In a process of its own, since USearch crashes the process on files that it should not be given."""
    command = [sys.executable, "-m", "tests.reliability.index_harms", str(tmp_path)]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=Path(__file__).parents[2], timeout=300, check=False
    )
    found = [json.loads(line) for line in done.stdout.splitlines()]
    names = [name for name, *_ in found]
    assert done.returncode == 0, f"it crashed after {names}: {done.stderr}"
    assert names == list(HARMS)
    for name, read_only, at_once, rebuilt, state in found:
        assert read_only == at_once == rebuilt, f"{name}: other photos were found"
        assert state == "ready", name
