"""Files for the servers that measure the splits whose answers are not published."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

from photolens.evaluation.composed.cirr import CIRR
from photolens.evaluation.composed.questions import Protocol
from photolens.evaluation.composed.ranking import Answer
from photolens.evaluation.composed.vectors import Gallery

DEPTH = 50  # both servers take no more
SUBSET_DEPTH = 3


class Submission:
    """Collects answers, and writes them as the server of their data set takes them."""

    def __init__(self, protocol: Protocol, gallery: Gallery) -> None:
        self._cirr = protocol is CIRR
        self._names = gallery.names
        self._found: defaultdict[str, dict[str, Answer]] = defaultdict(dict)

    def add(self, answer: Answer) -> None:
        """Keep the head of an answer."""
        kept = Answer(
            answer.question,
            answer.method,
            answer.order[:DEPTH].copy(),
            answer.subset[:SUBSET_DEPTH].copy(),
            answer.right,
        )
        self._found[answer.method][answer.question.id] = kept

    def write(self, out: Path) -> list[Path]:
        """One folder per method; gives the files, written compactly since CIRR's server takes 5 MB."""
        files = []
        for method, answers in self._found.items():
            folder = out / "submissions" / method.replace(",", "").replace(" ", "-")
            folder.mkdir(parents=True, exist_ok=True)
            for name, content in self._contents(answers).items():
                files.append(folder / name)
                files[-1].write_text(json.dumps(content, separators=(",", ":")), encoding="utf-8")
        return files

    def _contents(self, answers: dict[str, Answer]) -> dict[str, dict[str, object]]:
        if not self._cirr:
            return {
                "circo.json": {
                    number: [int(self._names[row]) for row in answer.order]
                    for number, answer in answers.items()
                }
            }
        heads: dict[str, dict[str, object]] = {
            metric: {"version": "rc2", "metric": metric} for metric in ("recall", "recall_subset")
        }
        for pair, answer in answers.items():
            heads["recall"][pair] = [self._names[row] for row in answer.order]
            heads["recall_subset"][pair] = [self._names[row] for row in answer.subset]
        return {f"{metric}.json": content for metric, content in heads.items()}
