"""The next start after a kill or a failing disk: what it finds, what it says, and whether it finishes."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from photolens import log
from photolens.domain import Event, IdArray, IngestFinished
from photolens.ingest import content_hash
from photolens.library import Library
from tests.reliability.forking import Say
from tests.reliability.invariant import Acknowledged, concepts_of, embedded, problems
from tests.reliability.scenarios import Place, opened

# All that a log may say, at a warning's weight, of a start that had something to put right.
_HARMLESS = "recovered"


def look_after(place: Place, acknowledged: Acknowledged, say: Say, *, finish: bool) -> None:
    """Check invariant I; then let the library `finish` its work, and check what has become of it.

    Says {"problems": sentences, "concepts": those that are there}.
    """
    found = problems(place.library, [place.photos], acknowledged)
    there = concepts_of(place.library)
    if finish and not found:
        acknowledged.concepts, acknowledged.coming = there, None
        found = _finish(place) + problems(place.library, [place.photos], acknowledged, at_rest=True)
    say({"problems": found, "concepts": there})


def _finish(place: Place) -> list[str]:
    events: list[Event] = []
    on_disk = {content_hash(file.read_bytes()) for file in place.photos.rglob("*.jpg")}
    missing = on_disk - embedded(place.library)
    log_file = place.folder / "log" / "photolens.log"
    log.set_up(log_file)
    with opened(place, events.append) as library:
        library.index(place.photos)
        found = _index_problems(library)
    log.close()
    found += _unfinished(place, len(on_disk))
    decoded = sum(event.decoded for event in events if isinstance(event, IngestFinished))
    if decoded != len(missing):
        found.append(f"{decoded} photos were read, only {len(missing)} had to be")
    found += [f"the log says: {line}" for line in _scary_lines(log_file)]
    return found + [f"{path.name} was left behind" for path in _leavings(place.library)]


def _index_problems(library: Library) -> list[str]:
    """The index in memory against the catalog."""
    index = library._index
    if index is None or not len(index) or np.array_equal(index.ids(), np.sort(_embedded_ids(library))):
        return []
    return ["the ids in the index are not those in the catalog"]


def _embedded_ids(library: Library) -> IdArray:
    with library._readers.reader() as catalog:
        files = library._encoder.files
        model_id = catalog.vectors.find_model(files.name, files.sha256)
        assert model_id is not None
        return catalog.vectors.ids(model_id)


def _unfinished(place: Place, photos: int) -> list[str]:
    """What the library says of itself once all is done."""
    with Library(place.library, read_only=True) as library:
        status, report = library.status(), library.check()
    found = [*report.problems, *(note for note in report.notes if "thumbnail" not in note)]
    if (status.photos, status.failed, status.pending) != (photos, 0, 0):
        found.append(
            f"{status.photos} photos, {status.failed} failed, {status.pending} wait; {photos} on disk"
        )
    return found


def _scary_lines(file: Path) -> list[str]:
    lines = file.read_text().splitlines() if file.exists() else []
    return [line for line in lines if " INFO " not in line and _HARMLESS not in line]


def _leavings(library: Path) -> list[Path]:
    """Half-written files that nobody will ever look at again."""
    return [path for path in (library / "index").glob("*.new") if os.path.lexists(path)]
