"""The Nth change to the library's folder fails, for every N: once or from then on, as bad or full disks do.

    python -m tests.reliability.faults FOLDER [EVERY]

prints one JSON line a fault: {"name": the call that failed, "problems": [...]}; `EVERY`: each so many-th call
only. The compiled faults.c must be loaded by LD_PRELOAD, and FAULTS name its shared file.
"""

from __future__ import annotations

import ctypes
import errno
import gc
import json
import mmap
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TypeVar

from photolens import log, settings
from photolens.domain import Judgement, Query, TextTerm
from photolens.errors import PhotoLensError
from photolens.library import Library
from photolens.settings import Settings
from tests.photos import make_photo
from tests.reliability import forking, scenarios
from tests.reliability.afterwards import look_after
from tests.reliability.forking import Say
from tests.reliability.invariant import NEW, Acknowledged, concepts_of, originals, without_ids
from tests.reliability.killing import Result, heard, looked_after
from tests.reliability.scenarios import Place, opened

T = TypeVar("T")

_SOURCE = Path(__file__).with_name("faults.c")
_PHOTOS = 6
_SECONDS = 60.0
_PATIENCE = 20.0  # seconds that indexing so few photos may take
# Once, as a loose cable does, and from then on, as a full disk does.
_WAYS = ((False, errno.EIO), (True, errno.ENOSPC))


class Control(ctypes.Structure):
    """`struct control` of faults.c, shared with every process that has the shim loaded."""

    _fields_ = (
        ("armed", ctypes.c_int),
        ("calls", ctypes.c_int),
        ("fail_at", ctypes.c_int),
        ("for_good", ctypes.c_int),
        ("error", ctypes.c_int),
        ("folder", ctypes.c_char * 512),
        ("failed", ctypes.c_char * 512),
    )

    def arm(self, folder: Path, fail_at: int = 0, *, for_good: bool = False, error: int = errno.EIO) -> None:
        """Let the `fail_at`-th change below `folder` fail; 0: only count."""
        self.folder, self.failed = os.fsencode(folder), b""
        self.calls, self.fail_at, self.for_good, self.error = 0, fail_at, for_good, error
        self.armed = 1


