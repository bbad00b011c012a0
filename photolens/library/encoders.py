"""The model, found at once and loaded when first needed."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from photolens.embedding import ModelFiles, find_model
from photolens.embedding.preload import preload_torch
from photolens.errors import ModelError

if TYPE_CHECKING:
    from photolens.embedding.encoder import Encoder


class LazyEncoder:
    """Finds a model's files when made (raises ModelError), loads torch and the weights at first use."""

    def __init__(self, name: str, weights: str | Path = "", precision: str = "float32") -> None:
        self.files: ModelFiles = find_model(name, weights)
        self.precision = precision
        self._lock = threading.Lock()
        self._encoder: Encoder | None = None
        self._error: ModelError | None = None

    def get(self) -> Encoder:
        """The loaded encoder; blocks for the seconds that takes the first time. Raises ModelError."""
        with self._lock:
            if self._error is not None:
                raise self._error
            if self._encoder is None:
                preload_torch()
                # Here, since this import is what loads torch.
                from photolens.embedding.encoder import Encoder

                try:
                    self._encoder = Encoder.load(self.files, self.precision)
                except ModelError as error:
                    self._error = error
                    raise
            return self._encoder

    def release(self) -> None:
        """Free the memory of the model, which waits for no collector; `get` loads it again."""
        with self._lock:
            self._encoder = None
