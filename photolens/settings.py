"""What the user may change, kept in one TOML file.

A settings file that cannot be understood is set aside, never overwritten: the program starts with
the defaults and says so.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

import tomli_w

from photolens.errors import UsageError
from photolens.messages import Message, message, plain, system

BUILT_IN_MODEL = "photolens-mini"
THEMES = ("system", "light", "dark")
LANGUAGES = ("system", "en", "de", "zh_CN")
PRECISIONS = ("auto", "float32", "bfloat16")

_KINDS = {
    "str": (str, message("text")),
    "int": (int, message("a number")),
    "bool": (bool, message("true or false")),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings with their defaults; every field is documented in README.md."""

    model: str = BUILT_IN_MODEL  # an open_clip name: "architecture" or "architecture/pretrained tag"
    weights: str = ""  # .safetensors file for that model; empty: look in the usual places
    threads: int = 0  # decoding threads; 0: one per core
    rescan_minutes: int = 30  # how often a watched folder is compared with the catalog as a whole
    mirror: str = ""  # where models are downloaded from instead of the hub; laid out like it
    proxy: str = ""  # for downloads of models, http://host:port; empty: as the system says
    precision: str = "auto"  # what the model computes in; auto: the fastest that is as good, by trial
    pause_on_battery: bool = False  # whether photos are read only while the computer is plugged in
    backups: int = 5  # how many backups of the catalog are kept; 0: none are made by themselves
    language: str = "system"  # of the window; those of LANGUAGES
    theme: str = "system"  # colours of the window
    thumbnail_memory_mb: int = 256  # memory for thumbnails on screen
    animations: bool = True  # whether things move in the window

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            kind, said = _KINDS[str(field.type)]
            if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
                raise UsageError(message("The setting `{name}` must be {kind}.", name=field.name, kind=said))
        if not self.model.strip():
            raise UsageError(
                message("The setting `model` is empty; remove the line to get the built-in model.")
            )
        if not 0 <= self.threads <= 256:
            raise UsageError(message("The setting `threads` must lie between 0 (one per core) and 256."))
        if not 1 <= self.rescan_minutes <= 7 * 24 * 60:
            raise UsageError(message("The setting `rescan_minutes` must lie between 1 and 10080 (a week)."))
        if not 0 <= self.backups <= 1000:
            raise UsageError(message("The setting `backups` must lie between 0 (make none) and 1000."))
        if self.precision not in PRECISIONS:
            raise UsageError(
                message("The setting `precision` must be {choices}.", choices=_one_of(PRECISIONS))
            )
        if self.mirror and not _is_address(self.mirror, ("https", "http")):
            raise UsageError(
                message("The setting `mirror` must be an address that begins with https:// or http://.")
            )
        if self.proxy and not _is_address(self.proxy, ("http",)):
            raise UsageError(message("The setting `proxy` must be http://host:port."))
        if self.language not in LANGUAGES:
            raise UsageError(message("The setting `language` must be {choices}.", choices=_one_of(LANGUAGES)))
        if self.theme not in THEMES:
            raise UsageError(message("The setting `theme` must be {choices}.", choices=_one_of(THEMES)))
        if not 64 <= self.thumbnail_memory_mb <= 4096:
            raise UsageError(message("The setting `thumbnail_memory_mb` must lie between 64 and 4096."))

    @property
    def decode_threads(self) -> int:
        return self.threads or os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings as read, with a sentence for the user where something had to be put right."""

    settings: Settings
    notice: Message | None = None


def load(file: Path) -> Loaded:
    """Read `file`; a missing one gives the defaults, a broken one is copied aside first."""
    try:
        raw = file.read_bytes()
    except FileNotFoundError:
        return Loaded(Settings())
    except OSError as error:
        return Loaded(
            Settings(),
            message("The settings could not be read ({reason}); using the defaults.", reason=system(error)),
        )
    try:
        return Loaded(_parse(tomllib.loads(raw.decode("utf-8-sig"))))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError, UsageError) as error:
        kept = _set_aside(file, raw)
        problem = error.text if isinstance(error, UsageError) else plain(f"{str(error).rstrip('.')}.")
        if kept is None:
            notice = message("The settings file is not valid: {problem} Using the defaults.", problem=problem)
        else:
            notice = message(
                "The settings file is not valid: {problem} Using the defaults. Your file is kept as {file}.",
                problem=problem,
                file=kept,
            )
        return Loaded(Settings(), notice)


def save(file: Path, settings: Settings) -> None:
    """Write all settings that differ from the defaults, atomically."""
    changed = {k: v for k, v in asdict(settings).items() if v != getattr(Settings(), k)}
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_suffix(".toml.new")
    temporary.write_bytes(tomli_w.dumps(changed).encode("utf-8"))
    temporary.replace(file)


def _parse(table: dict[str, Any]) -> Settings:
    known = {field.name for field in fields(Settings)}
    unknown = sorted(set(table) - known)
    if unknown:
        raise UsageError(
            message(
                "Unknown setting `{name}`; known are {names}.",
                name=unknown[0],
                names=", ".join(sorted(known)),
            )
        )
    return replace(Settings(), **table)


def _is_address(text: str, schemes: tuple[str, ...]) -> bool:
    from urllib.parse import urlsplit  # few have such a setting, and every window would wait for it

    try:
        parts = urlsplit(text)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _one_of(words: tuple[str, ...]) -> Message:
    return message("{some} or {last}", some=", ".join(words[:-1]), last=words[-1])


def _set_aside(file: Path, raw: bytes) -> Path | None:
    kept = file.with_suffix(".toml.broken")
    try:
        kept.write_bytes(raw)
    except OSError:
        return None
    return kept
