"""The file that carries a concept to another library: nothing false gets in, nothing private out."""

from __future__ import annotations

import hashlib
import io
import json
import os
import pickle
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from photolens.domain import Example, Filters, ImageTerm, Judgement, Query, TextTerm
from photolens.errors import ConceptFileError, LibraryError
from photolens.imaging.decode import decode_bytes
from photolens.library.concept_file import (
    ConceptFile,
    FileModel,
    FilePicture,
    portable,
    read_concept_file,
    with_suffix,
    write_concept_file,
)
from photolens.library.query_json import Named, PictureRef, to_json
from tests.photos import picture

HASHES = [bytes([number]) * 20 for number in range(3)]


def jpeg(seed: int, size: tuple[int, int] = (48, 32)) -> bytes:
    stream = io.BytesIO()
    picture(seed, size).save(stream, "JPEG")
    return stream.getvalue()


def vector(seed: int, dimension: int = 8) -> bytes:
    numbers = np.random.default_rng(seed).standard_normal(dimension)
    return (numbers / np.linalg.norm(numbers)).astype("<f2").tobytes()


def name_of(named: Named) -> PictureRef:
    if isinstance(named, Example):
        return PictureRef(named.content_hash)
    return PictureRef(HASHES[named] if isinstance(named, int) else HASHES[2], 7)


QUERY = Query(
    (TextTerm("a beach", 1.5), ImageTerm(0)),
    Filters(folders=("Holiday",), cameras=("canon",)),
    judgements=(Judgement(0, True), Judgement(1, False)),
)
PICTURES = (FilePicture(HASHES[0], jpeg(0), vector(0)), FilePicture(HASHES[1], jpeg(1)))
CONCEPT = ConceptFile("Beach", portable(to_json(QUERY, name_of), PICTURES), PICTURES, FileModel("m", "ab", 8))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "beach.photolens-concept"
    write_concept_file(path, CONCEPT)
    return path


@pytest.fixture
def changed(file: Path) -> Callable[..., Path]:
    """The same file with other members, all sums put right."""

    def change(
        head: Callable[[dict[str, Any]], object] = lambda head: None,
        members: dict[str, bytes | None] | None = None,
        compression: int = zipfile.ZIP_STORED,
    ) -> Path:
        with zipfile.ZipFile(file) as archive:
            content = {name: archive.read(name) for name in archive.namelist()}
        data = json.loads(content["concept.json"])
        head(data)
        content |= {"concept.json": json.dumps(data).encode(), **(members or {})}  # type: ignore[dict-item]
        with zipfile.ZipFile(file, "w", compression) as archive:
            for name, value in content.items():
                if value is not None:
                    archive.writestr(name, value)
        return file

    return change


def test_a_concept_comes_back_as_it_was(file: Path) -> None:
    assert read_concept_file(file, decode_bytes) == CONCEPT
    assert os.listdir(file.parent) == [file.name]  # no temporary file


def test_the_same_concept_gives_the_same_bytes(file: Path, tmp_path: Path) -> None:
    write_concept_file(tmp_path / "again", CONCEPT)
    assert (tmp_path / "again").read_bytes() == file.read_bytes()


def test_no_path_and_no_photo_id_travels(file: Path) -> None:
    private = (
        "/home/me/Secret",
        "~/Secret",
        "C:\\Secret",
        "C:Secret",
        "\\\\server\\Secret",
        "//server/Secret",
    )
    query = Query((TextTerm("x"),), Filters(folders=(*private, "Holiday")), judgements=(Judgement(0, True),))
    data = portable(to_json(query, name_of), PICTURES)
    assert data["filters"] == {"folders": ["Holiday"]}
    assert "photo" not in data["judgements"][0]
    assert "Secret" not in json.dumps(data)


def test_what_has_no_picture_stays_behind() -> None:
    data = portable(to_json(QUERY, name_of), PICTURES[:1])
    assert [item["liked"] for item in data["judgements"]] == [True]


