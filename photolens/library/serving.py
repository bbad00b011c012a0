"""Which model answers: the one that the settings name, or another until that one has read the photos.

Scores of two models cannot be compared, so an answer comes from one alone. After a change of model the
one before goes on answering, since its vectors are still there; nothing of it is ever dropped, so going
back costs nothing.
"""

from __future__ import annotations

import logging
import threading
import time

from photolens.catalog import Catalog, KnownModel
from photolens.errors import ModelError
from photolens.library.encoders import LazyEncoder

log = logging.getLogger(__name__)

# Once in use, the wanted model stays unless another would find so many times the photos, as when a drive
# comes back on which it has read nothing yet.
_MUCH_MORE = 1.1
# Of a very large library the photos are counted for a second: then not at every search.
_LONG_SECONDS, _PAUSE = 0.05, 20


class ServingModel:
    """Chooses between the models that a library has known. Safe from several threads."""

    def __init__(self, wanted: LazyEncoder) -> None:
        self.wanted = wanted
        self._lock = threading.Lock()
        self._serving: LazyEncoder = wanted
        self._others: dict[int, LazyEncoder | None] = {}  # by id; None: not to be had
        self._seen: int | None = None  # the catalog's number of changes when it was last looked at
        self._next_look = 0.0

    @property
    def stands_in(self) -> bool:
        """Whether another model answered last than the one that is wanted."""
        return self._serving is not self.wanted

    def choose(self, catalog: Catalog, *, now: bool = False) -> LazyEncoder:
        """The model to answer with. `now`: look at the catalog even if that takes long."""
        with self._lock:
            seen, started = catalog.changes(), time.monotonic()
            if seen != self._seen and (now or started >= self._next_look):
                self._serving = self._best(catalog)
                self._seen = seen
                took = time.monotonic() - started
                self._next_look = started + (_PAUSE * took if took > _LONG_SECONDS else 0)
            return self._serving

    def give_up(self, encoder: LazyEncoder) -> None:
        """A model besides the wanted one turned out not to load: it answers no more."""
        with self._lock:
            for model_id, other in self._others.items():
                if other is encoder:
                    encoder.release()
                    self._others[model_id] = None
            self._serving, self._seen, self._next_look = self.wanted, None, 0.0

    def release(self) -> None:
        """Free the memory of all models."""
        with self._lock:
            self._release_others()
        self.wanted.release()

    def _release_others(self) -> None:
        for other in self._others.values():
            if other is not None:
                other.release()
        self._others = {}

    def _best(self, catalog: Catalog) -> LazyEncoder:
        models = catalog.vectors.models()
        files = self.wanted.files
        own_id = catalog.vectors.find_model(files.name, files.sha256)
        others = [model for model in models if model.id != own_id]
        if not others or (own_id is not None and catalog.vectors.reads_all(own_id)):
            self._release_others()
            return self.wanted
        photos = catalog.vectors.coverage()
        settled = self._seen is not None and self._serving is self.wanted
        needed = photos.get(own_id or 0, 0) * (_MUCH_MORE if settled else 1)
        for model in sorted(others, key=lambda model: photos.get(model.id, 0), reverse=True):
            if photos.get(model.id, 0) <= needed:
                break
            encoder = self._encoder(model)
            if encoder is not None:
                return encoder
        return self.wanted

    def _encoder(self, model: KnownModel) -> LazyEncoder | None:
        if model.id not in self._others:
            self._others[model.id] = self._find(model)
        return self._others[model.id]

    def _find(self, model: KnownModel) -> LazyEncoder | None:
        """Only with the very weights that made its vectors."""
        for weights in (model.weights, ""):
            if weights is None:
                continue
            try:
                found = self.wanted.like(model.name, weights)
            except ModelError as error:
                log.info("the model %s is not to be had: %s", model.name, error)
                continue
            if found.files.sha256 == model.weights_sha256:
                return found
        return None
