"""A catalog that follows folders in a process of its own, and tells what it knows. Also the program.

No photo is read there: which files there are is all that these tests ask, and no model need be loaded.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from photolens import log
from photolens.catalog import Catalog, FileState
from photolens.domain import Event, Notice
from photolens.ingest import ScanRules
from photolens.ingest.control import Control
from photolens.ingest.folder_keeper import FolderKeeper
from photolens.ingest.progress import Progress

_REPOSITORY = Path(__file__).parents[2]
_WATCHES = Path("/proc/sys/user/max_inotify_watches")
PATIENCE = 60.0
_TICK_SECONDS = 0.05


@dataclass
class Known:
    """What the process said last. `watches`: how many it holds of the system."""

    paths: set[str] = field(default_factory=set)
    notices: list[str] = field(default_factory=list)
    watches: int = 0
    idle: bool = False


class Watching:
    """Follows `folders` in another process: in a `with` statement."""

    def __init__(
        self, scratch: Path, *folders: Path, most: int | None = None, poll_seconds: float = 30.0
    ) -> None:
        """`most` folders at once can be watched at most, if given; for that the system must let us."""
        arguments = [sys.executable, "-m", "tests.reliability.watching", str(poll_seconds), str(scratch)]
        limited = [
            "unshare",
            "--user",
            "--map-root-user",
            "sh",
            "-c",
            f'echo {most} > {_WATCHES}; exec "$@"',
            "sh",
        ]
        self._process = subprocess.Popen(
            [*(limited if most is not None else []), *arguments, *map(str, folders)],
            cwd=_REPOSITORY,
            stdout=subprocess.PIPE,
            stdin=subprocess.PIPE,
            text=True,
        )
        self.known = Known()

    def __enter__(self) -> Watching:
        self.eventually(lambda known: known.idle)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.go_on()
        self._process.communicate()  # it ends when nobody asks any more
        assert error is not None or self._process.returncode == 0

    def eventually(self, condition: Callable[[Known], bool], patience: float = PATIENCE) -> Known:
        """Wait until what the process knows is so."""
        deadline = time.monotonic() + patience
        while not condition(self._ask()):
            assert time.monotonic() < deadline, f"nothing happened: {self.known}"
            time.sleep(0.05)
        return self.known

    def halt(self) -> None:
        """Keep it from hearing anything until it goes on."""
        os.kill(self._process.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        os.kill(self._process.pid, signal.SIGCONT)

    def _ask(self) -> Known:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the process ended"
        paths, notices, watches, idle = json.loads(line)
        self.known = Known(set(paths), notices, watches, idle)
        return self.known


def can_limit() -> bool:
    """Whether a process of ours may be given fewer watches than the others have."""
    command = ["unshare", "--user", "--map-root-user", "sh", "-c", f"echo 50 > {_WATCHES}"]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def _held_watches() -> int:
    found = 0
    for file in Path("/proc/self/fdinfo").iterdir():
        try:
            found += file.read_text().count("inotify wd:")
        except OSError:
            continue
    return found


def _main(poll_seconds: float, folder: Path, *pictures: str) -> None:
    folder.mkdir()
    log.set_up(folder / "photolens.log")
    notices: list[str] = []

    def hear(event: Event) -> None:
        if isinstance(event, Notice):
            notices.append(event.text)

    catalog = Catalog.writer(folder / "catalog.db")
    rules = ScanRules(frozenset(), 3600.0, poll_seconds)
    keeper = FolderKeeper(catalog, rules, Control(), Progress(), hear, lambda: None)
    for path in pictures:
        keeper.add(path)
    keeper.watch(lambda: None)
    while True:
        keeper.tick()
        keeper.settle_missing()
        if not select.select([sys.stdin], [], [], _TICK_SECONDS)[0]:
            continue
        if not os.read(sys.stdin.fileno(), 1):
            break
        idle = not keeper.waiting and not keeper.due()
        print(json.dumps([sorted(_paths(catalog)), notices, _held_watches(), idle]), flush=True)
    keeper.close()
    catalog.close()
    log.close()


def _paths(catalog: Catalog) -> Iterator[str]:
    """All files that are said to be there."""
    for folder in catalog.folders.all():
        for directory in catalog.files.directories(folder.id):
            for name, file in catalog.files.in_directory(folder.id, directory).items():
                if file.state != FileState.MISSING:
                    yield os.path.join(folder.path, os.fsdecode(directory), os.fsdecode(name))


if __name__ == "__main__":
    _main(float(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
