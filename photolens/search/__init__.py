"""Words and similarities to a ranking: pure functions over arrays, no files, no database, no window."""

from photolens.search.compose import TermSimilarity, background_rows, base_scores, hubness_bias
from photolens.search.filters import combine
from photolens.search.query import describe, extend, parse
from photolens.search.ranker import rank

__all__ = [
    "TermSimilarity",
    "background_rows",
    "base_scores",
    "combine",
    "describe",
    "extend",
    "hubness_bias",
    "parse",
    "rank",
]
