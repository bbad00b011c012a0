"""`photolens evaluate` and `photolens evaluate-composed`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from photolens import terminal
from photolens.commands.examples import add_examples
from photolens.errors import UsageError
from photolens.library import normalised
from photolens.messages import plain
from photolens.settings import Settings

DONE = 0


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Labelled photos and a simulated user."""
    from photolens.evaluation import EvaluationPlan, evaluate  # loads torch

    if options.queries < 1 or options.seeds < 1:
        raise UsageError(plain("--queries and --seeds must be 1 or more."))
    folder = Path(normalised(options.folder))
    labels = Path(options.labels).expanduser() if options.labels else folder / "labels.csv"
    out = Path(options.out).expanduser()
    plan = EvaluationPlan(folder, labels, out, options.queries, options.seeds)
    with terminal.counting() as progress:
        report = evaluate(plan, settings, progress)
    print(report)
    print(f"Every figure is in {out / 'result.json'}.", file=sys.stderr)
    return DONE


def run_composed(options: argparse.Namespace, settings: Settings) -> int:
    """A published data set."""
    from photolens.evaluation.composed import ComposedPlan, evaluate_composed  # loads torch

    annotations, images, out = (
        Path(folder).expanduser() for folder in (options.annotations, options.images, options.out)
    )
    plan = ComposedPlan(options.dataset, annotations, images, out, options.split, tuple(options.category))
    with terminal.counting() as progress:
        report = evaluate_composed(plan, settings, progress)
    print(report)
    print(f"Every figure is in {out / 'result.json'}.", file=sys.stderr)
    return DONE


# --- options --------------------------------------------------------------------------------


def add_options(evaluate: argparse.ArgumentParser) -> None:
    evaluate.add_argument("folder", metavar="FOLDER", help="where the labelled photos are")
    evaluate.add_argument(
        "--labels",
        metavar="CSV",
        help="columns file, label, group, property (default: FOLDER/labels.csv)",
    )
    evaluate.add_argument(
        "--out",
        default="photolens-evaluation",
        metavar="DIR",
        help="for result.json, plots and cached vectors (default: photolens-evaluation, here)",
    )
    evaluate.add_argument(
        "--queries", type=int, default=200, metavar="N", help="at most, per task (default 200)"
    )
    evaluate.add_argument(
        "--seeds", type=int, default=3, metavar="N", help="simulated users per query (default 3)"
    )
    add_examples(
        evaluate,
        ("photolens evaluate ~/labelled", "photos beside their labels.csv"),
        ("photolens evaluate ~/Pictures --labels labels.csv --queries 50", "a quick look"),
    )


def add_composed_options(composed: argparse.ArgumentParser) -> None:
    composed.add_argument(
        "dataset",
        choices=("cirr", "fashioniq", "circo", "genecis"),
        metavar="DATASET",
        help="cirr, fashioniq, circo or genecis",
    )
    composed.add_argument("annotations", metavar="ANNOTATIONS_DIR", help="its annotations, as published")
    composed.add_argument("images", metavar="IMAGES_DIR", help="its pictures, as published")
    composed.add_argument(
        "--split",
        default="val",
        metavar="NAME",
        help="val (default), or test, which gives files for the data set's own server",
    )
    composed.add_argument(
        "--category",
        action="append",
        default=[],
        metavar="NAME",
        help="only this one of FashionIQ (dress, shirt, toptee) or task of GeneCIS (focus_attribute, "
        "change_attribute, focus_object, change_object)",
    )
    composed.add_argument(
        "--out",
        default="photolens-composed",
        metavar="DIR",
        help="for result.json, submissions and cached vectors (default: photolens-composed, here)",
    )
    add_examples(
        composed,
        ("photolens evaluate-composed cirr CIRR/annotations CIRR/images", "figures on its validation set"),
        (
            "photolens evaluate-composed circo CIRCO/annotations COCO/unlabeled --split test",
            "files for its server",
        ),
    )
