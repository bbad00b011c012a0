"""A simulated user: asks, clicks on the first pages, and looks at what comes then.

The user sees the plain ranking, 20 photos to a page, and judges photos of the first page in random order,
then of the second and third when the budget is larger. All methods get the same judgements, and the
photo asked with and every judged one are taken out of all rankings before they are measured (residual
metrics): a method is paid for what it finds, not for what it was told.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photolens.domain import FloatArray
from photolens.evaluation.methods import METHODS, PLAIN, Round
from photolens.evaluation.metrics import Quality, quality
from photolens.evaluation.tasks import Question
from photolens.search import WEAK_NEGATIVES, FeatureSpace, background_rows, feature_space

BUDGETS = (1, 3, 5, 10, 20, 50)
NOISES = (0.0, 0.1)
PAGE = 20


@dataclass(frozen=True, slots=True)
class Outcome:
    """One answer of one method after `labels` clicks."""

    task: str
    method: str
    labels: int
    noise: float
    query: int
    seed: int
    quality: Quality
    full_hit_at_1: float  # with likes first and dislikes last, as Nara et al. measure
    seconds: float


@dataclass(frozen=True, slots=True)
class _Session:
    """One question as one user asks it."""

    task: str
    number: int
    seed: int
    noise: float
    question: Question
    scores: FloatArray


def simulate(
    vectors: FloatArray,
    tasks: dict[str, list[Question]],
    score: Callable[[Question], FloatArray],
    seeds: int,
    progress: Callable[[str, int, int], None] = lambda task, done, total: None,
) -> list[Outcome]:
    """Every method on every question, budget, seed and share of wrong clicks; `score` gives base scores."""
    space = feature_space(vectors)
    outcomes: list[Outcome] = []
    for task, questions in tasks.items():
        for number, question in enumerate(questions):
            scores = score(question)
            for noise in NOISES:
                for seed in range(seeds):
                    session = _Session(task, number, seed, noise, question, scores)
                    for given, shown in _rounds(session, vectors, space):
                        outcomes += _measure(session, given, shown)
            progress(task, number + 1, len(questions))
    return outcomes


def clicks(session_seed: list[int], order: NDArray[np.intp]) -> NDArray[np.intp]:
    """The photos that are judged, first to last: each page of `order` in a random order of its own."""
    random = np.random.default_rng(session_seed)
    pages = range(0, max(BUDGETS), PAGE)
    return np.concatenate([random.permutation(order[start : start + PAGE]) for start in pages])[
        : max(BUDGETS)
    ]


def _rounds(
    session: _Session, vectors: FloatArray, space: FeatureSpace
) -> Iterator[tuple[Round, NDArray[np.bool_]]]:
    """What is known after each budget, and which photos are measured; none where nothing is left to find."""
    question = session.question
    order = np.argsort(-session.scores, kind="stable")
    order = order[order != question.photo] if question.photo is not None else order
    seed = [zlib.crc32(session.task.encode()), session.number, session.seed]
    judged = clicks(seed, order)
    wrong = np.random.default_rng([*seed, 1]).random(len(judged)) < session.noise
    liked = question.relevant[judged] ^ wrong
    for budget in BUDGETS:
        shown = np.ones(len(vectors), dtype=np.bool_)
        shown[judged[:budget]] = False
        if question.photo is not None:
            shown[question.photo] = False
        if budget > len(judged) or not (question.relevant & shown).any():
            break
        unseen = np.flatnonzero(shown)
        rest = unseen[background_rows(unseen + 1, WEAK_NEGATIVES)]
        yield Round(vectors, session.scores, judged[:budget], liked[:budget], rest, space), shown


def _measure(session: _Session, given: Round, shown: NDArray[np.bool_]) -> Iterator[Outcome]:
    for name, method in METHODS.items():
        started = time.perf_counter()
        scores = method(given)
        seconds = time.perf_counter() - started
        yield Outcome(
            session.task,
            name,
            len(given.judged),
            session.noise,
            session.number,
            session.seed,
            quality(scores, session.question.relevant, shown),
            _full_hit(session.question, given, scores, pinned=name != PLAIN),
            seconds,
        )


def _full_hit(question: Question, given: Round, scores: FloatArray, *, pinned: bool) -> float:
    """Whether the first photo of the whole list is right, the one asked with aside."""
    whole = scores.astype(np.float64)
    if pinned:
        whole[given.judged] += np.where(given.liked, 1e6, -1e6)
    if question.photo is not None:
        whole[question.photo] = -np.inf
    return float(question.relevant[int(np.argmax(whole))])
