"""What the published data sets ask: a picture and words, and the pictures that answer them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from photolens.errors import UsageError
from photolens.messages import plain

Box = tuple[float, float, float, float]  # left, top, width, height in pixels of the stored picture


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a data set, or the object in its `box`; `files` are the places where it may lie."""

    name: str
    files: tuple[Path, ...]
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """`text` says how the answers differ from the reference; all pictures by name."""

    id: str
    text: str
    reference: str
    targets: tuple[str, ...] = ()  # none where the answers are not published
    gallery: tuple[str, ...] = ()  # what is ranked; none: the gallery of the part
    subset: tuple[str, ...] = ()  # CIRR: the other members of the reference's image set


@dataclass(frozen=True, slots=True)
class Part:
    """A category or split, with figures of its own."""

    name: str
    pictures: tuple[Picture, ...]
    gallery: tuple[str, ...]
    questions: tuple[Question, ...]

    @property
    def answered(self) -> bool:
        """Whether the answers are published."""
        return any(question.targets for question in self.questions)


@dataclass(frozen=True, slots=True)
class Protocol:
    """How a data set is measured: the k of each measure, and what is not ranked."""

    title: str
    recall: tuple[int, ...] = ()
    subset_recall: tuple[int, ...] = ()
    precision: tuple[int, ...] = ()
    without_reference: bool = False

    @property
    def measures(self) -> tuple[str, ...]:
        """Their names, in the order in which they are published."""
        return (
            *(f"R@{k}" for k in self.recall),
            *(f"Rsubset@{k}" for k in self.subset_recall),
            *(f"mAP@{k}" for k in self.precision),
        )


def make_part(
    name: str, file: Path, pictures: Sequence[Picture], gallery: Sequence[str], questions: Sequence[Question]
) -> Part:
    """A part whose pictures are all known, read from `file`.

    Raises UsageError where a question names an unknown picture, or only some name their answer.
    """
    if not questions:
        raise UsageError(plain(f"{file} asks no question; give the complete file."))
    known = {picture.name for picture in pictures}
    for question in questions:
        named = (question.reference, *question.targets, *question.gallery, *question.subset)
        unknown = next((picture for picture in named if picture not in known), None)
        if unknown is not None:
            raise UsageError(
                plain(
                    f"{file}: question {question.id} names the picture {unknown}, which the split does not "
                    "list; take all files from the same release."
                )
            )
    unanswered = sum(not question.targets for question in questions)
    if 0 < unanswered < len(questions):
        raise UsageError(
            plain(
                f"{file}: {unanswered} of {len(questions)} questions name no answer; give the complete file."
            )
        )
    return Part(name, tuple(pictures), tuple(gallery), tuple(questions))
