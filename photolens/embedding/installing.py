"""Bringing models to this machine and taking them away: download, import, verify, remove.

Each lies in a folder of its own: the weights in float16, what else loading needs, and a record of where
they came from. The weights come last under their name, so a model is there whole or not at all.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from photolens.embedding.download import Wanted, discard, download, unwritable
from photolens.embedding.float16 import to_float16
from photolens.embedding.layout import Found, look_at
from photolens.embedding.models import KNOWN_MODELS, ModelInfo
from photolens.embedding.network import Network
from photolens.embedding.records import Record, folder_of, read_record, write_record
from photolens.embedding.weights import ModelFiles, find_model, installed_models, sha256_of
from photolens.errors import DownloadCancelled, ModelError, UsageError
from photolens.messages import message, system
from photolens.paths import models_dir, resource, sync

_WEIGHTS = "weights.safetensors"
_PART = ".part"  # after the name of a file that is being downloaded
_SPARE_BYTES = 50_000_000  # left on the disk besides


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an installation is. `step` is "download" or "convert"; `total` None: not known yet."""

    step: str
    done: int
    total: int | None


Report = Callable[[Progress], None]


def _ignore(progress: Progress) -> None:
    pass


def install(
    name: str,
    network: Network,
    mirror: str = "",
    report: Report = _ignore,
    cancel: threading.Event | None = None,
) -> ModelFiles:
    """Download a known model and store it. What arrived before goes into it, so a second call goes on.

    Raises DownloadCancelled, UsageError for a model that cannot be downloaded, ModelError with what to do.
    """
    info = KNOWN_MODELS.get(name)
    if info is None or info.source is None:
        choices = ", ".join(known for known, info in KNOWN_MODELS.items() if info.source is not None)
        raise UsageError(
            message(
                "{name} cannot be downloaded. Those that can: {choices}. Any other can be imported.",
                name=name,
                choices=choices,
            )
        )
    cancel = cancel or threading.Event()
    with _being_changed(name) as folder:
        _sweep(folder)
        source, digest = _fetched(info, folder, network, mirror, report, cancel)
        origin = info.source.url(info.source.weights)
        try:
            _store(name, source, origin, folder, report, cancel, digest)
        except DownloadCancelled:
            raise
        except ModelError:  # such as a page of the network's in the place of the weights
            discard(source)
            raise
        discard(source)
    return find_model(name)


def _fetched(
    info: ModelInfo, folder: Path, network: Network, mirror: str, report: Report, cancel: threading.Event
) -> tuple[Path, str]:
    """The downloaded weights and their SHA-256; other files under their own names in `folder` already."""
    assert info.source is not None
    whole, before = 1_000_000 * info.source.megabytes, 0
    for file in info.source.files:
        part, place = folder / (file.path + _PART), folder / file.path
        is_weights = file is info.source.weights
        if not is_weights and file.sha256 and place.is_file() and sha256_of(place) == file.sha256:
            before += place.stat().st_size
            continue

        def tell(done: int, total: int | None, before: int = before, expected: int = file.megabytes) -> None:
            of_all = whole if total is None else whole - 1_000_000 * expected + total
            report(Progress("download", before + done, max(of_all, before + done)))

        wanted = Wanted(info.source.url(file, mirror), file.size, file.sha256)
        digest = download(wanted, part, network, tell, cancel, _room_for_weights if is_weights else _no_room)
        before += part.stat().st_size
        if not is_weights:
            part.replace(place)
            discard(part)
    return part, digest  # the weights come last


def _room_for_weights(size: int) -> int:
    return size // 2 + _SPARE_BYTES  # the download is float32, and half of it is written beside it


def _no_room(size: int) -> int:
    return _SPARE_BYTES


def import_model(
    path: Path, name: str = "", report: Report = _ignore, cancel: threading.Event | None = None
) -> ModelFiles:
    """Take a model from a .safetensors file, or a folder as the hub or another PhotoLens lays it out.

    Without a `name` it is the one it is known by, else the folder's or the file's own. The original stays
    as it is. Raises DownloadCancelled, ModelError, UsageError.
    """
    found = look_at(path)
    digest = sha256_of(found.weights)
    name = _checked_name(name or found.name_by(digest))
    _check_source(name, digest, found)
    with _being_changed(name) as folder:
        _sweep(folder)
        try:
            free, size = shutil.disk_usage(folder).free, found.weights.stat().st_size
            if free < size + _SPARE_BYTES:
                raise ModelError(
                    message(
                        "There is no room for the model in {folder}. Make room and try again.", folder=folder
                    )
                )
            for file_name, content in found.files(name).items():
                (folder / file_name).write_bytes(content)
        except OSError as error:
            raise unwritable(folder, error) from error
        source = found.source_sha256 or digest
        _store(name, found.weights, path.name, folder, report, cancel or threading.Event(), source)
    return find_model(name)


