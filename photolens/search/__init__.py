"""Words and similarities to a ranking: pure functions over arrays, no files, no database, no window.

It loads lazily: a window needs to understand a query, but not to answer it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from photolens import lazy

if TYPE_CHECKING:
    from photolens.search.compose import (
        Mixture,
        TermSimilarity,
        background_rows,
        base_scores,
        fit_mixture,
        hubness_bias,
    )
    from photolens.search.feedback import (
        WEAK_NEGATIVES,
        Correction,
        Examples,
        FeatureSpace,
        feature_space,
        learned,
    )
    from photolens.search.filters import combine
    from photolens.search.query import describe, extend, parse
    from photolens.search.ranker import Candidates, Ranked, rank, shelf_of
else:
    __getattr__ = lazy.names_of(
        __name__,
        {
            "photolens.search.compose": "Mixture TermSimilarity background_rows "
            "base_scores fit_mixture hubness_bias",
            "photolens.search.feedback": "WEAK_NEGATIVES Correction Examples FeatureSpace "
            "feature_space learned",
            "photolens.search.filters": "combine",
            "photolens.search.query": "describe extend parse",
            "photolens.search.ranker": "Candidates Ranked rank shelf_of",
        },
    )

__all__ = [
    "WEAK_NEGATIVES",
    "Candidates",
    "Correction",
    "Examples",
    "FeatureSpace",
    "Mixture",
    "Ranked",
    "TermSimilarity",
    "background_rows",
    "base_scores",
    "combine",
    "describe",
    "extend",
    "feature_space",
    "fit_mixture",
    "hubness_bias",
    "learned",
    "parse",
    "rank",
    "shelf_of",
]
