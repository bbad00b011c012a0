"""What the command line shows: progress, hits, tables. Results go to stdout, everything else to stderr."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from photolens import paths
from photolens.domain import (
    Event,
    Explanation,
    FailedFile,
    FileFailed,
    FilesVanished,
    FolderState,
    Hit,
    ImageTerm,
    IngestFinished,
    IngestProgress,
    IngestTrouble,
    Neighbour,
    Notice,
    Photo,
    PhotoId,
    TermReason,
)
from photolens.library import IndexState, Library, Status
from photolens.search.explain import HOW_TO_READ, reason_lines, term_words
from photolens.words import duration, plural, printable, short

_INDEX_NOTE = {IndexState.NOT_NEEDED: ": every photo is compared; one is made above a million photos"}
_SECONDS_PER_LOOK = 0.2


class Reporter:
    """Shows events of a library as notes and one progress line on stderr."""

    def __init__(self, library: str | None = None) -> None:
        """`library`: its folder, as commands that are recommended name it; None: the user's own."""
        # Here, since the window, which starts from the same command, has no use for it.
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        self.library = library
        self.console = Console(stderr=True, highlight=False, emoji=False, soft_wrap=True)
        self.finished: list[IngestFinished] = []
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            TextColumn("{task.fields[count]}"),
            TextColumn("{task.fields[pace]}", style="dim"),
            console=self.console,
            transient=True,
            disable=not self.console.is_terminal,
        )
        # Without a total it only moves.
        self._task = self._bar.add_task("Getting ready", total=None, count="", pace="")
        self._waiting = True  # until the first wait is over

    def __call__(self, event: Event) -> None:
        if isinstance(event, IngestProgress):
            self._show(event)
        elif isinstance(event, IngestFinished):
            self.finished.append(event)
        elif isinstance(event, IngestTrouble):
            if not self._waiting:  # who waits is told by the exception
                self.note(event.text)
        elif isinstance(event, Notice):
            self.note(event.text)
        elif isinstance(event, FileFailed):
            if not self._waiting:
                self.note(f"{time.strftime('%H:%M:%S')}  {short(event.path)}: {event.reason}")
        elif isinstance(event, FolderState):
            state = "back" if event.online else "offline; its photos stay searchable"
            self.note(f"{short(event.folder)} is {state}.")
        elif isinstance(event, FilesVanished):
            self.note(_vanished(event, paths.command(self.library, "folders")))

    def note(self, text: str) -> None:
        """One line for the user, never mixed into results."""
        self.console.print(printable(text), markup=False)

    def wait_idle(self, library: Library) -> None:
        """Show progress until the library has nothing left to read. Raises what indexing raised."""
        self._waiting = True
        with self._bar:
            while not library.wait_idle(_SECONDS_PER_LOOK):
                pass
        self._waiting = False

    def _show(self, event: IngestProgress) -> None:
        pace = f"{event.rate:,.0f}/s" if event.rate else ""
        if event.seconds_left is not None and event.total > event.done:
            pace += f" · {duration(event.seconds_left)} left"
        count = f"{event.done:,} of {event.total:,}"
        self._bar.update(
            self._task,
            description="Indexing",
            completed=event.done,
            total=event.total,
            count=count,
            pace=pace,
        )


def _vanished(event: FilesVanished, ask: str) -> str:
    where = short(event.folder)
    if not event.count:
        return f"No file of {where} is missing any more."
    if event.count == event.total:
        return (
            f"None of the {event.count:,} {plural('file', event.count)} of {where} is there; they are kept. "
            f"Another drive may be in its place. `{ask}` says what to do if they were deleted."
        )
    return (
        f"{event.count:,} of {event.total:,} {plural('file', event.total)} of {where} are gone at once, and "
        f"kept. `{ask}` says what to do if they were deleted."
    )


