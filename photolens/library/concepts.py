"""Concepts and recent searches of one library: saving, loading, exporting, importing."""

from __future__ import annotations

import logging
import os
import re
import unicodedata
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

from photolens.catalog import Catalog, KeptPicture, SavedConcept
from photolens.domain import Concept, ConceptsChanged, Event, Notice, PhotoId, Query
from photolens.errors import LibraryError, QueryError, UsageError
from photolens.ingest import Ingest
from photolens.library.concept_file import (
    ConceptFile,
    FileModel,
    FilePicture,
    portable,
    read_concept_file,
    with_suffix,
    write_concept_file,
)
from photolens.library.kept_query import KeptQuery, keep, load
from photolens.library.pictures import Pictures
from photolens.library.query_json import QueryFormatError
from photolens.library.vectors import ModelKey
from photolens.messages import Message, counted, message

log = logging.getLogger(__name__)

MAX_NAME = 100
MAX_SEARCHES = 50
_NAMES_SHOWN = 8
_COPY = re.compile(r" copy( [0-9]+)?$")


class ConceptKeeper:
    """Reads through any reader, writes on the ingest thread. Safe from several threads."""

    def __init__(
        self,
        reader: Callable[[], AbstractContextManager[Catalog]],
        writer: Callable[[], Ingest],
        thumbnail: Callable[[PhotoId], bytes | None],
        pictures: Pictures,
        model: ModelKey,
        emit: Callable[[Event], None],
    ) -> None:
        self._reader = reader
        self._writer = writer  # raises LibraryError where the library is opened for reading only
        self._thumbnail = thumbnail
        self._pictures = pictures
        self._model = model
        self._emit = emit

    # --- concepts ----------------------------------------------------------------------------

    def all(self) -> list[Concept]:
        """Every concept, by name; one that cannot be read is left out."""
        with self._reader() as catalog:
            found = [_loaded(catalog, saved) for saved in catalog.concepts.all()]
        return [concept for concept in found if concept is not None]

    def get(self, name_or_id: str | int) -> Concept:
        """Raises LibraryError with the names there are."""
        with self._reader() as catalog:
            return _get(catalog, name_or_id)

    def save(self, name: str, query: Query) -> Concept:
        """Save a new concept. Raises UsageError for a name that is taken, empty or too long."""
        wanted, kept = clean_name(name), self._kept(query)

        def write(catalog: Catalog) -> Concept:
            _refuse_taken(catalog, wanted)
            pictures = kept.store(catalog)
            return _get(catalog, catalog.concepts.insert(wanted, kept.text, pictures))

        return self._write(write)

    def update(self, concept_id: int, query: Query) -> Concept:
        """Give a concept another query."""
        kept = self._kept(query)

        def write(catalog: Catalog) -> Concept:
            _known(catalog, concept_id)
            catalog.concepts.update(concept_id, kept.text, kept.store(catalog))
            return _get(catalog, concept_id)

        return self._write(write)

    def rename(self, concept_id: int, name: str) -> Concept:
        """Give a concept another name. Raises UsageError as `save` does."""
        wanted = clean_name(name)

        def write(catalog: Catalog) -> Concept:
            _known(catalog, concept_id)
            _refuse_taken(catalog, wanted, besides=concept_id)
            catalog.concepts.rename(concept_id, wanted)
            return _get(catalog, concept_id)

        return self._write(write)

    def duplicate(self, concept_id: int) -> Concept:
        """A copy: "Name copy", "Name copy 2"."""
        concept = self.get(concept_id)
        kept = self._kept(concept.query)

        def write(catalog: Catalog) -> Concept:
            name = free_name(f"{_COPY.sub('', concept.name)} copy", catalog)
            return _get(catalog, catalog.concepts.insert(name, kept.text, kept.store(catalog)))

        return self._write(write)

    def delete(self, concept_id: int) -> Concept:
        """Delete a concept; gives it for `restore`."""

        def write(catalog: Catalog) -> Concept:
            saved = _known(catalog, concept_id)
            concept = _loaded(catalog, saved)
            catalog.concepts.delete(concept_id)
            return concept or Concept(saved.id, saved.name, Query(), saved.created_at, saved.changed_at)

        return self._write(write)

    def restore(self, concept: Concept) -> Concept:
        """Put a deleted concept back under its id, and its name unless that was taken meanwhile."""
        kept = self._kept(concept.query)

        def write(catalog: Catalog) -> Concept:
            if catalog.concepts.get(concept.id) is None:
                name = free_name(clean_name(concept.name), catalog)
                times = (concept.created_at, concept.changed_at)
                saved = SavedConcept(concept.id, name, kept.text, *times)
                catalog.concepts.put_back(saved, kept.store(catalog))
            return _get(catalog, concept.id)

        return self._write(write)

    # --- files -------------------------------------------------------------------------------

    def export(self, concept_id: int, path: str | os.PathLike[str]) -> None:
        """Write a concept to one file. Raises LibraryError."""
        concept = self.get(concept_id)
        with self._reader() as catalog:
            kept = keep(concept.query, catalog, self._pictures, self._thumbnail)
            model_id = catalog.vectors.find_model(self._model.name, self._model.weights_sha256)
            model = None
            if model_id is not None:
                dimension = catalog.vectors.dimension(model_id)
                model = FileModel(self._model.name, self._model.weights_sha256, dimension)
            pictures = tuple(_file_picture(catalog, picture, model_id) for picture in kept.pictures)
        query = portable(kept.data, pictures)
        write_concept_file(with_suffix(path), ConceptFile(concept.name, query, pictures, model))

    def import_file(self, path: str | os.PathLike[str]) -> Concept:
        """Read a concept from a file, under a name of its own. Raises ConceptFileError, LibraryError."""
        writer = self._writer()
        file = read_concept_file(path if os.path.lexists(path) else with_suffix(path), self._pictures.photo)
        pictures = tuple(KeptPicture(picture.content_hash, picture.jpeg) for picture in file.pictures)
        kept = KeptQuery(dict(file.query), pictures, {})

        def write(catalog: Catalog) -> Concept:
            name = free_name(_tidy(file.name)[:MAX_NAME].strip() or "Concept", catalog)
            hashes = kept.store(
                catalog, replace=False
            )  # what came from here is better than what came by file
            _store_vectors(catalog, file)
            return _get(catalog, catalog.concepts.insert(name, kept.text, hashes))

        concept = writer.write(write).result()
        self._emit(ConceptsChanged())
        if file.model is not None and ModelKey(file.model.name, file.model.weights_sha256) != self._model:
            self._emit(
                Notice(
                    message(
                        "“{concept}” was made with the model {model}. This library uses {own}, which looks "
                        "at its pictures anew.",
                        concept=concept.name,
                        model=file.model.name,
                        own=self._model.name,
                    )
                )
            )
        return concept

    # --- recent searches ---------------------------------------------------------------------

    def remember(self, query: Query) -> None:
        """Put a search first among the recent ones; one that asks for nothing or cannot be kept is not."""
        writer = self._writer()
        kept = self._kept_search(query) if _asks(query) else None
        if kept is None:
            return

        def write(catalog: Catalog) -> None:
            _forget_same(catalog, query)
            catalog.concepts.remember(kept.text, kept.store(catalog, replace=False), MAX_SEARCHES)

        writer.write(write).result()

    def recent(self, limit: int) -> list[Query]:
        """The searches remembered, the latest first."""
        with self._reader() as catalog:
            texts = catalog.concepts.recent()[: max(0, limit)]
            found = [_query(catalog, text) for text in texts]
        return [query for query in found if query is not None and _asks(query)]

    def forget(self, query: Query | None) -> None:
        """Forget one recent search, or all."""
        writer = self._writer()
        if query is None:
            writer.write(lambda catalog: catalog.concepts.forget_all()).result()
            return
        kept = self._kept_search(query)
        writer.write(lambda catalog: _forget_same(catalog, query, kept)).result()

    # --- inside ------------------------------------------------------------------------------

    def _kept(self, query: Query) -> KeptQuery:
        """Raises UsageError when there is nothing to keep, QueryError for a picture that cannot be read."""
        self._writer()  # before any work is done for nothing
        if not _asks(query):
            raise UsageError(message("There is nothing to save yet: search for something first."))
        with self._reader() as catalog:
            return keep(query, catalog, self._pictures, self._thumbnail)

    def _kept_search(self, query: Query) -> KeptQuery | None:
        """Without copies of the library's own photos: a recent search need not outlive them."""
        try:
            with self._reader() as catalog:
                return keep(query, catalog, self._pictures)
        except QueryError:
            log.info("a search is not remembered: one of its pictures cannot be kept")
            return None

    def _write(self, call: Callable[[Catalog], Concept]) -> Concept:
        concept = self._writer().write(call).result()
        self._emit(ConceptsChanged())
        return concept


