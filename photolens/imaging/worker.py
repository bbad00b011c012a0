"""What a decode worker does with each request."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from photolens import framing
from photolens.domain import InputSpec, PixelArray
from photolens.errors import FailureKind, PhotoError
from photolens.imaging import limits, messages
from photolens.imaging.decode import (
    Steps,
    decode_bytes,
    decode_photo,
    decode_picture,
    decode_picture_bytes,
)
from photolens.messages import message


class Worker:
    """Answers one request at a time.

    Before a decoder begins it says so, since its time is counted from there; before it decodes a very large
    photo it asks, since only one of all workers may hold one.
    """

    def __init__(self, inlet: IO[bytes], outlet: IO[bytes]) -> None:
        self._inlet = inlet
        self._outlet = outlet

    def serve(self) -> None:
        """Work until the program closes its end, or is gone."""
        try:
            framing.send(self._outlet, {"say": "ready"})
            while True:
                header, data = framing.receive(self._inlet)
                limits.set_alarm(limits.READ_SECONDS)
                if not self._answer(header, data):
                    gc.collect()  # the failure may hold on to the picture
                limits.set_alarm(0)
        except (EOFError, OSError):
            return

    def _answer(self, header: framing.Header, data: PixelArray) -> bool:
        steps = Steps(self._begin, self._large)
        answer: framing.Header
        parts: list[framing.Part] = []
        try:
            if header["ask"] == "photo":
                spec = None if header["input"] is None else InputSpec(**header["input"])
                read = decode_photo if header["file"] else decode_bytes
                photo = read(
                    data.tobytes(), thumbnail_px=header["thumbnail_px"], input_spec=spec, steps=steps
                )
                answer, parts = messages.photo_message(photo)
            else:
                show = decode_picture if header["file"] else decode_picture_bytes
                picture = show(data.tobytes(), header["max_px"], steps=steps)
                answer, parts = {"say": "picture", "size": picture.shape[:2]}, [picture]
        except PhotoError as error:
            answer = messages.failure_message(error)
        except MemoryError:
            refused = PhotoError(
                FailureKind.TOO_LARGE, message("The picture needs more memory than is allowed.")
            )
            answer = messages.failure_message(refused)
        framing.send(self._outlet, answer, *parts)
        return bool(parts)

    def _begin(self) -> None:
        limits.set_alarm(limits.DECODE_SECONDS)
        framing.send(self._outlet, {"say": "begun"})

    @contextmanager
    def _large(self) -> Iterator[None]:
        limits.set_alarm(0)  # others may be before us
        framing.send(self._outlet, {"say": "large"})
        framing.receive(self._inlet)
        limits.set_alarm(limits.DECODE_SECONDS)
        yield
