"""Where there is no network nothing is missed, and nobody even tries to reach it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.conftest import QT_PROBLEM
from tests.photos import make_photos
from tests.reliability.other_user import unshared

_PROGRAM = [sys.executable, "-m", "tests.reliability.without_network"]
_REPOSITORY = Path(__file__).parents[2]
# A call of the system about an address of the internet, as strace writes it. A look at which address this
# machine would use (a datagram socket) goes nowhere, but nobody here has a reason for it either.
_INTERNET = re.compile(r"(connect|sendto|sendmsg|sendmmsg|bind)\(.*AF_INET")


def traced(file: Path) -> list[str]:
    """The start of a command whose calls to the system are written down, where that can be done."""
    if shutil.which("strace") is None:
        return []
    calls = "trace=connect,bind,sendto,sendmsg,sendmmsg"
    return ["strace", "-f", "-qq", "--seccomp-bpf", "-e", calls, "-o", str(file)]


def test_a_whole_day_without_network(tmp_path: Path, user_folders: Path) -> None:
    make_photos(tmp_path / "Pictures", 3)
    calls = tmp_path / "calls"
    what = "nothing" if QT_PROBLEM else "window"
    ran = subprocess.run(
        [*unshared("--net"), *traced(calls), *_PROGRAM, tmp_path / "library", tmp_path / "Pictures", what],
        cwd=_REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    if calls.exists():
        text = calls.read_text(errors="replace")
        assert [line for line in text.splitlines() if _INTERNET.search(line)] == []


def test_an_attempt_would_be_seen(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    command = [*unshared("--net"), *traced(calls), *_PROGRAM, "try"]
    ran = subprocess.run(command, cwd=_REPOSITORY, capture_output=True, text=True, check=False)
    assert ran.returncode == 1 and "socket.connect" in ran.stderr
    if calls.exists():
        assert _INTERNET.search(calls.read_text())
