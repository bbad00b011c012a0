"""The simulated user: what is clicked, what is taken out, and what the summary says of it."""

from __future__ import annotations

import numpy as np
import pytest

from photolens.domain import FloatArray
from photolens.evaluation.methods import DEFAULT, DEMOTE, DROP, METHODS, PLAIN
from photolens.evaluation.metrics import Quality
from photolens.evaluation.report import as_json, differences, summarise, table, verdict
from photolens.evaluation.simulation import Outcome, clicks, simulate
from photolens.evaluation.tasks import Question

PHOTOS = 80


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    """One question for the first of four kinds, whose base scores know little of it."""
    random = np.random.default_rng(0)
    kinds = np.arange(PHOTOS) % 4
    vectors = random.standard_normal((4, 16))[kinds] + 0.5 * random.standard_normal((PHOTOS, 16))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    scores = (random.standard_normal(PHOTOS) + 0.5 * (kinds == 0)).astype(np.float32)
    relevant = kinds == 0
    relevant[0] = False

    def score(question: Question) -> FloatArray:
        return scores

    return simulate(vectors, {"same kind": [Question(0, None, relevant)]}, score, seeds=2)


def test_clicks_stay_on_the_page_that_is_looked_at() -> None:
    order = np.arange(100, 200)
    judged = clicks([1], order)
    assert sorted(judged[:20]) == list(range(100, 120)) and sorted(judged[20:40]) == list(range(120, 140))
    assert len(judged) == 50 and judged.max() < 160
    assert clicks([1], order).tolist() == judged.tolist() != clicks([2], order).tolist()


def test_every_method_is_measured_on_the_same_answers(outcomes: list[Outcome]) -> None:
    seen = {name: {(o.labels, o.noise, o.seed) for o in outcomes if o.method == name} for name in METHODS}
    assert all(keys == seen[PLAIN] for keys in seen.values())
    assert {labels for labels, _, _ in seen[PLAIN]} <= {1, 3, 5, 10, 20, 50}


def test_feedback_finds_what_the_base_scores_do_not(outcomes: list[Outcome]) -> None:
    def mean(method: str) -> float:
        found = [
            o.quality.average_precision for o in outcomes if (o.method, o.labels, o.noise) == (method, 20, 0)
        ]
        return float(np.mean(found))

    assert mean(DEFAULT) > mean(PLAIN) + 0.2
    assert mean(DEMOTE) >= mean(DROP)


def test_the_summary_reads_as_a_table_and_as_json(outcomes: list[Outcome]) -> None:
    rows = summarise(outcomes)
    plain = [row for row in rows if row.method == PLAIN]
    assert all(row.difference == row.low == row.high == row.harmed == 0 for row in plain)
    text = table(rows)
    assert text.count("| default |") == 2 + 1 and "### Same kind, 10 % wrong clicks (1 queries)" in text
    assert {row["method"] for row in as_json(rows)} == set(METHODS)
    lines = verdict(outcomes, ["same kind"])
    assert any(line.startswith("met: same kind, 10 labels, better than plain CLIP") for line in lines)


def test_a_figure_that_does_not_exist_is_null(outcomes: list[Outcome]) -> None:
    rows = [row for row in as_json(summarise(outcomes)) if row["labels"] == 50]
    assert all(row["looked_at"] is None or isinstance(row["looked_at"], float) for row in rows)
    assert not any(value != value for row in rows for value in row.values())


def outcome(query: int, seed: int, precision: float) -> Outcome:
    return Outcome("t", "m", 3, 0.0, query, seed, Quality(precision, 0, 0, 0, np.nan), 0, 0.001)


def test_differences_are_per_query_over_its_seeds() -> None:
    ours = {(0, 0): outcome(0, 0, 0.5), (0, 1): outcome(0, 1, 0.7), (1, 0): outcome(1, 0, 0.1)}
    theirs = {(0, 0): outcome(0, 0, 0.4), (0, 1): outcome(0, 1, 0.4), (1, 0): outcome(1, 0, 0.3)}
    assert differences(ours, theirs).tolist() == pytest.approx([0.2, -0.2])
