"""FashionIQ (Wu et al., CVPR 2021): dresses, shirts and tops, each with two captions of the change."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from photolens.errors import UsageError
from photolens.evaluation.composed.files import Entry, find_file, read_entries, read_json
from photolens.evaluation.composed.questions import Part, Picture, Protocol, Question, make_part
from photolens.messages import plain

FASHIONIQ = Protocol("FashionIQ", recall=(10, 50))
CATEGORIES = ("dress", "shirt", "toptee")
_AT_THE_ENDS = ".?, "


def read_fashioniq(annotations: Path, images: Path, split: str, categories: Sequence[str]) -> list[Part]:
    """A part for each category, whose pictures are its gallery; the reference stays in. Raises UsageError.

    Reads captions/cap.CATEGORY.SPLIT.json and image_splits/split.CATEGORY.SPLIT.json.
    """
    unknown = [category for category in categories if category not in CATEGORIES]
    if unknown:
        raise UsageError(plain(f"FashionIQ has no category {unknown[0]}; choose {', '.join(CATEGORIES)}."))
    chosen = [category for category in CATEGORIES if not categories or category in categories]
    return [_part(annotations, images, split, category) for category in chosen]


def _part(annotations: Path, images: Path, split: str, category: str) -> Part:
    captions = find_file(annotations, (f"captions/cap.{category}.{split}.json",))
    listing = find_file(annotations, (f"image_splits/split.{category}.{split}.json",))
    listed = read_json(listing)
    if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
        raise UsageError(plain(f"{listing} is not a list of pictures; give the file as published."))
    places = [images, images / "images"]
    pictures = [
        Picture(name, tuple(place / f"{name}{suffix}" for place in places for suffix in (".png", ".jpg")))
        for name in dict.fromkeys(listed)
    ]
    questions = [_question(number, entry) for number, entry in enumerate(read_entries(captions))]
    if not any(question.targets for question in questions):
        raise UsageError(
            plain(f"{captions} names no answers, so nothing can be measured; choose --split val.")
        )
    return make_part(category, captions, pictures, [picture.name for picture in pictures], questions)


def _question(number: int, entry: Entry) -> Question:
    first, *others = [caption.strip(_AT_THE_ENDS) for caption in entry.texts("captions")]
    said = " and ".join(caption for caption in (first.capitalize(), *others) if caption)
    return Question(
        str(number),
        said,
        entry.text("candidate"),
        targets=(entry.text("target"),) if entry.has("target") else (),
    )
