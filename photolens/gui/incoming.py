"""Pictures and folders that the user brings: looked at elsewhere, so that a slow drive stops nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QMimeData, QObject, Signal
from PySide6.QtGui import QImage, QPixmap

from photolens import words
from photolens.domain import CONCEPT_SUFFIX
from photolens.errors import PhotoError, PhotoLensError
from photolens.gui import drops
from photolens.gui.bridge import Bridge
from photolens.gui.images import read_jpeg
from photolens.gui.localized import localized
from photolens.gui.page import Picture

if TYPE_CHECKING:
    from photolens.library import Library

_MOST_FILES = 5


@dataclass(slots=True)
class _Looked:
    """What paths turned out to be."""

    folders: list[str] = field(default_factory=list)
    pictures: list[tuple[Picture, QImage]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    left_out: int = 0


class Incoming(QObject):
    """Sorts what is dropped, pasted or chosen, and makes the little pictures for the chips."""

    pictures = Signal(object)  # list of Picture, to search with
    folders = Signal(object)  # list of str, to add
    concepts = Signal(object)  # list of str, files of concepts to take in
    text = Signal(str)  # words, to search for
    problem = Signal(str)
    note = Signal(str)  # good to know, nothing is wrong
    thumbnail = Signal(object, QPixmap)  # Picture

    def __init__(self, bridge: Bridge, parent: QObject) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._library: Library | None = None

    def use(self, library: Library | None) -> None:
        self._library = library

    def take(self, data: QMimeData) -> None:
        """Something was dropped or pasted."""
        found = drops.read(data)
        if found.problem:
            self.problem.emit(found.problem)
        elif found.paths:
            self.take_paths(found.paths)
        elif found.pictures:
            self.pictures.emit(found.pictures)
        elif found.text.strip():
            self.text.emit(" ".join(found.text.split()))

    def take_paths(self, paths: Sequence[str]) -> None:
        """Folders are added to the library, concepts taken in, other files become part of the question."""
        library = self._library
        if library is None:
            return
        concepts = [path for path in paths if path.casefold().endswith(CONCEPT_SUFFIX)]
        if concepts:
            self.concepts.emit(concepts)
        if rest := [path for path in paths if path not in concepts]:
            self._bridge.run(lambda: _look(library, rest), self._looked, self._failed)

    def want_thumbnail(self, picture: Picture) -> None:
        """Make the little picture for a chip; comes by `thumbnail`."""
        library = self._library
        if library is None:
            return
        source = picture.source
        if isinstance(source, int):
            future = library.request_thumbnail(source)
            self._bridge.when_done(future, partial(self._show_jpeg, picture))
        else:
            self._bridge.run(lambda: library.preview(source), partial(self._show_jpeg, picture), self._failed)

    def _looked(self, found: _Looked) -> None:
        for picture, image in found.pictures:
            self.thumbnail.emit(picture, QPixmap.fromImage(image))
        if found.pictures:
            self.pictures.emit([picture for picture, _ in found.pictures])
        if found.folders:
            self.folders.emit(found.folders)
        if found.left_out:
            self.note.emit(self.tr("Only the first %1 pictures are used.").replace("%1", str(_MOST_FILES)))
        if found.problems:
            self.problem.emit(" ".join(found.problems))

    def _show_jpeg(self, picture: Picture, jpeg: bytes | None) -> None:
        image = read_jpeg(jpeg) if jpeg is not None else QImage()
        if not image.isNull():
            self.thumbnail.emit(picture, QPixmap.fromImage(image))

    def _failed(self, error: PhotoLensError) -> None:
        self.problem.emit(localized(error))


def _look(library: Library, paths: Sequence[str]) -> _Looked:
    found = _Looked()
    files = []
    for path in paths:
        if Path(path).is_dir():
            found.folders.append(path)
        else:
            files.append(path)
    for path in files[:_MOST_FILES]:
        try:
            image = read_jpeg(library.preview(path))
        except PhotoError as error:
            found.problems.append(
                QCoreApplication.translate("Incoming", "%1 cannot be searched with: %2")
                .replace("%1", words.printable(words.short(path)))
                .replace("%2", localized(error))
            )
        else:
            found.pictures.append((Picture(path), image))
    found.left_out = max(0, len(files) - _MOST_FILES)
    return found
