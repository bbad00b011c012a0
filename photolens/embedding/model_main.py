"""The process that computes a model for the program: `python -m photolens.embedding.model_main`.

Started by `model_process.py`. It is told which model, then answers one request at a time, and ends when its
standard input does.
"""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path
from typing import IO, TYPE_CHECKING, NoReturn

import numpy as np

from photolens import children, framing
from photolens.domain import FloatArray
from photolens.embedding.model_process import files_from, input_header
from photolens.errors import PhotoLensError
from photolens.messages import packed

if TYPE_CHECKING:
    from photolens.embedding.encoder import Encoder


def main() -> NoReturn:
    """Answer requests until there are no more, then end the process."""
    inlet, outlet = children.own_pipes()
    children.leave_signals()
    children.stand_back()
    _Server(inlet, outlet).serve()
    os._exit(0)  # at once: torch's tidying up takes a while, and nobody needs it


class _Server:
    def __init__(self, inlet: IO[bytes], outlet: IO[bytes]) -> None:
        self._inlet = inlet
        self._outlet = outlet
        self._diary = _Diary()
        logger = logging.getLogger("photolens")
        logger.setLevel(logging.INFO)
        logger.addHandler(self._diary)

    def serve(self) -> None:
        encoder: Encoder | None = None
        try:
            while True:
                request, data = framing.receive(self._inlet)
                try:
                    if encoder is None:
                        encoder = _load(request)
                        spec = input_header(encoder.input_spec)
                        self._answer({"input": spec, "dimension": encoder.dimension, "batch": encoder.batch})
                    else:
                        vectors = np.ascontiguousarray(_vectors(encoder, request, data))
                        self._answer({"shape": vectors.shape}, vectors)
                except (OSError, EOFError):
                    raise
                except Exception as error:  # whatever torch raises
                    reason = repr(error)[:1000]
                    if isinstance(error, PhotoLensError):
                        reason = packed(error.text)
                    self._answer({"failed": type(error).__name__, "reason": reason})
        except (EOFError, OSError, framing.BadMessage):
            return

    def _answer(self, header: framing.Header, *parts: framing.Part) -> None:
        framing.send(self._outlet, {**header, "log": self._diary.take()}, *parts)


def _load(request: framing.Header) -> Encoder:
    from photolens.embedding.encoder import Encoder  # torch: seconds

    trials = None if request["trials"] is None else Path(request["trials"])
    return Encoder.load(files_from(request["files"]), request["precision"], trials=trials)


def _vectors(encoder: Encoder, request: framing.Header, data: framing.Bytes) -> FloatArray:
    if request["ask"] == "images":
        return encoder.encode_images(data.reshape(request["shape"]))
    return encoder.encode_texts(json.loads(data.tobytes()))


class _Diary(logging.Handler):
    """Keeps what is logged until the next answer, which brings it to the program's log."""

    _MOST, _MOST_TEXT = 20, 500

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self._said: list[tuple[int, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        if len(self._said) < self._MOST:
            self._said.append((record.levelno, record.getMessage()[: self._MOST_TEXT]))

    def take(self) -> list[tuple[int, str]]:
        said, self._said = self._said, []
        return said


if __name__ == "__main__":
    main()
