"""The folders with their counts, from what the catalog knows."""

from __future__ import annotations

import ntpath
from types import SimpleNamespace

import pytest

from photolens.domain import Directory, Folder
from photolens.gui import folder_tree as module
from photolens.gui.folder_tree import FolderNode, folder_tree

_ROOT = Folder(1, "/home/ann/Pictures", online=True)


def tree(*directories: tuple[str, int], folder: Folder = _ROOT) -> FolderNode:
    (node,) = folder_tree([folder], [Directory(path, folder.id, photos) for path, photos in directories])
    return node


def flat(node: FolderNode) -> dict[str, int]:
    """Every path with its count, parents first."""
    found = {node.path: node.photos}
    for child in node.children:
        found |= flat(child)
    return found


def test_a_folder_counts_what_is_in_it_and_below() -> None:
    node = tree(
        ("/home/ann/Pictures", 5),
        ("/home/ann/Pictures/2019", 2),
        ("/home/ann/Pictures/2019/Rome", 3),
        ("/home/ann/Pictures/2020", 4),
    )
    assert flat(node) == {
        "/home/ann/Pictures": 14,
        "/home/ann/Pictures/2019": 5,
        "/home/ann/Pictures/2019/Rome": 3,
        "/home/ann/Pictures/2020": 4,
    }
    assert node.root
    assert not node.children[0].root


def test_directories_on_the_way_are_there_although_no_photo_lies_in_them() -> None:
    node = tree(("/home/ann/Pictures/a/b/c", 3))
    assert flat(node) == {
        "/home/ann/Pictures": 3,
        "/home/ann/Pictures/a": 3,
        "/home/ann/Pictures/a/b": 3,
        "/home/ann/Pictures/a/b/c": 3,
    }


def test_a_folder_without_photos_is_there_too() -> None:
    assert tree() == FolderNode("/home/ann/Pictures", 0, online=True, root=True)


def test_names_are_in_order_whatever_their_case() -> None:
    node = tree(*((f"/home/ann/Pictures/{name}", 1) for name in ("b", "C", "a", "D")))
    assert [child.path[-1] for child in node.children] == ["a", "b", "C", "D"]


def test_each_root_has_its_own_photos_and_its_own_state() -> None:
    roots = [_ROOT, Folder(2, "/media/stick", online=False)]
    directories = [Directory("/home/ann/Pictures/x", 1, 2), Directory("/media/stick/x", 2, 7)]
    home, stick = folder_tree(roots, directories)
    assert (home.photos, home.online, home.children[0].online) == (2, True, True)
    assert (stick.photos, stick.online, stick.children[0].online) == (7, False, False)


def test_the_root_of_the_disk_can_be_a_folder() -> None:
    node = tree(("/", 1), ("/a", 2), ("/a/b", 3), folder=Folder(1, "/", online=True))
    assert flat(node) == {"/": 6, "/a": 5, "/a/b": 3}


@pytest.mark.parametrize(
    "foreign", ["/elsewhere/with/many/steps", "/home/ann/Pictures 2", "/home/ann", "/", ""]
)
def test_a_directory_that_is_not_below_its_root_is_counted_once(foreign: str) -> None:
    node = tree(("/home/ann/Pictures/a", 2), (foreign, 5))
    assert flat(node) == {"/home/ann/Pictures": 7, "/home/ann/Pictures/a": 2}


@pytest.mark.parametrize("root", ["C:\\", "C:\\Users\\Ann\\Pictures", "\\\\nas\\photos"])
def test_paths_of_windows(monkeypatch: pytest.MonkeyPatch, root: str) -> None:
    monkeypatch.setattr(module, "os", SimpleNamespace(path=ntpath))
    below = [ntpath.join(root, "a"), ntpath.join(root, "a", "b")]
    node = tree((root, 1), (below[0], 2), (below[1], 3), folder=Folder(1, root, online=True))
    assert flat(node) == {root: 6, below[0]: 5, below[1]: 3}
