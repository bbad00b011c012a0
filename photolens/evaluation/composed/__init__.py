"""A picture and words seek a picture: data sets in their published formats, with their own measures."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from photolens.embedding import find_model
from photolens.embedding.encoder import Encoder
from photolens.errors import UsageError
from photolens.evaluation.composed.circo import CIRCO, read_circo
from photolens.evaluation.composed.cirr import CIRR, read_cirr
from photolens.evaluation.composed.fashioniq import FASHIONIQ, read_fashioniq
from photolens.evaluation.composed.genecis import GENECIS, read_genecis
from photolens.evaluation.composed.questions import Part, Protocol
from photolens.evaluation.composed.ranking import answers, measured
from photolens.evaluation.composed.report import Result, as_json, report
from photolens.evaluation.composed.submission import Submission
from photolens.evaluation.composed.vectors import Gallery, Progress, file_of, load_gallery
from photolens.evaluation.kept import prepare_folder
from photolens.library.text_bank import load_bank
from photolens.messages import plain
from photolens.settings import Settings

__all__ = ["DATASETS", "ComposedPlan", "evaluate_composed"]

Reader = Callable[[Path, Path, str, Sequence[str]], list[Part]]  # annotations, images, split, categories
DATASETS: dict[str, tuple[Protocol, Reader]] = {
    "cirr": (CIRR, read_cirr),
    "fashioniq": (FASHIONIQ, read_fashioniq),
    "circo": (CIRCO, read_circo),
    "genecis": (GENECIS, read_genecis),
}


@dataclass(frozen=True, slots=True)
class ComposedPlan:
    """Which data set, where it lies, and where results and cached vectors go."""

    dataset: str  # a key of DATASETS
    annotations: Path
    images: Path
    out: Path
    split: str = "val"
    categories: tuple[str, ...] = ()  # all


def evaluate_composed(
    plan: ComposedPlan,
    settings: Settings,
    progress: Progress = lambda task, done, total: None,
) -> str:
    """Measure every method; writes result.json and, without published answers, submissions into `plan.out`.

    Returns the tables as Markdown. Raises UsageError, ModelError.
    """
    protocol, read = DATASETS[plan.dataset]
    parts = read(plan.annotations, plan.images, plan.split, plan.categories)
    for part in parts:
        _check_found(part, plan.images)
    prepare_folder(plan.out)
    files = find_model(settings.model, settings.weights)
    encoder = Encoder.load(files, settings.precision)
    cache = plan.out / "cache"
    bank = load_bank(cache, files.sha256, encoder.dimension, encoder.encode_texts)
    results, submitted = [], []
    for part in parts:
        gallery = load_gallery(part.pictures, encoder, files.sha256, cache, progress)
        _check_askable(part, gallery, plan.images)
        figures: defaultdict[str, list[list[float]]] = defaultdict(list)
        submission = Submission(protocol, gallery)
        for answer in answers(part, protocol, gallery, encoder.encode_texts, bank, progress):
            if part.answered:
                figures[answer.method].append(measured(answer, protocol))
            else:
                submission.add(answer)
        submitted += submission.write(plan.out)
        results.append(Result(part, gallery, {name: np.array(rows) for name, rows in figures.items()}))
    content = {
        "dataset": plan.dataset,
        "split": plan.split,
        "model": settings.model,
        "parts": as_json(results, protocol),
        "submissions": [str(file) for file in submitted],
    }
    (plan.out / "result.json").write_text(json.dumps(content, indent=1), encoding="utf-8")
    return "\n".join([report(results, protocol), *(f"- {file}" for file in submitted)])


def _check_found(part: Part, images: Path) -> None:
    """Before anything takes long: some picture must be there."""
    if not any(file_of(picture) for picture in part.pictures):
        raise UsageError(
            plain(
                f"None of the {len(part.pictures):,} pictures of {part.name} is in {images} "
                f"(one of them would be {part.pictures[0].files[0]}); give the folder of the "
                "published images."
            )
        )


def _check_askable(part: Part, gallery: Gallery, images: Path) -> None:
    read = set(gallery.names)
    if not any(question.reference in read for question in part.questions):
        raise UsageError(
            plain(
                f"No question of {part.name} can be asked: none of the pictures they begin with can be read "
                f"in {images}; give the folder of all published images."
            )
        )
