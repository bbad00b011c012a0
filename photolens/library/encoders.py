"""The model, found at once, loaded when first needed, and released when it has not been used for a while."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from photolens.domain import FloatArray, InputSpec, PixelArray
from photolens.embedding import KNOWN_MODELS, ModelFiles, ModelProcess, ModelStopped, TextTower, find_model
from photolens.errors import ModelError, ModelUnavailable
from photolens.library.memory import give_back

log = logging.getLogger(__name__)

_STOP_SECONDS = 0.05
# After it could not be computed: whoever types has no new process start at every key, and who has closed
# other programs is answered. Twice as long each time, up to the second, since photos may wait for hours.
_AGAIN_SECONDS = (10.0, 120.0)


class LazyEncoder:
    """Finds a model's files when made (raises ModelError), loads what is asked for at its first use.

    Words come from the text half alone where that can be had, which is up long before torch; pictures from a
    process of their own, see `ModelProcess`. With `idle_seconds` the memory is free again when nothing was
    asked for so long; the next use loads anew. `trials` is where "auto" remembers the best precision.
    """

    def __init__(
        self,
        name: str,
        weights: str | Path = "",
        precision: str = "float32",
        idle_seconds: float | None = None,
        trials: Path | None = None,
    ) -> None:
        self.files: ModelFiles = find_model(name, weights)
        self.precision = precision
        self.idle_seconds = idle_seconds
        self.trials = trials
        self._process = ModelProcess(self.files, precision, trials)
        self._failure = _Failure()
        self._texts_lock = threading.Lock()
        self._texts: TextTower | None = None
        self._plain = True  # whether the text half may be had alone
        self._clock = _IdleClock(idle_seconds, self._drop)
        self._ahead_lock = threading.Lock()
        self._ahead: threading.Thread | None = None

    def get(self) -> ModelProcess:
        """The whole encoder; blocks for the seconds that loading takes. Raises ModelError."""
        with self._failure.remembered(), self._clock.use():
            self._process.load()
        return self._process

    def like(self, name: str, weights: str | Path) -> LazyEncoder:
        """Another model, to be computed in the same way. Raises ModelError."""
        return LazyEncoder(name, weights, self.precision, self.idle_seconds, self.trials)

    @property
    def coming(self) -> bool:
        """Whether it is being loaded ahead."""
        return self._ahead is not None and self._ahead.is_alive()

    def get_ahead(self) -> None:
        """Load the whole encoder in the background; what is wrong with it says the first use."""
        with self._ahead_lock:
            if not self._process.running and not self.coming:
                thread = threading.Thread(target=self._get_quietly, name="photolens-model")
                thread.start()
                self._ahead = thread

    def try_again(self) -> None:
        """What it could not be computed for may have passed: the next use does not wait."""
        self._failure.forget()

    @property
    def input_spec(self) -> InputSpec:
        """What pictures it takes. Loads the model only where that is not known."""
        known = KNOWN_MODELS.get(self.files.name)
        return known.input_spec if known and known.input_spec else self.get().input_spec

    @property
    def batch(self) -> int:
        """How many photos it computes together; what is good on a CPU until it has been loaded."""
        return self._process.batch

    def encode_images(self, pixels: PixelArray, *, urgent: bool = False) -> FloatArray:
        """Unit vectors, float32 [N, D], of pictures prepared as `input_spec` says, uint8 [N, S, S, 3].

        An `urgent` one goes before batches of photos. Raises ModelError.
        """
        with self._failure.remembered(), self._clock.use():
            vectors = self.get().encode_images(pixels, urgent=urgent)
        self._failure.forget()
        return vectors

    def encode_texts(self, texts: Sequence[str]) -> FloatArray:
        """Unit vectors of texts, float32 [N, D]. Raises ModelError."""
        tower = self._text_tower()
        if tower is not None:
            return tower.encode(texts)
        with self._failure.remembered():
            vectors = self.get().encode_texts(texts)
        self._failure.forget()
        return vectors

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
        """Free the memory of the model at once, in the midst of loading too; a later use loads it again."""
        with self._ahead_lock:
            thread, self._ahead = self._ahead, None
        self._process.stop()
        while thread is not None and thread.is_alive():  # which may not have begun before
            self._process.stop()
            thread.join(_STOP_SECONDS)
        self._clock.stop()
        with self._texts_lock:
            self._texts = None

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
        self._process.rest()
        with self._texts_lock:
            self._texts = None
        give_back()
        log.info("%s was not used for a while: its memory is free", self.files.name)


class _Failure:
    """What was wrong with a model: its next uses hear the same, for a while only where it may pass."""

    def __init__(self) -> None:
        self._error: ModelError | None = None
        self._when = 0.0
        self._times = 0  # one after the other

    @contextmanager
    def remembered(self) -> Iterator[None]:
        """Around a use. Raises what is known to be wrong."""
        error = self._error
        if error is not None and not self._may_have_passed(error):
            raise error.with_traceback(None)
        try:
            yield
        except ModelStopped:
            raise
        except ModelError as new:
            if new is not self._error:  # else it was raised inside, where it is remembered too
                self._error, self._when, self._times = new, time.monotonic(), self._times + 1
            raise

    def forget(self) -> None:
        """What may pass has passed."""
        if isinstance(self._error, ModelUnavailable):
            self._error, self._times = None, 0

    def _may_have_passed(self, error: ModelError) -> bool:
        first, longest = _AGAIN_SECONDS
        seconds = min(first * 2 ** min(self._times - 1, 10), longest)
        return isinstance(error, ModelUnavailable) and time.monotonic() - self._when >= seconds


class _IdleClock:
    """Calls `idle` once nothing was used for `seconds` (None: never). A thread only while it runs."""

    def __init__(self, seconds: float | None, idle: Callable[[], None]) -> None:
        self._seconds = seconds
        self._idle = idle
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._used_at = 0.0
        self._users = 0

    @contextmanager
    def use(self) -> Iterator[None]:
        """Used all the while."""
        with self._lock:
            self._users += 1
        try:
            yield
        finally:
            with self._lock:
                self._users -= 1
            self.used()

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
            left = self._seconds if self._users else self._used_at + self._seconds - time.monotonic()
            if left > 0:
                self._start(left)
                return
            self._timer = None
        self._idle()
