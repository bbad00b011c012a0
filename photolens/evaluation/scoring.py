"""Base scores of a question, as a library of these photos would give them."""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from photolens.domain import Combination, FloatArray, Query
from photolens.embedding.encoder import Encoder
from photolens.evaluation.dataset import Dataset
from photolens.evaluation.tasks import Question
from photolens.search import TermSimilarity, background_rows, base_scores, hubness_bias


class Words(StrEnum):
    """What the words of a question become: what is sought, what it is instead of, or both."""

    TEXT = "text"
    DIRECTION = "direction"
    BOTH = "both"


class Scorer:
    """Scores all photos of a data set, float32 [N]."""

    def __init__(self, dataset: Dataset, encoder: Encoder, bank: FloatArray) -> None:
        self._vectors = dataset.vectors
        self._encoder = encoder
        self._bias = hubness_bias(dataset.vectors, bank)
        self._background = background_rows(np.arange(1, len(dataset.vectors) + 1))
        self._texts: dict[str, FloatArray] = {}

    def __call__(self, question: Question) -> FloatArray:
        """As the search pane does unless told otherwise."""
        return self.mixed(question, Words.TEXT, Query().balance)

    def mixed(
        self,
        question: Question,
        words: Words,
        balance: float,
        combination: Combination = Combination.SUM,
    ) -> FloatArray:
        """A direction needs what the question is `instead_of`; without it the words are the text alone."""
        texts, images = [], []
        if question.words is not None:
            after = self._text(question.words)
            if words is not Words.DIRECTION or question.instead_of is None:
                texts.append(self._term(self._vectors @ after - self._bias))
            if words is not Words.TEXT and question.instead_of is not None:
                texts.append(self._term(self._vectors @ (after - self._text(question.instead_of))))
        if question.photo is not None:
            images.append(self._term(self._vectors @ self._vectors[question.photo]))
        return base_scores(texts, images, balance, combination)

    def _text(self, text: str) -> FloatArray:
        if text not in self._texts:
            self._texts[text] = self._encoder.encode_texts([text])[0]
        return self._texts[text]

    def _term(self, similarities: FloatArray) -> TermSimilarity:
        return TermSimilarity(similarities, similarities[self._background])
