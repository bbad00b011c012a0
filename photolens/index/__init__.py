"""Nearest neighbours: everything here is a cache that can be rebuilt from the catalog."""

from photolens.index import limits
from photolens.index.approximate import ApproximateIndex
from photolens.index.limits import wants_index
from photolens.index.soundness import only_unit
from photolens.index.table import VectorTable

__all__ = ["ApproximateIndex", "VectorTable", "limits", "only_unit", "wants_index"]
