"""Curves over the number of labels, where matplotlib is installed (the extra `evaluation`)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from photolens.evaluation.methods import METHODS, PLAIN
from photolens.evaluation.report import Summary
from photolens.evaluation.simulation import BUDGETS

log = logging.getLogger(__name__)


def save_plots(summaries: Sequence[Summary], directory: Path) -> list[Path]:
    """One PNG per task, change of AP and harmed share, without wrong clicks; none without matplotlib."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        log.info("no plots: matplotlib is not installed")
        return []
    written = []
    for task in dict.fromkeys(summary.task for summary in summaries):
        rows = [summary for summary in summaries if summary.task == task and not summary.noise]
        figure = Figure(figsize=(10, 4), layout="constrained")
        change, harm = figure.subplots(1, 2)
        for method in (name for name in METHODS if name != PLAIN):
            mine = [row for row in rows if row.method == method]
            labels = [row.labels for row in mine]
            (line,) = change.plot(labels, [100 * row.difference for row in mine], marker="o", label=method)
            low, high = ([100 * getattr(row, end) for row in mine] for end in ("low", "high"))
            change.fill_between(labels, low, high, color=line.get_color(), alpha=0.15)
            harm.plot(labels, [100 * row.harmed for row in mine], marker="o", label=method)
        for axes, title in ((change, "change of AP, points"), (harm, "answers harmed, %")):
            axes.set(xscale="log", xlabel="labels", title=f"{task}: {title}")
            axes.set_xticks(BUDGETS, [str(budget) for budget in BUDGETS])
            axes.minorticks_off()
            axes.axhline(0, color="grey", linewidth=0.8)
        change.legend()
        written.append(directory / f"{task.replace(' ', '-')}.png")
        figure.savefig(written[-1], dpi=100)
    return written
