"""A model in a process of its own, which brings torch and takes it away again when it ends.

torch needs seconds to be imported, hundreds of megabytes that it never gives back, and while it is imported
it stops all threads beside it for moments. So the program leaves it to another process, and sends pixels and
gets vectors: with a batch of the smallest model that costs 3 % of its time, with a larger one nothing.
"""

from __future__ import annotations

import dataclasses
import json
import logging
import subprocess
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import numpy as np

from photolens import children, framing
from photolens.domain import FloatArray, InputSpec, PixelArray
from photolens.embedding.priority import MAX_BATCH, PriorityLock
from photolens.embedding.weights import ModelFiles
from photolens.errors import ModelError, ModelUnavailable, PhotoLensError, UsageError
from photolens.messages import message, unpacked

log = logging.getLogger(__name__)

FROZEN_ARGUMENT = "--model-process"  # by which a program that is one file starts it
_ATTEMPTS = 2
_END_SECONDS = 5.0


class ModelStopped(ModelError):
    """The model was stopped while it was asked something; nothing is wrong with it."""


class Loaded(NamedTuple):
    """What pictures a model takes, how long its vectors are, how many photos it computes together."""

    input_spec: InputSpec
    dimension: int
    batch: int


class ModelProcess:
    """What `Encoder` is, elsewhere. The first use starts it, and so does the next after `rest` or `stop`.

    Safe from several threads; queries go before batches of photos. A process that ends by itself is replaced
    once. Every method that asks raises ModelError, of it ModelUnavailable where a later try may succeed and
    ModelStopped when `stop` was called meanwhile, and RuntimeError for what torch could not compute.
    """

    def __init__(self, files: ModelFiles, precision: str = "float32", trials: Path | None = None) -> None:
        """`trials`: the file that remembers which precision "auto" found best; None for nowhere."""
        self.name = files.name
        self._request = {
            "files": files_header(files),
            "precision": precision,
            "trials": None if trials is None else str(trials),
        }
        self._asking = PriorityLock()
        self._guard = threading.Lock()  # of what is below; never held for long
        self._process: subprocess.Popen[bytes] | None = None
        self._stops = 0
        self._loaded: Loaded | None = None

    @property
    def running(self) -> bool:
        return self._process is not None

    @property
    def input_spec(self) -> InputSpec:
        return (self._loaded or self.load()).input_spec

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""
        return (self._loaded or self.load()).dimension

    @property
    def batch(self) -> int:
        """How many photos it computes together; until it has been loaded, what is good on a CPU."""
        return self._loaded.batch if self._loaded else MAX_BATCH

    def load(self) -> Loaded:
        """Start the process and read the weights unless that is done."""
        with self._asking.hold(urgent=True):
            stops = self._stops
            for last in _attempts():
                if self._process is not None or self._attempt_to_load(stops, last):
                    break
        assert self._loaded is not None
        return self._loaded

    def encode_images(self, pixels: PixelArray, *, urgent: bool = False) -> FloatArray:
        """Unit vectors, float32 [N, D], of pictures prepared as `input_spec` says, uint8 [N, S, S, 3]."""
        size = self.batch
        parts = [pixels[start : start + size] for start in range(0, len(pixels), size)]
        found = [
            self._ask({"ask": "images", "shape": part.shape}, np.ascontiguousarray(part), urgent)
            for part in parts
        ]
        return np.concatenate(found) if found else np.empty((0, self.dimension), dtype=np.float32)

    def encode_texts(self, texts: Sequence[str]) -> FloatArray:
        """Unit vectors of texts, float32 [N, D]. A text beyond the model's context is cut at its end."""
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        return self._ask({"ask": "texts"}, json.dumps(list(texts)).encode("ascii"), urgent=True)

    def rest(self) -> None:
        """End the process, once it has answered what it was asked: its memory is free."""
        with self._asking.hold(urgent=True):
            self.stop()

    def stop(self) -> None:
        """End the process at once; whoever waits for it gets ModelStopped."""
        with self._guard:
            self._stops += 1
            process, self._process = self._process, None
        if process is not None:
            process.kill()
            _tidy(process)

    # --- inside, where `_asking` is held --------------------------------------------------------

    def _ask(self, request: framing.Header, data: framing.Part, urgent: bool) -> FloatArray:
        with self._asking.hold(urgent=urgent):
            stops = self._stops
            for last in _attempts():
                if self._process is None and not self._attempt_to_load(stops, last):
                    continue
                answer = self._exchange(request, data, stops, last)
                if answer is not None:
                    header, found = answer
                    vectors: FloatArray = found.view(np.float32).reshape(header["shape"])
                    return vectors
        raise AssertionError("the last attempt raises")

    def _attempt_to_load(self, stops: int, last: bool) -> bool:
        self._start(stops)
        answer = self._exchange(self._request, b"", stops, last)
        if answer is None:
            return False
        header, _ = answer
        self._loaded = Loaded(InputSpec(**header["input"]), int(header["dimension"]), int(header["batch"]))
        return True

    def _start(self, stops: int) -> None:
        """Raises ModelStopped when it was stopped since there were `stops`."""
        with self._guard:
            if self._stops != stops:
                raise ModelStopped(message("The model {name} was stopped.", name=self.name))
            try:
                self._process = children.start(_command())
            except OSError as error:
                raise ModelUnavailable(
                    message("The process that computes the model does not start: {error}.", error=error)
                ) from error

    def _exchange(
        self, request: framing.Header, data: framing.Part, stops: int, last: bool
    ) -> tuple[framing.Header, framing.Bytes] | None:
        """The answer to a request; None when the process has ended by itself, but for the `last` try."""
        process = self._process
        try:
            if process is None:
                raise EOFError  # stopped between two steps
            assert process.stdin is not None
            assert process.stdout is not None
            framing.send(process.stdin, request, data)
            header, found = framing.receive(process.stdout)
        except (EOFError, OSError, ValueError, framing.BadMessage) as error:
            self._ended(process, stops, last, error)
            return None
        for level, said in header.get("log", ()):
            log.log(level, "%s", said)
        if "failed" in header:
            if request is self._request:
                self.stop()  # it has nothing to compute with
            raise _failure(header)
        return header, found

    def _ended(
        self, process: subprocess.Popen[bytes] | None, stops: int, last: bool, error: Exception
    ) -> None:
        with self._guard:
            if self._stops != stops or process is None:
                raise ModelStopped(message("The model {name} was stopped.", name=self.name)) from error
            self._process = None
        process.kill()
        status = _tidy(process)
        log.warning("the process that computes %s ended with %s", self.name, status)
        if last:
            raise ModelUnavailable(
                message(
                    "The process that computes the model {name} ended twice (status {status}). Perhaps "
                    "memory ran out: close other programs, or choose a smaller model.",
                    name=self.name,
                    status=str(status),
                )
            ) from error