def test_the_suffix_is_added_once() -> None:
    assert with_suffix("a.photolens-concept").name == "a.photolens-concept"
    assert with_suffix("my.beach").name == "my.beach.photolens-concept"


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_byte_that_flips_is_found_or_does_no_harm(file: Path, data: st.DataObject) -> None:
    good = file.read_bytes()
    place, bits = data.draw(st.integers(0, len(good) - 1)), data.draw(st.integers(1, 255))
    bad = file.with_name("bad")
    bad.write_bytes(good[:place] + bytes([good[place] ^ bits]) + good[place + 1 :])
    with suppress(ConceptFileError):
        assert read_concept_file(bad, decode_bytes) == CONCEPT


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.floats(0, 1, exclude_max=True))
def test_a_file_that_ends_early_is_refused(file: Path, share: float) -> None:
    good = file.read_bytes()
    bad = file.with_name("bad")
    bad.write_bytes(good[: int(share * len(good))])
    with pytest.raises(ConceptFileError):
        read_concept_file(bad, decode_bytes)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rest=st.binary(max_size=200))
def test_bytes_of_whatever_kind_are_refused(tmp_path: Path, rest: bytes) -> None:
    for start in (b"", b"PK\x03\x04"):
        (tmp_path / "bad").write_bytes(start + rest)
        with pytest.raises(ConceptFileError):
            read_concept_file(tmp_path / "bad", decode_bytes)


def test_a_later_version_says_what_to_do(changed: Callable[..., Path]) -> None:
    path = changed(lambda head: head.update(version=2, query="another shape", pictures=None))
    with pytest.raises(ConceptFileError, match=r"later version of PhotoLens\. Update PhotoLens"):
        read_concept_file(path, decode_bytes)


@pytest.mark.parametrize(
    "head",
    [
        lambda head: head.update(version=0),
        lambda head: head.update(version="1"),
        lambda head: head.pop("version"),
        lambda head: head.pop("name"),
        lambda head: head.update(name=5),
        lambda head: head.pop("query"),
        lambda head: head["query"].update(version=9),
        lambda head: head["query"]["filters"].update(folders=["/etc"]),
        lambda head: head["query"]["judgements"][0].update(photo=3),
        lambda head: head["query"]["judgements"][0].update(picture="00" * 19 + "ff"),
        lambda head: head["pictures"].pop(),
        lambda head: head.update(pictures=None),
        lambda head: head["pictures"][0].update(file="../../evil.jpg"),
        lambda head: head["pictures"][0].update(file="/tmp/evil.jpg"),
        lambda head: head["pictures"][0].update(file="C:\\evil.jpg"),
        lambda head: head["pictures"][0].update(file="CON"),
        lambda head: head["vectors"].update(file="../../evil.f16"),
        lambda head: head["query"]["filters"].update(folders=["C:\\Windows"]),
        lambda head: head["query"]["filters"].update(folders=["~/.ssh"]),
        lambda head: head["pictures"][0].update(file="thumbnails/0001.jpg"),
        lambda head: head["pictures"][0].update(bytes=1),
        lambda head: head["pictures"][0].update(sha256="00"),
        lambda head: head["pictures"][0].update(hash="../x"),
        lambda head: head["pictures"][1].update(hash=head["pictures"][0]["hash"]),
        lambda head: head["pictures"][0].update(vector=False),
        lambda head: head["pictures"][1].update(vector=True),
        lambda head: head.update(model=None),
        lambda head: head["model"].update(dimension=7),
        lambda head: head["model"].update(dimension=0),
        lambda head: head["model"].update(name=None),
        lambda head: head.update(vectors=None),
    ],
)
def test_a_list_that_is_wrong_is_refused(changed: Callable[..., Path], head: Callable[..., object]) -> None:
    assert read_concept_file(changed(), decode_bytes) == CONCEPT
    with pytest.raises(ConceptFileError, match="is damaged"):
        read_concept_file(changed(head), decode_bytes)


