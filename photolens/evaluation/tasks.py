"""Questions with known answers, made from labels: the three tasks of Nara et al. (ECCV-W 2024), and words.

- same category: a photo asks for its category: its group where all of a group share one property (apples
  are fruit), else its label (among clothes: a shirt);
- same property: a photo asks for what shares its property (for kids; packaged);
- property changed: a photo and words ask for the same object with another property. Where a group has
  photos of several properties, the object is the label: a shirt and "for kids". Else it is the group, and
  sought are photos of another property whose label has the words of the group: an apple and "packaged"
  seek Bravo-Apple-Juice;
- category in words: the name of each category and label, typed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photolens.evaluation.dataset import LabelledPhoto

Flags = NDArray[np.bool_]

FEWEST_RELEVANT = 5

# What a person would type for a property; any other property is typed as it is called.
_PHRASES = {"kids": "for kids", "adult": "for adults", "packages": "packaged"}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, by a photo (a row), by words, or both, and which photos would be right, bool [N]."""

    photo: int | None
    words: str | None
    relevant: Flags
    instead_of: str | None = None  # what words would say of the photo that is asked with


def make_tasks(photos: Sequence[LabelledPhoto], queries: int, seed: int = 0) -> dict[str, list[Question]]:
    """Up to `queries` questions for each task, by name, spread evenly over what is sought.

    A question has at least five right answers besides its own photo; tasks without any are left out.
    """
    labels = _Labels(photos)
    tasks = {
        "same category": _by_photo(labels.category, labels.category),
        "same property": _by_photo(labels.property, labels.property),
        "property changed": _changed(labels),
        "category in words": _in_words(labels),
    }
    random = np.random.default_rng(seed)
    chosen = {name: _spread(candidates, queries, random) for name, candidates in tasks.items()}
    return {name: questions for name, questions in chosen.items() if questions}


_Candidate = tuple[str, Question]  # what is sought, so that the choice can be even


class _Labels:
    """The columns as arrays of texts [N]."""

    def __init__(self, photos: Sequence[LabelledPhoto]) -> None:
        self.label = np.array([photo.label for photo in photos])
        self.group = np.array([photo.group for photo in photos])
        self.property = np.array([photo.property for photo in photos])
        mixed = [group for group in set(self.group) if len(set(self.property[self.group == group])) > 1]
        self.in_mixed_group = np.isin(self.group, mixed) | (self.group == "")
        self.category = np.where(self.in_mixed_group, self.label, self.group)


def _by_photo(asked: NDArray[np.str_], sought: NDArray[np.str_]) -> list[_Candidate]:
    found = []
    for row, name in enumerate(asked):
        relevant = sought == name
        relevant[row] = False
        if name and relevant.sum() >= FEWEST_RELEVANT:
            found.append((str(name), Question(row, None, relevant)))
    return found


def _changed(labels: _Labels) -> list[_Candidate]:
    words_of = {label: _words(label) for label in set(labels.label)}
    found = []
    for row, (label, group) in enumerate(zip(labels.label, labels.group, strict=True)):
        if labels.in_mixed_group[row]:
            same = (labels.label == label) & (labels.group == group)
        else:
            wanted = _words(group)
            same = np.array([wanted <= words_of[other] for other in labels.label])
        for other in sorted(set(labels.property[same]) - {labels.property[row], ""}):
            relevant = same & (labels.property == other)
            if relevant.sum() >= FEWEST_RELEVANT:
                name = f"{label if labels.in_mixed_group[row] else group}, {other}"
                before = _phrase(str(labels.property[row])) or None
                found.append((name, Question(row, _phrase(other), relevant, before)))
    return found


def _in_words(labels: _Labels) -> list[_Candidate]:
    found: dict[str, Question] = {}
    for column in (labels.category, labels.label):
        for name in sorted(set(column) - {""}):
            relevant = column == name
            if relevant.sum() >= FEWEST_RELEVANT:
                found.setdefault(name, Question(None, " ".join(re.split(r"[\W_]+", name.lower())), relevant))
    return list(found.items())


def _spread(candidates: list[_Candidate], count: int, random: np.random.Generator) -> list[Question]:
    """Questions in turn from each thing that is sought, until there are `count`."""
    waiting: defaultdict[str, list[Question]] = defaultdict(list)
    for place in random.permutation(len(candidates)):
        sought, question = candidates[place]
        waiting[sought].append(question)
    chosen: list[Question] = []
    while len(chosen) < count and any(waiting.values()):
        for sought in sorted(waiting):
            if waiting[sought] and len(chosen) < count:
                chosen.append(waiting[sought].pop())
    return chosen


def _words(name: str) -> set[str]:
    return {word for word in re.split(r"[\W_]+", name.lower()) if word}


def _phrase(name: str) -> str:
    return _PHRASES.get(name.lower(), " ".join(re.split(r"[\W_]+", name.lower())))
