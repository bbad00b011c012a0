"""A concept in one file, to be read by another library: `docs/concept-file.md` describes the format.

The file comes from someone else: it is data only, nothing in it names a path here, and whatever is wrong
with it is a ConceptFileError.
"""

from __future__ import annotations

import hashlib
import io
import json
import ntpath
import os
import posixpath
import uuid
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from photolens.domain import CONCEPT_SUFFIX, DecodedPhoto, FloatArray
from photolens.errors import ConceptFileError, LibraryError, PhotoError
from photolens.library.kept_query import parse_json
from photolens.library.query_json import PictureRef, QueryFormatError, content_hash_of, from_json
from photolens.messages import Message, message, said, system

Decode = Callable[[bytes], DecodedPhoto]

FORMAT, VERSION = "photolens-concept", 1
MAX_PICTURES = 2000
MAX_FILE_BYTES = 128 << 20
_MAX_JSON_BYTES = 4 << 20
_MAX_PICTURE_BYTES = 1 << 20
_MAX_PICTURE_PX = 1024
_MAX_DIMENSION = 65_536
_JSON, _VECTORS = "concept.json", "vectors.f16"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # when it was made is nobody's business


@dataclass(frozen=True, slots=True)
class FileModel:
    """The model that made the vectors of a file."""

    name: str
    weights_sha256: str
    dimension: int


@dataclass(frozen=True, slots=True)
class FilePicture:
    """A picture that a concept depends on; `vector` is float16, little-endian, of the file's model."""

    content_hash: bytes
    jpeg: bytes
    vector: bytes | None = None

    def numbers(self) -> FloatArray | None:
        """The vector, float32 [D]."""
        return None if self.vector is None else np.frombuffer(self.vector, dtype="<f2").astype(np.float32)


@dataclass(frozen=True, slots=True)
class ConceptFile:
    """All that a file holds. `query` is as `query_json` writes it, without photo ids and absolute folders."""

    name: str
    query: Mapping[str, Any]
    pictures: tuple[FilePicture, ...] = ()
    model: FileModel | None = None


def with_suffix(path: str | os.PathLike[str]) -> Path:
    """The path that a concept is exported to: with the suffix, added where it is missing."""
    wanted = Path(path).expanduser()
    return (
        wanted if wanted.suffix.lower() == CONCEPT_SUFFIX else wanted.with_name(wanted.name + CONCEPT_SUFFIX)
    )


def portable(query: Mapping[str, Any], pictures: Iterable[FilePicture]) -> dict[str, Any]:
    """A query's JSON for another library: no paths, no photo ids, only these pictures."""
    hashes = {picture.content_hash.hex() for picture in pictures}

    def kept(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
        there = (item for item in items if "picture" not in item or item["picture"] in hashes)
        return [{name: value for name, value in item.items() if name != "photo"} for item in there]

    filters = dict(query["filters"])
    names = [folder for folder in filters.pop("folders", []) if not _is_path(folder)]
    return {
        **query,
        "terms": kept(query["terms"]),
        "judgements": kept(query["judgements"]),
        "filters": {**filters, "folders": names} if names else filters,
    }


# --- writing --------------------------------------------------------------------------------


def write_concept_file(path: Path, concept: ConceptFile) -> None:
    """Write the whole file, or none. Raises LibraryError with what to do."""
    if len(concept.pictures) > MAX_PICTURES:
        raise LibraryError(
            message(
                "{name} has {pictures} pictures; a file takes {most}. Take back some judgements, "
                "then export it again.",
                name=concept.name,
                pictures=len(concept.pictures),
                most=MAX_PICTURES,
            )
        )
    data = _packed(concept)
    temporary = path.with_name(f".{uuid.uuid4().hex}.tmp")
    try:
        try:
            with temporary.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise
    except (OSError, ValueError) as error:  # a name with a zero in it is a ValueError
        raise LibraryError(
            message(
                "{path} cannot be written: {reason}. Choose another place.", path=path, reason=system(error)
            )
        ) from error


def _packed(concept: ConceptFile) -> bytes:
    members: dict[str, bytes] = {}
    listed = []
    for number, picture in enumerate(concept.pictures):
        name = _thumbnail_name(number)
        members[name] = picture.jpeg
        has_vector = picture.vector is not None
        listed.append({"hash": picture.content_hash.hex(), **_seal(name, picture.jpeg), "vector": has_vector})
    vectors = [picture.vector for picture in concept.pictures if picture.vector is not None]
    if vectors:
        members[_VECTORS] = b"".join(vectors)
    model = concept.model if vectors else None
    head = {
        "format": FORMAT,
        "version": VERSION,
        "name": concept.name,
        "query": concept.query,
        "pictures": listed,
        "model": model and {"name": model.name, "sha256": model.weights_sha256, "dimension": model.dimension},
        "vectors": _seal(_VECTORS, members[_VECTORS]) if vectors else None,
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo(_JSON, _EPOCH), json.dumps(head, indent=1))
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content)
    return stream.getvalue()