def clean_name(name: str) -> str:
    """The name as it is saved. Raises UsageError when it is empty or too long."""
    wanted = _tidy(name)
    if not wanted:
        raise UsageError(message("A concept needs a name: type one."))
    if len(wanted) > MAX_NAME:
        raise UsageError(
            message(
                "A name has at most {most} characters, this one has {length}. Shorten it.",
                most=MAX_NAME,
                length=len(wanted),
            )
        )
    return wanted


def free_name(name: str, catalog: Catalog) -> str:
    """This name, or "Name 2" and so on where it is taken."""
    found, number = name[:MAX_NAME].strip(), 1
    while catalog.concepts.named(found) is not None:
        number += 1
        found = f"{name[: MAX_NAME - 1 - len(str(number))].strip()} {number}"
    return found


def _tidy(name: str) -> str:
    """In one line, without control characters and half characters, accents composed."""
    shown = "".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in name)
    return unicodedata.normalize("NFC", " ".join(shown.split()))


def _refuse_taken(catalog: Catalog, name: str, besides: int | None = None) -> None:
    there = catalog.concepts.named(name)
    if there is not None and there.id != besides:
        raise UsageError(
            message("There is a concept called “{name}” already. Choose another name.", name=there.name)
        )


def _asks(query: Query) -> bool:
    return bool(query.terms or query.judgements or query.examples or query.filters)