def environment(folder: Path) -> dict[str, str]:
    """For a process to which faults are to happen; compiles the shim. Raises RuntimeError."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        raise RuntimeError("writes can be made to fail on Linux with a C compiler only")
    shim, shared = folder / "faults.so", folder / "faults.shared"
    command = [compiler, "-shared", "-fPIC", "-O1", "-o", str(shim), str(_SOURCE), "-ldl"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the compiler does not take faults.c: {done.stderr}")
    shared.write_bytes(bytes(ctypes.sizeof(Control)))
    return {**os.environ, "LD_PRELOAD": str(shim), "FAULTS": str(shared), "OMP_NUM_THREADS": "1"}


def campaign(folder: Path, every: int) -> Iterator[Result]:
    """One result for each fault that was injected."""
    with open(os.environ["FAULTS"], "r+b") as file:
        control = Control.from_buffer(mmap.mmap(file.fileno(), 0))
    template = Place(folder / "template")
    for seed in range(_PHOTOS):
        make_photo(template.photos / f"photo_{seed}.jpg", seed, scenarios.SMALL)
    calls = _one(template, control, 0, False, 0)[1]
    if calls < 50:
        raise RuntimeError(f"only {calls} changes were seen: the shim does not work here")
    for number in range(1, calls + 1):
        if number % every == 0:
            for for_good, error in _WAYS:
                place = Place(folder / f"fault-{number}")
                shutil.copytree(template.photos, place.photos)
                yield _one(place, control, number, for_good, error)[0]
                shutil.rmtree(place.folder)


def _one(place: Place, control: Control, number: int, for_good: bool, error: int) -> tuple[Result, int]:
    acknowledged = Acknowledged(originals([place.photos]), all_concepts=True, pictures_held=True)
    work = partial(everything, place, once=not for_good)
    place.library.mkdir()
    settings.save(_settings_file(place), Settings(theme="light"))

    def armed(say: Say) -> None:
        control.arm(place.library, number, for_good=for_good, error=error)
        work(say)

    said = forking.call(armed, _SECONDS)
    control.armed = 0
    found = heard(said, acknowledged)
    found += [
        f"not for a person: {text}" for one in said for text in one.get("messages", []) if not _is_plain(text)
    ]
    found += [text for one in said for text in one.get("problems", [])]
    found += looked_after(
        forking.call(partial(look_after, place, acknowledged, finish=True), _SECONDS), acknowledged
    )
    found += _settings_problems(place, saved=any("settings" in one for one in said))
    name = f"{errno.errorcode.get(error, '')} {'for good' if for_good else 'once'} at {number}: "
    return Result(name + control.failed.decode(errors="replace"), found), control.calls


def everything(place: Place, say: Say, *, once: bool) -> None:
    """Index, save and change a concept, change the settings, save the index, close: each told when done.

    What fails says why; where the disk failed `once`, the same must succeed the second time.
    """
    attempt = partial(_attempt, say, twice=once)
    log.set_up(place.library / "photolens.log")
    library = attempt(lambda: opened(place))
    if library is None:
        return
    attempt(lambda: _index(library, place, say))
    dogs = Query((TextTerm("a dog"),), judgements=(Judgement(1, True),))
    # A flush that fails may leave the new state, whole, although the call says that it failed.
    say({"will": {NEW: ("Dogs", _stored_text(library, dogs))}})
    concept = attempt(lambda: library.save_concept("Dogs", dogs))
    say({"concepts": concepts_of(place.library)} if concept else {})
    if concept is not None:
        cats = Query((TextTerm("a cat"),), judgements=(Judgement(2, False),))
        say({"will": {concept.id: ("Dogs", _stored_text(library, cats))}})
        changed = attempt(lambda: library.update_concept(concept.id, cats))
        say({"concepts": concepts_of(place.library)} if changed else {})
    attempt(lambda: _save_settings(place, say))
    attempt(library.back_up)
    library.close()
    say({"closed": True})


def _stored_text(library: Library, query: Query) -> str:
    """What the query of a concept is stored as, as invariant I compares it."""
    return without_ids(library._concepts._kept(query).text)


def _attempt(say: Say, call: Callable[[], T], *, twice: bool) -> T | None:
    for again in (True, False) if twice else (True,):
        try:
            return call()
        except PhotoLensError as error:
            say({"messages": [str(error)]})
            if not again:
                say({"problems": [f"it failed a second time: {error}"]})
    return None


def _index(library: Library, place: Place, say: Say) -> None:
    library.add_folder(place.photos)
    if not library.wait_idle(_PATIENCE):
        say({"problems": ["indexing hangs"]})
    elif library.status().embedded != _PHOTOS:
        say({"problems": [f"{library.status().embedded} photos are embedded; {library.failures()}"]})


def _settings_file(place: Place) -> Path:
    return place.library / "settings.toml"


def _save_settings(place: Place, say: Say) -> None:
    try:
        settings.save(_settings_file(place), Settings(theme="dark"))
    except OSError as error:  # said by whoever asked for it
        raise PhotoLensError(f"The settings could not be saved: {error.strerror}.") from error
    say({"settings": "dark"})


def _settings_problems(place: Place, *, saved: bool) -> list[str]:
    """The settings are the old or the new ones; the new ones where they were `saved`."""
    found = settings.load(_settings_file(place))
    sound = found.notice is None and found.settings.theme in (("dark",) if saved else ("dark", "light"))
    return [] if sound else [f"the settings are neither old nor new: {found.settings.theme} {found.notice}"]


def _is_plain(text: str) -> bool:
    """Whether a message could be shown to a person."""
    return text.endswith((".", "!")) and not any(
        word in text for word in ("Traceback", "Errno", "sqlite3", "Error")
    )


def main(folder: str, every: str = "1") -> None:
    forking.load_once()
    for result in campaign(Path(folder), int(every)):
        print(json.dumps(asdict(result)), flush=True)
    gc.unfreeze()  # else libraries complain at the end of what they had left


if __name__ == "__main__":
    main(*sys.argv[1:])
