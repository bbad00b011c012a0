"""`photolens model`: the models there are, getting them, and choosing one."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from photolens import paths, terminal
from photolens import settings as settings_module
from photolens.commands.actions import add_action
from photolens.commands.confirm import confirm
from photolens.commands.examples import add_examples
from photolens.embedding import KNOWN_MODELS, ModelInfo, find_model, installed_models, installing
from photolens.embedding.network import Network
from photolens.embedding.speed import known_speed
from photolens.errors import DownloadCancelled, UsageError
from photolens.library import Library
from photolens.library.model_trial import try_model
from photolens.messages import plain
from photolens.settings import Settings
from photolens.words import file_size, plural, printable

DONE, INTERRUPTED = 0, 130

_EXAMPLES = {
    "list": "photolens model list --speed",
    "install": "photolens model install ViT-B-32-256/datacomp_s34b_b86k",
    "use": "photolens model use ViT-B-32-256/datacomp_s34b_b86k",
    "import": "photolens model import ~/Downloads/my-model --name my-model",
    "verify": "photolens model verify ViT-B-32-256/datacomp_s34b_b86k",
    "remove": "photolens model remove ViT-B-32-256/datacomp_s34b_b86k",
    "forget": "photolens model forget photolens-mini",
}


def add_options(model: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """The sub-commands; `common` has the options that every command takes."""
    model.set_defaults(command=_list, json=False, speed=False)
    add_examples(
        model,
        ("photolens model", "what there is, and what is in use"),
        ("photolens model install ViT-B-32-256/datacomp_s34b_b86k", "download a model; again: go on with it"),
        ("photolens model use ViT-B-32-256/datacomp_s34b_b86k", "take it into use"),
        ("photolens model import ~/Downloads/my-model", "from files, for a computer without network"),
        ("photolens model list --speed", "measure how fast each is here"),
        ("photolens model forget photolens-mini", "drop what an earlier model read"),
    )
    actions = model.add_subparsers(title="what to do", metavar="ACTION")

    add = partial(add_action, actions, common, _EXAMPLES)

    listed = add("list", _list, "List the models.")
    listed.add_argument("--json", action="store_true", help="one JSON object per model")
    listed.add_argument(
        "--speed", action="store_true", help="measure those that are installed, some seconds each"
    )
    fetched = add(
        "install", _install, "Download a model; what has arrived is kept when it is stopped.", "name"
    )
    fetched.add_argument("--yes", action="store_true", help="do not ask about the licence")
    add("use", _use, "Check a model and use it from now on.", "name")
    taken = add("import", _import, "Take a model from a file, or a folder as the hub lays it out.", "path")
    taken.add_argument(
        "--name", default="", metavar="NAME", help="what to call it (default: what it is known by)"
    )
    add("verify", _verify, "Compute the checksums of an installed model again.", "name")
    removed = add("remove", _remove, "Delete an installed model; what it read stays in the library.", "name")
    removed.add_argument("--yes", action="store_true", help="do not ask")
    forgotten = add(
        "forget", _forget, "Drop from the library what a model, not in use any more, has read.", "name"
    )
    forgotten.add_argument("--yes", action="store_true", help="do not ask")


# --- the sub-commands -----------------------------------------------------------------------


def _list(options: argparse.Namespace, settings: Settings) -> int:
    here = installed_models()
    names = list(dict.fromkeys([*KNOWN_MODELS, *here, settings.model]))
    for name in names:
        installed = name in here or (name == settings.model and bool(settings.weights))
        if options.speed and installed:
            try_model(name, settings.weights if name == settings.model else "", settings.precision)
        if options.json:
            print(json.dumps(_object(name, installed, settings)))
        else:
            _print_row(name, installed, settings)
    return DONE


def _install(options: argparse.Namespace, settings: Settings) -> int:
    info = KNOWN_MODELS.get(options.name)
    if info is not None and info.source is not None:
        _say(
            f"{info.title}: {info.source.megabytes:,} MB to download from {info.source.page}, "
            f"{info.megabytes:,} MB on disk. Licence: {info.licence.name}, {info.licence.url}"
        )
        if info.licence.limits:
            confirm(f"Its licence limits what you may do: {info.licence.limits}. Download it?", options.yes)
    with _stopping() as cancel, _progress() as report:
        files = installing.install(options.name, Network(settings.proxy), settings.mirror, report, cancel)
    print(f"Installed {options.name} in {printable(str(files.weights.parent))}.")
    _advise(options.name)
    return DONE


def _import(options: argparse.Namespace, settings: Settings) -> int:
    with _stopping() as cancel, _progress() as report:
        files = installing.import_model(Path(options.path).expanduser(), options.name, report, cancel)
    print(f"Imported {files.name} into {printable(str(files.weights.parent))}.")
    _advise(files.name)
    return DONE


def _use(options: argparse.Namespace, settings: Settings) -> int:
    weights = options.weights or ""
    files = find_model(options.name, weights)
    _say(f"Trying {options.name} …")
    trial = try_model(options.name, weights, settings.precision)
    file = paths.settings_file()
    chosen = replace(
        settings_module.load(file).settings, model=options.name, weights=str(files.weights) if weights else ""
    )
    settings_module.save(file, chosen)
    print(
        f"Using {options.name} ({trial.dimension} dimensions, {_rate(trial.photos_per_second)}) from now on. "
        f"Run `{paths.command(options.library, 'index')}` to read your photos with it; until that is done "
        "the model before goes on answering."
    )
    return DONE


def _verify(options: argparse.Namespace, settings: Settings) -> int:
    found = installing.verify(options.name)
    if found.compared:
        print(f"{options.name} is as it was published (SHA-256 of the file here: {found.sha256}).")
    else:
        print(f"{options.name} is complete; there is no checksum to compare with (SHA-256: {found.sha256}).")
    return DONE


def _remove(options: argparse.Namespace, settings: Settings) -> int:
    if options.name in installed_models():
        confirm(f"Delete the model {options.name} from this computer?", options.yes)
    installing.remove(options.name, settings.model)
    print(
        f"Removed {options.name}. What it has read stays in your libraries; "
        f"`photolens model forget {options.name}` drops that."
    )
    return DONE


def _forget(options: argparse.Namespace, settings: Settings) -> int:
    if not Library.exists(options.library):
        raise UsageError(plain("There is no library here yet, so there is nothing to forget."))
    with Library(options.library, settings=settings) as library:
        models = library.models()
        mine = [model for model in models if model.name == options.name]
        old = [model for model in mine if not model.active]
        if not mine and options.name != settings.model:
            names = ", ".join(model.name for model in models if not model.active) or "none"
            raise UsageError(
                plain(f"No photo was read with {options.name}. Models that can be forgotten: {names}.")
            )
        if not old:
            raise UsageError(plain(f"{options.name} is in use. Choose another model first."))
        count, size = sum(model.vectors for model in old), sum(model.size_bytes for model in old)
        active = next((model.photos for model in models if model.active), 0)
        confirm(
            f"Forget what {options.name} has read: {count:,} {plural('photo', count)}, {file_size(size)}? "
            f"The model in use, {settings.model}, has read {active:,}. Photos and concepts stay.",
            options.yes,
        )
        for model in old:
            library.forget_model(model.id)
    print(f"Forgot what {options.name} has read. The room is used again for what is read next.")
    return DONE


# --- inside ---------------------------------------------------------------------------------


def _print_row(name: str, installed: bool, settings: Settings) -> None:
    info = KNOWN_MODELS.get(name)
    rate = known_speed(name, settings.precision)
    state = (
        "installed"
        if installed
        else f"{info.source.megabytes:,} MB to get"
        if info and info.source
        else "missing"
    )
    size = f"{info.megabytes:,} MB" if info else ""
    licence = info.licence.name if info else ""
    speed = _rate(rate) if rate else ""
    mark = "*" if name == settings.model else " "
    print(f"{mark} {printable(name):34} {state:15} {size:>8}  {speed:>13}  {licence}".rstrip())
    print(f"    {_about(info)}" if info else "    your own")


def _about(info: ModelInfo) -> str:
    limits = f"; {info.licence.limits}" if info.licence.limits else ""
    return f"{info.title}: {info.purpose}. {info.languages}{limits}"


def _object(name: str, installed: bool, settings: Settings) -> dict[str, object]:
    info = KNOWN_MODELS.get(name)
    return {
        "name": name,
        "title": info.title if info else None,
        "purpose": info.purpose if info else None,
        "in_use": name == settings.model,
        "installed": installed,
        "built_in": info is not None and info.source is None,
        "megabytes": info.megabytes if info else None,
        "download_megabytes": info.source.megabytes if info and info.source else None,
        "languages": info.languages if info else None,
        "licence": info.licence.name if info else None,
        "licence_limits": (info.licence.limits or None) if info else None,
        "source": info.source.page if info and info.source else None,
        "photos_per_second": known_speed(name, settings.precision),
    }


def _rate(rate: float) -> str:
    return f"{rate:,.0f} photos/s" if rate >= 10 else f"{rate:.1f} photos/s"


def _advise(name: str) -> None:
    _say(f"`photolens model use {name}` takes it into use.")


def _say(text: str) -> None:
    print(printable(text), file=sys.stderr)


@contextmanager
def _progress() -> Iterator[installing.Report]:
    """A progress line on stderr, in megabytes."""
    titles = {"download": "Downloading", "convert": "Storing"}
    with terminal.counting() as show:

        def report(progress: installing.Progress) -> None:
            total = progress.total or progress.done
            show(f"{titles[progress.step]} (MB)", progress.done // 1_000_000, max(1, total // 1_000_000))

        yield report


@contextmanager
def _stopping() -> Iterator[threading.Event]:
    """Ctrl+C stops what runs at the next sound place; said as other commands say it."""
    cancel = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield cancel
        return
    before = signal.signal(signal.SIGINT, lambda number, frame: cancel.set())
    try:
        yield cancel
    except DownloadCancelled:
        raise KeyboardInterrupt from None
    finally:
        signal.signal(signal.SIGINT, before)
