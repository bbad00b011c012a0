"""Days of use in minutes: random things done to photos, folders and a library, against a model of the truth.

    python -m tests.reliability.random_use [--minutes M] [--operations N] [--seed S] [--photos N] [--watch]

prints one JSON line, a RandomResult.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import shutil
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from photolens.domain import Concept, Judgement, Query, TextTerm
from photolens.errors import QueryError
from photolens.ingest import content_hash
from photolens.library import Library
from photolens.library.trash import TrashReport
from photolens.settings import Settings
from tests.photos import picture
from tests.reliability.invariant import Acknowledged, concepts_of, photo_ids, problems

_SIZE = (64, 48)
_BETWEEN_CHECKS = 6  # operations
_PATIENCE = 120.0  # seconds that the library may work after a few operations
_LIVE_SECONDS = 20.0  # in which what is watched must be as on disk
_DIRECTORIES = ("", "2019", "2019/May", "Holiday", "Über alles 😀", "Holiday/Beach")
_WORDS = ("a dog", "red", "a beach at night", "something blue")
_MOST_FILES = 150


@dataclass(frozen=True, slots=True)
class RandomResult:
    """`megabytes`: by how much memory grows in a thousand operations, after a warm-up."""

    operations: int
    seconds: float
    megabytes: float
    problems: list[str]


@dataclass(slots=True)
class Root:
    """A drive with photos: where it is to be seen, and where it lies while it is unplugged."""

    path: Path
    away: Path
    added: bool = False
    plugged: bool = True
    last_seen: set[bytes] = field(default_factory=set)  # contents, when it was unplugged

    @property
    def place(self) -> Path:
        return self.path if self.plugged else self.away


class RandomUse:
    """One user, three drives, one library."""

    def __init__(self, folder: Path, seed: int, *, watch: bool = False) -> None:
        self._random = random.Random(seed)
        self._seed = seed * 1_000_000
        self._watch = watch
        self._library_folder = folder / "library"
        self._roots = [Root(folder / "drives" / name, folder / "drawer" / name) for name in "abc"]
        for root in self._roots:
            root.path.mkdir(parents=True)
            root.away.parent.mkdir(exist_ok=True)
        self._disk: dict[Path, bytes] = {}  # every file of the drives, wherever these are
        self._broken: set[bytes] = set()
        self._others = 0  # photos of the library that are on no drive of ours
        self._ids: dict[bytes, int] = {}
        self._acknowledged = Acknowledged(all_concepts=True)
        self._deleted: Concept | None = None
        self._trashed: list[TrashReport] = []
        self._done: list[str] = []
        self._memory: list[tuple[int, float]] = []
        self._number = 0
        self._library = self._opened()
        self._others = self._library.status().photos

    # --- running -----------------------------------------------------------------------------

    def run(self, operations: int | None = None, seconds: float | None = None) -> RandomResult:
        """Until there were so many operations, so many seconds are over, or something is wrong."""
        started, count, found = time.monotonic(), 0, list[str]()
        try:
            self._add_root()
            while not found and (operations is None or count < operations):
                if seconds is not None and time.monotonic() - started > seconds:
                    break
                self._step()
                count += 1
                if count % _BETWEEN_CHECKS == 0:
                    found = self._check()
                    self._memory.append((count, _resident_megabytes()))
            found = found or self._check()
        except Exception:
            found.append(traceback.format_exc())
        finally:
            self._library.close()
        if found:
            found.append("after " + ", ".join(self._done[-4 * _BETWEEN_CHECKS :]))
        return RandomResult(count, time.monotonic() - started, _slope(self._memory), found)

    def _step(self) -> None:
        name, step = self._random.choices(*zip(*self._steps(), strict=True))[0]
        self._done.append(name)
        step()
        if self._random.random() < 0.3:
            time.sleep(self._random.random() * 0.05)

    def _steps(self) -> list[tuple[tuple[str, Callable[[], None]], int]]:
        """What may happen, with how often it does."""
        weights: dict[Callable[[], None], int] = {
            self._take_photo: 10,
            self._copy: 4,
            self._rename: 4,
            self._move: 5,
            self._delete: 4,
            self._edit: 3,
            self._replace: 3,
            self._touch: 2,
            self._break: 2,
            self._rename_folder: 3,
            self._delete_folder: 1,
            self._add_root: 2,
            self._remove_root: 1,
            self._unplug: 2,
            self._plug_in: 3,
            self._search: 5,
            self._save_concept: 2,
            self._change_concept: 2,
            self._delete_concept: 1,
            self._restore_concept: 1,
            self._trash: 2,
            self._restore_from_trash: 2,
            self._retry: 1,
            self._reopen: 2,
            self._lose_caches: 1,
            self._back_up: 1,
            self._pause: 1,
        }
        return [
            ((step.__name__.strip("_").replace("_", " "), step), weight) for step, weight in weights.items()
        ]

    def _opened(self) -> Library:
        library = Library(self._library_folder, settings=Settings(threads=1))
        if self._watch:
            library.watch()
        return library

    # --- photos ------------------------------------------------------------------------------

    def _take_photo(self) -> None:
        self._write(self._free_path(), self._new_photo())

    def _copy(self) -> None:
        if (file := self._any_file()) is not None:
            target = self._free_path()
            shutil.copy2(file, target)
            self._disk[target] = self._disk[file]

    def _rename(self) -> None:
        if (file := self._any_file()) is not None:
            self._rename_to(file, file.with_name(self._name()))

    def _move(self) -> None:
        if (file := self._any_file()) is not None:
            self._rename_to(file, self._free_path())

    def _delete(self) -> None:
        if (file := self._any_file()) is not None:
            file.unlink()
            del self._disk[file]

    def _edit(self) -> None:
        if (file := self._any_file()) is not None:
            self._write(file, self._new_photo())

    def _replace(self) -> None:
        """As editors save: a new file beside the old one takes its place."""
        if (file := self._any_file()) is not None:
            beside = file.with_name(self._random.choice((".saving.tmp", f"{file.stem}-new.jpg")))
            data = self._new_photo()
            beside.write_bytes(data)
            beside.replace(file)
            self._disk[file] = data

    def _touch(self) -> None:
        if (file := self._any_file()) is not None:
            at = self._random.choice((0, 1_000_000_000, 4_300_000_000, time.time()))
            os.utime(file, (at, at))

    def _break(self) -> None:
        """A file that is no photo, and has been there for a while."""
        data = f"no photo {self._random.random()}".encode()
        self._broken.add(data)
        file = self._free_path()
        if self._write(file, data):
            os.utime(file, (1_500_000_000, 1_500_000_000))

    def _rename_folder(self) -> None:
        source = self._any_folder()
        root = self._any_root()
        if source is None or root is None:
            return
        target = root.path / self._name().removesuffix(".jpg")
        source.rename(target)
        for file in [file for file in self._disk if source in file.parents]:
            self._disk[target / file.relative_to(source)] = self._disk.pop(file)

    def _delete_folder(self) -> None:
        if (folder := self._any_folder()) is not None:
            shutil.rmtree(folder)
            self._disk = {file: data for file, data in self._disk.items() if folder not in file.parents}

    # --- drives ------------------------------------------------------------------------------

    def _add_root(self) -> None:
        if (root := self._any_root()) is not None:
            self._library.add_folder(root.path)
            root.added = True

    def _remove_root(self) -> None:
        root = self._random.choice(self._roots)
        if root.added:
            self._library.remove_folder(root.path)
            root.added = False

    def _unplug(self) -> None:
        """Where it was there is nothing, or the empty folder that it was mounted on."""
        if (root := self._any_root()) is None:
            return
        self._come_to_rest()
        root.last_seen = self._contents_on(root)
        self._rename_tree(root.path, root.away)
        root.plugged = False
        if root.last_seen and self._random.random() < 0.5:
            root.path.mkdir()

    def _plug_in(self) -> None:
        for root in self._roots:
            if not root.plugged:
                if root.path.exists():
                    root.path.rmdir()
                self._rename_tree(root.away, root.path)
                root.plugged = True
                return

    # --- the library -------------------------------------------------------------------------

    def _search(self) -> None:
        try:
            found = self._library.search(self._random.choice(_WORDS), limit=5)
        except QueryError:  # nothing to find yet
            return
        for hit in found.hits[:2]:
            self._library.photo(hit.photo_id)
            self._library.thumbnail(hit.photo_id)

    def _save_concept(self) -> None:
        self._number += 1
        self._library.save_concept(f"Concept {self._number}", self._query())
        self._note_concepts()

    def _change_concept(self) -> None:
        if concepts := self._library.concepts():
            concept = self._random.choice(concepts)
            if self._random.random() < 0.5:
                self._library.update_concept(concept.id, self._query())
            else:
                self._number += 1
                self._library.rename_concept(concept.id, f"Concept {self._number}")
            self._note_concepts()

    def _delete_concept(self) -> None:
        if concepts := self._library.concepts():
            self._deleted = self._library.delete_concept(self._random.choice(concepts).id)
            self._note_concepts()

    def _restore_concept(self) -> None:
        if self._deleted is not None:
            self._library.restore_concept(self._deleted)
            self._deleted = None
            self._note_concepts()

    def _trash(self) -> None:
        files = sorted(file for file in self._disk if self._is_reachable(file))
        ids = [self._ids[key] for file in files if (key := content_hash(self._disk[file])) in self._ids]
        if not ids:
            return
        report = self._library.trash([self._random.choice(ids)])
        for file in report.trashed:
            del self._disk[Path(file.path)]
        if report.restorable:
            self._trashed.append(report)

    def _restore_from_trash(self) -> None:
        if self._trashed:
            report = self._trashed.pop()
            places = {Path(file.path): Path(file.location or "").read_bytes() for file in report.trashed}
            if all(self._is_reachable(place) and place.parent.is_dir() for place in places):
                for path in self._library.restore(report).restored:
                    self._disk[Path(path)] = places[Path(path)]

    def _retry(self) -> None:
        self._library.retry_failed()

    def _reopen(self) -> None:
        self._library.close()
        self._library = self._opened()

    def _lose_caches(self) -> None:
        shutil.rmtree(self._library_folder / "thumbnails", ignore_errors=True)

    def _back_up(self) -> None:
        self._library.back_up()

    def _pause(self) -> None:
        self._library.pause()
        self._take_photo()
        self._library.resume()

    # --- the truth ---------------------------------------------------------------------------

    def _check(self) -> list[str]:
        """In what the library and the truth differ."""
        self._come_to_rest()
        found = self._differences()
        deadline = time.monotonic() + _LIVE_SECONDS * self._watch
        while found and time.monotonic() < deadline:
            time.sleep(0.2)
            self._confirm()
            found = self._differences()
        self._ids.update(photo_ids(self._library_folder))
        return found

    def _come_to_rest(self) -> None:
        if not self._watch:
            self._library.rescan()
        if not self._library.wait_idle(_PATIENCE):
            raise TimeoutError("the library does not come to rest")
        self._confirm()

    def _confirm(self) -> None:
        """Files that are held because so many are gone: the user did delete them."""
        for folder in self._library.folders():
            if folder.vanished and folder.online:
                self._library.confirm_vanished(folder.path)

    def _differences(self) -> list[str]:
        self._acknowledged.originals = {}
        folders = [root.path for root in self._roots if root.added and root.plugged]
        found = problems(self._library_folder, folders, self._acknowledged, at_rest=True)
        found += self._changed_on_disk()
        for folder in self._library.folders():
            root = next((root for root in self._roots if str(root.path) == folder.path), None)
            if root is not None and folder.online != root.plugged:
                found.append(f"{folder.path} is {'online' if folder.online else 'offline'}")
        present = self._present()
        status, failed = self._library.status(), {Path(one.path) for one in self._library.failures()}
        if status.photos != len(present) + self._others:
            found.append(f"{status.photos - self._others} photos, there should be {len(present)}")
        broken = {
            file for file in self._disk if self._is_reachable(file) and self._disk[file] in self._broken
        }
        lost = {file for file in failed ^ broken if self._is_reachable(file)}
        found += [f"{file} is {'' if file in failed else 'not '}listed as failed" for file in lost]
        now = photo_ids(self._library_folder)
        found += [
            f"photo {number} has become {now.get(content)}"
            for content, number in self._ids.items()
            if content in present and now.get(content) != number
        ]
        self._ids = {content: number for content, number in now.items() if content in present}
        if present:
            found += self._wrong_answers(len(present) + self._others)
        return found

    def _wrong_answers(self, photos: int) -> list[str]:
        total = self._library.search("a dog", limit=1).total
        return [] if total == photos else [f"a search finds {total} of {photos} photos"]

    def _changed_on_disk(self) -> list[str]:
        there = {
            Path(path) / name
            for root in self._roots
            for path, _, names in os.walk(root.place)
            for name in names
        }
        found = [f"{file} is on disk only in one world" for file in there ^ set(self._disk)]
        return found + [
            f"{file} was changed" for file in there & set(self._disk) if file.read_bytes() != self._disk[file]
        ]

    def _present(self) -> set[bytes]:
        """Hashes of the contents that should be photos of the library."""
        present: set[bytes] = set()
        for root in self._roots:
            if root.added:
                present |= self._contents_on(root) if root.plugged else root.last_seen
        return present

    def _contents_on(self, root: Root) -> set[bytes]:
        mine = [data for file, data in self._disk.items() if root.place in file.parents]
        return {content_hash(data) for data in mine if data not in self._broken}

    # --- chance ------------------------------------------------------------------------------

    def _is_reachable(self, file: Path) -> bool:
        return any(root.added and root.plugged and root.path in file.parents for root in self._roots)

    def _any_root(self) -> Root | None:
        plugged = [root for root in self._roots if root.plugged]
        return self._random.choice(plugged) if plugged else None

    def _any_file(self) -> Path | None:
        files = sorted(
            file for file in self._disk if any(r.plugged and r.path in file.parents for r in self._roots)
        )
        return self._random.choice(files) if files else None

    def _any_folder(self) -> Path | None:
        roots = {root.path for root in self._roots}
        files = sorted(
            file for file in self._disk if any(r.plugged and r.path in file.parents for r in self._roots)
        )
        folders = sorted({parent for file in files for parent in file.parents if roots & set(parent.parents)})
        return self._random.choice(folders) if folders else None

    def _free_path(self) -> Path:
        root = self._any_root()
        place = root.path if root is not None else self._roots[0].away
        directory = place / self._random.choice(_DIRECTORIES)
        directory.mkdir(parents=True, exist_ok=True)
        return directory / self._name()

    def _name(self) -> str:
        self._number += 1
        return self._random.choice(("IMG_{}.jpg", "photo {}.jpg", "été {}.jpg")).format(self._number)

    def _new_photo(self) -> bytes:
        self._seed += 1
        stream = io.BytesIO()
        picture(self._seed, _SIZE).save(stream, "JPEG")
        return stream.getvalue()

    def _query(self) -> Query:
        ids = sorted(self._ids.values())
        chosen = self._random.sample(ids, min(3, len(ids)))
        judged = tuple(Judgement(number, self._random.random() < 0.7) for number in chosen)
        return Query((TextTerm(self._random.choice(_WORDS)),), judgements=judged)

    def _write(self, file: Path, data: bytes) -> bool:
        if len(self._disk) > _MOST_FILES and file not in self._disk:
            return False
        file.write_bytes(data)
        self._disk[file] = data
        return True

    def _rename_to(self, source: Path, target: Path) -> None:
        source.rename(target)
        self._disk[target] = self._disk.pop(source)

    def _rename_tree(self, source: Path, target: Path) -> None:
        source.rename(target)
        moved = {
            target / file.relative_to(source): data
            for file, data in self._disk.items()
            if source in file.parents
        }
        self._disk = {file: data for file, data in self._disk.items() if source not in file.parents} | moved

    def _note_concepts(self) -> None:
        self._acknowledged.concepts = concepts_of(self._library_folder)


def _resident_megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _slope(samples: list[tuple[int, float]]) -> float:
    """Megabytes that memory grows in a thousand operations, by the last two thirds of the samples."""
    late = np.array(samples[len(samples) // 3 :])
    return float(np.polyfit(late[:, 0], late[:, 1], 1)[0] * 1000) if len(late) > 2 else 0.0


def run(
    operations: int | None = None,
    seconds: float | None = None,
    seed: int = 1,
    *,
    photos: int = 0,
    watch: bool = False,
) -> RandomResult:
    """Use a library at random, one that holds `photos` others already."""
    from tests.large_catalog import make_large_library, sample_photos

    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        if photos:
            make_large_library(folder / "library", photos, source=list(sample_photos(folder / "looks")))
        return RandomUse(folder, seed, watch=watch).run(operations, seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--operations", type=int, default=None)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--photos", type=int, default=0)
    parser.add_argument("--watch", action="store_true")
    given = parser.parse_args()
    seconds = None if given.minutes is None else 60 * given.minutes
    result = run(given.operations, seconds, given.seed, photos=given.photos, watch=given.watch)
    print(json.dumps(asdict(result)))


if __name__ == "__main__":
    main()
