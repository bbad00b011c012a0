"""What a restored catalog takes over from the damaged one: concepts and roots that the backup lacks."""

from __future__ import annotations

import json
import logging
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from photolens.catalog import Catalog, KeptPicture, SavedConcept, read_damaged
from photolens.errors import UsageError
from photolens.ingest import roots
from photolens.library.concepts import clean_name, free_name
from photolens.library.kept_query import load, parse_json
from photolens.library.query_json import QueryFormatError

log = logging.getLogger(__name__)


def take_over(damaged: Path, catalog: Catalog) -> tuple[str, ...]:
    """Add what can be read of the damaged catalog and is newer; gives the names of the concepts.

    A concept that was deleted after the backup comes back: what is missing in a damaged catalog may have
    been lost as well.
    """
    found = read_damaged(damaged)
    taken: list[str] = []
    with catalog.transaction():
        for path in map(os.fsdecode, found.folders):
            if path not in {folder.path for folder in catalog.folders.all()}:
                roots.add(catalog, path)  # which sees to it that no file belongs to two
        for saved, pictures in found.concepts:
            name = _take_concept(catalog, saved, pictures)
            if name is not None:
                taken.append(name)
    log.info("%d concepts were taken over from the damaged catalog", len(taken))
    return tuple(taken)


def _take_concept(catalog: Catalog, saved: SavedConcept, pictures: tuple[KeptPicture, ...]) -> str | None:
    """Put a concept into the catalog, if it is readable and newer; gives its name there."""
    there = catalog.concepts.get(saved.id)
    same = there is not None and there.created_at == saved.created_at
    if there is not None and same and there.changed_at >= saved.changed_at:
        return None
    try:
        load(saved.query, catalog)
        query = json.dumps(
            _without_strangers(parse_json(saved.query), catalog), sort_keys=True, separators=(",", ":")
        )
        name = clean_name(saved.name)
    except (QueryFormatError, UsageError) as error:
        log.warning("a concept in the damaged catalog cannot be read: %s", error)
        return None
    for picture in pictures:
        catalog.concepts.keep_picture(picture)
    hashes = [picture.content_hash for picture in pictures]
    if there is not None and same:
        catalog.concepts.update(saved.id, query, hashes)
        if there.name != name:
            catalog.concepts.rename(saved.id, free_name(name, catalog))
    elif there is None:
        name = free_name(name, catalog)
        catalog.concepts.put_back(replace(saved, name=name, query=query), hashes)
    else:
        name = free_name(name, catalog)
        catalog.concepts.insert(name, query, hashes)
    return name


def _without_strangers(data: Any, catalog: Catalog) -> Any:
    """The query without numbers of photos that stand for other contents in this catalog."""
    if isinstance(data, list):
        return [_without_strangers(item, catalog) for item in data]
    if not isinstance(data, dict):
        return data
    photo, picture = data.get("photo"), data.get("picture")
    kept = {key: _without_strangers(value, catalog) for key, value in data.items()}
    if isinstance(photo, int) and isinstance(picture, str) and _is_other(photo, picture, catalog):
        del kept["photo"]
    return kept


def _is_other(photo: int, picture: str, catalog: Catalog) -> bool:
    content = catalog.photos.hash_of(photo)
    return content is None or content.hex() != picture
