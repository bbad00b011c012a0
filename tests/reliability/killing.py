"""SIGKILL at random moments of everything that writes, and what the next start makes of it.

    python -m tests.reliability.killing FOLDER [KILLS] [SEED]

prints one JSON line a kill: {"name": scenario, "problems": [...]}.
"""

from __future__ import annotations

import gc
import json
import random
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tests.reliability import forking, scenarios
from tests.reliability.afterwards import look_after
from tests.reliability.forking import Say
from tests.reliability.invariant import NEW, Acknowledged, Concepts, concepts_of, originals
from tests.reliability.old_catalogs import STEPS, make_old_catalog
from tests.reliability.scenarios import Place

_SECONDS = 60.0
_CHAIN = 3  # kills in a row of a library that is never let finish


@dataclass(frozen=True, slots=True)
class Result:
    name: str
    problems: list[str]


@dataclass(slots=True)
class Kind:
    """A scenario, how to prepare its place, and how long it lasts as far as is known."""

    run: Callable[[Place, Say], None]
    prepare: Callable[[Place], None]
    seconds: float


class Campaign:
    """Kills one scenario after the other, with a place of its own for each."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder = folder
        self._random = random.Random(seed)
        self._template = Place(folder / "template")
        self._kinds = {
            "index": Kind(scenarios.index, self._only_photos, 1.0),
            "changes": Kind(scenarios.rescan, self._disturbed, 1.0),
            "save": Kind(scenarios.save_index, self._full, 0.5),
            "concepts": Kind(scenarios.edit_concepts, self._full, 0.5),
            "backup": Kind(scenarios.back_up, self._full, 0.5),
            "migrate": Kind(scenarios.open_and_close, self._old, 0.2),
        }

    def run(self, kills: int) -> Iterator[Result]:
        """One result a kill; a library that was killed goes through some more before it may finish."""
        scenarios.make_photos(self._template)
        said = forking.call(lambda say: scenarios.fill(self._template, say), _SECONDS)
        if "full" not in said[-1]:
            raise RuntimeError(f"the library to be killed could not be made: {said}")
        done = 0
        while done < kills:
            for name, kind in self._kinds.items():
                place = Place(self._folder / f"{name}-{done}")
                kind.prepare(place)
                for result in self._chain(name, kind, place, min(_CHAIN, kills - done)):
                    done += 1
                    yield result
                shutil.rmtree(place.folder)
                if done >= kills:
                    break

    def _chain(self, name: str, kind: Kind, place: Place, most: int) -> Iterator[Result]:
        """Kill, look, and kill again; only after the last one may the library finish its work."""
        acknowledged = Acknowledged(originals([place.photos]))
        acknowledged.concepts = concepts_of(place.library)
        acknowledged.all_concepts = acknowledged.pictures_held = True
        for left in reversed(range(self._random.randint(1, most))):
            found = self._kill(kind, place, acknowledged)
            work = partial(look_after, place, acknowledged, finish=not left)
            yield Result(name, found + looked_after(forking.call(work, _SECONDS), acknowledged))

    def _kill(self, kind: Kind, place: Place, acknowledged: Acknowledged) -> list[str]:
        started = time.monotonic()
        child = forking.Child(lambda say: kind.run(place, say))
        ended = child.wait(self._random.uniform(0, kind.seconds))
        child.end()
        if ended:  # shorter than was thought
            kind.seconds = max(0.05, time.monotonic() - started)
        found = [f"{what} was left running" for what in forking.orphans()]
        return found + heard(child.said, acknowledged)

    # --- where it happens --------------------------------------------------------------------

    def _only_photos(self, place: Place) -> None:
        shutil.copytree(self._template.photos, place.photos)

    def _full(self, place: Place) -> None:
        shutil.copytree(self._template.folder, place.folder)
        scenarios.move_root(place)

    def _disturbed(self, place: Place) -> None:
        self._full(place)
        scenarios.disturb(place)

    def _old(self, place: Place) -> None:
        self._full(place)
        new = place.library / "catalog.new"
        make_old_catalog(place.library / "catalog.db", new, self._random.randrange(1, STEPS))
        for end in ("-wal", "-shm"):
            (place.library / f"catalog.db{end}").unlink(missing_ok=True)
        new.replace(place.library / "catalog.db")


def heard(said: list[dict[str, Any]], acknowledged: Acknowledged) -> list[str]:
    """Take over what a child acknowledged; gives what it complained of."""
    acknowledged.coming = None
    for message in said:
        acknowledged.photos.update(message.get("photos", []))
        if "concepts" in message:
            acknowledged.concepts, acknowledged.coming = _numbered(message["concepts"]), None
        if "will" in message:
            acknowledged.coming = _numbered(message["will"])
        elif "done" in message and acknowledged.coming is not None:
            acknowledged.concepts, acknowledged.coming = acknowledged.coming, None
            if NEW in acknowledged.concepts:
                acknowledged.concepts[message["done"]] = acknowledged.concepts.pop(NEW)
    return [message["error"] for message in said if "error" in message]


def looked_after(said: list[dict[str, Any]], acknowledged: Acknowledged) -> list[str]:
    """What `look_after` found wrong; from here on, what is there is what must stay."""
    last = said[-1] if said else {}
    if "problems" not in last:
        return [message["error"] for message in said if "error" in message] or ["nobody looked after it"]
    acknowledged.concepts = _numbered(last["concepts"])
    return list(last["problems"])


def _numbered(concepts: dict[str, list[str]]) -> Concepts:
    """Concepts as they were before JSON made text of their ids."""
    return {int(number): (name, query) for number, (name, query) in concepts.items()}


def main(folder: str, kills: str = "12", seed: str = "1") -> None:
    forking.load_once()
    for result in Campaign(Path(folder), int(seed)).run(int(kills)):
        print(json.dumps(asdict(result)), flush=True)
    gc.unfreeze()  # else libraries complain at the end of what they had left


if __name__ == "__main__":
    main(*sys.argv[1:])