class Summary:
    """What an `index` run did, in a sentence or two."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter
        self._started = time.monotonic()

    def say(self, library: Library) -> None:
        status = library.status()
        runs = self._reporter.finished
        added, moved, removed = (
            sum(getattr(run, name) for run in runs) for name in ("added", "moved", "removed")
        )
        parts = [
            f"{count:,} {word}"
            for count, word in ((added, "new"), (moved, "moved"), (removed, "gone"))
            if count
        ]
        took = duration(time.monotonic() - self._started)
        self._reporter.note(
            f"{status.photos:,} {plural('photo', status.photos)} in {_copies(status)}"
            f" ({', '.join(parts) or 'nothing new'}; {took})."
        )
        if status.failed:
            self._reporter.note(
                f"{status.failed:,} {plural('file', status.failed)} could not be read; "
                f"`{paths.command(status.library, 'status --failed')}` lists why."
            )
        if status.pending_offline:
            number = f"{status.pending_offline:,} {plural('file', status.pending_offline)}"
            self._reporter.note(f"{number} could not be read yet: the folder is offline.")
        if status.offline:
            self._reporter.note(
                f"{status.offline:,} {plural('photo', status.offline)} cannot be reached now."
            )


@contextmanager
def counting() -> Iterator[Callable[[str, int, int], None]]:
    """A progress line on stderr, moved by calling what this gives with a name, how many, and of how many."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=30), TextColumn("{task.fields[count]}"))
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Reading photos", total=None, count="")

        def show(name: str, done: int, total: int) -> None:
            count = f"{done:,} of {total:,}"
            bar.update(task, description=name, completed=done, total=total, count=count)

        yield show


def follow(reporter: Reporter, library: Library) -> None:
    """Say what the watched folders bring, until interrupted."""
    reporter.finished.clear()
    while True:
        time.sleep(_SECONDS_PER_LOOK)
        while reporter.finished:
            run = reporter.finished.pop(0)
            counts = (
                (run.added, "new"),
                (run.moved, "moved"),
                (run.removed, "gone"),
                (run.failed, "could not be read"),
            )
            said = ", ".join(f"{count:,} {word}" for count, word in counts if count)
            if said:
                reporter.note(f"{time.strftime('%H:%M:%S')}  {said}")


# --- results --------------------------------------------------------------------------------


def print_hits(
    hits: Sequence[Hit],
    photos: Iterable[Photo],
    style: str,
    reasons: Mapping[PhotoId, Explanation] | None = None,
) -> None:
    """Hits on stdout as `json` (one object per line), `paths`, or `table` for people.

    With `reasons` each hit has them below it, or as "why", which is null where none is known; `photos` should
    hold the nearest judged ones too.
    """
    by_id = {photo.id: photo for photo in photos}
    scored = any(hit.score for hit in hits)  # a list made by filters alone is only in order of time
    for hit in hits:
        photo = by_id.get(hit.photo_id)
        if photo is None:
            continue
        if style == "json":
            shown = _hit_object(hit, photo)
            if reasons is not None:
                why = reasons.get(hit.photo_id)
                shown["why"] = None if why is None else _reason_object(why, by_id)
            print(json.dumps(shown))
        elif style == "paths":
            _print_path(photo.path)
        else:
            mark = "name" if hit.matched_name else f"{hit.score:+.1f}" if scored else ""
            print(_row(hit.rank, mark, photo))
            if reasons and hit.photo_id in reasons:
                _print_reason(reasons[hit.photo_id], by_id)
    if reasons and style == "table":
        print(HOW_TO_READ, file=sys.stderr)


def _print_reason(reason: Explanation, photos: Mapping[PhotoId, Photo]) -> None:
    def path_of(photo_id: PhotoId) -> str | None:
        return short(photos[photo_id].path) if photo_id in photos else None

    for number, line in enumerate(reason_lines(reason, path_of)):
        which = f"photo {reason.photo_id}: " if number == 0 else ""
        print(f"{'':6}{which}{printable(line)}")


