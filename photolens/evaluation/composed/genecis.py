"""GeneCIS (Vaze et al., CVPR 2023): four kinds of likeness, each question with a small gallery of its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from photolens.errors import UsageError
from photolens.evaluation.composed.files import Entry, find_file, read_entries
from photolens.evaluation.composed.questions import Part, Picture, Protocol, Question, make_part
from photolens.messages import plain

GENECIS = Protocol("GeneCIS", recall=(1, 2, 3))
TASKS = ("focus_attribute", "change_attribute", "focus_object", "change_object")
_COCO = ("", "val2017")
_VISUAL_GENOME = ("", "VG_100K_all", "VG_100K", "VG_100K_2")


def read_genecis(annotations: Path, images: Path, split: str, categories: Sequence[str]) -> list[Part]:
    """A part for each task: focus or change, of an attribute or an object. Raises UsageError.

    Reads TASK.json. The objects are whole pictures of COCO val2017, the attributes are boxes in pictures of
    Visual Genome; `images` holds the folders of both, or one of them with a task as category.
    """
    if split != "val":
        raise UsageError(plain("GeneCIS has no splits; leave --split out."))
    unknown = [category for category in categories if category not in TASKS]
    if unknown:
        raise UsageError(plain(f"GeneCIS has no task {unknown[0]}; choose {', '.join(TASKS)}."))
    chosen = [task for task in TASKS if not categories or task in categories]
    return [_part(annotations, images, task) for task in chosen]


def _part(annotations: Path, images: Path, task: str) -> Part:
    file = find_file(annotations, (f"{task}.json", f"genecis/{task}.json"))
    pictures: dict[str, Picture] = {}

    def name_of(entry: Entry) -> str:
        found = _crop(entry, images) if task.endswith("attribute") else _whole(entry, images)
        return pictures.setdefault(found.name, found).name

    questions = []
    for number, entry in enumerate(read_entries(file)):
        target = name_of(entry.entry("target"))
        others = [name_of(other) for other in entry.entries("gallery")]
        # The target comes last: of equals, the first is ranked first, and that must not help.
        gallery = (*dict.fromkeys(other for other in others if other != target), target)
        reference = name_of(entry.entry("reference"))
        questions.append(Question(str(number), entry.text("condition"), reference, (target,), gallery))
    return make_part(task, file, list(pictures.values()), (), questions)


def _whole(entry: Entry, images: Path) -> Picture:
    number = entry.whole("val_image_id")
    return Picture(str(number), tuple(images / folder / f"{number:012}.jpg" for folder in _COCO))


def _crop(entry: Entry, images: Path) -> Picture:
    number = entry.whole("image_id")
    left, top, width, height = box = entry.numbers("instance_bbox", 4)
    name = f"{number} at " + ",".join(f"{value:g}" for value in box)
    files = tuple(images / folder / f"{number}.jpg" for folder in _VISUAL_GENOME)
    return Picture(name, files, (left, top, width, height))
