"""From the words and pictures of a query to unit vectors; what was encoded before is remembered."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from photolens.catalog import Catalog, is_unit, unit_rows
from photolens.domain import (
    ChangeTerm,
    Example,
    FloatArray,
    ImageTerm,
    PhotoId,
    PixelArray,
    Query,
    Region,
    Term,
    TextTerm,
)
from photolens.errors import FailureKind, PhotoError, QueryError
from photolens.index import VectorTable
from photolens.ingest import content_hash
from photolens.library.encoders import LazyEncoder
from photolens.library.pictures import Pictures
from photolens.messages import message
from photolens.words import printable

_REMEMBERED = 256
_TEXTS_AT_ONCE = 64
_SMALLEST_PART = 4  # pixels
_PART_PX = 2048  # a part is cut from a picture of this size


@dataclass(frozen=True, slots=True)
class TermVectors:
    """The terms that count, words first, with their vectors: [T, d], of length one but for changes."""

    terms: tuple[Term, ...]
    vectors: FloatArray

    @property
    def weights(self) -> FloatArray:
        return np.array([term.weight for term in self.terms], dtype=np.float32)

    @property
    def texts(self) -> int:
        """How many of them are words."""
        return sum(not isinstance(term, ImageTerm) for term in self.terms)

    @property
    def biased(self) -> FloatArray:
        """1 for those less a hubness bias, float32 [T]: words, but no change, whose two sides cancel."""
        return np.array([isinstance(term, TextTerm) for term in self.terms], dtype=np.float32)


class TermEncoder:
    """Makes the vectors of terms. Used by one thread."""

    def __init__(
        self, encoder: LazyEncoder, thumbnail: Callable[[bytes], bytes | None], pictures: Pictures
    ) -> None:
        self._encoder = encoder
        self._pictures = pictures
        self._thumbnail = thumbnail  # of a photo's content
        self._remembered: OrderedDict[object, FloatArray] = OrderedDict()

    def encode(self, query: Query, table: VectorTable, catalog: Catalog) -> TermVectors:
        """Raises QueryError for a picture that cannot be read, ModelError."""
        terms = effective_terms(query)
        words = [text for term in terms for text in _texts(term)]
        encoded = dict(zip(words, self._text_vectors(words), strict=True))
        vectors = []
        for term in terms:
            if isinstance(term, TextTerm):
                vectors.append(encoded[term.text])
            elif isinstance(term, ChangeTerm):
                vectors.append(encoded[term.after] - encoded[term.before])
            else:
                vectors.append(self._image_vector(term, table, catalog))
        stacked = np.stack(vectors) if vectors else np.empty((0, table.dimension), dtype=np.float32)
        return TermVectors(terms, stacked)

    def example(self, example: Example, model_id: int, catalog: Catalog) -> FloatArray | None:
        """The vector [d] of a judged picture from elsewhere; None when nothing of it can be read."""
        known = catalog.concepts.example_vector(example.content_hash, model_id)
        return known if known is not None else self.thumbnail_vector(example.content_hash, example.thumbnail)

    def thumbnail_vector(self, content: bytes, thumbnail: bytes | None = None) -> FloatArray | None:
        """What its thumbnail says of a photo that this model has not seen, [d]; None without a thumbnail."""
        key = ("thumbnail", content)
        if key not in self._remembered:
            jpeg = thumbnail or self._thumbnail(content)
            try:
                found = self._whole(jpeg) if jpeg else None
            except PhotoError:
                found = None
            if found is None:
                return None
            self._remember({key: found})
        return self._remembered[key]

    # --- inside ------------------------------------------------------------------------------

    def _text_vectors(self, texts: Sequence[str]) -> list[FloatArray]:
        unknown = [text for text in dict.fromkeys(texts) if text not in self._remembered]
        fresh: dict[object, FloatArray] = {}
        for start in range(0, len(unknown), _TEXTS_AT_ONCE):
            part = unknown[start : start + _TEXTS_AT_ONCE]
            vectors = self._encoder.encode_texts(part)
            for text, sound in zip(part, unit_rows(vectors), strict=True):
                if not sound:
                    raise QueryError(
                        message("The model gives no usable numbers for “{text}”: use other words.", text=text)
                    )
            fresh.update(zip(part, vectors, strict=True))
        found = [fresh[text] if text in fresh else self._remembered[text] for text in texts]
        self._remember(fresh)
        return found

    def _image_vector(self, term: ImageTerm, table: VectorTable, catalog: Catalog) -> FloatArray:
        if isinstance(term.source, int):
            content = catalog.photos.hash_of(term.source)
            row = int(table.rows(np.array([term.source], dtype=np.int64))[0])
            if row >= 0 and term.region is None:
                stored: FloatArray = table.vectors[row].astype(np.float32)
                return stored
            if content is None:
                raise _unknown(term.source)
            key: object = (content, term.region)
        else:
            key = (source_key(term.source), term.region)
        if key not in self._remembered:
            self._remember({key: self._read(term, catalog)})
        return self._remembered[key]

    def _read(self, term: ImageTerm, catalog: Catalog) -> FloatArray:
        source = term.source
        if isinstance(source, int) and term.region is None:
            content = catalog.photos.hash_of(source)
            found = None if content is None else self.thumbnail_vector(content)
            if found is None:
                raise _unknown(source)
            return found
        try:
            if term.region is not None:
                return self._part(source, term.region, catalog)
            assert not isinstance(source, int)
            return self._whole(source)
        except PhotoError as error:
            names = {
                int: message("Photo {photo}", photo=str(source)),
                bytes: message("The pasted picture"),
                str: message("The picture {path}", path=printable(str(source))),
            }
            name = names[type(source)]
            raise QueryError(
                message("{name} cannot be searched with: {reason}", name=name, reason=error.reason)
            ) from error

    def _whole(self, source: str | bytes) -> FloatArray:
        self._encoder.get_ahead()  # while the picture is read
        decoded = self._pictures.photo(source, input_spec=self._encoder.input_spec)
        assert decoded.model_input is not None
        return self._vector(decoded.model_input)

    def _part(self, source: PhotoId | str | bytes, region: Region, catalog: Catalog) -> FloatArray:
        from photolens.imaging.decode import input_of  # here, since it loads Pillow

        picture = self._picture(source, catalog)
        return self._vector(input_of(cut(picture, region), self._encoder.input_spec))

    def _picture(self, source: PhotoId | str | bytes, catalog: Catalog) -> PixelArray:
        if not isinstance(source, int):
            return self._pictures.picture(source, _PART_PX)
        try:
            return self._pictures.first_of(catalog.photos.files(source), catalog.folders.all(), _PART_PX)
        except PhotoError:
            content = catalog.photos.hash_of(source)
            jpeg = self._thumbnail(content) if content else None
            if jpeg is None:
                raise
            return self._pictures.picture(jpeg)  # offline: better a coarse part than none

    def _vector(self, pixels: PixelArray) -> FloatArray:
        """Raises PhotoError where the model fails."""
        vector: FloatArray = self._encoder.encode_images(pixels[None], urgent=True)[0]
        if not is_unit(vector):
            raise PhotoError(FailureKind.INTERNAL, message("the model gives no usable numbers for it."))
        return vector

    def _remember(self, vectors: dict[object, FloatArray]) -> None:
        self._remembered.update(vectors)
        while len(self._remembered) > _REMEMBERED:
            self._remembered.popitem(last=False)


def effective_terms(query: Query) -> tuple[Term, ...]:
    """The terms that count, words first. Without a picture a change is its two sides: this, and not that."""
    counted = [term for term in query.terms if term.weight]
    images = [term for term in counted if isinstance(term, ImageTerm)]
    texts: list[Term] = []
    for term in counted:
        if isinstance(term, ChangeTerm) and not images:
            texts += [TextTerm(term.after, term.weight), TextTerm(term.before, -term.weight)]
        elif not isinstance(term, ImageTerm):
            texts.append(term)
    return (*texts, *images)


def source_key(source: str | bytes) -> object:
    """A picture file is read again when it has changed."""
    if isinstance(source, bytes):
        return content_hash(source)
    try:
        found = Path(source).stat()
    except OSError:
        return (source, None)
    return (source, found.st_size, found.st_mtime_ns)


def cut(picture: PixelArray, region: Region) -> PixelArray:
    """The part of a picture [H, W, 3] that a region names, at least a few pixels wide and high."""
    height, width, _ = picture.shape
    left, right = _bounds(region.left, region.right, width)
    top, bottom = _bounds(region.top, region.bottom, height)
    return np.ascontiguousarray(picture[top:bottom, left:right])


def _bounds(start: float, end: float, size: int) -> tuple[int, int]:
    first = min(max(0, round(start * size)), max(0, size - _SMALLEST_PART))
    return first, max(min(size, round(end * size)), min(size, first + _SMALLEST_PART))


def _texts(term: Term) -> tuple[str, ...]:
    if isinstance(term, TextTerm):
        return (term.text,)
    return (term.after, term.before) if isinstance(term, ChangeTerm) else ()


def _unknown(photo_id: PhotoId) -> QueryError:
    return QueryError(
        message("Photo {photo} is not in the library, or not indexed yet.", photo=str(photo_id))
    )
