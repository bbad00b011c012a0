"""A model on its way to this machine: on a thread of its own, and on when the dialog is closed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from photolens.embedding import ModelFiles
from photolens.embedding.installing import Progress, Report, import_model, install
from photolens.embedding.network import Network
from photolens.errors import DownloadCancelled, PhotoLensError
from photolens.gui.bridge import Bridge
from photolens.gui.localized import localized
from photolens.settings import Settings

log = logging.getLogger(__name__)

_LOOK_MS = 100  # between two looks at the progress
_PATIENCE_SECONDS = 2.0  # at the end of the program; the thread leaves nothing half done

_Work = Callable[[Report, threading.Event], ModelFiles]


class ModelInstaller(QObject):
    """Downloads or imports one model at a time."""

    changed = Signal()  # begun, further, ended
    stopped = Signal()  # as was asked for
    installed = Signal(str)  # the model's name
    failed = Signal(str)  # a sentence

    def __init__(self, bridge: Bridge, parent: QObject) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._thread: threading.Thread | None = None
        self._cancel = threading.Event()
        self._latest: Progress | None = None  # set on its thread, thousands of times
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self._look)
        self.name = ""  # of the model on its way; empty: none is
        self.progress: Progress | None = None

    def download(self, name: str, settings: Settings) -> None:
        """Begin to download a known model, or go on with it."""
        network = Network(settings.proxy)
        self._begin(name, lambda report, cancel: install(name, network, settings.mirror, report, cancel))

    def take(self, path: Path, name: str = "") -> None:
        """Begin to import a file or a folder."""
        self._begin(name or path.name, lambda report, cancel: import_model(path, name, report, cancel))

    def cancel(self) -> None:
        """Stop soon. What was downloaded is kept."""
        self._cancel.set()

    @property
    def stopping(self) -> bool:
        return bool(self.name) and self._cancel.is_set()

    def close(self) -> None:
        """The program ends."""
        self.cancel()
        self._timer.stop()
        if self._thread is not None:
            self._thread.join(_PATIENCE_SECONDS)

    def _begin(self, name: str, work: _Work) -> None:
        if self.name:
            return
        self.name, self.progress, self._cancel = name, None, threading.Event()
        self._latest = None
        self._timer.start()
        self._thread = threading.Thread(
            target=self._run, args=(work, self._cancel), name="photolens-install", daemon=True
        )
        self._thread.start()
        self.changed.emit()

    def _run(self, work: _Work, cancel: threading.Event) -> None:
        """On its thread."""
        try:
            name = work(self._report, cancel).name
        except DownloadCancelled:
            self._bridge.call_soon(self._cancelled)
        except PhotoLensError as error:
            text = localized(error)
            self._bridge.call_soon(lambda: self._failed(text))
        except Exception:
            log.exception("installing a model failed")
            self._bridge.call_soon(
                lambda: self._failed(self.tr("Something went wrong. The log has the details."))
            )
        else:
            self._bridge.call_soon(lambda: self._done(name))

    def _report(self, progress: Progress) -> None:
        """On its thread."""
        self._latest = progress

    def _look(self) -> None:
        if self.progress is not self._latest:
            self.progress = self._latest
            self.changed.emit()

    def _ended(self) -> None:
        self._timer.stop()
        self.name, self.progress = "", None
        self.changed.emit()

    def _cancelled(self) -> None:
        self._ended()
        self.stopped.emit()

    def _failed(self, text: str) -> None:
        self._ended()
        self.failed.emit(text)

    def _done(self, name: str) -> None:
        self._ended()
        self.installed.emit(name)
