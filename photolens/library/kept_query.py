"""Queries made fit to be kept: with small copies of their pictures, so that they outlive the files."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from photolens.catalog import Catalog, KeptPicture
from photolens.domain import Example, ImageTerm, PhotoId, Query
from photolens.errors import PhotoError, QueryError
from photolens.ingest import content_hash
from photolens.ingest.fingerprint import fingerprint
from photolens.library.pictures import Pictures
from photolens.library.query_json import Named, PictureRef, QueryFormatError, from_json, to_json
from photolens.messages import message

KEPT_PX = 640  # long side of a picture that came from outside the library


@dataclass(frozen=True, slots=True)
class KeptQuery:
    """A query as JSON, and the pictures it depends on."""

    data: dict[str, Any]
    pictures: tuple[KeptPicture, ...]
    photos: dict[PhotoId, bytes]  # photos of the library among these, with their content hashes

    @property
    def text(self) -> str:
        """The same query gives the same text."""
        return json.dumps(self.data, sort_keys=True, separators=(",", ":"))

    def store(self, catalog: Catalog, *, replace: bool = True) -> list[bytes]:
        """Write the pictures and their vectors, inside a transaction; gives their content hashes."""
        for picture in self.pictures:
            catalog.concepts.keep_picture(picture, replace=replace)
        for photo_id, content in self.photos.items():
            catalog.concepts.copy_vectors(photo_id, content)
        return [picture.content_hash for picture in self.pictures]


def keep(
    query: Query,
    catalog: Catalog,
    pictures: Pictures,
    thumbnail: Callable[[PhotoId], bytes | None] | None = None,
) -> KeptQuery:
    """What to store of a query. Judgements of unknown photos are left out.

    With `thumbnail`, which gives a photo's JPEG, photos of the library are kept as pictures too. Raises
    QueryError for an image term that cannot be read, and for a query that could not be read back.
    """
    for term in query.terms:
        source = term.source if isinstance(term, ImageTerm) else None
        if isinstance(source, int) and catalog.photos.hash_of(source) is None:
            raise QueryError(
                message("Photo {photo} is not in this library; take it out of the search.", photo=str(source))
            )
    keeper = _Keeper(catalog, pictures, thumbnail)
    data = to_json(query, keeper.name_of)
    kept = KeptQuery(data, tuple(keeper.pictures.values()), keeper.photos)
    try:
        load(kept.text, catalog)
    except QueryFormatError as error:
        raise QueryError(message("This search cannot be saved: {error}.", error=error)) from error
    return kept


def load(text: str, catalog: Catalog) -> Query:
    """The query that was kept. Raises QueryFormatError.

    A photo of the library is named by its id, whatever has become of its pixels; failing that it is found
    by its content; failing that the picture kept of it takes its place.
    """

    def source_of(ref: PictureRef) -> PhotoId | bytes | None:
        if ref.photo_id is not None and catalog.photos.hash_of(ref.photo_id) is not None:
            return ref.photo_id
        photo_id = catalog.photos.by_hash(ref.content_hash)
        return catalog.concepts.picture(ref.content_hash) if photo_id is None else photo_id

    return from_json(parse_json(text), source_of)


def parse_json(text: str | bytes) -> object:
    """Raises QueryFormatError where `json.loads` would raise anything."""
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise QueryFormatError(message("it is not JSON")) from error


class _Keeper:
    """Names the pictures of one query, and collects what is to be kept of them."""

    def __init__(
        self, catalog: Catalog, pictures: Pictures, thumbnail: Callable[[PhotoId], bytes | None] | None
    ) -> None:
        self._catalog = catalog
        self._pictures = pictures
        self._thumbnail = thumbnail
        self.pictures: dict[bytes, KeptPicture] = {}
        self.photos: dict[PhotoId, bytes] = {}

    def name_of(self, source: Named) -> PictureRef | None:
        if isinstance(source, Example):
            if source.thumbnail:
                self._add(source.content_hash, source.thumbnail)
            return PictureRef(source.content_hash)
        if isinstance(source, int):
            content = self._catalog.photos.hash_of(source)
            return None if content is None else self._photo(source, content)
        try:
            return self._outside(source)
        except PhotoError as error:
            name = (
                message("The pasted picture")
                if isinstance(source, bytes)
                else message("The picture {path}", path=str(source))
            )
            raise QueryError(
                message("{name} cannot be kept: {reason}", name=name, reason=error.reason)
            ) from error

    def _photo(self, photo_id: PhotoId, content: bytes) -> PictureRef:
        if self._thumbnail is not None:
            jpeg = self._thumbnail(photo_id) or self._catalog.concepts.picture(content)
            if jpeg is not None:
                self._add(content, jpeg)
            self.photos[photo_id] = content
        return PictureRef(content, photo_id)

    def _outside(self, source: str | bytes) -> PictureRef:
        # A picture that was kept before is not made smaller a second time.
        known = self._catalog.concepts.content_of(source) if isinstance(source, bytes) else None
        if isinstance(source, bytes):
            content = known or content_hash(source)
        else:
            content = fingerprint(source).content_hash
        photo_id = self._catalog.photos.by_hash(content)
        if photo_id is not None:
            return self._photo(photo_id, content)
        if known is not None and isinstance(source, bytes):
            self._add(content, source)
        else:
            self._add(content, self._pictures.photo(source, thumbnail_px=KEPT_PX).thumbnail)
        return PictureRef(content)

    def _add(self, content: bytes, jpeg: bytes) -> None:
        self.pictures[content] = KeptPicture(content, jpeg)


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is no number")
