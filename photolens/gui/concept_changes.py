"""What the user does to concepts: save, rename, duplicate, delete, take elsewhere; each can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtWidgets import QFileDialog

from photolens import words
from photolens.domain import CONCEPT_SUFFIX, Concept, Query
from photolens.errors import PhotoLensError, UsageError
from photolens.gui import desktop
from photolens.gui.in_turn import InTurn
from photolens.gui.localized import localized
from photolens.gui.query_words import suggested_name, what_is_in_it
from photolens.gui.undo import Step
from photolens.gui.window_frame import WindowFrame

if TYPE_CHECKING:
    from photolens.gui.name_dialog import NameDialog
    from photolens.library import Library

_MAX_NAME_BYTES = 200  # of a file's name without the suffix; file systems take 255
_DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(10))}


class ConceptChanges(QObject):
    """Asks what must be asked, has the library do it, says so. Changes happen in the order of asking."""

    saved = Signal(object, object)  # Concept, and the Query that it now is, as it was asked
    imported = Signal(int)

    def __init__(self, window: WindowFrame, turn: InTurn) -> None:
        super().__init__(window)
        self._window = window
        self._turn = turn
        self._library: Library | None = None
        self.dialog: NameDialog | None = None

    def use(self, library: Library | None) -> None:
        """Change the concepts of this library from now on."""
        self._library = library
        self._close_dialog()

    # --- saving and changing -----------------------------------------------------------------

    def save(self, query: Query, taken: Iterable[str]) -> None:
        """Ask for a name, other than those that are taken, and save the question under it."""
        if not self._window.session.writable:
            text = self.tr("Another PhotoLens is reading photos into this library; save the concept there.")
            if self._window.session.folder_read_only:
                text = self.tr("The library's folder is read-only: no concept can be saved in it.")
            self._window.say(text, danger=True)
            return
        name = _free(suggested_name(query), {other.casefold() for other in taken})
        note = self.tr("It keeps: %1.").replace("%1", what_is_in_it(query))
        dialog = self._open_dialog(self.tr("Save as concept"), name, self.tr("Save"), note)
        dialog.named.connect(lambda name: self._save(name, query))

    def _save(self, name: str, query: Query) -> None:
        def done(concept: Concept) -> None:
            self._close_dialog()
            self._made(concept, self.tr("save concept"))
            self.saved.emit(concept, query)

        self._write(lambda library: library.save_concept(name, query), done, self._not_named)

    def update(self, concept: Concept, query: Query) -> None:
        """Let the concept ask this from now on."""

        def put(wanted: Query) -> None:
            change = partial(_updated, concept.id, wanted)
            self._write(change, lambda changed: self.saved.emit(changed, wanted))

        def done(changed: Concept) -> None:
            self.saved.emit(changed, query)
            step = Step(self.tr("save changes"), lambda: put(concept.query), lambda: put(query))
            self._window.undo.push(step)
            self._say_undoable(self.tr("Changes to “%1” saved.").replace("%1", concept.name), step)

        self._write(partial(_updated, concept.id, query), done)

    def rename(self, concept: Concept) -> None:
        """Ask for another name."""
        dialog = self._open_dialog(self.tr("Rename concept"), concept.name, self.tr("Rename"), "")
        dialog.named.connect(lambda name: self._rename(concept, name))

    def _rename(self, concept: Concept, name: str) -> None:
        def put(wanted: str) -> None:
            self._write(lambda library: library.rename_concept(concept.id, wanted))

        def done(changed: Concept) -> None:
            self._close_dialog()
            if changed.name != concept.name:
                step = Step(self.tr("rename"), lambda: put(concept.name), lambda: put(changed.name))
                self._window.undo.push(step)

        self._write(lambda library: library.rename_concept(concept.id, name), done, self._not_named)

    def duplicate(self, concept: Concept) -> None:
        """A second one of it, with a name of its own."""

        def done(copy: Concept) -> None:
            self._made(copy, self.tr("duplicate"))

        self._write(lambda library: library.duplicate_concept(concept.id), done)

    def delete(self, concept: Concept) -> None:
        """Without a question: it can be taken back."""

        def done(gone: Concept) -> None:
            step = Step(self.tr("delete concept"), lambda: self._restore(gone), lambda: self._remove(gone))
            self._window.undo.push(step)
            self._say_undoable(self.tr("Deleted “%1”.").replace("%1", gone.name), step)

        self._write(lambda library: library.delete_concept(concept.id), done)

    def _made(self, concept: Concept, name: str) -> None:
        """There is a new concept, which can be taken back."""
        self._window.undo.push(Step(name, lambda: self._remove(concept), lambda: self._restore(concept)))

    def _remove(self, concept: Concept) -> None:
        self._write(lambda library: library.delete_concept(concept.id))

    def _restore(self, concept: Concept) -> None:
        self._write(lambda library: library.restore_concept(concept))

    # --- files -------------------------------------------------------------------------------

    def export(self, concept: Concept) -> None:
        """Ask where to, and write it to a file."""
        start = Path(desktop.folder_of(QStandardPaths.StandardLocation.DocumentsLocation))
        file, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Export concept"), str(start / file_name(concept.name)), self._kinds()
        )
        if file:
            self._export(concept, file if file.casefold().endswith(CONCEPT_SUFFIX) else file + CONCEPT_SUFFIX)

    def _export(self, concept: Concept, path: str) -> None:
        window, library = self._window, self._library
        if library is None:
            return

        def done(nothing: None) -> None:
            text = self.tr("Exported to %1.").replace("%1", words.printable(words.short(path)))
            window.say(text, self.tr("Show"), lambda: window.bridge.run(lambda: desktop.reveal(path)))

        self._turn.run(lambda: library.export_concept(concept.id, path), done, self._failed)

    def choose_import(self) -> None:
        """Ask for a file, and take the concept in it into this library."""
        start = desktop.folder_of(QStandardPaths.StandardLocation.DocumentsLocation)
        file, _ = QFileDialog.getOpenFileName(self._window, self.tr("Import a concept"), start, self._kinds())
        if file:
            self._import(file)

    def import_files(self, paths: Sequence[str]) -> None:
        """Take in concepts that came as files."""
        for path in paths:
            self._import(path)

    def _import(self, path: str) -> None:
        def done(concept: Concept) -> None:
            self._made(concept, self.tr("import concept"))
            self._window.say(self.tr("Imported “%1”.").replace("%1", concept.name))
            self.imported.emit(concept.id)

        self._write(lambda library: library.import_concept(path), done)

    def _kinds(self) -> str:
        return self.tr("Concepts") + f" (*{CONCEPT_SUFFIX})"

    # --- inside ------------------------------------------------------------------------------

    def _write(
        self,
        change: Callable[[Library], Concept],
        then: Callable[[Concept], None] = lambda concept: None,
        failed: Callable[[PhotoLensError], None] | None = None,
    ) -> None:
        library = self._library
        if library is not None:
            self._turn.run(partial(change, library), then, failed or self._failed)

    def _open_dialog(self, title: str, name: str, button: str, note: str) -> NameDialog:
        from photolens.gui.name_dialog import NameDialog

        dialog = self.dialog = NameDialog(title, name, button, note, self._window)
        dialog.finished.connect(self._dialog_closed)
        dialog.open()
        return dialog

    def _close_dialog(self) -> None:
        if self.dialog is not None:
            self.dialog.accept()

    def _dialog_closed(self) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            dialog.deleteLater()

    def _not_named(self, error: PhotoLensError) -> None:
        """A name that cannot be taken is said where it was typed, the rest in the window."""
        if self.dialog is not None and isinstance(error, UsageError):
            self.dialog.show_error(localized(error))
        else:
            self._close_dialog()
            self._failed(error)

    def _say_undoable(self, text: str, step: Step) -> None:
        self._window.say(text, self.tr("Undo"), lambda: self._window.undo.take_back(step))

    def _failed(self, error: PhotoLensError) -> None:
        self._window.say(localized(error), danger=True)


def file_name(name: str) -> str:
    """A name for the file of a concept that every file system takes."""
    kept = "".join(c if c.isalnum() or c in " -_.,()" else "_" for c in name).strip(" .")
    kept = kept.encode()[:_MAX_NAME_BYTES].decode(errors="ignore").rstrip(" .")
    if kept.partition(".")[0].rstrip().upper() in _DEVICES:
        kept = f"_{kept}"
    return (kept or "concept") + CONCEPT_SUFFIX


def _free(name: str, taken: Collection[str]) -> str:
    """The name, with a number where it is taken."""
    numbered = (name if n == 1 else f"{name} {n}" for n in range(1, len(taken) + 2))
    return next(one for one in numbered if one.casefold() not in taken)


def _updated(concept_id: int, query: Query, library: Library) -> Concept:
    return library.update_concept(concept_id, query)
