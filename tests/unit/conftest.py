"""What the tests of single rooms share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from photolens.catalog import Catalog


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    """A new catalog, which must be sound at the end of the test."""
    catalog = Catalog.writer(tmp_path / "catalog.db")
    yield catalog
    assert catalog.integrity_problems() == []
    catalog.close()


@pytest.fixture
def folder(catalog: Catalog) -> int:
    """A root called /pictures in that catalog."""
    with catalog.transaction():
        return catalog.folders.add("/pictures")
