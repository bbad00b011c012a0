"""All that a bug report needs, as text: no photo's name, no path of one, nothing about what is on it."""

from __future__ import annotations

import os
import platform
import stat
import struct
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from photolens import __version__, paths
from photolens.catalog import Catalog, sqlite_version
from photolens.embedding import find_model
from photolens.errors import PhotoLensError
from photolens.imaging.versions import decoder_versions
from photolens.library import backups, checks, machine
from photolens.library.discreet import Discreet
from photolens.library.logged import last_problems
from photolens.library.places import Places
from photolens.settings import Settings
from photolens.words import file_size

_PROBLEMS_SHOWN = 10
_LABEL_WIDTH = 14

Facts = Iterator[tuple[str, str]]


def diagnosis(library: Path | None, settings: Settings) -> str:
    """The report on a library (None: the user's own), whatever state it is in. Never raises."""
    places = Places(library or paths.default_library())
    discreet = Discreet(places.root)
    sections: list[tuple[str, Callable[[], Facts]]] = [
        ("Program", _program),
        ("Machine", _machine),
        ("Library", lambda: _folder(places, discreet)),
        ("Backups", lambda: _backups(places)),
        ("Contents", lambda: _contents(places, settings, discreet)),
        ("Settings that differ from the defaults", lambda: _settings(settings, discreet)),
        ("Last problems in the log", lambda: _log(discreet)),
    ]
    lines = [f"PhotoLens {__version__}, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC"]
    for title, facts in sections:
        lines += ["", title, *_lines(facts, discreet)]
    return "\n".join(lines) + "\n"


def _lines(facts: Callable[[], Facts], discreet: Discreet) -> list[str]:
    lines = []
    try:
        for label, text in facts():
            if text:
                lines.append(f"  {label:{_LABEL_WIDTH}}{text}" if label else f"  {text}")
    except PhotoLensError as error:
        lines.append(f"  {discreet.text(str(error))}")
    except Exception as error:  # the report on what is broken must not break
        lines.append(f"  cannot be told: {discreet.text(f'{type(error).__name__}: {error}')}")
    return lines or ["  none"]


def _program() -> Facts:
    yield "Python", f"{platform.python_version()}, {struct.calcsize('P') * 8} bit"
    yield "System", machine.system()
    yield "Desktop", machine.desktop()
    yield "Packages", _listed(machine.packages())
    yield "Libraries", _listed({"SQLite": sqlite_version()} | decoder_versions())


def _machine() -> Facts:
    yield "Cores", machine.cores()
    yield "Memory", machine.memory()
    yield "Open files", machine.open_files()
    yield "Watches", machine.watches()


def _folder(places: Places, discreet: Discreet) -> Facts:
    root = places.root
    default = root == paths.default_library()
    yield "Folder", discreet.folder(str(root)) + (" (the default)" if default else "")
    if not root.is_dir():
        yield "State", "there is no such folder yet" if not root.exists() else "that is no folder"
        return
    yield "Disk", machine.disk(root)
    yield "Permissions", _permissions(root, open_to_others=places.open_to_others())
    yield "In use", "by a running PhotoLens" if places.held() else "by nobody"
    parts = {"thumbnails": places.thumbnails, "index": places.index, "backups": places.backups}
    sizes = {"catalog": sum(file.stat().st_size for file in places.catalog_files() if file.exists())}
    sizes |= {name: _size(str(folder)) for name, folder in parts.items()}
    yield "Size", ", ".join(f"{name} {file_size(size)}" for name, size in sizes.items())


def _permissions(root: Path, *, open_to_others: bool) -> str:
    mode = stat.filemode(root.stat().st_mode)[1:]
    can = "writable" if os.access(root, os.W_OK) else "read-only"
    return f"{mode}, {can}" + ("; other users may look into it" if open_to_others else "")


def _size(folder: str) -> int:
    """Of all files below, as far as they can be seen."""
    total = 0
    for directory, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(directory, name)).st_size  # noqa: PTH118 - a million of them
            except OSError:
                continue
    return total


def _backups(places: Places) -> Facts:
    found = backups.list_backups(places.root)
    if found:
        newest = found[0]
        yield "Kept", f"{len(found)}"
        yield (
            "Newest",
            f"{newest.made_at:%Y-%m-%d %H:%M} UTC, {newest.reason}, {file_size(newest.size_bytes)}",
        )


def _contents(places: Places, settings: Settings, discreet: Discreet) -> Facts:
    backups.refuse_lost(places)
    catalog = Catalog.reader(places.catalog)
    try:
        with catalog.reading():
            yield from _model(catalog, places, settings, discreet)
            failed = Counter(str(file.kind) for file in catalog.files.failed())
            yield "Failed", ", ".join(f"{count:,} {kind}" for kind, count in failed.most_common())
            yield "Concepts", f"{len(catalog.concepts.all()):,}"
            for folder in catalog.folders.with_counts():
                gone = f", {folder.vanished:,} files gone" if folder.vanished else ""
                where = discreet.folder(folder.path)
                yield "Folder", f"{where}: {folder.photos:,} photos, {folder.state}{gone}"
    finally:
        catalog.close()


def _model(catalog: Catalog, places: Places, settings: Settings, discreet: Discreet) -> Facts:
    try:
        files = find_model(settings.model, settings.weights)
    except PhotoLensError as error:
        yield "Model", f"{settings.model}: {discreet.text(str(error))}"
        yield "Photos", f"{catalog.photos.count():,}"
        return
    status = checks.status(catalog, places, files)
    dimension = f", {status.dimension} dimensions" if status.dimension else ""
    yield "Model", f"{files.name}, SHA-256 {files.sha256[:12]}{dimension}"
    yield "Photos", f"{status.photos:,}, of which {status.embedded:,} are read with it"
    yield "Files", f"{status.files:,}, {status.pending:,} waiting, {status.failed:,} failed"
    yield "Not there", f"{status.offline:,} photos offline, {status.missing:,} files missing"
    yield "Index", str(status.index_state)


def _settings(settings: Settings, discreet: Discreet) -> Facts:
    for name, value in asdict(settings).items():
        if value != getattr(Settings(), name):
            yield "", f"{name} = {discreet.text(str(value))}"


def _log(discreet: Discreet) -> Facts:
    file = paths.log_file()
    if file.exists():
        for problem in last_problems(file, _PROBLEMS_SHOWN):
            yield "", discreet.text(problem)


def _listed(versions: dict[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in versions.items())
