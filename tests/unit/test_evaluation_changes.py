"""Words that change a picture: text or direction, measured with the built-in model's texts."""

from __future__ import annotations

import numpy as np
import pytest

from photolens.domain import Combination, FloatArray, Query
from photolens.embedding import find_model
from photolens.embedding.encoder import Encoder
from photolens.evaluation.changes import BALANCES, changes_table, compare_changes
from photolens.evaluation.dataset import Dataset, LabelledPhoto
from photolens.evaluation.metrics import quality
from photolens.evaluation.scoring import Scorer, Words
from photolens.evaluation.tasks import Question

PHOTOS = 60
BEFORE, AFTER = "a photo of the sea", "a photo of a forest"


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder.load(find_model("photolens-mini"))


@pytest.fixture(scope="module")
def scorer(encoder: Encoder) -> Scorer:
    """Photos of two places by two photographers: place is the direction between the texts, all else noise."""
    random = np.random.default_rng(0)
    before, after = encoder.encode_texts([BEFORE, AFTER])
    own = random.standard_normal((2, encoder.dimension)) / np.sqrt(encoder.dimension)
    number = np.arange(PHOTOS)
    place = np.where(number % 2 == 0, 1.0, -1.0)[:, None] * (before - after)
    noise = random.standard_normal((PHOTOS, encoder.dimension)) / np.sqrt(encoder.dimension)
    vectors = own[number // 2 % 2] + 0.8 * place + 0.6 * noise
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    photos = tuple(LabelledPhoto(f"{n}.jpg", "a", "b", "c") for n in number)
    bank: FloatArray = np.empty((0, encoder.dimension), dtype=np.float32)
    return Scorer(Dataset(photos, vectors.astype(np.float32), ()), encoder, bank)


def question(instead_of: str | None = BEFORE) -> Question:
    """Photo 0 is the first photographer's sea; sought are the forests of the same."""
    number = np.arange(PHOTOS)
    return Question(0, AFTER, (number // 2 % 2 == 0) & (number % 2 == 1), instead_of)


def precision(scorer: Scorer, words: Words, balance: float) -> float:
    shown = np.arange(PHOTOS) != 0
    return quality(scorer.mixed(question(), words, balance), question().relevant, shown).average_precision


def test_a_direction_finds_what_the_picture_alone_does_not(scorer: Scorer) -> None:
    assert precision(scorer, Words.DIRECTION, 0.5) > precision(scorer, Words.TEXT, 0.0) + 0.2


def test_at_balance_zero_the_words_do_not_count(scorer: Scorer) -> None:
    alone = [scorer.mixed(question(), words, 0.0) for words in Words]
    assert all(np.allclose(scores, alone[0], atol=1e-5) for scores in alone)


def test_a_question_that_is_instead_of_nothing_is_its_text(scorer: Scorer) -> None:
    scores = [scorer.mixed(question(None), words, 0.5) for words in Words]
    assert (scores[0] == scores[1]).all() and (scores[0] == scores[2]).all()
    assert compare_changes([question(None)], scorer) == {} and changes_table({}) == ""


def test_unless_told_otherwise_a_question_is_asked_as_in_the_window(scorer: Scorer) -> None:
    assert (scorer(question()) == scorer.mixed(question(), Words.TEXT, Query().balance)).all()


def test_the_table_has_a_row_per_rule_and_a_column_per_balance(scorer: Scorer) -> None:
    rules = compare_changes([question(), question(None)], scorer)
    assert len(rules) == 3 * 2 * len(BALANCES)
    found = rules[Words.DIRECTION, Combination.SUM, 0.5]
    assert found.tolist() == [pytest.approx(precision(scorer, Words.DIRECTION, 0.5))]
    text = changes_table(rules)
    assert "(1 queries, no clicks)" in text and f"| {100 * found[0]:.1f} |" in text
    assert text.count("| direction, ") == 2 and "balance 0.65: " in text
