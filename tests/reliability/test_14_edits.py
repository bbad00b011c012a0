"""Harm 14: a photo is edited in place, or replaced as editors do it; it stays the photo that it was."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from photolens.domain import Event
from photolens.library import Library
from tests.photos import make_photo
from tests.reliability.drives import OpenLibrary, concept_ids, decoded, ids_by_path, save_concept
from tests.waiting import eventually

Save = Callable[[Path, Path, Callable[[], object]], None]


def in_place(photo: Path, edited: Path, looked_at: Callable[[], object]) -> None:
    with photo.open("r+b") as stream:
        stream.write(edited.read_bytes())
        stream.truncate()


def by_hidden_file(photo: Path, edited: Path, looked_at: Callable[[], object]) -> None:
    hidden = photo.with_name(f".{photo.name}.tmp")
    shutil.copy(edited, hidden)
    os.replace(hidden, photo)


def by_file_of_another_kind(photo: Path, edited: Path, looked_at: Callable[[], object]) -> None:
    temporary = photo.with_name(f"{photo.name}~")
    shutil.copy(edited, temporary)
    looked_at()
    os.replace(temporary, photo)


def by_visible_photo(photo: Path, edited: Path, looked_at: Callable[[], object]) -> None:
    """The temporary file is taken for a photo of its own, before it is renamed."""
    temporary = photo.with_name(f"{photo.stem}-tmp.jpg")
    shutil.copyfile(edited, temporary)
    looked_at()
    os.replace(temporary, photo)


def deleted_and_written_anew(photo: Path, edited: Path, looked_at: Callable[[], object]) -> None:
    photo.unlink()
    looked_at()
    shutil.copyfile(edited, photo)


WAYS: list[Save] = [
    in_place,
    by_hidden_file,
    by_file_of_another_kind,
    by_visible_photo,
    deleted_and_written_anew,
]


def edit(library: Library, photo: Path, save: Save, looked_at: Callable[[], object], seed: int = 99) -> int:
    """Save another picture over a photo that a concept depends on; gives its id."""
    photo_id = ids_by_path(library)[str(photo)]
    concept = next(iter(library.concepts()), None)
    if concept is not None:
        library.delete_concept(concept.id)
    save_concept(library, photo_id, ids_by_path(library)[str(photo.with_name("photo_09.jpg"))])
    save(photo, make_photo(photo.parents[1] / "edited.jpg", seed), looked_at)
    return photo_id


def assert_is_the_edited_photo(library: Library, photo: Path, photo_id: int, events: list[Event]) -> None:
    assert ids_by_path(library)[str(photo)] == photo_id
    assert library.status().photos == library.status().files == 12
    assert photo_id in concept_ids(library)
    assert library.photo(photo_id).size_bytes == photo.stat().st_size
    assert library.search(images=[str(photo)], limit=1).hits[0].photo_id == photo_id
    assert decoded(events) == 1, "what was edited is read once"


def test_edited_while_watched(pictures: Path, open_library: OpenLibrary) -> None:
    events: list[Event] = []
    library = open_library(emit=events.append)
    library.watch()
    library.index(pictures)

    def looked_at() -> None:
        time.sleep(0.6)  # longer than the watcher waits for a file to be quiet
        eventually(lambda: library.wait_idle(0))

    for number, save in enumerate(WAYS):
        events.clear()
        photo = pictures / f"photo_{number:02}.jpg"
        photo_id = edit(library, photo, save, looked_at, seed=90 + number)
        eventually(lambda: library.photo(photo_id).size_bytes == photo.stat().st_size)  # noqa: B023
        eventually(lambda: library.wait_idle(0) and library.status().files == 12 and decoded(events) > 0)
        assert_is_the_edited_photo(library, photo, photo_id, events)
    assert library.check().clean


def test_edited_between_two_looks(pictures: Path, open_library: OpenLibrary) -> None:
    events: list[Event] = []
    library = open_library(emit=events.append)
    library.index(pictures)
    for number, save in enumerate(WAYS):
        events.clear()
        photo = pictures / f"photo_{number:02}.jpg"
        photo_id = edit(library, photo, save, library.index, seed=90 + number)
        library.index()
        assert_is_the_edited_photo(library, photo, photo_id, events)
    assert library.check().clean


def test_an_edit_that_is_taken_back_is_the_same_photo_again(
    pictures: Path, open_library: OpenLibrary
) -> None:
    library = open_library()
    library.index(pictures)
    original = pictures.parent / "original.jpg"
    shutil.copyfile(pictures / "photo_03.jpg", original)
    photo = pictures / "photo_03.jpg"
    photo_id = edit(library, photo, by_visible_photo, library.index)
    library.index()
    shutil.copyfile(original, photo)
    library.index()
    assert ids_by_path(library)[str(photo)] == photo_id
    assert library.photo(photo_id).size_bytes == original.stat().st_size
    assert library.search(images=[str(original)], limit=1).hits[0].photo_id == photo_id
    assert library.check().clean


def test_fresh_photos_that_are_numbered_anew_keep_their_ids(
    tmp_path: Path, open_library: OpenLibrary
) -> None:
    """Each was read before the next was taken, so that each could be an edit of the one before."""
    shots = tmp_path / "shots"
    library = open_library()
    for number in range(1, 5):
        make_photo(shots / f"i{number}.jpg", number)
        library.index(shots)
    known = ids_by_path(library)
    (shots / "i1.jpg").unlink()
    for number in range(2, 5):
        (shots / f"i{number}.jpg").rename(shots / f"i{number - 1}.jpg")
    library.index()
    wanted = {str(shots / f"i{number - 1}.jpg"): known[str(shots / f"i{number}.jpg")] for number in (2, 3, 4)}
    assert ids_by_path(library) == wanted


def test_an_edit_does_not_wait_for_files_that_nobody_can_read(
    pictures: Path, open_library: OpenLibrary
) -> None:
    """A file of the size that the photo had, which may be the photo itself, waits on a drive that is away."""
    library = open_library()
    library.index(pictures)
    photo = pictures / "photo_03.jpg"
    photo_id = ids_by_path(library)[str(photo)]
    away = pictures.with_name("away")
    away.mkdir()
    library.index(away)
    library.pause()
    make_photo(away / "other.jpg", 3)
    library.rescan()
    eventually(lambda: library.status().pending == 1)
    away.rename(away.with_name("unplugged"))
    library.rescan()
    eventually(lambda: any(not folder.online for folder in library.folders()))
    library.resume()
    make_photo(photo, 99)
    library.rescan()
    assert library.wait_idle(15), "it is decided when the drive is back, or never"
    assert ids_by_path(library)[str(photo)] == photo_id
    assert library.photo(photo_id).size_bytes == photo.stat().st_size


def test_the_original_kept_beside_the_edit_is_the_photo_it_was(
    pictures: Path, open_library: OpenLibrary
) -> None:
    """As programs do that rename the original: it keeps its id with its content, and the edit is new."""
    library = open_library()
    library.index(pictures)
    known = ids_by_path(library)
    photo, original = pictures / "photo_03.jpg", pictures / "photo_03_original.jpg"
    photo.rename(original)
    make_photo(photo, 99)
    library.index()
    after = ids_by_path(library)
    assert after[str(original)] == known[str(photo)]
    assert after[str(photo)] not in known.values()
    assert library.status().photos == 13


def test_a_photo_that_a_concept_depends_on_never_gives_up_its_id(
    pictures: Path, open_library: OpenLibrary
) -> None:
    library = open_library()
    library.index(pictures)
    new = make_photo(pictures / "new.jpg", 50)
    library.index()
    known = ids_by_path(library)
    save_concept(library, known[str(new)], known[str(pictures / "photo_05.jpg")])
    os.replace(new, pictures / "photo_03.jpg")
    library.index()
    assert ids_by_path(library)[str(pictures / "photo_03.jpg")] == known[str(new)]
    assert known[str(new)] in concept_ids(library)
