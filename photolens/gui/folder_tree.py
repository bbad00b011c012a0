"""Folders with their counts, put together from what the catalog knows."""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import dataclass, field

from photolens.domain import Directory, Folder


@dataclass(slots=True)
class FolderNode:
    """A folder with the photos in it and in all below it, and those that wait to be read."""

    path: str
    photos: int = 0
    online: bool = True
    root: bool = False
    vanished: int = 0  # files of a root that are gone, and nobody has said whether they were deleted
    children: list[FolderNode] = field(default_factory=list)


def folder_tree(folders: list[Folder], directories: list[Directory]) -> list[FolderNode]:
    """One node per root, with every directory that holds photos and those on the way to it."""
    by_root: dict[int, list[Directory]] = defaultdict(list)
    for directory in directories:
        by_root[directory.folder_id].append(directory)
    return [_root_node(folder, by_root[folder.id]) for folder in folders]


def _root_node(folder: Folder, directories: list[Directory]) -> FolderNode:
    root = FolderNode(folder.path, 0, folder.online, root=True, vanished=folder.vanished)
    nodes: dict[str, FolderNode] = {}
    inside = folder.path.rstrip(os.path.sep) + os.path.sep

    def below(path: str) -> bool:
        return len(path) > len(inside) and path.startswith(inside)

    def node(path: str) -> FolderNode:
        if not below(path):
            return root
        if path not in nodes:
            nodes[path] = FolderNode(path, 0, folder.online)
            node(os.path.dirname(path)).children.append(nodes[path])  # noqa: PTH120
        return nodes[path]

    for directory in sorted(directories, key=lambda d: d.path.casefold()):
        count = directory.photos + directory.waiting - directory.repeated
        root.photos += count
        at = directory.path
        while below(at):
            node(at).photos += count
            at = os.path.dirname(at)  # noqa: PTH120
    return root
