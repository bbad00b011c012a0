"""The `photolens` command.

Exit codes: 0 done; 1 done, but files failed and --strict was given; 2 cannot do it (the reason is on
stderr); 130 stopped by Ctrl+C.
"""

from __future__ import annotations

import argparse
import math
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from photolens import __version__, concept_command, log, paths, prompt, terminal
from photolens import settings as settings_module
from photolens.domain import (
    Combination,
    Explanation,
    FeedbackMode,
    Hit,
    HitOrder,
    ImageTerm,
    Judgement,
    Neighbour,
    PhotoId,
    Query,
    Ranking,
    Region,
    Shelf,
)
from photolens.embedding import KNOWN_MODELS, find_model, installed_models
from photolens.errors import PhotoLensError, QueryError, UsageError
from photolens.library import Library, normalised
from photolens.search import extend, parse
from photolens.settings import Settings
from photolens.words import printable, short

_WHICH = "Which folder? Try: photolens index ~/Pictures"

DONE, SOME_FAILED, CANNOT, INTERRUPTED = 0, 1, 2, 130

_EPILOG = """\
examples:
  photolens                                      open the window
  photolens index ~/Pictures                     read every photo of a folder (again: only what is new)
  photolens search "a street in a city"          find photos by words
  photolens search --image sunset.jpg "at sea"   by a picture and words
  photolens search "beach -people" -n 50 --paths | xargs -d '\\n' cp -t /tmp/beach
  photolens watch                                keep the library up to date until Ctrl+C
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    parser = _parser()
    options, rest = parser.parse_known_args(arguments, argparse.Namespace(**_COMMON_DEFAULTS))
    if rest and options.command in _TAKE_WORDS and not any(word.startswith("--") for word in rest):
        options.text += rest  # "-people" is no option but what the search box calls a negative
    elif rest:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    # Names of files may hold what the terminal cannot show; --paths writes bytes, JSON is ASCII.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    log.set_up(paths.log_file(), verbose=options.verbose)
    try:
        return _run(options)
    except PhotoLensError as error:
        text = "\n".join(printable(line) for line in str(error).splitlines())
        print(f"photolens: {text}", file=sys.stderr)
        return CANNOT
    except KeyboardInterrupt:
        print("Stopped. What was read is kept; the next run goes on from here.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of the pipe had enough: not an error. Keep Python from flushing into it at exit.
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    finally:
        log.close()


def _run(options: argparse.Namespace) -> int:
    loaded = settings_module.load(paths.settings_file())
    if loaded.notice:
        print(f"photolens: {loaded.notice}", file=sys.stderr)
    settings = loaded.settings
    if options.model:
        settings = replace(settings, model=options.model, weights="")
    if options.weights:
        settings = replace(settings, weights=str(Path(options.weights).absolute()))
    options.notice = loaded.notice
    command = options.command or _gui
    code: int = command(options, settings)
    return code


# --- commands -------------------------------------------------------------------------------


def _gui(options: argparse.Namespace, settings: Settings) -> int:
    from photolens import app  # loads Qt

    library = Path(options.library).expanduser().absolute() if options.library else None
    folders = [normalised(folder) for folder in getattr(options, "folders", [])]
    return app.run(folders, library=library, settings=settings, notice=options.notice)


def _index(options: argparse.Namespace, settings: Settings) -> int:
    reporter = terminal.Reporter()
    if not options.folders and not Library.exists(options.library):
        raise UsageError(_WHICH)  # rather than leave an empty library behind
    with Library(options.library, settings=settings, emit=reporter) as library:
        if options.retry:
            library.retry_failed()
        _read_folders(library, reporter, options.folders, _WHICH)
        return SOME_FAILED if options.strict and library.status().failed else DONE


def _read_folders(library: Library, reporter: terminal.Reporter, folders: list[str], none: str) -> None:
    """Add the folders given, or look through all that are known, and wait until they are read."""
    summary = terminal.Summary(reporter)
    for folder in folders:
        library.add_folder(folder)
    if not library.folders():
        raise UsageError(none)
    if not folders:
        library.rescan()
    reporter.wait_idle(library)
    summary.say(library)


def _search(options: argparse.Namespace, settings: Settings) -> int:
    query = _query_of(options)
    with Library(options.library, settings=settings, read_only=True) as library:
        ranking = None
        if options.narrow is None:
            ranking = library.search(query, limit=options.number)
            hits: Sequence[Hit] = ranking.hits
        else:
            hits = _telling_hits(library, query, options.narrow)
        reasons = _reasons(library, query, hits) if options.why else {}
        known = [near.photo_id for reason in reasons.values() for near in _nearest(reason)]
        photos = library.photos(dict.fromkeys([*(hit.photo_id for hit in hits), *known]))
        terminal.print_hits(hits, photos, options.style, reasons if options.why else None)
        if options.strong and ranking is not None and ranking.cuts and not ranking.sections.strong:
            said = "Nothing matches strongly; without --strong the nearest are shown."
            print(said, file=sys.stderr)
        elif not hits:
            print(_why_nothing(library, ranking), file=sys.stderr)
    return DONE


def _query_of(options: argparse.Namespace) -> Query:
    """What the options of a search ask for. Raises QueryError."""
    if options.number < 1 or (options.narrow is not None and options.narrow < 1):
        raise QueryError(f"{'-n' if options.number < 1 else '--narrow'} must be 1 or more.")
    if options.why and options.style == "paths":
        raise QueryError("--paths prints paths alone; leave out --why, or use --json.")
    if options.balance is not None and not 0 <= options.balance <= 1:
        raise QueryError("--balance must lie between 0 (pictures only) and 1 (words only).")
    typed = parse(" ".join(options.text))
    judgements = [Judgement(photo, True) for photo in options.liked]
    judgements += [Judgement(photo, False) for photo in options.disliked]
    query = replace(
        typed,
        terms=(*typed.terms, *_picture_terms(options.image, options.region)),
        balance=typed.balance if options.balance is None else options.balance,
        judgements=tuple(judgements),
        feedback=FeedbackMode(options.feedback),
        combination=Combination.PRODUCT if options.product else Combination.SUM,
        shelf=Shelf.STRONG if options.strong else None,
        order=HitOrder.BEST if options.by_date is None else HitOrder(options.by_date),
    )
    return extend(
        query,
        images=options.like,
        without=options.without,
        folders=options.folder,
        since=options.since,
        until=options.until,
    )


def _picture_terms(images: list[str], regions: list[tuple[int, str]]) -> list[ImageTerm]:
    """The pictures given, whole or a part of each; a region comes with how many pictures stood before it."""
    parts: dict[int, Region] = {}
    for before, text in regions:
        place = max(before - 1, 0)
        if place >= len(images):
            raise QueryError("--region is a part of a picture: give the picture with --image FILE.")
        if place in parts:
            raise QueryError("Give one --region for each --image, right after it.")
        parts[place] = _region(text)
    return [ImageTerm(normalised(image), region=parts.get(place)) for place, image in enumerate(images)]


def _region(text: str) -> Region:
    try:
        left, top, right, bottom = (float(part) for part in text.split(","))
    except ValueError:
        left = top = right = bottom = math.nan
    if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):
        raise QueryError(
            f"--region {text} is no part of a picture: give left, top, right and bottom as shares of its "
            "width and height from 0 to 1, for example --region 0.1,0,0.6,0.5."
        )
    return Region(left, top, right, bottom)


def _telling_hits(library: Library, query: Query, count: int) -> list[Hit]:
    """The photos whose judgement would say most, as hits."""
    reasons = [library.explain(query, photo_id) for photo_id in library.narrow(query, count)]
    return [
        Hit(rank, why.photo_id, why.score, why.matched_name, Shelf.STRONG if why.matched_name else why.shelf)
        for rank, why in enumerate(reasons, start=1)
    ]


def _reasons(library: Library, query: Query, hits: Sequence[Hit]) -> dict[PhotoId, Explanation]:
    """Why each hit is where it is; where nothing can be said, that is said once on stderr."""
    found: dict[PhotoId, Explanation] = {}
    problems: dict[str, None] = {}
    for hit in hits:
        try:
            found[hit.photo_id] = library.explain(query, hit.photo_id)
        except QueryError as error:
            problems[str(error)] = None
    for problem in problems:
        print(problem, file=sys.stderr)
    return found


def _nearest(reason: Explanation) -> list[Neighbour]:
    near = (reason.nearest_liked, reason.nearest_disliked)
    return [neighbour for neighbour in near if neighbour is not None]


def _why_nothing(library: Library, ranking: Ranking | None) -> str:
    status = library.status()
    if status.photos == 0:
        return "The library holds no photos yet. Try: photolens index ~/Pictures"
    if ranking is not None and ranking.total == 0:
        return "No photo meets these filters."
    if status.embedded == 0:
        return f"No photo has been read with the model {status.model} yet. Try: photolens index"
    return "No photo matches." if ranking is not None else "There is no photo left to judge."


def _evaluate(options: argparse.Namespace, settings: Settings) -> int:
    from photolens.evaluation import EvaluationPlan, evaluate  # loads torch

    if options.queries < 1 or options.seeds < 1:
        raise UsageError("--queries and --seeds must be 1 or more.")
    folder = Path(normalised(options.folder))
    labels = Path(options.labels).expanduser() if options.labels else folder / "labels.csv"
    out = Path(options.out).expanduser()
    plan = EvaluationPlan(folder, labels, out, options.queries, options.seeds)
    with terminal.counting() as progress:
        report = evaluate(plan, settings, progress)
    print(report)
    print(f"Every figure is in {out / 'result.json'}.", file=sys.stderr)
    return DONE


def _evaluate_composed(options: argparse.Namespace, settings: Settings) -> int:
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


def _status(options: argparse.Namespace, settings: Settings) -> int:
    with Library(options.library, settings=settings, read_only=True) as library:
        if options.failed:
            terminal.print_failures(library.failures(), as_json=options.json)
        else:
            terminal.print_status(library.status(), as_json=options.json)
    return DONE


def _check(options: argparse.Namespace, settings: Settings) -> int:
    with Library(options.library, settings=settings, read_only=True) as library:
        report = library.check()
    for problem in report.problems:
        print(f"Problem: {problem}")
    for note in report.notes:
        print(f"Note: {note}")
    if report.clean:
        print(f"The library is sound: {report.photos:,} photos, {report.vectors:,} vectors.")
        return DONE
    print(
        "Move catalog.db aside and index again, or restore a backup; your photos are not affected.",
        file=sys.stderr,
    )
    return CANNOT


def _watch(options: argparse.Namespace, settings: Settings) -> int:
    # A service manager stops with SIGTERM: leave as tidily as at Ctrl+C.
    signal.signal(signal.SIGTERM, lambda number, frame: signal.raise_signal(signal.SIGINT))
    reporter = terminal.Reporter()
    with Library(options.library, settings=settings, emit=reporter) as library:
        library.watch()
        none = "No folder to watch yet. Try: photolens watch ~/Pictures"
        _read_folders(library, reporter, options.folders, none)
        reporter.note("Watching. Press Ctrl+C to stop.")
        try:
            terminal.follow(reporter, library)
        except KeyboardInterrupt:
            reporter.note("Stopped watching.")
    return DONE


def _prompt(options: argparse.Namespace, settings: Settings) -> int:
    reporter = terminal.Reporter()
    with Library(options.library, settings=settings, emit=reporter) as library:
        none = "No photos yet: name a folder, for example: make run FOLDER=~/Pictures"
        _read_folders(library, reporter, options.folders, none)
        if options.query is not None:
            prompt.answer(library, options.query)
        else:
            library.watch()
            prompt.loop(library)
    return DONE


def _folders(options: argparse.Namespace, settings: Settings) -> int:
    if options.remove:
        with Library(options.library, settings=settings) as library:
            for folder in options.remove:
                library.remove_folder(folder)
                print(f"Forgot {printable(folder)}; no file was touched.", file=sys.stderr)
    with Library(options.library, settings=settings, read_only=True) as library:
        for known in library.folders():
            state = "" if known.online else "  (offline)"
            print(f"{known.photos:8,}  {printable(short(known.path))}{state}")
    return DONE


def _model(options: argparse.Namespace, settings: Settings) -> int:
    if options.use is None:
        here = {settings.model, *installed_models()}
        for info in KNOWN_MODELS.values():
            mark = "*" if info.name == settings.model else " "
            where = "installed" if info.name in here else "not installed"
            print(f"{mark} {info.name:34} {info.megabytes:5} MB  {info.licence:13} {where:14} {info.title}")
            if info.name not in here and info.source:
                print(f"    from {info.source}")
        return DONE
    files = find_model(options.use, options.weights or "")
    from photolens.embedding.encoder import Encoder  # loads torch, which takes seconds

    dimension = Encoder.load(files, settings.precision).dimension
    chosen = replace(settings, model=options.use, weights=str(files.weights) if options.weights else "")
    settings_module.save(paths.settings_file(), chosen)
    print(
        f"Using {options.use} ({dimension} dimensions) from now on. "
        "Run `photolens index` to read your photos with it."
    )
    return DONE


# --- options --------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    common = _common_options()
    parser = argparse.ArgumentParser(
        prog="photolens",
        description="Search your own photos by showing and telling. Everything stays on this machine.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[common],
    )
    parser.set_defaults(command=None)
    parser.add_argument("--version", action="version", version=f"PhotoLens {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    def add(name: str, run: object, text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text, parents=[common])
        command.set_defaults(command=run)
        return command

    window = add("gui", _gui, "Open the window (the same as no command).")
    window.add_argument("folders", nargs="*", metavar="FOLDER", help="folders to add to the library")
    index = add(
        "index", _index, "Read the photos of folders into the library; without one, look for changes."
    )
    index.add_argument("folders", nargs="*", metavar="FOLDER")
    index.add_argument("--retry", action="store_true", help="try files that could not be read once more")
    index.add_argument("--strict", action="store_true", help="exit with 1 when a file could not be read")
    _add_search(add("search", _search, "Find photos by words, pictures or both."))
    _add_evaluate(add("evaluate", _evaluate, "Measure on labelled photos what clicks do for a search."))
    _add_evaluate_composed(
        add(
            "evaluate-composed",
            _evaluate_composed,
            "Measure on a published data set how well a picture and words find a picture.",
        )
    )
    status = add("status", _status, "The library in numbers.")
    status.add_argument(
        "--failed", action="store_true", help="list the files that could not be read, and why"
    )
    status.add_argument("--json", action="store_true", help="one JSON object (per failed file)")
    add("check", _check, "Verify the catalog, the vectors and the index.")
    watch = add("watch", _watch, "Follow the folders live until Ctrl+C.")
    watch.add_argument("folders", nargs="*", metavar="FOLDER", help="folders to add first")
    ask = add("prompt", _prompt, "Index, then answer queries typed at a prompt.")
    ask.add_argument("folders", nargs="*", metavar="FOLDER", help="folders to add first")
    ask.add_argument("--query", metavar="TEXT", help="answer this one query and leave")
    folders = add("folders", _folders, "List the library's folders.")
    folders.add_argument(
        "--remove", action="append", default=[], metavar="FOLDER", help="forget a folder; no file is touched"
    )
    concept = add("concept", None, "Searches saved under a name, with their judgements.")
    concept_command.add_options(concept, common)
    model = add("model", _model, "List the models, or choose one.")
    model.add_argument("--use", metavar="NAME", help="check this model and use it from now on")
    return parser


_TAKE_WORDS = (_search, concept_command.save)

# Not as argparse defaults: a command's would overwrite what was given before its name.
_COMMON_DEFAULTS = {"library": None, "model": None, "weights": None, "verbose": False}


def _common_options() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--library", metavar="DIR", help="library folder (default: your own)")
    common.add_argument("--model", metavar="NAME", help="embedding model, as open_clip names it")
    common.add_argument("--weights", metavar="FILE", help=".safetensors weights for that model")
    common.add_argument("--verbose", action="store_true", help="say more on stderr")
    return common


class _RegionOption(argparse.Action):
    """Keeps the value with the number of pictures given before it."""

    def __call__(
        self, parser: object, namespace: argparse.Namespace, values: Any, option: object = None
    ) -> None:
        setattr(namespace, self.dest, [*namespace.region, (len(namespace.image), values)])


def _date_order(text: str) -> str:
    if text not in (HitOrder.NEWEST, HitOrder.OLDEST):
        raise argparse.ArgumentTypeError("write newest or oldest after it, or put it after your words")
    return text


def _add_search(search: argparse.ArgumentParser) -> None:
    search.add_argument(
        "text",
        nargs="*",
        metavar="TEXT",
        help='words; also "1.5:beach", "-people", "since:2019", "type:heic"',
    )
    search.add_argument("--image", action="append", default=[], metavar="FILE", help="a picture to look for")
    search.add_argument(
        "--region",
        action=_RegionOption,
        default=[],
        metavar="L,T,R,B",
        help="only this part of the --image before it: left, top, right, bottom as shares from 0 to 1",
    )
    search.add_argument(
        "--like",
        action="append",
        default=[],
        type=int,
        metavar="ID",
        help="a photo of the library to look for (--json shows the ids)",
    )
    for name, help_text in (
        ("liked", "a photo judged right: it comes first, and more like it"),
        ("disliked", "a photo judged wrong: it comes last, and fewer like it"),
    ):
        search.add_argument(f"--{name}", action="append", default=[], type=int, metavar="ID", help=help_text)
    search.add_argument(
        "--feedback",
        choices=[str(mode) for mode in FeedbackMode],
        default=str(FeedbackMode.LEARNED),
        metavar="MODE",
        help="what judgements do: learned (default), or put photos nearer to a disliked than to a liked one "
        "last (nearest-demote) or leave them out (nearest-drop)",
    )
    search.add_argument(
        "--not", action="append", default=[], dest="without", metavar="TEXT", help="words to keep away from"
    )
    search.add_argument("--folder", action="append", default=[], help="only in this folder (path or name)")
    search.add_argument(
        "--since", metavar="DATE", help="taken on this day or later: 2019, 2019-07, 2019-07-02"
    )
    search.add_argument("--until", metavar="DATE", help="taken on this day or earlier")
    search.add_argument("--balance", type=float, metavar="0..1", help="share of words beside pictures")
    search.add_argument(
        "-n", "--limit", dest="number", type=int, default=20, metavar="N", help="how many (default 20)"
    )
    _add_answer(search)
    style = search.add_mutually_exclusive_group()
    style.add_argument(
        "--json", action="store_const", dest="style", const="json", help="a JSON object per line"
    )
    style.add_argument("--paths", action="store_const", dest="style", const="paths", help="paths alone")
    search.set_defaults(style="table")


def _add_answer(search: argparse.ArgumentParser) -> None:
    """Options of what is shown of an answer."""
    search.add_argument(
        "--product",
        action="store_true",
        help="words and pictures must both fit, not one make up for the other",
    )
    search.add_argument("--strong", action="store_true", help="only strong matches")
    search.add_argument(
        "--by-date",
        nargs="?",
        const=str(HitOrder.NEWEST),
        type=_date_order,
        metavar="newest|oldest",
        help="order by date, strong matches before the others; newest first unless oldest is given",
    )
    search.add_argument(
        "--narrow", type=int, metavar="N", help="instead of hits the N photos whose judgement would say most"
    )
    search.add_argument("--why", action="store_true", help="say under each hit why it is there")


def _add_evaluate(evaluate: argparse.ArgumentParser) -> None:
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


def _add_evaluate_composed(composed: argparse.ArgumentParser) -> None:
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