def _seal(name: str, content: bytes) -> dict[str, Any]:
    return {"file": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _thumbnail_name(number: int) -> str:
    return f"thumbnails/{number:04}.jpg"


# --- reading --------------------------------------------------------------------------------


def read_concept_file(path: str | os.PathLike[str], decode: Decode) -> ConceptFile:
    """Read and check all of a file; `decode` reads its pictures. Raises ConceptFileError and nothing else."""
    data = _read(path)
    if not data.startswith(b"PK"):
        raise _no_concept(path)
    try:
        return _unpacked(path, data, decode)
    except ConceptFileError:
        raise
    except QueryFormatError as error:
        raise _damaged(path, said(error)) from error
    except PhotoError as error:
        raise ConceptFileError(
            message("{path} is damaged: {reason} Ask for the file once more.", path=path, reason=error.reason)
        ) from error
    except Exception as error:  # zipfile alone has a dozen ways to say it
        raise _damaged(path, message("its parts do not fit together")) from error


def _read(path: str | os.PathLike[str]) -> bytes:
    try:
        file = Path(path).expanduser()
        if file.exists() and not file.is_file():  # a pipe would never end
            raise _no_concept(path)
        if file.stat().st_size > MAX_FILE_BYTES:
            limit = MAX_FILE_BYTES >> 20
            raise ConceptFileError(
                message(
                    "{path} is larger than the {limit} MB that a concept file may have.",
                    path=path,
                    limit=limit,
                )
            )
        with file.open("rb") as stream:
            return stream.read(MAX_FILE_BYTES + 1)
    except (OSError, ValueError, RuntimeError) as error:
        raise ConceptFileError(
            message("{file} cannot be read: {reason}.", file=path, reason=system(error))
        ) from error


def _unpacked(path: str | os.PathLike[str], data: bytes, decode: Decode) -> ConceptFile:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {member.filename: member for member in archive.infolist()}
        if _JSON not in members:
            raise _no_concept(path)
        if not _is_plain(members[_JSON], _MAX_JSON_BYTES):
            raise QueryFormatError(message("{name} is compressed or too large", name=_JSON))
        head = parse_json(archive.read(_JSON))
        if not isinstance(head, dict) or head.get("format") != FORMAT:
            raise _no_concept(path)
        version = head.get("version")
        if type(version) is int and version > VERSION:
            raise ConceptFileError(
                message(
                    "{path} was written by a later version of PhotoLens. Update PhotoLens, then import "
                    "it again.",
                    path=path,
                )
            )
        if version != VERSION:
            raise QueryFormatError(message("its version is none"))
        return _checked(head, archive, decode)


def _checked(head: Mapping[str, Any], archive: zipfile.ZipFile, decode: Decode) -> ConceptFile:
    listed, model = head["pictures"], _model(head.get("model"))
    expected = [_JSON, *(_thumbnail_name(number) for number in range(len(listed)))]
    rows: list[bytes] = []
    if head.get("vectors") is not None:
        expected.append(_VECTORS)
        if model is None:
            raise QueryFormatError(message("its vectors have no model"))
        rows = _rows(_opened(head["vectors"], _VECTORS, archive, MAX_FILE_BYTES), model.dimension)
    if len(listed) > MAX_PICTURES or sorted(archive.namelist()) != sorted(expected):
        raise QueryFormatError(message("its list of parts is wrong"))
    left = iter(rows)
    pictures = tuple(_picture(item, number, archive, left, decode) for number, item in enumerate(listed))
    by_hash = {picture.content_hash: picture.jpeg for picture in pictures}
    if len(by_hash) != len(pictures) or next(left, None) is not None:
        raise QueryFormatError(message("a picture comes twice, or a vector is missing"))
    _check_query(head["query"], by_hash)
    if not isinstance(head["name"], str) or len(head["name"]) > 1000:
        raise QueryFormatError(message("its name is none"))
    return ConceptFile(head["name"], head["query"], pictures, model)


def _picture(
    item: Mapping[str, Any], number: int, archive: zipfile.ZipFile, rows: Iterator[bytes], decode: Decode
) -> FilePicture:
    jpeg = _opened(item, _thumbnail_name(number), archive, _MAX_PICTURE_BYTES)
    decoded = decode(jpeg)
    if decoded.format != "jpeg" or max(decoded.width, decoded.height) > _MAX_PICTURE_PX:
        raise QueryFormatError(message("a picture is too large or no JPEG"))
    return FilePicture(content_hash_of(item["hash"]), jpeg, next(rows) if item["vector"] is True else None)


def _is_plain(member: zipfile.ZipInfo, limit: int) -> bool:
    """Whether reading this part gives as many bytes as lie in the file, and not too many."""
    stored = member.compress_type == zipfile.ZIP_STORED and member.file_size == member.compress_size
    return stored and member.file_size <= limit


def _opened(seal: Mapping[str, Any], name: str, archive: zipfile.ZipFile, limit: int) -> bytes:
    """A part of the file, if it is the one that was sealed."""
    if seal["file"] != name or not _is_plain(archive.getinfo(name), limit):
        raise QueryFormatError(message("{name} has another name, is compressed or too large", name=name))
    content = archive.read(name)
    if seal["bytes"] != len(content) or seal["sha256"] != hashlib.sha256(content).hexdigest():
        raise QueryFormatError(message("{name} is not what was written", name=name))
    return content


def _rows(data: bytes, dimension: int) -> list[bytes]:
    if not data or len(data) % (2 * dimension):
        raise QueryFormatError(message("its vectors have another length"))
    vectors = np.frombuffer(data, dtype="<f2").reshape(-1, dimension)
    norms = np.linalg.norm(vectors.astype(np.float32), axis=1)
    if not np.all((norms > 0.9) & (norms < 1.1)):  # NaN is not either
        raise QueryFormatError(message("its vectors are no unit vectors"))
    return [vector.tobytes() for vector in vectors]


def _model(value: Any) -> FileModel | None:
    if value is None:
        return None
    model = FileModel(value["name"], value["sha256"], value["dimension"])
    texts = all(isinstance(text, str) and 0 < len(text) <= 200 for text in (model.name, model.weights_sha256))
    if not texts or type(model.dimension) is not int or not 1 <= model.dimension <= _MAX_DIMENSION:
        raise QueryFormatError(message("its model is not described"))
    return model


def _check_query(query: Any, pictures: Mapping[bytes, bytes]) -> None:
    """Raises QueryFormatError for what is no query, or names what a file may not name."""

    def source_of(ref: PictureRef) -> bytes:
        if ref.photo_id is not None or ref.content_hash not in pictures:
            raise QueryFormatError(message("a picture is missing"))
        return pictures[ref.content_hash]

    read = from_json(query, source_of)
    if any(_is_path(folder) for folder in read.filters.folders):
        raise QueryFormatError(message("it holds the path of a folder"))


def _is_path(folder: str) -> bool:
    """Whether this names a place on one machine, of whichever system, rather than any folder called so."""
    return (
        folder.startswith("~")
        or posixpath.isabs(folder)
        or ntpath.isabs(folder)
        or bool(ntpath.splitdrive(folder)[0])
    )


def _no_concept(path: str | os.PathLike[str]) -> ConceptFileError:
    return ConceptFileError(
        message("{path} is not a concept file. Choose one that PhotoLens has exported.", path=path)
    )


def _damaged(path: str | os.PathLike[str], what: Message) -> ConceptFileError:
    return ConceptFileError(
        message("{path} is damaged: {what}. Ask for the file once more.", path=path, what=what)
    )
