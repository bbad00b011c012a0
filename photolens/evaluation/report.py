"""Outcomes -> the table, the verdict and a JSON object."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from photolens.evaluation.methods import DEFAULT, DEMOTE, DROP, METHODS, PLAIN
from photolens.evaluation.metrics import bootstrap_interval
from photolens.evaluation.simulation import BUDGETS, NOISES, Outcome

HARMED = -0.02  # a fall of AP that counts as harm
WORST_HARMED = 0.05
DETAILED = 10  # the number of labels after which all figures are printed
_MEASURES = ("average_precision", "hit_at_1", "hit_at_5", "hit_at_10", "looked_at")

_Key = tuple[int, int]  # query, seed
_Cell = dict[_Key, Outcome]


@dataclass(frozen=True, slots=True)
class Summary:
    """One method at one budget on one task; differences are against plain CLIP on the same answers."""

    task: str
    method: str
    labels: int
    noise: float
    queries: int
    answers: int
    average_precision: float
    difference: float
    low: float  # 95 % interval of the difference
    high: float
    harmed: float  # share of answers
    hit_at_1: float
    hit_at_5: float
    hit_at_10: float
    looked_at: float
    full_hit_at_1: float
    p95_ms: float


def summarise(outcomes: Iterable[Outcome]) -> list[Summary]:
    """One row per task, noise, budget and method, in that order."""
    cells = _cells(outcomes)
    tasks = list(dict.fromkeys(task for task, *_ in cells))
    return [
        _summary(cells[task, noise, labels, method], cells[task, noise, labels, PLAIN])
        for task in tasks
        for noise in NOISES
        for labels in BUDGETS
        if (task, noise, labels, PLAIN) in cells
        for method in METHODS
    ]


def differences(ours: _Cell, theirs: _Cell) -> NDArray[np.float64]:
    """Difference of AP for each query, the mean over its seeds, float64 [queries]."""
    by_query: defaultdict[int, list[float]] = defaultdict(list)
    for (query, seed), outcome in ours.items():
        other = theirs[query, seed].quality.average_precision
        by_query[query].append(outcome.quality.average_precision - other)
    return np.array([np.mean(values) for values in by_query.values()])


def verdict(outcomes: Iterable[Outcome], tasks: Sequence[str]) -> list[str]:
    """The rule by which the default ships, point by point, each "met" or "NOT met", without wrong clicks.

    Better than plain CLIP at 3, 5 and 10 labels and than both 1-NN variants at 3 to 20, each with a 95 %
    interval above 0; at most 5 % of answers harmed.
    """
    cells = _cells(outcomes)
    lines = []
    for task in tasks:
        for labels in (3, 5, 10, 20):
            ours = cells.get((task, 0.0, labels, DEFAULT))
            if ours is None:
                continue
            for other in (PLAIN, DEMOTE, DROP) if labels <= 10 else (DEMOTE, DROP):
                found = differences(ours, cells[task, 0.0, labels, other])
                low, high = bootstrap_interval(found)
                interval = f"{100 * found.mean():+.2f} [{100 * low:+.2f}, {100 * high:+.2f}]"
                lines.append(f"{_met(low > 0)}: {task}, {labels} labels, better than {other}: {interval}")
            harmed = _harmed(ours, cells[task, 0.0, labels, PLAIN])
            lines.append(
                f"{_met(harmed <= WORST_HARMED)}: {task}, {labels} labels, harmed {100 * harmed:.1f} %"
            )
    return lines


def table(summaries: Iterable[Summary]) -> str:
    """Markdown: for each task and share of wrong clicks, what each method changes; then the other figures."""
    blocks: defaultdict[tuple[str, float], list[Summary]] = defaultdict(list)
    for summary in summaries:
        blocks[summary.task, summary.noise].append(summary)
    parts = []
    for (task, noise), rows in blocks.items():
        said = f", {100 * noise:.0f} % wrong clicks" if noise else ""
        parts += [
            f"### {task[0].upper()}{task[1:]}{said} ({rows[0].queries} queries)",
            "",
            _changes(rows),
            "",
        ]
        others = [row for row in rows if row.labels == DETAILED and not noise]
        if others:
            parts += [_figures(others), ""]
    return "\n".join(parts)


def as_json(summaries: Iterable[Summary]) -> list[dict[str, object]]:
    """One object per row; a figure that does not exist is null."""
    return [
        {
            key: None if isinstance(value, float) and np.isnan(value) else value
            for key, value in asdict(row).items()
        }
        for row in summaries
    ]


def _changes(rows: Sequence[Summary]) -> str:
    """A row per method, a column per budget: change of AP in points, its interval, and the harmed share."""
    budgets = list(dict.fromkeys(row.labels for row in rows))
    lines = [
        "| labels | " + " | ".join(map(str, budgets)) + " |",
        "|---" * (len(budgets) + 1) + "|",
    ]
    for method in dict.fromkeys(row.method for row in rows):
        cells = [_change(row) for row in rows if row.method == method]
        name = f"{method} (AP)" if method == PLAIN else method
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _change(row: Summary) -> str:
    if row.method == PLAIN:
        return f"{100 * row.average_precision:.1f}"
    interval = f"[{100 * row.low:+.1f}, {100 * row.high:+.1f}]"
    return f"{100 * row.difference:+.1f} {interval} {100 * row.harmed:.0f} %"


def _figures(rows: Sequence[Summary]) -> str:
    lines = [
        f"| after {DETAILED} labels | AP | R@1 | R@5 | R@10 | looked at for ten | full-list R@1 | p95 |",
        "|---" * 8 + "|",
    ]
    for row in rows:
        looked = "" if np.isnan(row.looked_at) else f"{row.looked_at:.0f}"
        shares = (row.average_precision, row.hit_at_1, row.hit_at_5, row.hit_at_10)
        figures = " | ".join(f"{100 * value:.1f}" for value in shares)
        full = f"{100 * row.full_hit_at_1:.1f}"
        lines.append(f"| {row.method} | {figures} | {looked} | {full} | {row.p95_ms:.1f} ms |")
    return "\n".join(lines)


def _cells(outcomes: Iterable[Outcome]) -> dict[tuple[str, float, int, str], _Cell]:
    cells: defaultdict[tuple[str, float, int, str], _Cell] = defaultdict(dict)
    for outcome in outcomes:
        cell = cells[outcome.task, outcome.noise, outcome.labels, outcome.method]
        cell[outcome.query, outcome.seed] = outcome
    return dict(cells)


def _summary(ours: _Cell, plain: _Cell) -> Summary:
    one = next(iter(ours.values()))
    found = differences(ours, plain)
    low, high = bootstrap_interval(found)
    measures = {
        name: _mean([getattr(outcome.quality, name) for outcome in ours.values()]) for name in _MEASURES
    }
    return Summary(
        task=one.task,
        method=one.method,
        labels=one.labels,
        noise=one.noise,
        queries=len(found),
        answers=len(ours),
        difference=float(found.mean()),
        low=low,
        high=high,
        harmed=_harmed(ours, plain),
        full_hit_at_1=_mean([outcome.full_hit_at_1 for outcome in ours.values()]),
        p95_ms=1000 * float(np.percentile([outcome.seconds for outcome in ours.values()], 95)),
        **measures,
    )


def _harmed(ours: _Cell, plain: _Cell) -> float:
    worse = [
        outcome.quality.average_precision - plain[key].quality.average_precision < HARMED
        for key, outcome in ours.items()
    ]
    return float(np.mean(worse))


def _mean(values: Sequence[float]) -> float:
    """The mean of those that exist."""
    known = [value for value in values if not np.isnan(value)]
    return float(np.mean(known)) if known else float("nan")


def _met(holds: bool) -> str:
    return "met" if holds else "NOT met"
