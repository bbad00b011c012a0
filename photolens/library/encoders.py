"""The model, found at once, loaded when first needed, and released when it has not been used for a while."""

from __future__ import annotations

import ctypes
import logging
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from photolens.domain import FloatArray
from photolens.embedding import ModelFiles, TextTower, find_model
from photolens.embedding.preload import preload_torch
from photolens.errors import ModelError

if TYPE_CHECKING:
    from photolens.embedding.encoder import Encoder

log = logging.getLogger(__name__)


class LazyEncoder:
    """Finds a model's files when made (raises ModelError), loads what is asked for at its first use.

    Words come from the text half alone where that can be had, which is up long before torch.
    With `idle_seconds` the memory is free again when nothing was asked for so long; the next use loads anew.
    """

    def __init__(
        self,
        name: str,
        weights: str | Path = "",
        precision: str = "float32",
        idle_seconds: float | None = None,
    ) -> None:
        self.files: ModelFiles = find_model(name, weights)
        self.precision = precision
        self.idle_seconds = idle_seconds
        self._lock = threading.Lock()
        self._encoder: Encoder | None = None
        self._error: ModelError | None = None
        self._texts_lock = threading.Lock()  # words do not wait until torch is loaded
        self._texts: TextTower | None = None
        self._plain = True  # whether the text half may be had alone
        self._clock = _IdleClock(idle_seconds, self._drop)
        self._ahead: threading.Thread | None = None

    def get(self) -> Encoder:
        """The whole encoder; blocks for the seconds that loading takes. Raises ModelError.

        Keep it no longer than for what it is asked now.
        """
        with self._lock:
            if self._error is not None:
                raise self._error
            self._clock.used()
            if self._encoder is None:
                preload_torch()
                # Here, since this import is what loads torch.
                from photolens.embedding.encoder import Encoder

                try:
                    self._encoder = Encoder.load(self.files, self.precision)
                except ModelError as error:
                    self._error = error
                    raise
            self._clock.used()
            return self._encoder

    def get_ahead(self) -> None:
        """Load the whole encoder in the background; what is wrong with it says the first use."""
        if self._ahead is None or not self._ahead.is_alive():
            self._ahead = threading.Thread(target=self._get_quietly, name="photolens-model")
            self._ahead.start()

    def encode_texts(self, texts: Sequence[str]) -> FloatArray:
        """Unit vectors of texts, float32 [N, D]. Raises ModelError."""
        tower = self._text_tower()
        return self.get().encode_texts(texts) if tower is None else tower.encode(texts)

    def prepare_texts(self) -> None:
        """Load what `encode_texts` needs. Raises ModelError."""
        if self._text_tower() is None:
            self.get()

    @property
    def dimension(self) -> int:
        """How many numbers a vector has. Loads what `encode_texts` needs. Raises ModelError."""
        tower = self._text_tower()
        return self.get().dimension if tower is None else tower.dimension

    def release(self) -> None:
        """Free the memory of the model, which waits for no collector; a later use loads it again."""
        if self._ahead is not None:
            self._ahead.join()
            self._ahead = None
        self._clock.stop()
        with self._lock, self._texts_lock:
            self._encoder = self._texts = None

    # --- inside ------------------------------------------------------------------------------

    def _text_tower(self) -> TextTower | None:
        with self._texts_lock:
            if self._texts is None and self._plain:
                self._texts = TextTower.open(self.files)
                self._plain = self._texts is not None
            if self._texts is not None:
                self._clock.used()
            return self._texts

    def _get_quietly(self) -> None:
        with suppress(ModelError):
            self.get()

    def _drop(self) -> None:
        with self._lock, self._texts_lock:
            self._encoder = self._texts = None
        _trim()
        log.info("%s was not used for a while: its memory is free", self.files.name)


class _IdleClock:
    """Calls `idle` once nothing was used for `seconds` (None: never). A thread only while it runs."""

    def __init__(self, seconds: float | None, idle: Callable[[], None]) -> None:
        self._seconds = seconds
        self._idle = idle
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._used_at = 0.0

    def used(self) -> None:
        if self._seconds is None:
            return
        with self._lock:
            self._used_at = time.monotonic()
            if self._timer is None:
                self._start(self._seconds)

    def stop(self) -> None:
        with self._lock:
            timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()
            timer.join()

    def _start(self, seconds: float) -> None:
        self._timer = threading.Timer(seconds, self._look)
        self._timer.name, self._timer.daemon = "photolens-idle", True
        self._timer.start()

    def _look(self) -> None:
        with self._lock:
            if self._timer is not threading.current_thread() or self._seconds is None:
                return  # stopped
            left = self._used_at + self._seconds - time.monotonic()
            if left > 0:
                self._start(left)
                return
            self._timer = None
        self._idle()


def _trim() -> None:
    """glibc keeps what was freed for itself unless asked; the others give it back."""
    if sys.platform == "linux":
        with suppress(AttributeError):  # another C library
            ctypes.CDLL(None).malloc_trim(0)
