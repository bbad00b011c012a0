"""What the benchmark's figures rest on."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from photolens.imaging.decode import decode_photo
from tests.bench.costs import cost
from tests.bench.loads import Load
from tests.bench.reporting import at_least, at_most
from tests.photos import make_photo

_BURN_SECONDS = 0.2
_BURN = f"import time\nwhile time.process_time() < {_BURN_SECONDS + 0.1}: pass"


def burn() -> None:
    end = time.process_time() + _BURN_SECONDS
    while time.process_time() < end:
        pass


def answer(worker: subprocess.Popen[str]) -> None:
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.write("\n")
    worker.stdin.flush()
    worker.stdout.readline()


def test_core_seconds_of_this_process_are_counted() -> None:
    assert cost(burn).core > 0.9 * _BURN_SECONDS


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="the system does not tell what others take")
def test_core_seconds_of_a_worker_are_counted_while_it_runs_and_afterwards() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", f"input()\n{_BURN}\nprint(flush=True)\ninput()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as worker:
        assert cost(lambda: answer(worker)).core > 0.7 * _BURN_SECONDS  # /proc counts in hundredths
    ended = cost(lambda: subprocess.run([sys.executable, "-c", _BURN], check=True))
    assert ended.core > 0.9 * _BURN_SECONDS


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".heic"])
def test_copies_of_a_load_differ_in_content_and_not_in_picture(tmp_path: Path, suffix: str) -> None:
    original = make_photo(tmp_path / f"original{suffix}")
    copies = Load("one", (original,)).fill(tmp_path / "copies", 3)
    assert len({copy.read_bytes() for copy in copies}) == 3
    assert {decode_photo(str(copy)).thumbnail for copy in copies} == {decode_photo(str(original)).thumbnail}


def test_targets_are_met_up_to_their_limit() -> None:
    assert at_most(3, 3.0, 3).met
    assert not at_most(3, 3.01, 3).met
    assert at_least(1, 90, 90).met
    assert not at_least(1, 89.9, 90).met
