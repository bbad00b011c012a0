"""Hostile files, read as the library reads them: in worker processes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from photolens.domain import InputSpec
from photolens.errors import DecoderDied, FailureKind, PhotoError
from photolens.imaging import formats
from photolens.imaging.workers import Decoders
from tests.reliability.corpora import Case

_SPEC = InputSpec(96)
_HUNG_SECONDS = 60.0


@dataclass(slots=True)
class HostileResult:
    """What became of the files. `not_listed` are those for which there is no reason that a person can use."""

    tried: int = 0
    read: int = 0  # the damage does not show, or the picture was never damaged
    listed: int = 0
    crashed: list[str] = field(default_factory=list)
    hung: list[str] = field(default_factory=list)
    not_listed: list[str] = field(default_factory=list)


def run(cases: Iterable[Case], *, threads: int = 2) -> HostileResult:
    """Have every case read once by worker processes."""
    result = HostileResult()
    decoders = Decoders(threads, decode_seconds=_HUNG_SECONDS)
    try:
        with ThreadPoolExecutor(threads) as pool:
            for case, error in pool.map(lambda case: (case, _error_of(decoders, case)), cases):
                _count(result, case, error)
    finally:
        decoders.close()
    return result


def _error_of(decoders: Decoders, case: Case) -> PhotoError | None:
    try:
        if formats.is_raw_name(case.name):  # which files are RAW is told by their names
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder, case.name)
                file.write_bytes(case.data)
                decoders.photo(str(file), input_spec=_SPEC)
        else:
            decoders.photo(case.data, input_spec=_SPEC)
    except PhotoError as error:
        return error
    return None


def _count(result: HostileResult, case: Case, error: PhotoError | None) -> None:
    result.tried += 1
    if error is None:
        result.read += 1
    elif isinstance(error, DecoderDied):
        (result.hung if "took" in error.what else result.crashed).append(case.name)
    elif error.kind is FailureKind.INTERNAL or not error.reason.endswith((".", "?")):
        result.not_listed.append(f"{case.name}: {error.kind} {error.reason}")
    else:
        result.listed += 1