def _attempts() -> list[bool]:
    """Of each whether it is the last."""
    return [number + 1 == _ATTEMPTS for number in range(_ATTEMPTS)]


def _command() -> list[str]:
    return children.command("photolens.embedding.model_main", FROZEN_ARGUMENT)


def _tidy(process: subprocess.Popen[bytes]) -> int | None:
    """Wait for a killed process; its exit status."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(_END_SECONDS)
    for pipe in (process.stdin, process.stdout):
        with suppress(OSError, ValueError):  # what could not be written any more, or is just being read
            if pipe is not None:
                pipe.close()
    return process.returncode


def _failure(header: framing.Header) -> Exception:
    kinds: dict[str, type[PhotoLensError]] = {
        kind.__name__: kind for kind in (ModelError, ModelUnavailable, UsageError)
    }
    kind, reason = kinds.get(header["failed"]), unpacked(header["reason"])
    return RuntimeError(str(reason)) if kind is None else kind(reason)


def files_header(files: ModelFiles) -> framing.Header:
    """Which files a model consists of, for a message."""
    values = dataclasses.asdict(files)
    return {key: str(value) if isinstance(value, Path) else value for key, value in values.items()}


def files_from(header: framing.Header) -> ModelFiles:
    """What `files_header` was made of."""
    values = dict(header)
    for key in header.keys() - {"name", "sha256"}:
        values[key] = None if values[key] is None else Path(values[key])
    return ModelFiles(**values)


def input_header(spec: InputSpec) -> framing.Header:
    """`input_spec` for a message."""
    return dataclasses.asdict(spec)
