"""Figures of all parts -> tables and a JSON object."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from photolens.evaluation.composed.methods import BASELINE, METHODS
from photolens.evaluation.composed.questions import Part, Protocol
from photolens.evaluation.composed.vectors import Gallery
from photolens.evaluation.metrics import bootstrap_interval


@dataclass(frozen=True, slots=True)
class Result:
    """Of one part: for each method one row per question asked, one column per measure, in 0..1."""

    part: Part
    gallery: Gallery
    figures: dict[str, NDArray[np.float64]]  # method -> [questions, measures]; empty: no answers published

    @property
    def asked(self) -> int:
        """How many questions there are whose reference could be read."""
        read = set(self.gallery.names)
        return sum(question.reference in read for question in self.part.questions)


def report(results: Sequence[Result], protocol: Protocol) -> str:
    """Markdown: for each part the figures in points and what differs from the baseline; then the means."""
    lines: list[str] = []
    for result in results:
        lines += [f"### {_title(result, protocol)}", ""]
        if result.figures:
            lines += [_table(protocol, partial(_share, result)), ""]
            lines += [f"Change against the {BASELINE}, with its 95 % interval:", ""]
            lines += [_table(protocol, partial(_change, result)), ""]
        lines += [f"{note}\n" for note in _notes(result)]
    measured = [result for result in results if result.figures]
    if len(measured) > 1:
        lines += [f"### {protocol.title}, mean of {len(measured)} parts", ""]
        lines += [_table(protocol, partial(_mean, measured)), ""]
    return "\n".join(lines)


def as_json(results: Sequence[Result], protocol: Protocol) -> list[dict[str, object]]:
    """One object per part."""
    return [
        {
            "name": result.part.name,
            "pictures": len(result.gallery.names),
            "unread": list(result.gallery.unread),
            "questions": len(result.part.questions),
            "asked": result.asked,
            "rows": [_row(result, protocol, name) for name in result.figures],
        }
        for result in results
    ]


def _row(result: Result, protocol: Protocol, name: str) -> dict[str, object]:
    means = result.figures[name].mean(axis=0)
    row: dict[str, object] = {"method": name}
    for column, measure in enumerate(protocol.measures):
        row[measure] = float(means[column])
        if name != BASELINE:
            change, low, high = _difference(result, name, column)
            row[f"{measure} change"] = {"mean": change, "low": low, "high": high}
    return row


def _title(result: Result, protocol: Protocol) -> str:
    questions, pictures = f"{result.asked:,} questions", f"{len(result.gallery.names):,} pictures"
    return f"{protocol.title}, {result.part.name} ({questions}, {pictures})"


def _notes(result: Result) -> list[str]:
    unread, unasked = len(result.gallery.unread), len(result.part.questions) - result.asked
    notes = []
    if unread:
        notes.append(
            f"{unread:,} of {unread + len(result.gallery.names):,} pictures could not be read, so that "
            f"{unasked:,} of {len(result.part.questions):,} questions were not asked: "
            "these figures cannot be compared with published ones."
        )
    if not result.figures:
        notes.append("The answers of this split are not published; its server measures the submission files.")
    return notes


def _table(protocol: Protocol, cell: Callable[[str, int], str]) -> str:
    lines = [f"| method | {' | '.join(protocol.measures)} |", "|---" * (len(protocol.measures) + 1) + "|"]
    for name in METHODS:
        cells = [cell(name, column) for column in range(len(protocol.measures))]
        if any(cells):
            lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _share(result: Result, name: str, column: int) -> str:
    return f"{100 * result.figures[name][:, column].mean():.2f}"


def _change(result: Result, name: str, column: int) -> str:
    if name == BASELINE:
        return ""
    change, low, high = (100 * value for value in _difference(result, name, column))
    return f"{change:+.2f} [{low:+.2f}, {high:+.2f}]"


def _difference(result: Result, name: str, column: int) -> tuple[float, float, float]:
    """Mean of the paired differences against the baseline, and its 95 % interval."""
    found = result.figures[name][:, column] - result.figures[BASELINE][:, column]
    return float(found.mean()), *bootstrap_interval(found)


def _mean(results: Sequence[Result], name: str, column: int) -> str:
    """Each part weighs the same, as the data sets are reported."""
    return f"{100 * np.mean([result.figures[name][:, column].mean() for result in results]):.2f}"