def _row(rank: int, mark: str, photo: Photo) -> str:
    """One line for people; a date with ~ is only the file's. On a terminal a long path loses its middle."""
    date = f"{'' if photo.metadata.taken_at else '~'}{photo.sort_time:%Y-%m-%d}"
    away = "" if photo.online else "  (offline)"
    start = f"{rank:4}  {mark:>5}  {date:>11}  "
    path = printable(short(photo.path))
    room = shutil.get_terminal_size().columns - len(start) - len(away)
    if sys.stdout.isatty() and len(path) > room >= 20:
        path = path[: room // 2 - 1] + "…" + path[len(path) - (room - room // 2) :]
    return start + path + away


def print_failures(failures: Iterable[FailedFile], *, as_json: bool) -> None:
    for failed in failures:
        if as_json:
            fields = {
                "path": failed.path,
                "reason": failed.reason,
                "kind": failed.kind,
                "tries": failed.tries,
            }
            print(json.dumps(fields))
        else:
            print(f"{printable(short(failed.path))}\n    {failed.reason}")


def print_status(status: Status, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(_status_object(status)))
        return
    failures = printable(paths.command(status.library, "status --failed"))
    rows = [
        ("Library", printable(short(status.library))),
        ("Photos", f"{status.photos:,} in {_copies(status)}"),
        ("Waiting", _waiting(status)),
        ("Failed", f"{status.failed:,}, see `{failures}`" if status.failed else "none"),
        (
            "Model",
            f"{status.model}"
            + (f", {status.dimension} dimensions" if status.dimension else ", not used yet"),
        ),
        ("Index", f"{status.index_state}{_INDEX_NOTE.get(status.index_state, '')}"),
        ("Vectors", f"{status.embedded:,}"),
        ("Catalog", f"{status.catalog_bytes / 1e6:,.1f} MB"),
    ]
    if status.searches_use is not None:
        so_far = f"{status.read:,} of {status.photos:,} photos are read with {status.model}"
        rows.append(("Search", f"{so_far}; until then with {status.searches_use}"))
    for folder in status.folders:
        state = "" if folder.online else ", offline"
        state += f", {folder.vanished:,} files gone but kept" if folder.vanished else ""
        rows.append(("Folder", f"{printable(short(folder.path))} ({folder.photos:,} photos{state})"))
    for name, value in rows:
        print(f"{name:9}{value}")


def _copies(status: Status) -> str:
    return f"{status.copies:,} {plural('file', status.copies)}"


def _waiting(status: Status) -> str:
    if not status.pending:
        return "nothing"
    number = f"{status.pending:,} {plural('file', status.pending)} still to be read"
    if status.on_battery:
        number += " once the computer is plugged in"
    if not status.pending_offline:
        return number
    which = "all" if status.pending_offline == status.pending else f"{status.pending_offline:,} of them"
    return f"{number}, {which} in folders that are offline"


def _hit_object(hit: Hit, photo: Photo) -> dict[str, Any]:
    taken_at = photo.metadata.taken_at
    return {
        "rank": hit.rank,
        "score": round(hit.score, 4),
        "photo_id": hit.photo_id,
        "path": photo.path,
        "taken_at": None if taken_at is None else taken_at.isoformat(),
        "folder": photo.folder,
        "matched_name": hit.matched_name,
        "shelf": hit.shelf,
    }


def _reason_object(reason: Explanation, photos: Mapping[PhotoId, Photo]) -> dict[str, Any]:
    def nearest(found: Neighbour | None) -> dict[str, Any] | None:
        if found is None:
            return None
        photo = photos.get(found.photo_id)
        return {
            "photo_id": found.photo_id if photo else None,
            "path": photo.path if photo else None,
            "cosine": round(found.cosine, 4),
        }

    return {
        "score": round(reason.score, 4),
        "shelf": reason.shelf,
        "strong_from": round(reason.cuts.strong, 4),
        "maybe_from": round(reason.cuts.maybe, 4),
        "constant": round(reason.constant, 4),
        "clicks": round(reason.learned, 4),
        "terms": [_term_object(part) for part in reason.terms],
        "nearest_liked": nearest(reason.nearest_liked),
        "nearest_disliked": nearest(reason.nearest_disliked),
    }


def _term_object(reason: TermReason) -> dict[str, Any]:
    term = reason.term
    picture: dict[str, Any] = {}
    if isinstance(term, ImageTerm):
        part = term.region and [term.region.left, term.region.top, term.region.right, term.region.bottom]
        picture = {"picture": None if isinstance(term.source, bytes) else term.source, "region": part}
    return {
        "term": term_words(replace(term, weight=1.0)),
        "weight": term.weight,
        "z": round(reason.z, 4),
        "contribution": round(reason.contribution, 4),
        **picture,
    }


def _status_object(status: Status) -> dict[str, Any]:
    names = ("photos", "files", "failed", "pending", "pending_offline", "offline", "missing", "embedded")
    return {
        "library": status.library,
        **{name: getattr(status, name) for name in names},
        "model": status.model,
        "dimension": status.dimension,
        "searches_use": status.searches_use,
        "catalog_bytes": status.catalog_bytes,
        "on_battery": status.on_battery,
        "index_state": status.index_state,
        "folders": [
            {"path": folder.path, "online": folder.online, "photos": folder.photos, "gone": folder.vanished}
            for folder in status.folders
        ],
    }


def _print_path(path: str) -> None:
    """The path byte for byte, as other programs need it."""
    sys.stdout.flush()
    sys.stdout.buffer.write(os.fsencode(path) + b"\n")
