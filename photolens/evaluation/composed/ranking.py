"""Every question of a part, ranked by every method."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from photolens.domain import FloatArray
from photolens.evaluation.composed.methods import METHODS, Likeness
from photolens.evaluation.composed.metrics import (
    Rows,
    average_precision_at,
    places,
    ranked,
    recall_at,
)
from photolens.evaluation.composed.questions import Part, Protocol, Question
from photolens.evaluation.composed.vectors import Gallery, Progress
from photolens.search import background_rows, hubness_bias

_TEXTS = 64  # at a time: a long context makes a batch of texts as large as one of pictures


@dataclass(frozen=True, slots=True)
class Answer:
    """One question by one method: rows of the gallery, best first."""

    question: Question
    method: str
    order: Rows
    subset: Rows
    right: Rows  # the right answers that could be read, in no order


def answers(
    part: Part,
    protocol: Protocol,
    gallery: Gallery,
    encode: Callable[[list[str]], FloatArray],
    bank: FloatArray,
    progress: Progress,
) -> Iterator[Answer]:
    """For each question whose reference could be read, one answer by each method."""
    rows = {name: row for row, name in enumerate(gallery.names)}
    asked = [question for question in part.questions if question.reference in rows]
    everything = _rows(rows, part.gallery)
    background = background_rows(np.arange(1, len(rows) + 1))
    bias = hubness_bias(gallery.vectors, bank)
    for start in range(0, len(asked), _TEXTS):
        progress(f"Asking {part.name}", start, len(asked))
        batch = asked[start : start + _TEXTS]
        for question, words in zip(batch, encode([question.text for question in batch]), strict=True):
            reference = rows[question.reference]
            text, image = gallery.vectors @ words, gallery.vectors @ gallery.vectors[reference]
            likeness = Likeness(text, image, bias, background)
            candidates = _rows(rows, question.gallery) if question.gallery else everything
            if protocol.without_reference:
                candidates = candidates[candidates != reference]
            subset, right = _rows(rows, question.subset), _rows(rows, question.targets)
            for name, method in METHODS.items():
                scores = method(likeness)
                yield Answer(question, name, ranked(scores, candidates), ranked(scores, subset), right)


def measured(answer: Answer, protocol: Protocol) -> list[float]:
    """The protocol's figures for one answer. A right answer that could not be read is never found."""
    found, in_subset = places(answer.order, answer.right), places(answer.subset, answer.right)
    return [
        *(recall_at(found, k) for k in protocol.recall),
        *(recall_at(in_subset, k) for k in protocol.subset_recall),
        *(average_precision_at(found, len(answer.question.targets), k) for k in protocol.precision),
    ]


def _rows(rows: dict[str, int], names: tuple[str, ...]) -> Rows:
    """Those that could be read."""
    return np.array([rows[name] for name in names if name in rows], dtype=np.intp)
