"""Why a photo cannot be reached, in a sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from photolens.domain import Folder, Metadata, Photo
from photolens.gui.whereabouts import folder_name, why_away

_PHOTO = Photo(
    id=1,
    path="/media/ann/NAS/2019/a.jpg",
    folder="/media/ann/NAS",
    online=False,
    content_hash=b"1",
    size_bytes=1,
    width=1,
    height=1,
    format="jpeg",
    mean_color=0,
    metadata=Metadata(),
    modified_at=datetime(2020, 1, 1),
)
_OFFLINE = Folder(1, "/media/ann/NAS", online=False, vanished=3)
_CHANGED = replace(_OFFLINE, online=True)


def test_a_photo_that_is_there_needs_no_words() -> None:
    assert why_away(replace(_PHOTO, online=True), [_OFFLINE]) == ""


def test_an_offline_folder_is_named_and_what_to_do_is_said() -> None:
    said = "On NAS, which is offline. Plug it in or connect to it to see the photo itself."
    assert why_away(_PHOTO, [_OFFLINE]) == said
    assert why_away(_PHOTO, []) == said


def test_a_file_that_is_gone_from_a_folder_that_is_there_is_not_called_offline() -> None:
    said = why_away(_PHOTO, [Folder(2, "/home/ann/Pictures", online=True), _CHANGED])
    assert said.startswith("Its file in NAS is gone, with many others.")
    assert "offline" not in said


@pytest.mark.parametrize(
    ("path", "name"),
    [("/", "/"), ("/media/NAS/", "NAS"), ("C:\\", "C:\\"), ("/photos/caf\udce9\n", "caf\\udce9\\n")],
)
def test_a_folder_is_called_by_its_last_name(path: str, name: str) -> None:
    assert folder_name(path) == name
