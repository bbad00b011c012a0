"""`python -m photolens.training.builtin STEP`: train the built-in model from nothing."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from photolens.errors import PhotoLensError
from photolens.training.builtin.workplace import Workplace

_EPILOG = """\
examples, in the order in which the steps are needed:
  python -m photolens.training.builtin prepare --data ~/sets --work /tmp/work --out ~/mini
  python -m photolens.training.builtin text --work /tmp/work --out ~/mini --threads 1
  python -m photolens.training.builtin images --work /tmp/work --out ~/mini
  python -m photolens.training.builtin finetune --work /tmp/work --out ~/mini
  python -m photolens.training.builtin evaluate --data ~/sets --work /tmp/work --out ~/mini
"""
_STEPS = {
    "prepare": "read the data sets, and let the teacher read all texts",
    "text": "train the text tower",
    "images": "train the image tower",
    "finetune": "train both together, and write the model",
    "evaluate": "measure the model on what was held out",
}
_MINUTES = {"text": 9.0, "images": 50.0, "finetune": 8.0}
_BATCH = {"text": 384, "images": 128, "finetune": 128}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one step; 2 when it cannot be done."""
    options = _parser().parse_args(arguments)
    place = Workplace(options.data, options.work, options.out, options.name)
    try:
        place.make()
        _run(options, place)
    except (PhotoLensError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _run(options: argparse.Namespace, place: Workplace) -> None:
    def say(text: str) -> None:
        sys.stderr.write(f"{text}\n")

    if options.step == "prepare":
        from photolens.training.builtin.prepare import prepare
        from photolens.training.builtin.teacher import load_teacher

        prepare(place, load_teacher, say)
    elif options.step == "evaluate":
        from photolens.training.builtin.evaluate import evaluate

        evaluate(place, say)
    else:
        _train(options, place, say)


def _train(options: argparse.Namespace, place: Workplace, say: Callable[[str], None]) -> None:
    from photolens.training.builtin.finetune import finetune
    from photolens.training.builtin.nets import Plan
    from photolens.training.builtin.train_images import train_images
    from photolens.training.builtin.train_text import train_text

    step = options.step
    minutes = _MINUTES[step] if options.minutes is None else options.minutes
    plan = Plan(minutes, options.steps, options.batch or _BATCH[step], options.threads)
    if step == "text":
        train_text(place, plan, say)
    elif step == "images":
        train_images(place, plan, say)
    else:
        finetune(place, plan, say)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m photolens.training.builtin",
        description="Train the built-in model from nothing, in five steps.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    steps = parser.add_subparsers(title="steps", metavar="STEP", dest="step", required=True)
    for name, text in _STEPS.items():
        step = steps.add_parser(name, help=text, description=text)
        step.add_argument(
            "--data", type=Path, default=Path("data"), metavar="DIR", help="data sets (default: data)"
        )
        step.add_argument(
            "--work", type=Path, default=Path("work"), metavar="DIR", help="between steps (default: work)"
        )
        step.add_argument("--out", type=Path, default=Path("out"), metavar="DIR", help="model (default: out)")
        step.add_argument("--name", default="photolens-mini", metavar="NAME", help="what the model is called")
        if name in _MINUTES:
            step.add_argument(
                "--minutes", type=_positive, metavar="N", help=f"how long (default {_MINUTES[name]:.0f})"
            )
            step.add_argument(
                "--steps",
                type=int,
                metavar="N",
                help="batches instead of minutes: the same result on the same machine",
            )
            step.add_argument("--batch", type=int, metavar="N", help=f"size (default {_BATCH[name]})")
            step.add_argument("--threads", type=int, default=2, metavar="N", help="default 2")
    return parser


def _positive(text: str) -> float:
    value = float(text)
    if value <= 0:
        raise argparse.ArgumentTypeError("must be more than 0")
    return value


if __name__ == "__main__":
    sys.exit(main())
