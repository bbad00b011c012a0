"""CIRCO (Baldrati et al., ICCV 2023): several right answers among the unlabelled pictures of COCO 2017."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from photolens.errors import UsageError
from photolens.evaluation.composed.files import Entry, find_file, read_entries, read_json
from photolens.evaluation.composed.questions import Part, Picture, Protocol, Question, make_part
from photolens.messages import plain

CIRCO = Protocol("CIRCO", precision=(5, 10, 25, 50))
_FOLDERS = ("", "unlabeled2017", "COCO2017_unlabeled/unlabeled2017")
_LISTING = "image_info_unlabeled2017.json"


def read_circo(annotations: Path, images: Path, split: str, categories: Sequence[str]) -> list[Part]:
    """One part: all pictures of COCO 2017 unlabeled, the reference too. Raises UsageError.

    Reads annotations/SPLIT.json. The gallery is what COCO's image_info_unlabeled2017.json lists where that
    file is at hand, else every picture in `images` whose name is a number.
    """
    if categories:
        raise UsageError(plain("CIRCO has no categories; leave --category out."))
    file = find_file(annotations, (f"annotations/{split}.json", f"{split}.json"))
    questions = [_question(entry) for entry in read_entries(file)]
    named = {name for question in questions for name in (question.reference, *question.targets)}
    gallery = sorted(named | _listed(annotations, images), key=int)
    pictures = [
        Picture(name, tuple(images / folder / f"{int(name):012}.jpg" for folder in _FOLDERS))
        for name in gallery
    ]
    return [make_part(split, file, pictures, gallery, questions)]


def _listed(annotations: Path, images: Path) -> set[str]:
    """Numbers of the gallery's pictures."""
    for folder in (annotations, images, images.parent, images / "COCO2017_unlabeled"):
        for file in (folder / _LISTING, folder / "annotations" / _LISTING):
            if file.is_file():
                found = read_json(file)
                return {str(entry.whole("id")) for entry in Entry(file, "the top", found).entries("images")}
    files = (file for folder in _FOLDERS for file in (images / folder).glob("*.jpg"))
    return {str(int(file.stem)) for file in files if file.stem.isdecimal()}


def _question(entry: Entry) -> Question:
    targets = entry.wholes("gt_img_ids") if entry.has("gt_img_ids") else ()
    return Question(
        str(entry.whole("id")),
        entry.text("relative_caption"),
        str(entry.whole("reference_img_id")),
        targets=tuple(str(target) for target in dict.fromkeys(targets)),
    )
