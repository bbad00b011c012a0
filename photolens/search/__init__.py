"""Words and similarities to a ranking: pure functions over arrays, no files, no database, no window."""

from photolens.search.compose import TermSimilarity, background_rows, base_scores, hubness_bias
from photolens.search.feedback import (
    WEAK_NEGATIVES,
    Correction,
    Examples,
    FeatureSpace,
    feature_space,
    learned,
    nearest_liked,
)
from photolens.search.filters import combine
from photolens.search.query import describe, extend, parse
from photolens.search.ranker import DEMOTED, PICKED, REJECTED, rank

__all__ = [
    "DEMOTED",
    "PICKED",
    "REJECTED",
    "WEAK_NEGATIVES",
    "Correction",
    "Examples",
    "FeatureSpace",
    "TermSimilarity",
    "background_rows",
    "base_scores",
    "combine",
    "describe",
    "extend",
    "feature_space",
    "hubness_bias",
    "learned",
    "nearest_liked",
    "parse",
    "rank",
]
