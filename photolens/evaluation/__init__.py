"""Does feedback help? A simulated user on labelled photos, and what comes of it as a table."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from photolens.embedding import find_model
from photolens.embedding.encoder import Encoder
from photolens.errors import UsageError
from photolens.evaluation.changes import changes_table, compare_changes
from photolens.evaluation.dataset import load_dataset, read_labels
from photolens.evaluation.kept import prepare_folder
from photolens.evaluation.plots import save_plots
from photolens.evaluation.report import as_json, summarise, table, verdict
from photolens.evaluation.scoring import Scorer
from photolens.evaluation.simulation import simulate
from photolens.evaluation.tasks import make_tasks
from photolens.library.text_bank import load_bank
from photolens.messages import plain
from photolens.settings import Settings

__all__ = ["EvaluationPlan", "evaluate"]


@dataclass(frozen=True, slots=True)
class EvaluationPlan:
    """What to evaluate, and where results and cached vectors go."""

    folder: Path
    labels: Path
    out: Path
    queries: int = 200  # per task
    seeds: int = 3


def evaluate(
    plan: EvaluationPlan,
    settings: Settings,
    progress: Callable[[str, int, int], None] = lambda task, done, total: None,
) -> str:
    """Run the simulated user; writes result.json, and plots where matplotlib is installed, into `plan.out`.

    Returns the table and the verdict as Markdown. Raises UsageError, ModelError.
    """
    photos = read_labels(plan.labels)
    prepare_folder(plan.out)
    files = find_model(settings.model, settings.weights)
    encoder = Encoder.load(files, settings.precision)
    dataset = load_dataset(plan.folder, photos, encoder, files.sha256, plan.out / "cache")
    tasks = make_tasks(dataset.photos, plan.queries)
    if not tasks:
        raise UsageError(
            plain("No label, group or property is shared by six photos: there is nothing to ask for.")
        )
    scorer = Scorer(
        dataset,
        encoder,
        load_bank(plan.out / "cache", files.sha256, encoder.dimension, encoder.encode_texts),
    )
    outcomes = simulate(dataset.vectors, tasks, scorer, plan.seeds, progress)
    changes = compare_changes(tasks.get("property changed", []), scorer)
    summaries = summarise(outcomes)
    lines = verdict(outcomes, list(tasks))
    result = {
        "model": settings.model,
        "photos": len(dataset.photos),
        "unread": list(dataset.unread),
        "seeds": plan.seeds,
        "rows": as_json(summaries),
        "verdict": lines,
        "changes": [
            {
                "words": words,
                "combination": rule,
                "balance": balance,
                "average_precision": float(found.mean()),
            }
            for (words, rule, balance), found in changes.items()
        ],
    }
    (plan.out / "result.json").write_text(json.dumps(result, indent=1), encoding="utf-8")
    save_plots(summaries, plan.out)
    return "\n".join(
        [
            table(summaries),
            changes_table(changes),
            "### The rule by which the default ships",
            "",
            *(f"- {line}" for line in lines),
        ]
    )