def _check_source(name: str, digest: str, found: Found) -> None:
    """Raise ModelError for other weights than those that are known by this name."""
    known = KNOWN_MODELS.get(name)
    if known is not None and known.source is None:
        raise UsageError(message("{name} is built in. Give the model another name with --name.", name=name))
    expected = known.published_sha256 if known else None
    if found.record is not None and found.record.sha256 != digest:
        raise ModelError(
            message("{file} is damaged: its SHA-256 is not what it was. Copy it again.", file=found.weights)
        )
    if expected and expected not in (digest, found.source_sha256):
        raise ModelError(
            message(
                "{file} is not the published {name} (its SHA-256 differs). Get it again, or give "
                "it another name with --name.",
                file=found.weights,
                name=name,
            )
        )


def _store(
    name: str,
    source: Path,
    origin: str,
    folder: Path,
    report: Report,
    cancel: threading.Event,
    known_digest: str,
) -> None:
    """Write the float16 weights and their record into `folder`, the weights last."""
    new = folder / f"{_WEIGHTS}.new"
    try:
        digest = to_float16(source, new, lambda done, total: report(Progress("convert", done, total)), cancel)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        write_record(folder, Record(name, digest, known_digest, origin, now))
        new.replace(folder / _WEIGHTS)
        sync(folder)
    except OSError as error:
        raise unwritable(new, error) from error
    finally:
        with suppress(OSError):
            new.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Verified:
    """Weights that are what they were. `compared`: with a checksum; False: there is none to compare with."""

    name: str
    sha256: str
    compared: bool


def verify(name: str) -> Verified:
    """Compute the checksums of an installed model again. Raises ModelError when it is not there, or
    damaged.
    """
    files = find_model(name)  # compares the checksum of the weights
    info = KNOWN_MODELS.get(name)
    tokenizer = info.source.tokenizer if info and info.source else None
    expected = tokenizer.sha256 if tokenizer else None
    if expected and (files.tokenizer is None or sha256_of(files.tokenizer) != expected):
        raise ModelError(
            message("The tokenizer of {name} is missing or damaged; install the model again.", name=name)
        )
    known = info is not None and info.published_sha256 is not None
    return Verified(name, files.sha256, known or read_record(files.weights.parent) is not None)


def remove(name: str, in_use: str) -> None:
    """Delete an installed model from this machine; vectors that it made stay in the libraries.

    Raises UsageError for the model in use, one that is built in, or that is not installed.
    """
    if name == in_use:
        raise UsageError(message("{name} is in use. Choose another model first.", name=name))
    if resource("models", name).is_dir():
        raise UsageError(message("{name} is built in and cannot be removed.", name=name))
    folder = folder_of(name)
    if name not in installed_models() and not any(folder.glob(f"*{_PART}")):
        raise UsageError(message("{name} is not installed.", name=name))
    with _being_changed(name):
        try:
            for weights in folder.glob("*.safetensors"):  # first, so that half a removal leaves no model
                weights.unlink()
            shutil.rmtree(folder)
        except OSError as error:
            raise ModelError(
                message("{folder} cannot be removed: {reason}.", folder=folder, reason=system(error))
            ) from error


def unfinished(name: str) -> int:
    """Bytes of an interrupted download of this model; 0: there is none."""
    return sum(part.stat().st_size for part in folder_of(name).glob(f"*{_PART}"))


@contextmanager
def _being_changed(name: str) -> Iterator[Path]:
    """The folder of a model, made if need be, while no other process changes it."""
    folder = folder_of(name)
    try:
        models_dir().mkdir(mode=0o700, parents=True, exist_ok=True)
        with FileLock(models_dir() / f"{folder.name}.lock", timeout=0):
            folder.mkdir(exist_ok=True)
            try:
                yield folder
            finally:
                with suppress(OSError):  # only where nothing is in it
                    folder.rmdir()
    except Timeout:
        raise ModelError(
            message("Another PhotoLens is changing {name}. Wait until it is done.", name=name)
        ) from None
    except OSError as error:
        raise unwritable(folder, error) from error


def _sweep(folder: Path) -> None:
    """Leftovers of an installation that was killed, besides what was downloaded."""
    for file in folder.glob("*.new"):
        with suppress(OSError):
            file.unlink()


def _checked_name(name: str) -> str:
    parts = name.split("/")
    plain = all(part.strip() == part and part not in ("", ".", "..") for part in parts)
    bad = set('\\:*?"<>|') & set(name)
    if not plain or bad or len(parts) > 2 or len(name) > 100 or not name.isprintable():
        raise UsageError(
            message(
                "{name} cannot be the name of a model. Give one with --name: a word, or ARCHITECTURE/TAG.",
                name=repr(name),
            )
        )
    return name
