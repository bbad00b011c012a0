"""Pictures of the real window in every state that matters: `make screenshots`.

With LC_ALL=de_DE.UTF-8 they are in German, as the window would be; with RIGHT_TO_LEFT=1 mirrored; with
TEXT_SIZE=1.5 the text is half as large again.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.photos import make_photo
from tests.screenshot_dialogs import States
from tests.studio import Size

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "photos" / "everyday"
README_PICTURES = ROOT / "resources" / "screenshots"
# Of the photos at hand, those that anybody may publish.
_FREE = ("CC0", "MIT", "public domain")
_README = (("library", "light"), ("clicks", "dark"))

# Large enough for each, so that menus open where they do.
_SCREEN = {
    **{"name": "screen", "x": 0, "y": 0, "width": 2880, "height": 1800},
    **{"dpr": 1, "logicalDpi": 96, "logicalBaseDpi": 96},
}
SIZES = (Size(1024, 700), Size(1440, 900), Size(1280, 720, 2))


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--one"]:
        if Path(arguments[2]).resolve().is_relative_to(SHARED):
            sys.exit("Photos that lie beside the repository are only read: pictures are made of a copy.")
        size = Size(*map(int, arguments[3:6]))
        photographer = Photographer(Path(arguments[1]), Path(arguments[2]), size)
        photographer.themes = _names(arguments[6])
        photographer.shoot(arguments[7:])
        return
    given = _parser().parse_args(arguments)
    if not (given.readme or given.out):
        _parser().error("Say where the pictures should go, or --readme.")
    if given.readme:
        photos, out, sizes, states = given.out, README_PICTURES, SIZES[1:2], [name for name, _ in _README]
    else:
        photos, out, states = given.photos, given.out, given.states
        sizes = tuple(given.sizes) or SIZES
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        collected = Path(scratch) / "Pictures"
        collect(photos or SHARED, collected, free_only=given.readme)
        for size in sizes:
            print(size.name, flush=True)
            _run_one(out, collected, size, given.themes, states)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.screenshots",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--readme", action="store_true", help="only those that README.md shows; no OUT then")
    parser.add_argument("out", metavar="OUT", type=Path, nargs="?", help="the folder for the pictures")
    parser.add_argument(
        "photos",
        metavar="PHOTOS",
        type=Path,
        nargs="?",
        help="a folder with photos; without it those beside the repository, or made-up ones",
    )
    parser.add_argument(
        "--states", metavar="A,B", type=_names, default=[], help="only these, see screenshot_*.py"
    )
    parser.add_argument("--themes", default="light,dark", help="light, dark or both")
    parser.add_argument("--sizes", metavar="900x600,…", type=_sizes, default=(), help="of the window")
    return parser


def _names(text: str) -> list[str]:
    return text.split(",")


def _sizes(text: str) -> tuple[Size, ...]:
    return tuple(Size(*map(int, size.split("x"))) for size in text.split(","))


def collect(source: Path, target: Path, *, free_only: bool) -> None:
    """Copy photos (of a folder with a MANIFEST.csv only those that may be published), or make some up."""
    target.mkdir(parents=True)
    manifest = source / "MANIFEST.csv"
    if manifest.exists():
        rows = list(csv.DictReader(manifest.open(encoding="utf-8")))
        kept = [row["file"] for row in rows if not free_only or row["licence"].startswith(_FREE)]
    else:
        kept = [str(file.relative_to(source)) for file in sorted(source.rglob("*.jpg"))]
    for name in kept:
        if free_only and name.startswith(("grocery", "clothing", "mslearn")):
            continue  # hundreds of shirts and shelves are no library to show
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source / name, target / name)
    if not kept:
        for seed in range(120):
            make_photo(target / f"{2005 + seed // 6}" / f"IMG_{seed:04}.jpg", seed, (960, 640))


def _run_one(out: Path, photos: Path, size: Size, themes: str, states: list[str]) -> None:
    """In a process of its own: the scale of a screen is fixed when Qt starts."""
    home = photos.parent  # so that paths are shown as a user's
    screen = home / "screen.json"
    screen.write_text(json.dumps({"screens": [_SCREEN]}), encoding="utf-8")
    environment = dict(os.environ, QT_SCALE_FACTOR=str(size.scale), HOME=str(home))
    environment["QT_QPA_PLATFORM"] = f"offscreen:configfile={screen}"
    numbers = [str(size.width), str(size.height), str(size.scale)]
    command = [sys.executable, "-m", "tests.screenshots", "--one", str(out), str(photos), *numbers, themes]
    subprocess.run([*command, *states], check=True, env=environment)


class Photographer(States):
    """Makes a picture of each state."""

    themes: Sequence[str] = ("light", "dark")

    def shoot(self, wanted: list[str]) -> None:
        """All states, or those named; each begins where the one before it ended."""
        states, questions = self.states(), self.questions()
        left = set(wanted) or {*states, *questions}
        if unknown := left - {*states, *questions}:
            sys.exit(f"There is no state {', '.join(sorted(unknown))}; there are {', '.join(states)}.")
        try:
            for name, arrange in states.items():
                arrange()
                if name in left:
                    self.picture(name)
                asked = [question for question, (after, _) in questions.items() if after == name]
                for question in left.intersection(asked):
                    self.close_popups()
                    self.ask_and_leave(question, questions[question][1])
                left -= {name, *asked}
                if not left:
                    break
        finally:
            self.close()

    def ask_and_leave(self, name: str, call: Callable[[], object]) -> None:
        """A picture of a question, which is answered with no."""
        from PySide6.QtCore import QTimer

        def take() -> None:
            self.picture(name)
            box = self.application.activePopupWidget() or self.application.activeModalWidget()
            assert box is not None, name
            box.close()

        QTimer.singleShot(300, take)
        call()

    def picture(self, name: str) -> None:
        for theme in self.themes:
            if self.out == README_PICTURES and (name, theme) not in _README:
                continue
            self.theme.choose(theme)
            self.settle(0.3)
            file = f"{name}.jpg" if self.out == README_PICTURES else f"{name}-{theme}-{self.size.name}.png"
            self.grab().save(str(self.out / file), None, 88)  # type: ignore[call-overload]
        self.theme.choose("light")


if __name__ == "__main__":
    main(sys.argv[1:])