def replaced(name: str, content: bytes) -> tuple[Callable[[dict[str, Any]], None], dict[str, bytes | None]]:
    """One member with other content, properly sealed."""
    seal = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}

    def head(data: dict[str, Any]) -> None:
        for item in [*data["pictures"], data["vectors"]]:
            if item["file"] == name:
                item.update(seal)

    return head, {name: content}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        jpeg(0)[:200],
        jpeg(0, (2000, 10)),
        jpeg(0) + bytes(2 << 20),
        b"GIF89a" + bytes(50),
    ],
    ids=len,
)
def test_pictures_that_are_none_are_refused(changed: Callable[..., Path], content: bytes) -> None:
    with pytest.raises(ConceptFileError, match="is damaged"):
        read_concept_file(changed(*replaced("thumbnails/0000.jpg", content)), decode_bytes)


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0, 5.0])
def test_vectors_that_are_none_are_refused(changed: Callable[..., Path], value: float) -> None:
    content = np.full(8, value, dtype="<f2").tobytes()
    with pytest.raises(ConceptFileError, match="unit vectors"):
        read_concept_file(changed(*replaced("vectors.f16", content)), decode_bytes)


def test_members_that_do_not_belong_are_refused(changed: Callable[..., Path]) -> None:
    for name in ("../../evil", "/tmp/evil", "C:\\evil", "thumbnails/../../evil", "CON", "thumbnails/"):
        with pytest.raises(ConceptFileError, match="list of parts"):
            read_concept_file(changed(members={name: b"x"}), decode_bytes)
        changed(members={name: None})
    with pytest.raises(ConceptFileError, match="is not a concept file"):
        read_concept_file(changed(members={"concept.json": None, "../../evil": None}), decode_bytes)


def test_what_is_compressed_is_refused_before_it_is_unpacked(changed: Callable[..., Path]) -> None:
    with pytest.raises(ConceptFileError, match="compressed or too large"):
        read_concept_file(
            changed(members={"concept.json": b" " * (1 << 24)}, compression=zipfile.ZIP_DEFLATED),
            decode_bytes,
        )


def test_what_is_no_concept_file_is_called_so(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(jpeg(0))
    (tmp_path / "pickle").write_bytes(pickle.dumps({"format": "photolens-concept"}))
    (tmp_path / "empty").write_bytes(b"")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("concept.json", '{"format": "another"}')
    for name in os.listdir(tmp_path):
        with pytest.raises(ConceptFileError, match="is not a concept file"):
            read_concept_file(tmp_path / name, decode_bytes)
    with pytest.raises(ConceptFileError, match="is not a concept file"):
        read_concept_file(tmp_path, decode_bytes)
    with pytest.raises(ConceptFileError, match="cannot be read: No such file"):
        read_concept_file(tmp_path / "absent", decode_bytes)
    with pytest.raises(ConceptFileError, match="cannot be read"):
        read_concept_file("a\0b", decode_bytes)


def test_a_file_too_large_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "huge").open("wb") as stream:
        stream.truncate(200 << 20)
    with pytest.raises(ConceptFileError, match="larger than the 128 MB"):
        read_concept_file(tmp_path / "huge", decode_bytes)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ConceptFileError, match="is not a concept file"):
        read_concept_file(tmp_path / "pipe", decode_bytes)


def test_what_cannot_be_written_leaves_the_old_file(file: Path, tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="Choose another place"):
        write_concept_file(tmp_path / "absent" / "x", CONCEPT)
    (tmp_path / "folder").mkdir()
    with pytest.raises(LibraryError, match="cannot be written"):
        write_concept_file(tmp_path / "folder", CONCEPT)
    many = ConceptFile("Many", CONCEPT.query, PICTURES[:1] * 3000)
    with pytest.raises(LibraryError, match="3,000 pictures"):
        write_concept_file(file, many)
    assert read_concept_file(file, decode_bytes) == CONCEPT
    assert sorted(os.listdir(tmp_path)) == ["beach.photolens-concept", "folder"]
