"""How words that change a picture are best put together with it: no clicks, the order alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from photolens.domain import Combination, Query
from photolens.evaluation.metrics import bootstrap_interval, quality
from photolens.evaluation.scoring import Scorer, Words
from photolens.evaluation.tasks import Question

BALANCES = (0.0, 0.2, 0.35, 0.5, Query().balance, 0.8, 1.0)

_Precisions = NDArray[np.float64]  # [questions]
Rules = dict[tuple[Words, Combination, float], _Precisions]


def compare_changes(questions: Sequence[Question], score: Scorer) -> Rules:
    """AP of every way to put words and picture together, for questions that say what they are instead of."""
    usable = [question for question in questions if question.instead_of is not None]
    return {
        (words, combination, balance): np.array(
            [_precision(question, score, words, combination, balance) for question in usable]
        )
        for words in Words
        for combination in Combination
        for balance in BALANCES
        if usable
    }


def changes_table(rules: Rules) -> str:
    """Markdown: AP in points, a row per rule, a column per balance; empty without a question."""
    if not rules:
        return ""
    lines = [
        f"### Words that change a picture ({len(next(iter(rules.values())))} queries, no clicks)",
        "",
        "| balance | " + " | ".join(f"{balance:g}" for balance in BALANCES) + " |",
        "|---" * (len(BALANCES) + 1) + "|",
    ]
    for combination in Combination:
        for words in Words:
            cells = (f"{100 * rules[words, combination, balance].mean():.1f}" for balance in BALANCES)
            lines.append(f"| {words}, {combination} | " + " | ".join(cells) + " |")
    default = Query().balance
    found = rules[Words.DIRECTION, Combination.SUM, default] - rules[Words.TEXT, Combination.SUM, default]
    low, high = (100 * bound for bound in bootstrap_interval(found))
    said = f"{100 * found.mean():+.1f} [{low:+.1f}, {high:+.1f}]"
    return "\n".join([*lines, "", f"Direction instead of text, sum, balance {default:g}: {said}.", ""])


def _precision(
    question: Question, score: Scorer, words: Words, combination: Combination, balance: float
) -> float:
    shown = np.ones(len(question.relevant), dtype=np.bool_)
    if question.photo is not None:
        shown[question.photo] = False
    scores = score.mixed(question, words, balance, combination)
    return quality(scores, question.relevant, shown).average_precision