def _get(catalog: Catalog, name_or_id: str | int) -> Concept:
    concept = _loaded(catalog, _known(catalog, name_or_id))
    if concept is None:
        raise LibraryError(
            message(
                "The concept {concept} is damaged and cannot be read. Delete it.", concept=str(name_or_id)
            )
        )
    return concept


def _known(catalog: Catalog, name_or_id: str | int) -> SavedConcept:
    if isinstance(name_or_id, int):
        saved = catalog.concepts.get(name_or_id)
        missing = message("There is no concept with the number {number}.", number=str(name_or_id))
    else:
        saved = catalog.concepts.named(_tidy(name_or_id))
        missing = message("There is no concept called “{name}”.", name=name_or_id)
    if saved is not None:
        return saved
    names = [saved.name for saved in catalog.concepts.all()]
    raise LibraryError(message("{missing} {there}", missing=missing, there=_there_are(names)))


def _there_are(names: list[str]) -> Message:
    if not names:
        return message("There is none yet.")
    shown, more = ", ".join(names[:_NAMES_SHOWN]), len(names) - _NAMES_SHOWN
    if more <= 0:
        return message("There are: {names}.", names=shown)
    return counted(
        "There are: {names} and {count} more.",
        "There are: {names} and {count} more.",
        count=more,
        names=shown,
    )


def _loaded(catalog: Catalog, saved: SavedConcept) -> Concept | None:
    query = _query(catalog, saved.query)
    return None if query is None else Concept(saved.id, saved.name, query, saved.created_at, saved.changed_at)


def _query(catalog: Catalog, text: str) -> Query | None:
    try:
        return load(text, catalog)
    except QueryFormatError as error:
        log.warning("a saved query cannot be read: %s", error)
        return None


def _forget_same(catalog: Catalog, query: Query, kept: KeptQuery | None = None) -> None:
    """Forget the search that asks this. Compared as loaded too: a picture may have become a photo since."""
    wanted = replace(query, seq=0)
    for text in catalog.concepts.recent():
        if (kept is not None and text == kept.text) or _query(catalog, text) == wanted:
            catalog.concepts.forget(text)


def _file_picture(catalog: Catalog, picture: KeptPicture, model_id: int | None) -> FilePicture:
    vector = None
    if model_id is not None:
        known = catalog.concepts.example_vector(picture.content_hash, model_id)
        vector = None if known is None else known.astype("<f2").tobytes()
    return FilePicture(picture.content_hash, picture.jpeg, vector)


def _store_vectors(catalog: Catalog, file: ConceptFile) -> None:
    """Take over the vectors of a model that this library knows, for pictures that have none."""
    if file.model is None:
        return
    model_id = catalog.vectors.find_model(file.model.name, file.model.weights_sha256)
    if model_id is None or catalog.vectors.dimension(model_id) != file.model.dimension:
        return
    for picture in file.pictures:
        vector = picture.numbers()
        known = catalog.concepts.example_vector(picture.content_hash, model_id)
        if vector is not None and known is None:
            catalog.concepts.put_example_vector(picture.content_hash, model_id, vector)
