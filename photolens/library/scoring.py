"""Scores of one question for any photos: by their table rows, or by their vectors."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from photolens.domain import Combination, FloatArray
from photolens.library.term_vectors import TermVectors
from photolens.library.vectors import LibraryVectors
from photolens.search import fit_mixture, hubness_bias

Rows = NDArray[np.intp]


class Scorer:
    """Base scores, without clicks; fitted to the library as it is now. A question without terms scores 0."""

    def __init__(
        self,
        asked: TermVectors,
        vectors: LibraryVectors,
        bank: Callable[[], FloatArray],
        balance: float,
        combination: Combination,
    ) -> None:
        assert vectors.table is not None
        self.asked = asked
        self._library = vectors
        self._table = vectors.table
        self._bank = bank
        self._biased = asked.biased
        self._mixture = None
        if asked.terms:
            background = self._similarities(vectors.background)
            self._mixture = fit_mixture(background, asked.weights, asked.texts, balance, combination)

    def of_rows(self, rows: Rows) -> FloatArray:
        """float32 [N] of table rows. Under the sum rule all positive terms cost one product per photo, and
        each negative one more."""
        mixture = self._mixture
        if mixture is None:
            return np.zeros(len(rows), dtype=np.float32)
        if mixture.product is not None or np.count_nonzero(mixture.linear) < 1:
            return mixture.scores(self._similarities(rows))
        direction, beta, constant = mixture.direction(self.asked.vectors, self._biased)
        length = float(np.linalg.norm(direction))
        if not length:
            return mixture.scores(self._similarities(rows))
        away = np.flatnonzero(mixture.excess)
        asked = np.vstack([direction / length, self.asked.vectors[away]])
        scores: FloatArray
        scores, *others = self._table.similarities(asked, rows)
        scores *= np.float32(length)
        scores += np.float32(constant)
        if beta:
            scores -= np.float32(beta) * self._library.bias(rows, self._bank)
        if len(away):
            scores += mixture.only(away).scores(self._less_bias(np.stack(others), rows, away))
        return scores

    def of_vectors(self, vectors: FloatArray) -> FloatArray:
        """The same of photos that are not in the table, vectors [N, d]."""
        if self._mixture is None:
            return np.zeros(len(vectors), dtype=np.float32)
        return self._mixture.scores(self._similarities_of(vectors))

    def reasons(self, vector: FloatArray) -> tuple[FloatArray, FloatArray, float]:
        """z-score and contribution of each term, [T] each, for a photo's vector [d], and its score."""
        none = np.empty(0, dtype=np.float32)
        if self._mixture is None:
            return none, none, 0.0
        similarities = self._similarities_of(vector[None])
        z = self._mixture.z(similarities)
        score = float(self._mixture.scores(similarities)[0])
        return z[:, 0], self._mixture.contributions(z)[:, 0], score

    def _similarities(self, rows: Rows) -> FloatArray:
        """[T, N] of all terms; less the hubness bias where it applies."""
        similarities = self._table.similarities(self.asked.vectors, rows)
        return self._less_bias(similarities, rows, np.arange(len(self.asked.terms)))

    def _less_bias(self, similarities: FloatArray, rows: Rows, terms: Rows) -> FloatArray:
        biased = np.flatnonzero(self._biased[terms])
        if len(biased):
            similarities[biased] -= self._library.bias(rows, self._bank)
        return similarities

    def _similarities_of(self, vectors: FloatArray) -> FloatArray:
        similarities: FloatArray = (self.asked.vectors @ vectors.T).astype(np.float32)
        biased = np.flatnonzero(self._biased)
        if len(biased):
            similarities[biased] -= hubness_bias(vectors, self._bank())
        return similarities
