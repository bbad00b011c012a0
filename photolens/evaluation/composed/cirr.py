"""CIRR (Liu et al., ICCV 2021), version rc2: everyday scenes, with sets of six similar pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from photolens.errors import UsageError
from photolens.evaluation.composed.files import Entry, find_file, read_entries, read_json
from photolens.evaluation.composed.questions import Part, Picture, Protocol, Question, make_part
from photolens.messages import plain

CIRR = Protocol("CIRR", recall=(1, 5, 10, 50), subset_recall=(1, 2, 3), without_reference=True)


def read_cirr(annotations: Path, images: Path, split: str, categories: Sequence[str]) -> list[Part]:
    """One part: all pictures of the split, of which the reference is taken out. Raises UsageError.

    Reads captions/cap.rc2.SPLIT.json and image_splits/split.rc2.SPLIT.json; `images` is img_raw or the
    folder that holds it. The split "test" is the published test1, whose answers are not.
    """
    if categories:
        raise UsageError(plain("CIRR has no categories; leave --category out."))
    split = "test1" if split == "test" else split
    captions = find_file(annotations, (f"captions/cap.rc2.{split}.json",))
    listed = read_json(listing := find_file(annotations, (f"image_splits/split.rc2.{split}.json",)))
    if not isinstance(listed, dict) or not all(isinstance(path, str) for path in listed.values()):
        raise UsageError(
            plain(f"{listing} does not say where each picture lies; give the file as published.")
        )
    pictures = [
        Picture(name, (images / path, images / "img_raw" / path, images / Path(path).name))
        for name, path in listed.items()
    ]
    questions = [_question(entry) for entry in read_entries(captions)]
    return [make_part(split, captions, pictures, list(listed), questions)]


def _question(entry: Entry) -> Question:
    reference = entry.text("reference")
    members = entry.entry("img_set").texts("members")
    return Question(
        str(entry.whole("pairid")),
        entry.text("caption"),
        reference,
        targets=(entry.text("target_hard"),) if entry.has("target_hard") else (),
        subset=tuple(member for member in members if member != reference),
    )
