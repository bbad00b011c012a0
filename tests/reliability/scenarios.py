"""What a library is doing when it is killed, or when its disk fails: each runs in a child of its own.

A scenario says what is acknowledged after each call has returned: {"photos": ids with a vector},
{"will": the concepts once the next call is done}, {"done": the id of the concept it made, or null}.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from photolens.domain import Concept, Event, ImageTerm, Judgement, PhotosAdded, Query, TextTerm
from photolens.index import limits
from photolens.library import Library
from photolens.settings import Settings
from tests.photos import make_photo
from tests.reliability.forking import Say
from tests.reliability.invariant import NEW, Concepts, Stored, concepts_of

PHOTOS = 36
SMALL = (96, 64)
# Photos from which on there is an index, as if it were a million.
LIMIT = 10


@dataclass(frozen=True, slots=True)
class Place:
    """Where a library, its photos and what else a scenario needs lie."""

    folder: Path

    @property
    def library(self) -> Path:
        return self.folder / "library"

    @property
    def photos(self) -> Path:
        return self.folder / "Pictures"

    @property
    def outside(self) -> Path:
        """A picture that is in no library."""
        return self.folder / "outside.jpg"

    @property
    def exported(self) -> Path:
        """A concept to import; it is named as the file is."""
        return self.folder / "Imported.photolens-concept"

    @property
    def texts(self) -> Path:
        """What the query of each concept is stored as, by the first name of the concept."""
        return self.folder / "texts.json"


def make_photos(place: Place) -> None:
    for seed in range(PHOTOS):
        make_photo(place.photos / ("Holiday" if seed % 3 else "") / f"photo_{seed:02}.jpg", seed, SMALL)
    make_photo(place.outside, PHOTOS, SMALL)


def opened(place: Place, emit: Callable[[Event], None] = lambda event: None) -> Library:
    """The library, with an index from a few photos on."""
    limits.EXACT_LIMIT = LIMIT
    return Library(place.library, settings=Settings(threads=1), emit=emit)


def index(place: Place, say: Say) -> None:
    """A first index of all photos, or the rest of it, and the index file at its end."""
    with opened(place, _saying_photos(say)) as library:
        library.index(place.photos)


def fill(place: Place, say: Say) -> None:
    """A library with all photos and a concept of each kind, and one of them as a file."""
    with opened(place) as library:
        library.index(place.photos)
        for name, query in queries(place).items():
            library.save_concept(name, query)
        concept = library.save_concept(place.exported.stem, Query((TextTerm("a boat"), ImageTerm(5))))
        library.export_concept(concept.id, place.exported)
        library.delete_concept(concept.id)
        imported = library.import_concept(place.exported)
        texts = dict(concepts_of(place.library).values())
        place.texts.write_text(json.dumps(texts))
        library.delete_concept(imported.id)
    say({"full": True})


def move_root(place: Place) -> None:
    """A copied library looks for its photos where the copy has them."""
    with contextlib.closing(sqlite3.connect(place.library / "catalog.db")) as db:
        root = place.photos.stat()
        row = [os.fsencode(place.photos), root.st_dev, root.st_ino]
        db.execute("UPDATE folders SET path = ?, device = ?, inode = ?", row)
        db.commit()


def rescan(place: Place, say: Say) -> None:
    """A scan that finds new, edited, moved and deleted files; `disturb` comes before."""
    with opened(place, _saying_photos(say)) as library:
        library.index()


def disturb(place: Place) -> None:
    """What a user does to their photos while PhotoLens is closed."""
    files = sorted(path for path in place.photos.rglob("*.jpg"))
    (place.photos / "Holiday").rename(place.photos / "Summer")
    for number, file in enumerate(file for file in files if file.exists()):
        if number % 4 == 0:
            make_photo(file, 100 + number, SMALL)
        elif number % 4 == 1:
            file.rename(place.photos / f"moved_{number}.jpg")
    for seed in range(200, 206):
        make_photo(place.photos / "New" / f"photo_{seed}.jpg", seed, SMALL)


def save_index(place: Place, say: Say) -> None:
    """Rebuild the index and save it, again and again."""
    while True:
        with opened(place) as library:
            library.wait_idle()
        shutil.rmtree(place.library / "index", ignore_errors=True)


def open_and_close(place: Place, say: Say) -> None:
    """All that opening does, migrations before all."""
    with opened(place) as library:
        library.wait_idle()


def back_up(place: Place, say: Say) -> None:
    """Copy the catalog while concepts change, again and again."""
    with opened(place) as library:
        editor = ConceptEditor(place, library, say)
        while True:
            editor.step()
            library.back_up()


def edit_concepts(place: Place, say: Say) -> None:
    """Save, judge, rename, duplicate, delete, put back and import, again and again."""
    with opened(place) as library:
        editor = ConceptEditor(place, library, say)
        while True:
            editor.step()


def queries(place: Place) -> dict[str, Query]:
    """A query of each kind, by the name it is saved under at first."""
    liked = (Judgement(1, True), Judgement(2, True), Judgement(3, False))
    return {
        "Dogs": Query((TextTerm("a dog"),), judgements=liked),
        "Like one": Query((ImageTerm(4),)),
        "Like another": Query((ImageTerm(str(place.outside)), TextTerm("at night")), judgements=liked[1:]),
        "Not this": Query((TextTerm("a beach"),), judgements=liked[2:]),
    }


class ConceptEditor:
    """Random steps over a library's concepts, each told before and acknowledged after."""

    def __init__(self, place: Place, library: Library, say: Say) -> None:
        self._place = place
        self._library = library
        self._say = say
        self._random = random.Random(str(place.folder))
        self._concepts = concepts_of(place.library)
        self._texts: dict[str, str] = json.loads(place.texts.read_text())
        self._deleted: dict[int, tuple[Concept, Stored]] = {}
        self._number = 1000 * max(self._concepts, default=0)  # names that no earlier one has used

    def step(self) -> None:
        self._number += 1
        crowded = len(self._concepts) > 9
        steps = [self._delete] if crowded else [self._save, self._update, self._rename, self._duplicate]
        steps += [self._delete] * (len(self._concepts) > 2) + [self._restore] * bool(self._deleted)
        names = {name for name, _ in self._concepts.values()}
        steps += [self._import] * (self._place.exported.stem not in names)
        self._random.choice(steps)()

    def _do(self, after: Concepts, call: Callable[[], Concept], new: Stored | None = None) -> Concept:
        self._say({"will": {**after, NEW: new} if new else after})
        concept = call()
        self._concepts = dict(after)
        if new:
            self._concepts[concept.id] = new
        self._say({"done": concept.id if new else None})
        return concept

    def _any(self) -> tuple[int, str, str]:
        number = self._random.choice(sorted(self._concepts))
        return number, *self._concepts[number]

    def _save(self) -> None:
        kind, name = self._random.choice(sorted(queries(self._place))), f"Concept {self._number}"
        query = queries(self._place)[kind]
        self._do(self._concepts, lambda: self._library.save_concept(name, query), (name, self._texts[kind]))

    def _update(self) -> None:
        number, name, _ = self._any()
        kind = self._random.choice(sorted(queries(self._place)))
        query = queries(self._place)[kind]
        after = {**self._concepts, number: (name, self._texts[kind])}
        self._do(after, lambda: self._library.update_concept(number, query))

    def _rename(self) -> None:
        number, _, text = self._any()
        name = f"Concept {self._number}"
        after = {**self._concepts, number: (name, text)}
        self._do(after, lambda: self._library.rename_concept(number, name))

    def _duplicate(self) -> None:
        number, name, text = self._any()
        wanted = f"{name} copy"
        if "copy" not in name and wanted not in {known for known, _ in self._concepts.values()}:
            self._do(self._concepts, lambda: self._library.duplicate_concept(number), (wanted, text))

    def _delete(self) -> None:
        number, name, text = self._any()
        after = {key: value for key, value in self._concepts.items() if key != number}
        # Its pictures are kept until the next deletion only, so only the last one can be put back.
        self._deleted = {}
        deleted = self._do(after, lambda: self._library.delete_concept(number))
        self._deleted[number] = (deleted, (name, text))

    def _restore(self) -> None:
        number, (deleted, (name, text)) = self._deleted.popitem()
        if name not in {known for known, _ in self._concepts.values()}:
            after = {**self._concepts, number: (name, text)}
            self._do(after, lambda: self._library.restore_concept(deleted))

    def _import(self) -> None:
        name = self._place.exported.stem
        call = lambda: self._library.import_concept(self._place.exported)  # noqa: E731
        self._do(self._concepts, call, (name, self._texts[name]))


def _saying_photos(say: Say) -> Callable[[Event], None]:
    def emit(event: Event) -> None:
        if isinstance(event, PhotosAdded):
            say({"photos": list(event.ids)})

    return emit
